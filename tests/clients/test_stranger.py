"""Any shop plugs in: a stranger's program, with an API key alone, has lists that change with the next event."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import Product

pytestmark = pytest.mark.integration

PROGRAM = Path(__file__).with_name("stranger.py")
SECONDS = 180
EFFECT_SECONDS = 30.0
"""Far above what it takes, and far below what a list that is made by the minute would take."""


def test_a_strangers_list_changes_with_the_next_event(empty_product: Product) -> None:
    done = subprocess.run(
        [sys.executable, PROGRAM],
        env=empty_product.environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    first, second = json.loads(done.stdout)
    print(f"from an event to the changed list: {first:.3f} s after the history, then {second:.3f} s")  # noqa: T201 - for -rP
    assert second < EFFECT_SECONDS

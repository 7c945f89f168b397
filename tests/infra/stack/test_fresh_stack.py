"""A stack of its own: what is left of one that cannot start."""

import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from infra.errors import CannotRun
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import Options


def test_where_the_start_fails_the_folder_stays_and_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIVERFRONT_DATABASE", "nonsense")
    screen = StringIO()
    display = Display(Console(file=screen, width=200))
    with pytest.raises(CannotRun, match="RIVERFRONT_DATABASE"), fresh_stack(display, Options()):
        pass
    named = re.search(r"What happened is in (\S+)\.", screen.getvalue())
    assert named
    folder = Path(named[1])
    assert (folder / "run").is_dir()
    shutil.rmtree(folder)

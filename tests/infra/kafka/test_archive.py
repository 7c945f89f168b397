"""The archive of loaded classes: made by a broker that runs for a moment."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.programs.binaries import Missing, find_java

pytestmark = pytest.mark.integration

MAKE_ELSEWHERE = """
import sys
from pathlib import Path
from infra.kafka import archive
archive.ARCHIVE = Path(sys.argv[1])
sys.exit(archive.main())
"""


def test_an_old_archive_is_replaced_by_one_of_the_brokers_classes(tmp_path: Path) -> None:
    try:
        find_java()
    except Missing as missing:
        pytest.skip(str(missing))
    target = tmp_path / "classes.jsa"
    target.write_bytes(b"old")
    command = [sys.executable, "-c", MAKE_ELSEWHERE, str(target)]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert answer.returncode == 0, answer.stderr
    assert target.stat().st_size > 1_000_000

"""``riverfront secret``."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from infra.cli.secret import build_environment, secret
from infra.errors import CannotRun


def test_each_key_is_new_and_long_enough() -> None:
    keys = {CliRunner().invoke(secret).stdout.strip() for _ in range(5)}
    assert len(keys) == 5
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)


def test_every_password_of_the_environment_is_its_own() -> None:
    texts = [build_environment() for _ in range(2)]
    made = [re.findall(r"^[A-Z_]+(?:SECRET|TOKEN|PASSWORD)=(.+)$", text, re.MULTILINE) for text in texts]
    assert [len(secrets) for secrets in made] == [5, 5]
    assert len({*made[0], *made[1]}) == 10
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in (*made[0], *made[1]))


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    assert CliRunner().invoke(secret, ["--env", "--to", str(path)]).exit_code == 0
    before = path.read_text()
    assert "RIVERFRONT_SECRET=" in before
    assert path.stat().st_mode & 0o777 == 0o600
    again = CliRunner().invoke(secret, ["--env", "--to", str(path)])
    assert isinstance(again.exception, CannotRun)
    assert "exists already" in str(again.exception)
    assert path.read_text() == before


@pytest.mark.parametrize("words", [["--env"], []])
def test_a_file_to_which_the_shell_sends_it_is_for_its_owner_alone(tmp_path: Path, words: list[str]) -> None:
    path = tmp_path / ".env"
    path.touch(mode=0o644)
    with path.open("w") as output:
        subprocess.run([sys.executable, "-m", "infra", "secret", *words], stdout=output, check=True, timeout=600)
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text()) > 60

"""KeptPasswords that are made once."""

from pathlib import Path

import pytest

from infra.errors import CannotRun
from infra.stack.passwords import KeptPasswords


def test_passwords_are_made_once_and_differ(tmp_path: Path) -> None:
    path = tmp_path / "run" / "passwords.json"
    made = KeptPasswords(path).provide("redis", "riverfront", "supervisor")
    assert made.keys() == {"riverfront", "supervisor"}
    assert len(set(made.values())) == 2
    assert all(len(password) >= 32 for password in made.values())
    assert KeptPasswords(path).provide("redis", "riverfront", "supervisor") == made


def test_a_further_user_or_server_changes_no_password(tmp_path: Path) -> None:
    passwords = KeptPasswords(tmp_path / "passwords.json")
    before = passwords.provide("redis", "riverfront")
    assert passwords.provide("kafka", "riverfront") != before
    assert passwords.provide("redis", "riverfront", "supervisor").items() > before.items()


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "passwords.json"
    KeptPasswords(path).provide("redis", "riverfront")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "passwords.json"
    path.write_text("{")
    with pytest.raises(CannotRun, match=r"passwords.json cannot be read.* Delete it"):
        KeptPasswords(path).provide("redis", "riverfront")

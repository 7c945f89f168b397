"""Programs on the path, and those of wheels that stand in."""

from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.programs import External, version_at_least


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


def a_program(folder: Path, text: str) -> Path:
    program = folder / "thing"
    program.write_text(f"#!/bin/sh\necho '{text}'\n")
    program.chmod(0o755)
    return program


def test_a_program_on_the_path_is_used_if_it_is_new_enough(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = a_program(tmp_path, "thing v18.1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    check = r"v(\d+)\."
    assert External("thing", "thing", "bin/thing", version_at_least(18, check, "-v")).find(clone) == program
    assert External("thing", "thing", "bin/thing", version_at_least(19, check, "-v")).find(clone) is None


def test_a_program_from_a_wheel_stands_in(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    thing = External("thing", "thing", "bin/thing")
    assert thing.find(clone) is None
    thing.in_wheel(clone).parent.mkdir(parents=True)
    thing.in_wheel(clone).touch()
    assert thing.find(clone) == thing.in_wheel(clone)


def test_a_program_whose_data_no_other_reads_stays_the_wheels_own(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = a_program(tmp_path, "thing")
    monkeypatch.setenv("PATH", str(tmp_path))
    thing = External("thing", "thing", "bin/thing", wheel_first=True)
    assert thing.find(clone) == on_path
    thing.in_wheel(clone).parent.mkdir(parents=True)
    thing.in_wheel(clone).touch()
    assert thing.find(clone) == thing.in_wheel(clone)

"""Each step is done once, and again when something of it has changed."""

from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.commands import Failed
from infra.setup.step import Line, Step, run_all


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path)


class Counted:
    """A step that counts how often it ran."""

    def __init__(self, folder: Path) -> None:
        self.runs = 0
        self.lock, self.output = folder / "lock", folder / "output"
        self.lock.write_text("1")
        self.step = Step("Counted", (self.lock,), (self.output,), self.run)

    def run(self, _: Line) -> None:
        self.runs += 1
        self.output.touch()


def test_a_step_runs_once(clone: Clone) -> None:
    counted = Counted(clone.root)
    for _ in range(3):
        run_all([counted.step], clone)
    assert counted.runs == 1


def test_a_step_runs_again_when_its_input_changes(clone: Clone) -> None:
    counted = Counted(clone.root)
    run_all([counted.step], clone)
    counted.lock.write_text("2")
    run_all([counted.step], clone)
    assert counted.runs == 2


def test_a_step_runs_again_when_its_output_is_gone(clone: Clone) -> None:
    counted = Counted(clone.root)
    run_all([counted.step], clone)
    counted.output.unlink()
    run_all([counted.step], clone)
    assert counted.runs == 2


def test_a_failed_step_is_not_taken_for_done(clone: Clone) -> None:
    def fail(_: Line) -> None:
        raise Failed("no network")

    step = Step("Failing", (), (), fail)
    with pytest.raises(Failed):
        run_all([step], clone)
    assert not step.is_done(clone)

"""Each step is done once, and again when something of it has changed."""

from pathlib import Path

import pytest

from infra.setup.commands import Failed
from infra.setup.places import Places
from infra.setup.step import Line, Step, run_all


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


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


def test_a_step_runs_once(places: Places) -> None:
    counted = Counted(places.root)
    for _ in range(3):
        run_all([counted.step], places)
    assert counted.runs == 1


def test_a_step_runs_again_when_its_input_changes(places: Places) -> None:
    counted = Counted(places.root)
    run_all([counted.step], places)
    counted.lock.write_text("2")
    run_all([counted.step], places)
    assert counted.runs == 2


def test_a_step_runs_again_when_its_output_is_gone(places: Places) -> None:
    counted = Counted(places.root)
    run_all([counted.step], places)
    counted.output.unlink()
    run_all([counted.step], places)
    assert counted.runs == 2


def test_a_failed_step_is_not_taken_for_done(places: Places) -> None:
    def fail(_: Line) -> None:
        raise Failed("no network")

    step = Step("Failing", (), (), fail)
    with pytest.raises(Failed):
        run_all([step], places)
    assert not step.is_done(places)

"""Setting up: each step once, and one message for everything that is missing."""

import sys
from pathlib import Path

import pytest

from infra.setup import web_assets
from infra.setup.commands import Failed, run, succeeds
from infra.setup.places import Places
from infra.setup.programs import External, version_at_least
from infra.setup.step import Line, Step, run_all
from infra.setup.system import PACKAGES, SYSTEMS, how_to_install, require


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


def test_a_failed_command_tells_its_last_words_and_where_the_rest_is(places: Places) -> None:
    command = [sys.executable, "-c", "print('no such package'); raise SystemExit(7)"]
    with pytest.raises(Failed, match=r"(?s)exit code 7.*no such package.*setup\.log"):
        run(command, places.log)


def test_a_command_that_is_not_there_is_named(places: Places) -> None:
    with pytest.raises(Failed, match="no-such-program does not run"):
        run(["no-such-program"], places.log)
    assert not succeeds(["no-such-program"])


def test_one_message_names_everything_that_is_missing() -> None:
    with pytest.raises(Failed, match=r"(?s)java, redis.*install.*jre.*redis"):
        require(["java", "redis"])
    require([])


@pytest.mark.parametrize("manager", SYSTEMS)
def test_every_need_has_a_name_on_every_system(manager: str) -> None:
    assert all(names[manager] for names in PACKAGES.values())


def test_an_unknown_system_is_told_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    message = how_to_install(["java"])
    assert all(system in message for system in SYSTEMS.values())


def a_program(folder: Path, text: str) -> Path:
    program = folder / "thing"
    program.write_text(f"#!/bin/sh\necho '{text}'\n")
    program.chmod(0o755)
    return program


def test_a_program_on_the_path_is_used_if_it_is_new_enough(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = a_program(tmp_path, "thing v18.1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    check = r"v(\d+)\."
    assert External("thing", "thing", "bin/thing", version_at_least(18, check, "-v")).find(places) == program
    assert External("thing", "thing", "bin/thing", version_at_least(19, check, "-v")).find(places) is None


def test_a_program_from_a_wheel_stands_in(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    thing = External("thing", "thing", "bin/thing")
    assert thing.find(places) is None
    thing.in_wheel(places).parent.mkdir(parents=True)
    thing.in_wheel(places).touch()
    assert thing.find(places) == thing.in_wheel(places)


def test_a_program_whose_data_no_other_reads_stays_the_wheels_own(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = a_program(tmp_path, "thing")
    monkeypatch.setenv("PATH", str(tmp_path))
    thing = External("thing", "thing", "bin/thing", wheel_first=True)
    assert thing.find(places) == on_path
    thing.in_wheel(places).parent.mkdir(parents=True)
    thing.in_wheel(places).touch()
    assert thing.find(places) == thing.in_wheel(places)


def test_the_list_of_served_files_names_sources_and_targets(tmp_path: Path) -> None:
    path = tmp_path / "vendor.list"
    path.write_text("# fonts\n@a/font/files/x.woff2 -> font.woff2\n\nsocket.io-client/dist/io.js  # the client\n")
    assert web_assets.read_vendor_list(path) == [
        ("@a/font/files/x.woff2", "font.woff2"),
        ("socket.io-client/dist/io.js", "io.js"),
    ]


def test_a_listed_file_that_npm_does_not_have_is_named(tmp_path: Path) -> None:
    with pytest.raises(Failed, match=r"io\.js is not in the installed packages"):
        web_assets.copy(tmp_path / "io.js", tmp_path / "vendor" / "io.js")

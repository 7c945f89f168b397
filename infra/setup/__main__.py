"""Set up a clone: ``python3 -m infra.setup [--tests]`` from its folder. `make setup` calls it."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this line is what tells an older Python so
    sys.exit("Riverfront needs Python 3.11 or later. If it has another name, say so: make PYTHON=python3.12 demo")

import argparse
from pathlib import Path

from infra.setup import kafka_jars, python_packages, web_assets
from infra.setup.commands import Failed
from infra.setup.places import Places
from infra.setup.programs import JAVA, NODE, REDIS, External, find_chromium
from infra.setup.step import Line, Step, run_all
from infra.setup.system import System, how_to_install, require
from infra.setup.uv import Uv


def main() -> int:
    """Get what is missing. Returns the exit code: 0, or 1 with a message that says what to install."""
    parser = argparse.ArgumentParser(prog="python3 -m infra.setup", description="Get everything that Riverfront needs.")
    parser.add_argument("--tests", action="store_true", help="also get what only the tests need: Chromium")
    for_tests = parser.parse_args().tests
    try:
        set_up(Places(Path(__file__).resolve().parents[2]), for_tests)
    except Failed as failed:
        sys.stderr.write(f"\n{failed}\n")
        return 1
    if for_tests and not find_chromium():
        sys.stderr.write(f"\nWithout Chromium the browser tests are skipped. {how_to_install(['chromium'])}\n")
    return 0


def set_up(places: Places, for_tests: bool) -> None:
    """Do every step that is not done yet. Raises `Failed`."""
    system = System(places)
    uv = Uv(places, system)
    steps = steps_of(places, uv)
    assets_wanted = not steps["assets"].is_done(places)

    if for_tests and not find_chromium():
        system.install(["chromium"])
    programs = [JAVA, REDIS, *([NODE] if assets_wanted else [])]
    missing_programs = [program for program in programs if program.find(places) is None]
    uv_wanted = missing_programs or any(not steps[name].is_done(places) for name in ("python", "jars"))
    if uv_wanted and uv.find() is None:
        with Line("uv"):
            uv.install()
    system.install([program.need for program in missing_programs if not install_program(program, places, uv)])
    require([program.need for program in missing_programs if program.find(places) is None])
    run_all(steps.values(), places)


def steps_of(places: Places, uv: Uv) -> dict[str, Step]:
    """List the steps that leave a stamp, in their order."""
    python, jars, assets = python_packages, kafka_jars, web_assets
    riverfront = places.venv / "bin" / "riverfront"
    return {
        "python": Step("Python packages", python.inputs(places), (riverfront,), lambda _: python.install(places, uv)),
        "models": Step("Compiled models", python.models(places), (), lambda _: python.compile_models(places)),
        "jars": Step(
            "Kafka", (jars.lock(places),), (jars.jars(places),), lambda line: jars.install(places, uv, line.tell)
        ),
        "archive": Step(
            "Kafka's quick start",
            (jars.lock(places),),
            (jars.archive(places),),
            lambda _: jars.make_archive(places),
        ),
        "assets": Step(
            "Fonts, icons and scripts",
            assets.inputs(places),
            (assets.icons(places),),
            lambda _: assets.install(places),
        ),
    }


def install_program(program: External, places: Places, uv: Uv) -> bool:
    """Install a program from its wheel. Says whether there is one now: not every kind of machine has a wheel."""
    try:
        with Line(program.command):
            program.install_wheel(places, uv)
    except Failed:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

"""Set up a clone: ``python3 -m infra.setup [--training] [--tests]`` from its folder. `make setup` calls it."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this line is what tells an older Python so
    sys.exit("Riverfront needs Python 3.11 or later. If it has another name, say so: make PYTHON=python3.12 demo")

import argparse
from pathlib import Path

from infra.setup import kafka_jars, python_packages, typescript_client, web_assets
from infra.setup.clone import Clone
from infra.setup.commands import Failed
from infra.setup.programs import JAVA, NGINX, NODE, REDIS, External, find_chromium
from infra.setup.step import Line, run_all
from infra.setup.system import how_to_install, install_packages, require
from infra.setup.uv import Uv


def main() -> int:
    """Get what is missing. Returns the exit code: 0, or 1 with a message that says what to install."""
    parser = argparse.ArgumentParser(prog="python3 -m infra.setup", description="Get everything that Riverfront needs.")
    parser.add_argument(
        "--tests",
        action="store_true",
        help="also get what the tests need: Chromium, TensorFlow, Kafka Connect",
    )
    parser.add_argument("--training", action="store_true", help="also get what trains the neural model: TensorFlow")
    arguments = parser.parse_args()
    for_tests = arguments.tests
    try:
        set_up(Clone(Path(__file__).resolve().parents[2]), for_tests, for_training=arguments.training or for_tests)
    except Failed as failed:
        sys.stderr.write(f"\n{failed}\n")
        return 1
    if for_tests and not find_chromium():
        sys.stderr.write(f"\nWithout Chromium the browser tests are skipped. {how_to_install(['chromium'])}\n")
    return 0


def set_up(clone: Clone, for_tests: bool, for_training: bool) -> None:
    """Do every step that is not done yet. Raises `Failed`."""
    uv = Uv(clone)
    assets, jars, packages = web_assets.step(clone), kafka_jars.steps(clone, uv), python_packages.steps(clone, uv)
    if for_training:
        packages.append(python_packages.training_step(clone, uv))
    if for_tests:
        jars.append(kafka_jars.connect_step(clone, uv))
        packages.append(python_packages.oscar_step(clone, uv))
    if for_tests and not find_chromium():
        install_packages(["chromium"], clone.log)
    of_node = [assets, *([typescript_client.step(clone)] if for_tests else [])]
    programs = [JAVA, REDIS, NGINX, *([] if all(step.is_done(clone) for step in of_node) else [NODE])]
    missing = [program for program in programs if program.find(clone) is None]
    if (missing or not (packages[0].is_done(clone) and jars[0].is_done(clone))) and uv.find() is None:
        with Line("uv"):
            uv.install()
    install_packages([one.need for one in missing if not install_program(one, clone, uv)], clone.log)
    require([program.need for program in missing if program.find(clone) is None])
    run_all([*packages, *jars, *of_node], clone)


def install_program(program: External, clone: Clone, uv: Uv) -> bool:
    """Install a program from its wheel. Says whether there is one now: not every kind of machine has a wheel."""
    try:
        with Line(program.command):
            program.install_wheel(clone, uv)
    except Failed:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())

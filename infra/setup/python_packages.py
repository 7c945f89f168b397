"""The Python environment of the product: everything pinned by hash, and Riverfront itself as an editable install."""

import sys

from infra.setup.commands import run
from infra.setup.places import Places
from infra.setup.step import Step
from infra.setup.uv import Uv


def steps(places: Places, uv: Uv) -> list[Step]:
    """Return how to get the packages, and then how to compile the models."""
    lock, riverfront = places.lock("dev"), places.venv / "bin" / "riverfront"
    loops = sorted((places.root / "online_models").rglob("*.py"))
    return [
        Step(
            "Python packages",
            (lock, places.root / "pyproject.toml"),
            (riverfront,),
            lambda _: install(places, uv),
        ),
        Step("Compiled models", (lock, *loops), (), lambda _: compile_models(places)),
    ]


def install(places: Places, uv: Uv) -> None:
    """Make the environment, or bring it up to date. Raises `Failed`."""
    if not places.python.exists():
        uv.run("venv", "-q", "--clear", "--python", sys.executable, places.venv)
    python = ("--python", places.python)
    uv.run("pip", "sync", "-q", *python, "--require-hashes", places.lock("dev"))
    uv.run("pip", "install", "-q", *python, "--no-deps", "--editable", places.root)


def compile_models(places: Places) -> None:
    """Compile the models' loops, so that the first learner need not. Raises `Failed`.

    What has not changed is loaded (`online_models.arrays.compile_cache`).
    """
    run([places.python, "-m", "consumers", "warm-up"], places.log)

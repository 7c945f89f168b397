"""The Python environment of the product: everything pinned by hash, and Riverfront itself as an editable install."""

import sys
from pathlib import Path

from infra.setup.commands import run
from infra.setup.places import Places
from infra.setup.uv import Uv


def inputs(places: Places) -> tuple[Path, ...]:
    """Return what decides which packages are installed."""
    return (places.lock("dev"), places.root / "pyproject.toml")


def install(places: Places, uv: Uv) -> None:
    """Make the environment, or bring it up to date. Raises `Failed`."""
    if not places.python.exists():
        uv.run("venv", "-q", "--clear", "--python", sys.executable, places.venv)
    python = ("--python", places.python)
    uv.run("pip", "sync", "-q", *python, "--require-hashes", places.lock("dev"))
    uv.run("pip", "install", "-q", *python, "--no-deps", "--editable", places.root)


def models(places: Places) -> tuple[Path, ...]:
    """Return what decides whether the models' loops must be compiled again."""
    return (places.lock("dev"), *sorted((places.root / "online_models").rglob("*.py")))


def compile_models(places: Places) -> None:
    """Compile the models' loops, so that the first learner need not. Raises `Failed`.

    What has not changed is loaded (`online_models.arrays.compile_cache`).
    """
    run([places.python, "-m", "consumers", "warm-up"], places.log)

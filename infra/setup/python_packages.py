"""The Python environment of the product: everything pinned by hash, and Riverfront itself as an editable install."""

import sys
from pathlib import Path

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

"""The Python environment of the product: everything pinned by hash, Riverfront and its client as editable installs."""

import shutil
import sys
from pathlib import Path

from infra.setup.clone import Clone
from infra.setup.commands import run
from infra.setup.step import Step
from infra.setup.uv import Uv


def steps(clone: Clone, uv: Uv) -> list[Step]:
    """Return how to get the packages, and then how to compile the models."""
    lock, riverfront = clone.lock("dev"), clone.venv / "bin" / "riverfront"
    loops = sorted((clone.root / "online_models").rglob("*.py"))
    return [
        Step(
            "Python packages",
            (lock, clone.root / "pyproject.toml", clone.python_client / "pyproject.toml"),
            (riverfront,),
            lambda _: install(clone, uv),
        ),
        Step("Compiled models", (lock, *loops), (), lambda _: compile_models(clone)),
    ]


def training_step(clone: Clone, uv: Uv) -> Step:
    """Return how to get TensorFlow: into a folder of its own, from where `training.packages` takes it."""
    folder, lock = clone.tools / "training", clone.lock("training")
    return Step("TensorFlow", (lock,), (folder / "tensorflow",), lambda _: install_training(uv, lock, folder))


def oscar_step(clone: Clone, uv: Uv) -> Step:
    """Return how to get django-oscar, which the tests run beside the shop: into an environment of its own."""
    lock, python = clone.lock("django-oscar"), oscar_python(clone)
    parts = (lock, clone.python_client / "pyproject.toml")
    return Step("django-oscar", parts, (python,), lambda _: install_oscar(clone, uv, lock, python))


def oscar_python(clone: Clone) -> Path:
    """Return the Python of the example's environment."""
    return clone.tools / "django-oscar" / "bin" / "python"


def install_oscar(clone: Clone, uv: Uv, lock: Path, python: Path) -> None:
    """Make the environment of the example's shop anew. Raises `Failed`."""
    uv.run("venv", "-q", "--clear", "--python", sys.executable, python.parents[1])
    uv.run("pip", "sync", "-q", "--python", python, "--require-hashes", lock)
    uv.run("pip", "install", "-q", "--python", python, "--no-deps", "--editable", clone.python_client)


def install_training(uv: Uv, lock: Path, folder: Path) -> None:
    """Install what trains the neural model in place of what was there. Raises `Failed`."""
    shutil.rmtree(folder, ignore_errors=True)
    uv.install_folder(lock, folder)


def install(clone: Clone, uv: Uv) -> None:
    """Make the environment, or bring it up to date. Raises `Failed`."""
    if not clone.python.exists():
        uv.run("venv", "-q", "--clear", "--python", sys.executable, clone.venv)
    python = ("--python", clone.python)
    uv.run("pip", "sync", "-q", *python, "--require-hashes", clone.lock("dev"))
    uv.run("pip", "install", "-q", *python, "--no-deps", "--editable", clone.root, "--editable", clone.python_client)


def compile_models(clone: Clone) -> None:
    """Compile the models' loops, so that the first learner need not. Raises `Failed`.

    What has not changed is loaded (`online_models.arrays.compile_cache`).
    """
    run([clone.python, "-m", "consumers", "warm-up"], clone.log)

"""What `pip install riverfront` brings: the models alone, which need no more than numpy, numba and msgspec."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.uv import Uv
from tests.conftest import servers_are_required

ROOT = Path(__file__).parents[3]
CLONE = Clone(ROOT)
SECONDS = 240
AWAY = ("error sending request", "Could not connect", "dns error", "Network", "network")

ONE_MODEL = """
import sys
from online_models.models.sequence.transitions import Transitions
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.single_model import SingleModel

def a_view(visitor, item, at):
    return Feedback(VisitorId(visitor), ItemId(item), kind="view", reward=1.0, at=at)

model = SingleModel(Transitions())
for at, item in enumerate(["cup", "saucer", "teapot"]):
    model.learn_one(a_view("ann", item, float(at)))
model.learn_one(a_view("bob", "cup", 60.0))
print(*(item for item, _ in model.recommend(VisitorId("bob"), n=2)))

import online_models.hybrid
print(*sorted({"flask", "kafka", "confluent_kafka", "redis", "river", "pandas"} & sys.modules.keys()))
"""


def imported(folder: Path) -> Iterator[str]:
    """Yield the top names of all that the modules of a folder import."""
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def uv(*words: str | Path, **settings: str) -> str:
    """Run uv, and return what it said. Skips the test where the registry cannot be reached."""
    program = Uv(CLONE).find()
    if program is None:
        pytest.skip("no uv on this machine")
    environment = {**os.environ, "UV_NO_PROGRESS": "1", "VIRTUAL_ENV": "", **settings}
    answer = subprocess.run(
        [program, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS
    )
    if answer.returncode and any(words in answer.stderr for words in AWAY) and not servers_are_required():
        pytest.skip(f"the registry cannot be reached: {answer.stderr[-200:]}")
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def run(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a program where nothing of the project lies on the path."""
    return subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, cwd="/")


def installed_alone(project: Path, folder: Path) -> tuple[Path, set[str]]:
    """Build a wheel and install it in an environment of its own; return that, and the names of all that is in it."""
    uv("build", "-q", "--wheel", "--out-dir", folder, project)
    (wheel,) = folder.glob("riverfront*.whl")
    uv("venv", "-q", "--python", sys.executable, folder / "venv")
    python = folder / "venv" / "bin" / "python"
    uv("pip", "install", "-q", "--python", python, "--only-binary", ":all:", wheel)
    return folder / "venv", set(
        re.findall(r"^([\w-]+)(?:==| @)", uv("pip", "freeze", "--python", python), re.MULTILINE)
    )


def test_the_models_import_what_the_wheel_requires_and_no_more() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = {re.split(r"[^\w-]", words)[0] for words in project["dependencies"]}
    others = set(imported(ROOT / "online_models")) - set(sys.stdlib_module_names) - {"online_models"}
    assert others == required == {"msgspec", "numba", "numpy"}


def test_the_wheel_alone_ranks_and_says_what_the_shop_needs(tmp_path: Path) -> None:
    environment, names = installed_alone(ROOT, tmp_path)
    assert names == {"llvmlite", "msgspec", "numba", "numpy", "riverfront"}

    ranked = run(environment / "bin" / "python", "-c", ONE_MODEL)
    assert ranked.stdout.splitlines() == ["saucer teapot", ""], ranked.stderr

    command = run(environment / "bin" / "riverfront", "demo")
    assert command.returncode == 1
    assert command.stderr == "Error: this needs the package click, which `pip install 'riverfront[shop]'` brings.\n"


def test_the_client_needs_nothing_of_the_server(tmp_path: Path) -> None:
    environment, names = installed_alone(CLONE.python_client, tmp_path)
    assert {"anyio", "httpx", "msgspec", "riverfront-client"} <= names
    assert not names & {"riverfront", "flask", "numpy", "confluent-kafka"}
    words = "from riverfront_client import Riverfront; Riverfront('https://shop.example', 'k').close(); print('done')"
    tried = run(environment / "bin" / "python", "-W", "error", "-c", words)
    assert tried.stdout == "done\n", tried.stderr


@pytest.mark.parametrize("version", ["3.12", "3.13", "3.14"])
def test_all_that_the_shop_needs_has_wheels(version: str, tmp_path: Path) -> None:
    """In the versions of the lock, which the tests run with."""
    uv(
        *("pip", "compile", "-q", "pyproject.toml", "--extra", "shop", "--extra", "mcp", "--python-version", version),
        *("--only-binary", ":all:", "-c", "locks/dev.lock", "-o", tmp_path / "lock"),
    )
    assert "flask==" in (tmp_path / "lock").read_text()

"""The TypeScript client: what the compiler says, what its package holds, and what it does, in Node."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.programs import NODE
from infra.setup.web_assets import npm, npm_environment
from tests.clients.conftest import Product

ROOT = Path(__file__).parents[3]
CLONE = Clone(ROOT)
CLIENT = CLONE.typescript_client
SECONDS = 120

pytestmark = pytest.mark.skipif(
    NODE.find(CLONE) is None or not (CLIENT / "node_modules" / "typescript").exists(),
    reason="Node or the compiler is missing: make setup-tests",
)


def run(*words: str | Path, folder: Path, **environment: str) -> str:
    answer = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, **npm_environment(CLONE), **environment},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert answer.returncode == 0, f"{answer.stdout}\n{answer.stderr}"
    return answer.stdout


def node(*words: str | Path, folder: Path, **environment: str) -> str:
    program = NODE.find(CLONE)
    assert program is not None
    return run(program, *words, folder=folder, **environment)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client's folder after ``npm pack``, somewhere else than in the project."""
    folder = tmp_path_factory.mktemp("client") / "client"
    shutil.copytree(CLIENT, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (folder / "node_modules").symlink_to(CLIENT / "node_modules")
    run(*npm(CLONE), "pack", "--silent", folder=folder)
    return folder


def test_the_types_hold() -> None:
    compiler = CLIENT / "node_modules" / "typescript" / "bin" / "tsc"
    node(compiler, "--noEmit", "--project", "test", folder=CLIENT)


def test_the_package_holds_what_its_users_need_alone(built: Path) -> None:
    (package,) = built.glob("riverfront-client-*.tgz")
    with tarfile.open(package) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
    modules = {file.stem for file in (CLIENT / "src").glob("*.ts")}
    assert names == {"package.json", "README.md", "LICENSE"} | {
        f"dist/{module}{suffix}" for module in modules for suffix in (".js", ".d.ts")
    }


def test_it_does_what_it_should(built: Path) -> None:
    said = node("--test", "--test-reporter=tap", "test/client.test.mjs", folder=built)
    assert "# fail 0" in said
    assert int(said.rpartition("# pass ")[2].split()[0]) > 15


def test_the_lock_names_no_registry() -> None:
    lock = (CLIENT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert '"integrity"' in lock


@pytest.mark.integration
def test_it_works_with_the_running_product(built: Path, product: Product) -> None:
    program = built / "running_product.mjs"
    shutil.copy(Path(__file__).with_name(program.name), program)
    assert node(program, folder=built, **product.environment) == "done\n"

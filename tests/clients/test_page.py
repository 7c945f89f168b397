"""The programs of docs/clients.md run."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.programs import NODE
from infra.setup.web_assets import npm, npm_environment
from tests.clients.conftest import Product

pytestmark = pytest.mark.integration

CLONE = Clone(Path(__file__).parents[2])
PAGE = (CLONE.root / "docs" / "clients.md").read_text(encoding="utf-8")
SECONDS = 120


def program(language: str, product: Product) -> str:
    """Return a program of the page with an address and a key that exist."""
    (text,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    real = {"https://shop.example": product.address, "rf_server_…": product.key, "22423": "Mug/0"}
    for shown, meant in real.items():
        text = text.replace(shown, meant)
    return str(text)


def test_the_one_in_python(product: Product) -> None:
    words = [sys.executable, "-c", program("python", product)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "unknown-item"


def test_the_one_in_typescript(product: Product, tmp_path: Path) -> None:
    node, client = NODE.find(CLONE), CLONE.typescript_client
    if node is None or not (client / "node_modules" / "typescript").exists():
        pytest.skip("Node or the compiler is missing: make setup-tests")
    folder = tmp_path / "client"
    shutil.copytree(client, folder, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (folder / "node_modules").symlink_to(client / "node_modules")
    # Types are taken away as Node's own newer versions do: there are none in it.
    (folder / "page.mjs").write_text(program("ts", product), encoding="utf-8")
    subprocess.run(
        [*npm(CLONE), "pack", "--silent"], cwd=folder, env=npm_environment(CLONE), check=True, timeout=SECONDS
    )
    done = subprocess.run([node, "page.mjs"], cwd=folder, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "gone"

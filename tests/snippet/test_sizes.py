"""What `riverfront.js` weighs, as browsers get it, and what its package holds."""

import gzip
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.setup.clone import Clone
from infra.setup.programs import NODE
from infra.setup.web_assets import npm, npm_environment, snippet

ROOT = Path(__file__).parents[2]
TRACKER_BYTES = 3_000
ALL_BYTES = 20_000


@pytest.fixture(scope="module")
def sizes() -> dict[str, int]:
    return {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in snippet(Clone(ROOT)).glob("*.js")}


def test_the_tracker_is_small(sizes: dict[str, int]) -> None:
    assert sizes["riverfront.js"] <= TRACKER_BYTES


def test_rail_and_socket_are_small_with_it(sizes: dict[str, int]) -> None:
    assert len(sizes) == 2
    assert sum(sizes.values()) <= ALL_BYTES


def test_the_rail_is_not_in_the_tracker() -> None:
    tracker = (snippet(Clone(ROOT)) / "riverfront.js").read_text(encoding="utf-8")
    assert "import(" in tracker
    assert "socket.io" not in tracker


def test_its_types_hold() -> None:
    node = NODE.find(Clone(ROOT)) or "node"
    checker = ROOT / "node_modules" / "typescript" / "bin" / "tsc"
    answer = subprocess.run(
        [node, checker, "--noEmit", "-p", ROOT / "snippet"], capture_output=True, text=True, timeout=120
    )
    assert answer.returncode == 0, answer.stdout


def test_it_can_be_packed(tmp_path: Path) -> None:
    package = tmp_path / "snippet"
    shutil.copytree(ROOT / "snippet", package)
    packed = subprocess.run(
        [*npm(Clone(ROOT)), "pack", "--json", "--offline"],
        env=os.environ | npm_environment(Clone(ROOT)),
        cwd=package,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert packed.returncode == 0, packed.stderr
    files = {file["path"] for file in json.loads(packed.stdout)[0]["files"]}
    assert {"package.json", "README.md", "dist/riverfront.js", "dist/riverfront.d.ts"} <= files
    assert any(file.startswith("dist/rail-") for file in files)
    assert not any(file.startswith("src/") for file in files)

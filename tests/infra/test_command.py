"""The command says what to install where packages are missing."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("missing", "words", "extra"),
    [
        ("click", ["up"], "shop"),
        ("mcp", ["mcp"], "mcp"),
        ("riverfront_client", ["mcp"], "mcp"),
    ],
)
def test_it_names_the_package_and_what_brings_it(missing: str, words: list[str], extra: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None; sys.argv[1:] = {words!r}; from infra.command import main; main()"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert answer.returncode == 1
    brings = f"`pip install 'riverfront[{extra}]'` brings"
    assert answer.stderr == f"Error: this needs the package {missing}, which {brings}.\n"


def test_a_part_of_the_product_that_is_missing_is_a_fault_of_ours() -> None:
    program = "import sys; sys.modules['connections.permissions'] = None; from infra.command import main; main()"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "ModuleNotFoundError" in answer.stderr

"""docs/architecture.md shows each package with the first line of its docstring."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
TOPS = ("online_models", "connections", "consumers", "training", "storefront", "bootstrap", "infra", "benchmarks")


def tree() -> str:
    """Draw the packages, each with its docstring's first line."""
    rows = []
    for top in TOPS:
        for file in sorted((ROOT / top).rglob("__init__.py")):
            package = file.parent.relative_to(ROOT)
            if "migrations" not in package.parts:
                docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
                rows.append(("  " * (len(package.parts) - 1) + package.name + "/", docstring.partition("\n")[0]))
    width = max(len(name) for name, _ in rows) + 2
    return "\n".join(f"{name.ljust(width)}{line}" for name, line in rows)


def test_the_page_shows_every_package_with_its_docstring() -> None:
    expected = tree()
    assert expected in PAGE, f"docs/architecture.md should show:\n{expected}"


def test_no_package_is_without_a_docstring() -> None:
    assert [line for line in tree().splitlines() if line.rstrip().endswith("/")] == []

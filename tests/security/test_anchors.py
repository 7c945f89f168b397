"""A regular expression that checks what comes from outside ends where the text does: `$` lets a line end through."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("online_models", "connections", "storefront", "consumers", "training", "bootstrap", "infra")


def patterns(module: str) -> Iterator[tuple[int, str]]:
    """Yield what a module gives to `re`, to msgspec's types and to pandas as a regular expression, with its line."""
    for node in ast.walk(ast.parse(module)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        given = [keyword.value for keyword in node.keywords if keyword.arg == "pattern"]
        if called.startswith("re.") or called == "Regexp" or ".str." in called:
            given += node.args[:1]
        for argument in given:
            parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
            texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            yield node.lineno, "".join(texts)


def ends_early(pattern: str) -> bool:
    """Return whether a `$` stands in a pattern that is neither escaped nor one of a set of characters."""
    return "$" in re.sub(r"\[[^\]]*\]", "", re.sub(r"\\.", "", pattern, flags=re.DOTALL))


def test_no_check_ends_before_a_line_end() -> None:
    modules = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {pattern}"
        for path in modules
        for line, pattern in patterns(path.read_text(encoding="utf-8"))
        if ends_early(pattern)
    ]
    assert len(modules) > 200
    assert found == [], r"end them with \Z, or use fullmatch"


def test_a_dollar_is_found_where_it_is_an_anchor() -> None:
    lines = ['re.compile(r"^a$")', 'Annotated[str, Meta(pattern=f"({ID}$|b)")]', r're.search(r"[$£]\$\Z", text)']
    found = sorted(patterns("\n".join(lines)))
    assert [(line, ends_early(pattern)) for line, pattern in found] == [(1, True), (2, True), (3, False)]

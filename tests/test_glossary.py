"""The code names things by the words of docs/glossary.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("online_models", "connections", "consumers", "training", "storefront", "bootstrap", "infra", "benchmarks")
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")

INSTEAD_OF = {
    "attribution": ("spoke",),
    "candidate": ("said",),
    "catalog": ("shelf", "shelves", "catalogue"),
    "cold start": ("newcomers",),
    "context features": ("situation", "situations"),
    "decay rate": ("horizon", "horizons"),
    "ensemble": ("blend", "blending"),
    "inverted index": ("trail", "trails"),
    "item-item CF": ("companion", "companions"),
    "popularity damping": ("rarity",),
    "ranking pipeline": ("asking",),
    "recommender state": ("knowledge",),
    "top source": ("carrier",),
    "tombstone": ("departure", "departures"),
    "visitor": ("audience",),
}
"""Words that no module, class, function, parameter or field is named by, each with the term that stands for it."""


def names(tree: ast.Module) -> Iterator[str]:
    """Yield what a module defines: classes, functions, parameters, fields."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
            yield from (argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower()))


@pytest.mark.parametrize("package", PACKAGES)
def test_definitions_are_named_by_the_glossary(package: str) -> None:
    retired = {word: term for term, others in INSTEAD_OF.items() for word in others}
    found = [
        f"{file.relative_to(ROOT)}: {name} (say: {retired[word]})"
        for file in sorted((ROOT / package).rglob("*.py"))
        for name in [file.stem, *names(ast.parse(file.read_text(encoding="utf-8")))]
        for word in words(name) & retired.keys()
    ]
    assert not found


def test_each_term_is_on_the_page() -> None:
    assert {term for term in INSTEAD_OF if f"\n| {term} |" not in PAGE} == set()


def test_terms_stand_in_order_and_once() -> None:
    for section in PAGE.split("\n## ")[1:]:
        terms = re.findall(r"^\| (?!term|---)(.+?) \|", section, re.MULTILINE)
        assert terms == sorted(set(terms), key=str.lower)


def test_no_two_public_classes_share_a_name() -> None:
    seen: dict[str, Path] = {}
    twice = []
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    if node.name in seen:
                        twice.append(f"{node.name}: {seen[node.name].relative_to(ROOT)}, {file.relative_to(ROOT)}")
                    seen[node.name] = file
    assert not twice

"""The table of models in docs/models.md: its sources and papers are those of the docstrings."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from online_models.models.recommender import Model

TABLE = Path(__file__).parents[3] / "docs" / "models.md"
ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \| ([^|]+) \| [^|]+ \| ([^|]*)\|$", re.MULTILINE)
PAPER = re.compile(r"^    ([A-Z]\w+), .*?\((\d{4})\)\.", re.MULTILINE | re.DOTALL)

ROWS = [
    (module, tuple(sources.strip().split(", ")), {paper.strip() for paper in papers.split(",") if paper.strip()})
    for module, sources, papers in ROW.findall(TABLE.read_text())
]


def model_of(module: str, sources: tuple[str, ...]) -> type[Model]:
    found = vars(import_module(f"online_models.models.{module}")).values()
    (model,) = (each for each in found if isinstance(each, type) and getattr(each, "names", None) == sources)
    return model


def papers_of(model: type[Model]) -> set[str]:
    _, _, references = (model.__doc__ or "").partition("References\n")
    return {f"{author} {year}" for author, year in PAPER.findall(references.partition("Examples\n")[0])}


def test_the_table_is_found() -> None:
    assert len(ROWS) == 15


@pytest.mark.parametrize(("module", "sources", "papers"), ROWS, ids=[row[1][0] for row in ROWS])
def test_sources_and_papers_are_those_of_the_docstring(module: str, sources: tuple[str, ...], papers: set[str]) -> None:
    assert papers_of(model_of(module, sources)) == papers

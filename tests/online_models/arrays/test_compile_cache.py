"""Compiled code is cached under a digest of its sources: what a change elsewhere has made stale is not loaded."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from online_models.arrays import compile_cache

SHAPES = """
from typing import NamedTuple


class {kind}(NamedTuple):
    left: float
    right: float
"""

SUMS = """
from example_shapes import {kind}

from online_models.arrays.compiled import compiled


@compiled
def total(pair: {kind}) -> float:
    return pair.left + {factor} * pair.right
"""

FACTORS = """
from online_models.arrays.compiled import compiled


@compiled
def doubled(number: float) -> float:
    return {factor} * number
"""

CALLS = """
from example_factors import doubled

from online_models.arrays.compiled import compiled


@compiled
def next_to_doubled(number: float) -> float:
    return doubled(number) + 1
"""


def read_anew() -> None:
    """Forget what a process keeps of the sources for as long as it runs."""
    for function in vars(compile_cache).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()


class Sources:
    """Modules in a folder, imported as a process that starts anew would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, source: str) -> None:
        (self.folder / f"example_{name}.py").write_text(source)

    def load(self, name: str) -> ModuleType:
        self.forget()
        read_anew()
        importlib.invalidate_caches()
        return importlib.import_module(f"example_{name}")

    def cached(self, name: str) -> list[str]:
        return sorted(path.name for path in (self.folder / "__pycache__").glob(f"example_{name}.*.nb[ci]"))

    def forget(self) -> None:
        for module in [module for module in sys.modules if module.startswith("example_")]:
            del sys.modules[module]


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sources]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    sources = Sources(tmp_path)
    yield sources
    sources.forget()


def test_a_renamed_type_is_compiled_for_anew(sources: Sources) -> None:
    for kind in ("Pair", "Couple"):
        sources.write("shapes", SHAPES.format(kind=kind))
        sources.write("sums", SUMS.format(kind=kind, factor=1))
        module = sources.load("sums")
        assert module.total(getattr(module, kind)(1.0, 2.0)) == 3.0


def test_a_loop_that_another_module_changed_is_compiled_anew(sources: Sources) -> None:
    sources.write("calls", CALLS)
    results = []
    for factor in (2, 3):
        sources.write("factors", FACTORS.format(factor=factor))
        results.append(sources.load("calls").next_to_doubled(5.0))
    assert results == [11.0, 16.0]


def test_what_has_not_changed_is_loaded_not_compiled(sources: Sources) -> None:
    sources.write("factors", FACTORS.format(factor=2))
    assert sources.load("factors").doubled(2.0) == 4.0
    again = sources.load("factors")
    assert again.doubled(2.0) == 4.0
    assert sum(again.doubled.stats.cache_hits.values()) == 1


def test_files_of_earlier_sources_are_removed(sources: Sources) -> None:
    sources.write("factors", FACTORS.format(factor=2))
    sources.load("factors").doubled(2.0)
    before = sources.cached("factors")
    sources.write("factors", FACTORS.format(factor=3))
    sources.load("factors").doubled(2.0)
    after = sources.cached("factors")
    assert len(before) == len(after) == 2
    assert not set(before) & set(after)


def test_a_digest_is_of_all_that_is_imported_and_of_nothing_else(tmp_path: Path) -> None:
    names = {"top": "from pack.middle import x\n", "middle": "import pack.bottom\n", "bottom": "", "aside": ""}
    (tmp_path / "pack").mkdir()
    for name, source in names.items():
        (tmp_path / "pack" / f"{name}.py").write_text(source)

    def digest() -> str:
        read_anew()
        return compile_cache.digest_of(str(tmp_path / "pack" / "top.py"), str(tmp_path))

    first = digest()
    (tmp_path / "pack" / "aside.py").write_text("y = 1\n")
    assert digest() == first
    (tmp_path / "pack" / "bottom.py").write_text("y = 1\n")
    assert digest() != first

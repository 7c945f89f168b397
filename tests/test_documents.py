"""Every page for readers names tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [path.relative_to(ROOT).as_posix() for path in sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))]
A_PATH = re.compile(r"(?<![\w./-])(tests/[\w./-]*[\w/])(?:::(\w+))?")
A_TEST = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def found_in(path: str) -> set[str]:
    """Return the tests of a file, or of all files of a folder."""
    found = ROOT / path
    files = found.rglob("*.py") if found.is_dir() else [found]
    return {name for file in files for name in A_TEST.findall(file.read_text(encoding="utf-8"))}


def faults_of(page: str) -> list[str]:
    """Return what a text names and there is not."""
    paths = A_PATH.findall(page)
    wrong = [path for path, _ in paths if not (ROOT / path).exists()]
    wrong += [f"{path}::{test}" for path, test in paths if test and path not in wrong and test not in found_in(path)]
    return wrong + sorted(set(re.findall(r"`(test_\w+)`", page)) - found_in("tests"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_tests_that_exist(name: str) -> None:
    assert faults_of((ROOT / name).read_text(encoding="utf-8")) == []


def test_pages_do_name_tests() -> None:
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in PAGES)
    assert len(set(re.findall(r"`(test_\w+)`", text))) > 200
    assert len({path for path, _ in A_PATH.findall(text)}) > 30


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("see `tests/test_documents.py::test_pages_do_name_tests` and `tests/security`.", []),
        ("`tests/test_documents.py::test_of_nothing`", ["tests/test_documents.py::test_of_nothing"]),
        ("(`tests/no_such_folder/test_x.py::test_y`)", ["tests/no_such_folder/test_x.py"]),
        ("`test_that_nobody_has_written`", ["test_that_nobody_has_written"]),
        ("https://example.org/tests/page.html", []),
    ],
)
def test_a_fault_is_found(text: str, faults: list[str]) -> None:
    assert faults_of(text) == faults

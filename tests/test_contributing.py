"""CONTRIBUTING.md leads to files that exist, and knows every make target that it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUESTIONS = re.findall(r"^### … (.+?)\?\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)


def paths_of(text: str) -> list[str]:
    """Return what looks like a path of the repository: in backticks, with a slash."""
    return [path for path in re.findall(r"`([\w./-]+)`", text) if "/" in path]


def test_every_file_that_it_names_exists() -> None:
    missing = [path for path in paths_of(PAGE) if not path.startswith(".venv") and not (ROOT / path).exists()]
    assert not missing


def test_it_answers_the_commonest_questions_each_with_files() -> None:
    assert len(QUESTIONS) >= 10
    assert [question for question, answer in QUESTIONS if not paths_of(answer)] == []


def test_every_make_target_that_it_names_is_one() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", PAGE, re.MULTILINE))
    assert {target for target in named if f"\n{target}:" not in makefile} == set()

"""docs/security.md and docs/asvs.md name settings that exist, and each requirement of the standard once."""

import re
from itertools import chain
from pathlib import Path

from storefront.events.receipt import Refusal
from storefront.web.operations.metric_names import MetricName

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
PAGE, TABLE = ((DOCS / name).read_text(encoding="utf-8") for name in ("security.md", "asvs.md"))

# OWASP ASVS 5.0.0: by section, the requirements of level 1 and those of level 2.
REQUIREMENTS = {
    "1.1": ("", "1-2"), "1.2": ("1-5", "6-9"), "1.3": ("1-2", "3-11"), "1.4": ("", "1-3"), "1.5": ("1", "2"),
    "2.1": ("1", "2-3"), "2.2": ("1-2", "3"), "2.3": ("1", "2-4"), "2.4": ("", "1"),
    "3.2": ("1-2", ""), "3.3": ("1", "2-4"), "3.4": ("1-2", "3-6"), "3.5": ("1-3", "4-5"), "3.7": ("", "1-2"),
    "4.1": ("1", "2-3"), "4.2": ("", "1"), "4.3": ("", "1-2"), "4.4": ("1", "2-4"),
    "5.1": ("", "1"), "5.2": ("1-2", "3"), "5.3": ("1-2", ""), "5.4": ("", "1-3"),
    "6.1": ("1", "2-3"), "6.2": ("1-8", "9-12"), "6.3": ("1-2", "3-4"), "6.4": ("1-2", "3-4"), "6.5": ("", "1-5"),
    "6.6": ("", "1-3"), "6.8": ("", "1-4"),
    "7.1": ("", "1-3"), "7.2": ("1-4", ""), "7.3": ("", "1-2"), "7.4": ("1-2", "3-5"), "7.5": ("", "1-2"),
    "7.6": ("", "1-2"),
    "8.1": ("1", "2"), "8.2": ("1-2", "3"), "8.3": ("1", ""), "8.4": ("", "1"),
    "9.1": ("1-3", ""), "9.2": ("1", "2-4"),
    "10.1": ("", "1-2"), "10.2": ("", "1-2"), "10.3": ("", "1-4"), "10.4": ("1-5", "6-11"), "10.5": ("", "1-5"),
    "10.6": ("", "1-2"), "10.7": ("", "1-3"),
    "11.1": ("", "1-2"), "11.2": ("", "1-3"), "11.3": ("1-2", "3"), "11.4": ("1", "2-4"), "11.5": ("", "1"),
    "11.6": ("", "1"),
    "12.1": ("1", "2-3"), "12.2": ("1-2", ""), "12.3": ("", "1-4"),
    "13.1": ("", "1"), "13.2": ("", "1-5"), "13.3": ("", "1-2"), "13.4": ("1", "2-5"),
    "14.1": ("", "1-2"), "14.2": ("1", "2-4"), "14.3": ("1", "2-3"),
    "15.1": ("1", "2-3"), "15.2": ("1", "2-3"), "15.3": ("1", "2-7"),
    "16.1": ("", "1"), "16.2": ("", "1-5"), "16.3": ("", "1-4"), "16.4": ("", "1-3"), "16.5": ("", "1-3"),
    "17.1": ("", "1"), "17.2": ("", "1-4"), "17.3": ("", "1-2"),
}  # fmt: skip
NUMBER = re.compile(r"V\d+\.\d+\.\d+")


def numbers(level: int) -> list[str]:
    """Return the requirements of a level."""
    found = []
    for section, levels in REQUIREMENTS.items():
        first, _, last = levels[level - 1].partition("-")
        found += [f"V{section}.{number}" for number in range(int(first or 1), int(last or first or 0) + 1)]
    return found


def rows() -> list[list[str]]:
    """Return the cells of each row of a requirement."""
    lines = [line for line in TABLE.splitlines() if NUMBER.match(line.removeprefix("| "))]
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines if line.startswith("|")]


def anchor(heading: str) -> str:
    """Return what a link calls a heading."""
    return re.sub(r"[^\w -]", "", heading.strip().lower()).replace(" ", "-")


def test_every_requirement_of_both_levels_is_there_once() -> None:
    assert (len(numbers(1)), len(numbers(2))) == (70, 183)
    there = NUMBER.findall(TABLE)
    assert [number for number in chain(numbers(1), numbers(2)) if number not in there] == []
    assert sorted({number for number in there if there.count(number) > 1}) == []


def test_every_requirement_is_held_or_says_why_it_is_not() -> None:
    assert len(rows()) > 200
    for number, *_, held in rows():
        is_answered = "`test_" in held or re.search(r"\*\*(n/a|open)\*\*( \w+)*(: |$)|\]\(", held)
        assert is_answered, number
        assert not held.endswith(("**open**", "**n/a**")), f"{number} says not why"


def test_every_link_leads_to_a_heading() -> None:
    for page in (PAGE, TABLE):
        for name, where in re.findall(r"\]\(([\w.-]*)#([\w-]+)\)", page):
            text = (DOCS / name).read_text(encoding="utf-8") if name else page
            assert where in {anchor(line) for line in re.findall(r"^#+ (.*)", text, re.MULTILINE)}, (name, where)


def test_every_named_setting_is_documented() -> None:
    configuration = (DOCS / "configuration.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"RIVERFRONT_[A-Z_]+", PAGE + TABLE)):
        assert f"`{name}`" in configuration, name


def test_the_figures_of_the_page_are_those_of_the_shop() -> None:
    named = set(re.findall(r"`(riverfront_\w+?)(?:_total)?`", PAGE))
    assert named == set(MetricName)


def test_the_page_names_every_reason_of_a_refused_event() -> None:
    (row,) = [line for line in PAGE.splitlines() if "`riverfront_events_refused_total`" in line]
    assert {refusal.label for refusal in Refusal} <= set(re.findall(r"`(\w+)`", row))

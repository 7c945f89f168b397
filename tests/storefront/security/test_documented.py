"""docs/security.md names tests and settings that exist."""

import re
from pathlib import Path

from storefront.events.receipt import Refusal
from storefront.web.operations.metric_names import MetricName

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_named_test_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", sources, re.MULTILINE))
    assert len(named) > 40
    assert named - there == set()


def test_every_requirement_names_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| V\d", line)]
    assert len(rows) > 30
    assert all("`test_" in row for row in rows)


def test_every_named_setting_is_documented() -> None:
    configuration = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"RIVERFRONT_[A-Z_]+", PAGE)):
        assert f"`{name}`" in configuration, name


def test_the_figures_of_the_page_are_those_of_the_shop() -> None:
    named = set(re.findall(r"`(riverfront_\w+?)(?:_total)?`", PAGE))
    assert named == set(MetricName)


def test_the_page_names_every_reason_of_a_refused_event() -> None:
    (row,) = [line for line in PAGE.splitlines() if "`riverfront_events_refused_total`" in line]
    assert {refusal.label for refusal in Refusal} <= set(re.findall(r"`(\w+)`", row))

"""What the clicks of a check led to, and whether it passes."""

from infra.bench.check import CLICKS, has_passed
from infra.bench.timing import summary_of
from infra.visitors.click import Click


def pushed(*lists: str) -> list[Click]:
    return [Click(10.0 * number, drawn_ms=20.0, items=tuple(items)) for number, items in enumerate(lists, start=1)]


def test_clicks_and_pushes_are_counted_and_timed() -> None:
    summary = summary_of([*pushed("ab", "ba"), Click(None)])
    assert (summary["clicks"], summary["pushes"]) == (3, 2)
    assert summary["click_to_push_ms"] == {"p50": 10.0, "p90": 20.0, "p99": 20.0}
    assert summary["click_to_painted_ms"] is None


def test_a_list_changes_if_it_differs_from_the_one_before() -> None:
    assert summary_of(pushed("ab", "ab", "ba", "ab"))["lists_changed"] == 3
    assert summary_of([Click(None)])["lists_changed"] == 0
    assert summary_of([])["clicks"] == 0


def test_a_click_that_was_lost_is_no_change() -> None:
    first, second = pushed("ab", "ab")
    assert summary_of([first, Click(None), second])["lists_changed"] == 1


def test_a_check_passes_if_each_click_led_to_a_list_and_most_lists_differ() -> None:
    different = pushed(*(f"a{number}" for number in range(CLICKS)))
    assert has_passed(different)
    assert not has_passed([*different[:-1], Click(None)])
    assert not has_passed(pushed(*["ab"] * CLICKS))

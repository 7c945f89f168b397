"""What is read off the diaries of visitors around a kill."""

from infra.bench.storefronts import first_list, first_page, is_served, pages_of, spread
from infra.visitors.persistent_visitor import ClickReport, Diary, PageRead
from online_models.schema.events import EventId


def a_click(at: float, push_seconds: float | None) -> ClickReport:
    return ClickReport(EventId(f"e{at}"), at, 0.1, push_seconds)


def test_the_first_page_and_list_after_the_kill_count() -> None:
    diary = Diary(
        pages=[PageRead(9.0, 0.5, 200), PageRead(10.5, 0.25, 503), PageRead(11.0, 0.5, 200), PageRead(12.0, 0.1, 200)],
        clicks=[a_click(9.5, 1.0), a_click(10.5, None), a_click(11.0, 0.25), a_click(12.0, 0.25)],
    )
    assert first_page(diary, 10.0) == 1.5
    assert first_list(diary, 10.0) == 1.25
    assert is_served(diary, 10.0)


def test_who_has_no_list_yet_is_not_served() -> None:
    assert not is_served(Diary(pages=[PageRead(11.0, 0.5, 200)], clicks=[a_click(11.0, None)]), 10.0)


def test_pages_that_were_under_way_at_the_kill_count_too() -> None:
    diary = Diary(pages=[PageRead(8.0, 1.0, 0), PageRead(9.5, 2.0, 200), PageRead(12.0, 0.1, 503)])
    assert pages_of([diary], 10.0) == {"pages": 2, "failed": 1, "slowest_page_s": 2.0}


def test_the_middle_and_the_worst() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"p50": 2.0, "max": 3.0}

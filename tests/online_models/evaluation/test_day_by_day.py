"""Transformers4Rec's protocol: what a day teaches, and by what the next day is judged."""

import numpy as np

from online_models.evaluation.day_by_day import DAY, LONGEST_SESSION, split_by_day, walk_day_by_day
from online_models.evaluation.rules import Rules
from online_models.evaluation.stream import Stream
from tests.online_models.scripted import Scripted, Tick, a_stream, always, newest_first

RULES = Rules(k=2, warm_up=0.0)


def days(*events: str) -> Stream:
    """Build a stream of ``"day visitor item"``, a minute apart."""
    words = [event.split() for event in events]
    times = [DAY * int(word[0]) + 60.0 * number for number, word in enumerate(words)]
    return a_stream(*(" ".join(word[1:]) for word in words), times=times)


def items_of(stream: Stream) -> list[list[str]]:
    """Return the items of each session."""
    return [
        [stream.item_names[item] for item in stream.items[stream.visitors == visitor]]
        for visitor in dict.fromkeys(stream.visitors.tolist())
    ]


def test_a_session_belongs_to_the_day_on_which_it_began() -> None:
    late = DAY - 60.0
    stream = a_stream("u a", "v a", "u b", "v b", times=[5.0, late, 65.0, late + 120.0])
    assert [items_of(day) for day in split_by_day(stream.taken(np.argsort(stream.times)))] == [[["a", "b"], ["a", "b"]]]
    assert len(split_by_day(days("0 u a", "0 u b", "3 u a", "3 u c"))) == 2


def test_consecutive_repeats_count_once_and_sessions_of_one_item_are_left_out() -> None:
    stream = days("0 u a", "0 u a", "0 u a", "0 u b", "0 v c", "0 v c", "0 u a")
    assert [items_of(day) for day in split_by_day(stream)] == [[["a", "b", "a"]]]


def test_the_first_items_of_a_long_session_remain() -> None:
    events = [f"0 u i{number}" for number in range(25)]
    (day,) = split_by_day(days(*events))
    assert items_of(day) == [[f"i{number}" for number in range(LONGEST_SESSION)]]


def test_events_against_an_item_are_left_out() -> None:
    (day,) = split_by_day(days("0 u a", "0 u b dismissal", "0 u c"))
    assert items_of(day) == [["a", "c"]]


def test_only_the_last_item_of_a_session_is_judged_and_from_the_second_day_on() -> None:
    hybrid = Scripted({"one": always("a", "b")})
    stream = days("0 u a", "0 u b", "0 u c", "1 v c", "1 v b", "1 v a", "1 w a", "1 w c")
    measures = walk_day_by_day(hybrid, stream, RULES, Tick())
    judged = [question.visitor for question in hybrid.questions if question.visitor.startswith("judged")]
    assert len(judged) == len(measures.warm) == 2
    assert measures.warm.ranks[:, 0].tolist() == [1, 0]
    assert (len(measures.cold), measures.day_ends) == (0, [2])


def test_a_day_is_judged_before_any_of_it_is_learned() -> None:
    hybrid = Scripted({"one": newest_first})
    stream = days("0 u a", "0 u b", "1 v m", "1 v n", "1 w m", "1 w n", "2 x m", "2 x n")
    measures = walk_day_by_day(hybrid, stream, RULES, Tick())
    assert measures.warm.ranks[:, 0].tolist() == [0, 0, 1]
    assert measures.day_ends == [2, 3]
    assert [item for item, _ in hybrid.learned] == ["a", "b", "m", "n", "m", "n", "m", "n"]


def test_what_is_judged_leaves_no_trace_in_what_is_learned() -> None:
    hybrid = Scripted({"one": always("a")})
    walk_day_by_day(hybrid, days("0 u a", "0 u b", "1 u a", "1 u b"), RULES, Tick())
    assert hybrid.walked == ["a", "b"]
    assert len(hybrid.last) == 3, "the first day's session, and the second's, once judged and once learned"


def test_one_day_judges_nothing() -> None:
    assert len(walk_day_by_day(Scripted({"one": always("a")}), days("0 u a", "0 u b"), RULES, Tick()).warm) == 0


def test_progress_goes_through_what_is_judged_and_what_is_learned() -> None:
    reports: list[tuple[int, int]] = []
    stream = days(*(f"{day} v{day} {item}" for day in (0, 1) for item in "abc"))

    def note(done: int, total: int) -> None:
        reports.append((done, total))

    walk_day_by_day(Scripted({"one": always("a")}), stream, RULES, Tick(), progress=note)
    assert reports == [(0, 9), (9, 9)]

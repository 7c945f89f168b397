"""Streams: joined, cut, and gone through."""

from online_models.evaluation.stream import Stream, joined
from tests.online_models.scripted import a_stream


def told(stream: Stream) -> list[tuple[str, str, float, str | None]]:
    return [(event.visitor, event.item, event.at, event.session) for event in stream.feedbacks()]


def test_streams_are_joined_in_order_of_time_and_share_their_names() -> None:
    both = joined([a_stream("v a", "w b", times=[1.0, 5.0]), a_stream("w c", "v a", times=[3.0, 5.0])])
    assert told(both) == [("v", "a", 1.0, None), ("w", "c", 3.0, None), ("w", "b", 5.0, None), ("v", "a", 5.0, None)]
    assert list(both.visitor_names) == ["v", "w"]


def test_sessions_of_one_stream_do_not_become_those_of_another() -> None:
    both = joined([a_stream("v a", sessions=["s"]), a_stream("v b")])
    assert [session for _, _, _, session in told(both)] == ["s", None]


def test_a_compact_stream_has_only_the_names_that_occur() -> None:
    stream = a_stream("v a", "w b", "x c", sessions=["s", "t", "u"]).taken(slice(1, 2)).compact()
    assert told(stream) == [("w", "b", 2.0, "t")]
    assert (stream.visitor_names, stream.item_names, stream.session_names) == (["w"], ["b"], ["t"])

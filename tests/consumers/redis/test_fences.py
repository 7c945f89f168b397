"""Two learners write one visitor's lists, and the one that knows less comes last: the fake Redis and the real one."""

import json
from collections.abc import Sequence

import pytest

from consumers.kafka.record import Offsets, Place
from consumers.redis.fences import Fences
from consumers.redis.notifier import Notifier
from consumers.redis.outbox import Outbox
from consumers.redis.serving_writer import ServingWriter
from online_models.schema import keyspace
from online_models.schema.events import EventId, RankingId, VisitorId
from online_models.schema.explanation import SlateExplanation
from online_models.schema.messages import RankingChanged, RelatedChanged
from online_models.schema.recommendations import Ranking, decode_ranking
from tests.consumers.redis.conftest import Reader

ANN, BOB = VisitorId("ann"), VisitorId("bob")
TOPICS = ("MkTRm3oDTqWFw6vIzj8aXQ", "8hWkq8xRSfC0m0kGd2m5ug")

Seam = tuple[Outbox, Reader]


class Author:
    """A learner that has read so much of the log, as far as Redis sees it."""

    def __init__(self, seam: Seam, offsets: Offsets, topics: Sequence[str] = TOPICS) -> None:
        self.outbox, self._reader = seam
        fences = Fences()
        fences.use(topics, offsets)
        self.writer = ServingWriter(self.outbox, fences=fences)
        self.notifier = Notifier(self.outbox, fences)

    def write(self, place: Place, visitor: VisitorId = ANN) -> None:
        """Write and push the list for an event."""
        name = f"{place[0]}:{place[1]}"
        causes = (EventId(name),)
        ranking = Ranking(ranking_id=RankingId(name), visitor=visitor, ranked_at=1.0, items=(), causes=causes)
        self.writer.write_ranking(ranking, place)
        self.notifier.push_ranking(visitor, RankingChanged(ranking_id=RankingId(name), items=(), causes=causes))
        assert self.outbox.flush()

    def forget(self, place: Place) -> None:
        self.writer.forget(ANN, place)
        assert self.outbox.flush()

    def read(self, visitor: VisitorId = ANN) -> str | None:
        payload = self._reader.get(keyspace.ranking(visitor))
        return None if payload is None else decode_ranking(payload).ranking_id

    def heard(self) -> list[str]:
        return [json.loads(payload)["data"][0]["ranking_id"] for _, payload in self._reader.heard()]


def test_a_learner_that_has_not_read_the_last_event_replaces_no_list_and_pushes_none(seam: Seam) -> None:
    newer, older = Author(seam, {0: 8, 1: 3}), Author(seam, {0: 6, 1: 9})
    newer.write((0, 7))
    older.write((0, 5))
    assert newer.read() == "0:7"
    assert newer.heard() == ["0:7"]


def test_once_it_has_read_the_event_it_does(seam: Seam) -> None:
    newer, older = Author(seam, {0: 8}), Author(seam, {0: 6})
    older.write((0, 5))
    newer.write((0, 7))
    older = Author(seam, {0: 8})
    older.write((0, 7))
    older.write((0, 5))
    assert older.heard() == ["0:5", "0:7", "0:7", "0:5"]


def test_a_list_for_an_earlier_event_that_knows_the_last_one_lets_nobody_else_in(seam: Seam) -> None:
    newer, older = Author(seam, {0: 8}), Author(seam, {0: 7})
    newer.write((0, 7))
    newer.write((0, 5))
    older.write((0, 6))
    assert newer.read() == "0:5"


def test_an_event_of_another_partition_is_known_by_its_own_offsets(seam: Seam) -> None:
    Author(seam, {0: 2, 1: 8}).write((1, 7))
    Author(seam, {0: 10, 1: 5}).write((0, 9))
    behind = Author(seam, {0: 10})
    behind.write((0, 9))
    assert behind.read() == "1:7"
    both = Author(seam, {0: 10, 1: 8})
    both.write((0, 9))
    assert both.read() == "0:9"


def test_what_belongs_to_the_page_comes_from_no_learner_that_is_behind(seam: Seam) -> None:
    _, reader = seam
    newer, older = Author(seam, {0: 8}), Author(seam, {0: 6})
    newer.write((0, 7))
    ranking = Ranking(ranking_id=RankingId("r"), visitor=ANN, ranked_at=1.0, items=(), causes=())
    for author, name, is_there in ((older, "older", False), (newer, "newer", True)):
        author.writer.write_related("bought_together", ranking)
        author.writer.write_why(ANN, SlateExplanation(ranking_id=RankingId("r")))
        related = RelatedChanged(surface="bought_together", ranking_id=RankingId(name), items=())
        author.notifier.push_related(ANN, related)
        assert author.outbox.flush()
        assert (reader.get(keyspace.bought_together(ANN)) is not None) == is_there
        assert (reader.get(keyspace.why(ANN)) is not None) == is_there
    assert newer.heard() == ["0:7", "newer"]


def test_who_was_forgotten_gets_no_list_back_from_a_learner_that_does_not_know(seam: Seam) -> None:
    newer, older = Author(seam, {0: 8}), Author(seam, {0: 6})
    older.write((0, 4))
    newer.forget((0, 7))
    older.write((0, 5))
    assert older.read() is None


def test_a_late_deletion_leaves_the_list_that_was_made_since(seam: Seam) -> None:
    newer = Author(seam, {0: 8})
    newer.forget((0, 6))
    newer.write((0, 7))
    newer.forget((0, 6))
    assert newer.read() == "0:7"
    newer.forget((1, 2))
    assert newer.read() is None


def test_each_visitor_has_a_fence_of_their_own_and_it_does_not_name_them(seam: Seam) -> None:
    _, reader = seam
    Author(seam, {0: 8}).write((0, 7))
    older = Author(seam, {0: 6})
    older.write((0, 5), BOB)
    assert older.read(BOB) == "0:5"
    fences = Fences()
    fences.use(TOPICS, {})
    fence = str(fences.guard(ANN, ("DEL", "x"))[3])
    assert fence.startswith(keyspace.fence(""))
    assert "ann" not in fence
    assert 0 < reader.ttl(fence) <= keyspace.RANKING_TTL


@pytest.mark.parametrize("topics", [("bmV3IHRvcGljIGlzIGhlcmU", TOPICS[1]), ("", "")], ids=["made again", "unknown"])
def test_the_offsets_of_another_topic_do_not_count(seam: Seam, topics: Sequence[str]) -> None:
    Author(seam, {0: 8}).write((0, 7))
    again = Author(seam, {0: 1}, topics)
    again.write((0, 0))
    assert again.read() == "0:0"
    assert again.heard() == ["0:7", "0:0"]

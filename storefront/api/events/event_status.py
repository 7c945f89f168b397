"""Whether an event counts yet: taken in, in Kafka, learned, and in which lists it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from online_models.schema.events import EventId, RankingId, Surface
from online_models.schema.keyspace import EVENT_TOPICS
from online_models.schema.recommendations import Ranking
from storefront.api.events.known_events import KnownEvent, KnownEvents
from storefront.api.problems import RETRY_SECONDS, Problem, ProblemType, fail
from storefront.api.shapes.meanings import event_id_of
from storefront.events.delivery import RecordPlace
from storefront.events.intake import Intake
from storefront.serving.serving_reader import ServingReader

TOPIC_STRIDE = 1_000_000
"""Learners number partitions through: those of each topic from so many after the one before on."""


class LogPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where an event lies in Kafka."""

    topic: str
    partition: int
    offset: int


class ChangedList(msgspec.Struct, frozen=True, kw_only=True):
    """A list that was made because of an event, among others."""

    surface: Surface
    ranking_id: RankingId
    ranked_at: float


class EventStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of an event.

    ``state`` is ``accepted`` while it is safe on disk, ``logged`` once it is in Kafka, and ``learned`` once the models
    have it. ``lists`` are the visitor's present lists that it led to: none where a later event has led to others.
    """

    event_id: str
    kind: str
    received_at: float
    state: Literal["accepted", "logged", "learned"]
    log: LogPlace | None = None
    lists: tuple[ChangedList, ...] = ()


@dataclass(frozen=True, slots=True)
class EventStatusReader:
    """Puts together what storefront, Kafka and learner know of an event."""

    known_events: KnownEvents
    intake: Intake
    reader: ServingReader

    def read(self, sent: str) -> EventStatus:
        """Return the status of the event with an id as it was sent. Raises `Problem`."""
        event_id = EventId(event_id_of(sent))
        known = self.known_events.find(event_id, self.intake.now())
        if known is None:
            if not self.known_events.is_up:
                raise Problem(ProblemType.UNAVAILABLE, retry_after=RETRY_SECONDS)
            fail(ProblemType.UNKNOWN_EVENT, "It did not come within a day, or many others came since.", field="event")
        lists = tuple(self._lists(event_id, known))
        is_learned = bool(lists) or self._is_learned(known.place)
        return EventStatus(
            event_id=event_id,
            kind=known.kind,
            received_at=known.received_at,
            state="learned" if is_learned else "logged" if known.place else "accepted",
            log=None if known.place is None else LogPlace(**known.place._asdict()),
            lists=lists,
        )

    def _is_learned(self, place: RecordPlace | None) -> bool:
        """Return whether a learner has read past an event: what it says of itself is up to a second old."""
        if place is None:
            return False
        topics = [topic.name for topic in EVENT_TOPICS]
        if place.topic not in topics:
            return False
        partition = str(topics.index(place.topic) * TOPIC_STRIDE + place.partition)
        return any(status.positions.get(partition, 0) > place.offset for status in self.reader.read_learners())

    def _lists(self, event_id: EventId, known: KnownEvent) -> Iterator[ChangedList]:
        reader, visitor = self.reader, known.visitor
        rankings: tuple[tuple[Surface, Ranking | None], ...] = (
            ("for_you", reader.read_ranking(visitor)),
            ("goes_well_with", reader.read_goes_well_with_for(visitor)),
            ("bought_together", reader.read_bought_together(visitor)),
        )
        for surface, ranking in rankings:
            if ranking is not None and event_id in ranking.causes:
                yield ChangedList(surface=surface, ranking_id=ranking.ranking_id, ranked_at=ranking.ranked_at)

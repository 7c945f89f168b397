"""Sign-in, forgetting and resetting, as the learner does them: what is deleted, what is made anew, what is told."""

import json
from pathlib import Path

import pytest

from online_models.schema import keyspace
from online_models.schema.events import (
    ItemForgotten,
    ItemId,
    ReasonsRequested,
    TasteReset,
    VisitorId,
    VisitorIdentified,
)
from online_models.schema.explanation import decode_why
from tests.consumers.builders import NOW, a_rating, a_view, an_erasure, common
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import Harness

V1, ANN = VisitorId("v1"), VisitorId("ann")


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return Harness(MemoryTopic(), tmp_path)


def keys_of(harness: Harness, visitor: str) -> set[str]:
    return {key for key in harness.outbox.strings if key.endswith(f":{visitor}")}


def test_at_sign_in_the_account_gets_a_list_and_the_visitor_s_own_are_deleted(harness: Harness) -> None:
    harness.tell(a_view("v1", "i1"), ReasonsRequested(**common("v1", NOW)))
    assert keys_of(harness, "v1")
    harness.tell(VisitorIdentified(account=ANN, **common("v1", NOW + 1)))
    assert not keys_of(harness, "v1")
    assert harness.ranking("ann") is not None
    assert harness.lists_pushed()[-1][0] == "visitor:ann"


def test_a_late_event_of_the_visitor_makes_the_account_s_list_anew(harness: Harness) -> None:
    harness.tell(VisitorIdentified(account=ANN, **common("v1", NOW + 1)))
    late = a_view("v1", "i1", at=NOW)
    harness.tell(late)
    ranking = harness.ranking("ann")
    assert ranking is not None
    assert ranking.causes == (late.event_id,)
    assert not keys_of(harness, "v1")


def test_an_erased_visitor_s_work_in_flight_writes_nothing(harness: Harness) -> None:
    wish = ReasonsRequested(**common("v1", NOW))
    harness.tell(a_view("v1", "i1"), wish)
    assert keyspace.why(V1) in keys_of(harness, "v1")
    harness.outbox.down = True
    harness.tell(a_view("v1", "i2", at=NOW + 1))
    harness.tell(a_view("v1", "i3", at=NOW + 2), an_erasure("v1", at=NOW + 3), a_view("v1", "i4", at=NOW + 2))
    harness.outbox.down = False
    harness.wait(1.0)
    assert not keys_of(harness, "v1")
    assert harness.model.visitors == 0
    assert b"v1" not in harness.dump()


def test_forgetting_an_item_makes_the_list_anew_without_it_as_evidence(harness: Harness) -> None:
    harness.tell(a_view("v1", "i1"), a_view("v1", "i2", at=NOW + 1))
    harness.tell(ItemForgotten(item=ItemId("i2"), **common("v1", NOW + 2)))
    ranking = harness.ranking("v1")
    assert ranking is not None
    assert "i2" not in {item.reason.evidence for item in ranking.items}
    assert len(harness.pushes()) == 2


def test_after_a_reset_a_fresh_list_is_pushed(harness: Harness) -> None:
    harness.tell(a_view("v1", "i1"))
    reset = TasteReset(**common("v1", NOW + 1))
    harness.tell(reset)
    ranking = harness.ranking("v1")
    assert ranking is not None
    assert ranking.causes == (reset.event_id,)
    assert {item.reason.evidence for item in ranking.items} == {None}
    assert keys_of(harness, "v1") == {keyspace.ranking(V1), keyspace.bought_together(V1)}


def test_lists_are_explained_to_those_who_asked_lately(harness: Harness) -> None:
    harness.tell(a_view("v1", "i1"), a_view("v2", "i1"))
    assert harness.outbox.get(keyspace.why(V1)) is None
    harness.tell(ReasonsRequested(**common("v1", NOW + 1)))
    harness.tell(a_view("v1", "i2", at=NOW + 2), a_view("v2", "i2", at=NOW + 2))
    payload, ranking = harness.outbox.get(keyspace.why(V1)), harness.ranking("v1")
    assert payload is not None
    assert ranking is not None
    why = decode_why(payload)
    assert why.ranking_id == ranking.ranking_id
    assert [known.item for known in why.history] == ["i2", "i1"]
    assert harness.outbox.ttl(keyspace.why(V1)) == keyspace.WHY_TTL
    assert harness.outbox.get(keyspace.why(VisitorId("v2"))) is None
    harness.wait(keyspace.WHY_TTL + 1)
    harness.tell(a_view("v1", "i3", at=harness.clock.now()))
    assert harness.outbox.get(keyspace.why(V1)) == payload


def test_a_stranger_who_asks_is_told_that_nothing_is_known(harness: Harness) -> None:
    harness.tell(ReasonsRequested(**common("v1", NOW)))
    payload = harness.outbox.get(keyspace.why(V1))
    assert payload is not None
    assert decode_why(payload).parts == {}


def stars(harness: Harness) -> dict[str, list[int]]:
    return {item: json.loads(counts) for item, counts in harness.outbox.fields(keyspace.stars()).items()}


def test_stars_are_counted_within_a_second_and_only_what_changed_is_written(harness: Harness) -> None:
    harness.tell(a_rating("v1", "i1", 5), a_rating("v2", "i1", 3), a_rating("v2", "i2", 1))
    harness.wait(1.0)
    assert stars(harness) == {"i1": [0, 0, 1, 0, 1], "i2": [1, 0, 0, 0, 0]}
    assert harness.outbox.ttl(keyspace.stars()) == keyspace.SHARED_LIST_TTL
    harness.outbox.hashes.clear()
    harness.tell(a_rating("v1", "i1", 4, at=NOW + 1))
    harness.wait(1.0)
    assert stars(harness) == {"i1": [0, 0, 1, 1, 0]}


def test_after_a_restart_all_stars_are_written_and_what_is_gone_is_deleted(harness: Harness, tmp_path: Path) -> None:
    harness.tell(a_rating("v1", "i1", 5))
    harness.loop.finish()
    again = Harness(harness.topic, tmp_path)
    again.outbox.hashes[keyspace.stars()] = {"gone": b"[0,0,0,0,9]"}
    again.wait(0.0)
    assert stars(again) == {"i1": [0, 0, 0, 0, 1]}


def test_with_redis_down_the_stars_come_later(harness: Harness) -> None:
    harness.wait(1.0)
    harness.outbox.down = True
    harness.tell(a_rating("v1", "i1", 5))
    harness.wait(1.0)
    harness.tell(a_rating("v1", "i2", 4), a_rating("v2", "i1", 4))
    harness.wait(1.0)
    harness.outbox.down = False
    harness.wait(1.0)
    assert stars(harness) == {"i1": [0, 0, 0, 1, 1], "i2": [0, 0, 0, 1, 0]}

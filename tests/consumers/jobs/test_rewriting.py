"""Redis loses everything, and everything is there again without an event."""

from pathlib import Path

import pytest

from online_models.schema import keyspace
from online_models.schema.events import ItemId, ItemRated, VisitorId
from tests.consumers.builders import NOW, a_rating, a_shopping_day, a_view, an_erasure
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import Harness

ONCE_A_SECOND = {keyspace.learner_statuses()}


@pytest.fixture
def harness(tmp_path: Path) -> Harness:
    return Harness(MemoryTopic(), tmp_path)


def settle(harness: Harness) -> None:
    harness.wait(5.0)
    harness.wait(5.0)


def lose_everything(harness: Harness) -> None:
    harness.store.flush()
    harness.rewriting.store.check()


def lists(harness: Harness) -> dict[str, bytes]:
    no_lists = (*ONCE_A_SECOND, keyspace.fence(""))
    return {key: value for key, value in harness.outbox.strings.items() if not key.startswith(no_lists)}


def test_every_kind_of_list_comes_back_as_it_was(harness: Harness) -> None:
    harness.tell(*a_shopping_day())
    settle(harness)
    before, stars = lists(harness), harness.outbox.fields(keyspace.stars())
    for key in (keyspace.trending(), keyspace.popular(), keyspace.top_rated(), keyspace.new_arrivals()):
        assert key in before
    for prefix in ("ranking", "goes-well-with", "goes-well-with-for", "bought-together"):
        assert any(key.startswith(f"{keyspace.PREFIX}:{prefix}:") for key in before), prefix
    assert stars

    lose_everything(harness)
    settle(harness)

    assert set(lists(harness)) == set(before)
    of_visitors = [key for key in before if "-for:" in key or "ranking:" in key or "together:" in key]
    assert {key: lists(harness)[key] for key in of_visitors} == {key: before[key] for key in of_visitors}
    assert harness.outbox.fields(keyspace.stars()) == stars
    assert harness.status()


def test_pages_that_show_these_lists_are_not_pushed_them_again(harness: Harness) -> None:
    harness.tell(*a_shopping_day())
    settle(harness)
    pushed = len(harness.outbox.published)

    lose_everything(harness)
    settle(harness)

    assert len(harness.outbox.published) == pushed


def test_a_restarted_redis_may_have_lost_its_last_writes(harness: Harness) -> None:
    harness.tell(a_view("ann", "i1"))
    ranking = harness.ranking("ann")
    assert ranking
    harness.outbox.strings.clear()
    harness.store.restart()
    harness.rewriting.store.check()
    settle(harness)

    assert harness.ranking("ann") == ranking


def test_a_forgotten_visitor_stays_forgotten(harness: Harness) -> None:
    harness.tell(a_view("ann", "i1"), a_view("bob", "i2"))
    harness.tell(an_erasure("ann", NOW + 1))

    lose_everything(harness)
    settle(harness)

    assert harness.ranking("bob")
    assert harness.ranking("ann") is None


def test_what_redis_lost_while_the_learner_was_away_is_written_at_its_start(harness: Harness, tmp_path: Path) -> None:
    rating: ItemRated = a_rating("ann", "i3", 5)
    harness.tell(*a_shopping_day(), rating)
    settle(harness)
    harness.loop.finish()
    related = {key for key in lists(harness) if key.startswith(keyspace.goes_well_with(ItemId("")))}
    assert related

    again = Harness(harness.topic, tmp_path)
    settle(again)

    assert related <= set(lists(again))
    assert again.outbox.fields(keyspace.stars()) == harness.outbox.fields(keyspace.stars())


def test_a_list_that_was_made_anew_meanwhile_is_not_replaced_by_an_older_one(harness: Harness) -> None:
    harness.tell(a_view("ann", "i1"))
    lose_everything(harness)
    harness.tell(a_view("ann", "i2", at=NOW + 1))
    settle(harness)

    ranking = harness.ranking("ann")
    assert ranking
    assert ranking.visitor == VisitorId("ann")
    assert "i2" not in {ranked.item for ranked in ranking.items}


def test_visitors_whom_another_learner_ranks_by_now_are_left_to_it(harness: Harness) -> None:
    harness.tell(a_view("ann", "i1"), a_view("bob", "i2"))
    harness.rewriting.owns = lambda visitor: visitor == "bob"

    lose_everything(harness)
    settle(harness)

    assert harness.ranking("bob")
    assert harness.ranking("ann") is None

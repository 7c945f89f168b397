"""What belongs to a visitor's page and basket, and the lists that are the same for everybody."""

import json
from pathlib import Path

import pytest

from consumers.jobs.related_lists import SAVED_SECONDS, SHARE
from online_models.hybrid import Hybrid
from online_models.schema import keyspace
from online_models.schema.events import CartItemAdded, CartItemRemoved, ItemId, VisitorId
from online_models.schema.keyspace import RANKING_LENGTH, RELATED_LENGTH, TRENDING_LENGTH
from online_models.schema.messages import MemberQuality, ModelQuality
from online_models.schema.phrases import Phrase
from online_models.schema.recommendations import RankedItem, Ranking, Reason, decode_items, decode_ranking
from tests.consumers.builders import NOW, a_view, an_erasure, common
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import Harness


def ranked(*items: str) -> tuple[RankedItem, ...]:
    reason = Reason(phrase=Phrase("As the test says"))
    return tuple(RankedItem(item=ItemId(item), score=1.0, member="test", reason=reason) for item in items)


def an_addition(visitor: str = "v1", item: str = "i1") -> CartItemAdded:
    return CartItemAdded(item=ItemId(item), **common(visitor, NOW))


class Shop(Hybrid):
    """Its related lists say for whom and for what they were made."""

    harness: Harness
    ranking_takes = 0.0
    related_takes = 0.0
    basket: tuple[RankedItem, ...] = ()
    judged = 0

    def rank(self, visitor: VisitorId, now: float, n: int = RANKING_LENGTH) -> tuple[RankedItem, ...]:
        self.harness.clock.advance(self.ranking_takes)
        return super().rank(visitor, now, n)

    def goes_well_with(
        self, item: ItemId, n: int = RELATED_LENGTH, visitor: VisitorId | None = None
    ) -> tuple[RankedItem, ...]:
        self.harness.clock.advance(self.related_takes)
        return ranked("i7", "gone") if visitor else ranked("i8")

    def similar(self, item: ItemId, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        return ranked("i9") if item == "i1" else ()

    def bought_together(self, visitor: VisitorId, now: float, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        return self.basket

    def top_rated(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        return ranked("i5")

    def new_arrivals(self, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        return ranked("i6")

    def quality(self) -> ModelQuality:
        self.judged += 1
        hybrid = MemberQuality(member="hybrid", hit_rate=0.5, mrr=0.25, answered=1.0)
        return ModelQuality(asked=self.judged, hybrid=hybrid, members=(hybrid,), weights={"short": {"hybrid": 1.0}})


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def harness(tmp_path: Path, shop: Shop) -> Harness:
    shop.harness = Harness(MemoryTopic(), tmp_path, shop)
    return shop.harness


def related_pushes(harness: Harness) -> list[tuple[object, dict[str, object]]]:
    return [(message["room"], message["data"][0]) for message in harness.pushes("related_changed")]  # type: ignore[index]


def kept(harness: Harness, key: str) -> Ranking:
    payload = harness.outbox.get(key)
    assert payload is not None
    return decode_ranking(payload)


def test_after_a_view_the_page_gets_what_goes_well_with_it_for_this_visitor(harness: Harness) -> None:
    harness.tell(view := a_view("v1", "i1"))
    ((room, pushed),) = related_pushes(harness)
    assert room == "visitor:v1"
    assert (pushed["surface"], pushed["item"]) == ("goes_well_with", "i1")
    assert [card["item"] for card in pushed["items"]] == ["i7"], "what is not for sale has no card"  # type: ignore[attr-defined]
    ranking = kept(harness, keyspace.goes_well_with_for(VisitorId("v1")))
    assert (ranking.item, ranking.causes) == ("i1", (view.event_id,))
    assert ranking.ranking_id == pushed["ranking_id"]


def test_the_visitors_own_list_is_sent_first_and_waits_for_no_other(harness: Harness) -> None:
    harness.tell(a_view("v1"))
    sent = [json.loads(payload)["event"] for _, payload in harness.outbox.published]
    assert sent[:2] == ["ranking_changed", "related_changed"]
    assert harness.outbox.flushes >= 2
    assert harness.ranking("v1") is not None


def test_each_list_has_an_id_of_its_own(harness: Harness, shop: Shop) -> None:
    shop.basket = ranked("i3")
    harness.tell(a_view("v1"), an_addition("v1"))
    ((_, list_of_their_own),) = harness.lists_pushed()
    ids = {list_of_their_own.ranking_id, *(str(pushed["ranking_id"]) for _, pushed in related_pushes(harness))}
    assert len(ids) == 3


def test_what_is_bought_together_follows_the_basket(harness: Harness, shop: Shop) -> None:
    shop.basket = ranked("i3", "i4")
    harness.tell(an_addition("v1", "i1"))
    ((_, pushed),) = related_pushes(harness)
    assert (pushed["surface"], "item" in pushed) == ("bought_together", False)
    assert [item.item for item in kept(harness, keyspace.bought_together(VisitorId("v1"))).items] == ["i3", "i4"]

    shop.basket = ()
    harness.tell(CartItemRemoved(item=ItemId("i1"), **common("v1", NOW)))
    assert related_pushes(harness)[-1][1]["items"] == []
    assert kept(harness, keyspace.bought_together(VisitorId("v1"))).items == ()


def test_a_view_does_not_touch_the_basket(harness: Harness) -> None:
    harness.tell(a_view("v1"))
    assert harness.outbox.get(keyspace.bought_together(VisitorId("v1"))) is None


def test_while_visitors_wait_for_their_own_lists_no_others_are_made(harness: Harness, shop: Shop) -> None:
    shop.ranking_takes = 0.004
    harness.tell(*(a_view(f"v{n}") for n in range(6)))
    assert harness.ranker.pending
    assert not related_pushes(harness)
    while harness.ranker.pending:
        harness.loop.step()
    harness.loop.step()
    assert {room for room, _ in related_pushes(harness)} == {f"visitor:v{n}" for n in range(6)}


def test_related_lists_keep_to_the_budget_and_go_on_in_the_next_step(harness: Harness, shop: Shop) -> None:
    shop.related_takes = 0.004
    harness.tell(*(a_view(f"v{n}") for n in range(6)))
    first = len(related_pushes(harness))
    assert 0 < first < 6
    assert harness.ranker.is_busy
    harness.loop.step()
    harness.loop.step()
    assert len(related_pushes(harness)) == 6
    assert not harness.ranker.is_busy


def test_related_lists_take_a_share_of_the_time_and_leave_the_rest_to_visitors_own_lists(
    harness: Harness, shop: Shop
) -> None:
    shop.related_takes = 0.002
    began = harness.clock.elapsed()
    for number in range(200):
        harness.tell(a_view(f"v{number}"))
        harness.clock.advance(0.003)
    spent = shop.related_takes * len(related_pushes(harness))
    allowed = SHARE * (harness.clock.elapsed() - began) + SAVED_SECONDS
    assert len(harness.lists_pushed()) == 200
    assert 0.8 * allowed < spent <= allowed + shop.related_takes


def test_what_had_to_wait_is_made_when_there_is_time(harness: Harness, shop: Shop) -> None:
    shop.related_takes = 2 * SAVED_SECONDS
    harness.tell(a_view("v1"))
    harness.tell(a_view("v2"))
    assert [room for room, _ in related_pushes(harness)] == ["visitor:v1"]
    assert not harness.ranker.is_busy, "the loop may rest meanwhile"

    harness.clock.advance(10.0)
    harness.loop.step()

    assert [room for room, _ in related_pushes(harness)] == ["visitor:v1", "visitor:v2"]


def test_a_forgotten_visitor_has_no_related_lists(harness: Harness, shop: Shop) -> None:
    shop.ranking_takes = 0.02
    harness.tell(a_view("v1"))
    harness.tell(an_erasure("v1"))
    harness.loop.step()
    assert harness.outbox.get(keyspace.goes_well_with_for(VisitorId("v1"))) is None


def test_top_rated_and_new_arrivals_are_written_for_everybody(harness: Harness) -> None:
    harness.tell(a_view("v1"))
    for key, item in ((keyspace.top_rated(), "i5"), (keyspace.new_arrivals(), "i6")):
        written = harness.outbox.get(key)
        assert written is not None
        assert [ranked.item for ranked in decode_items(written)] == [item]


def test_what_is_similar_is_written_where_the_models_know_it(harness: Harness) -> None:
    harness.tell(a_view("v1", "i1"), a_view("v1", "i2"))
    harness.wait(4)
    assert harness.outbox.get(keyspace.similar(ItemId("i1"))) is not None
    assert harness.outbox.get(keyspace.similar(ItemId("i2"))) is None


def test_live_quality_is_reported_but_not_asked_for_every_second(harness: Harness, shop: Shop) -> None:
    for _ in range(4):
        harness.wait(1)
    status = harness.status()
    assert status is not None
    assert status.quality is not None
    assert (status.quality.asked, shop.judged) == (1, 1)
    harness.wait(5)
    assert shop.judged == 2

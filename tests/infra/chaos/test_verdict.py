"""What a storm left, told apart: lost, learned twice, or as it should be."""

from infra.chaos.ledger import Ledger
from infra.chaos.replayed_log import Snapshot
from infra.chaos.verdict import StormVerdict
from online_models.schema.events import EventId, ItemId, ItemPurchased
from online_models.snapshot import SnapshotHeader
from tests.consumers.builders import a_view, common


def a_ledger(*event_ids: str) -> Ledger:
    ledger = Ledger()
    for event_id in event_ids:
        ledger.note_sent({"event_id": event_id, "kind": "item_viewed", "item": "mug"})
        ledger.note_receipt(event_id, accepted=True)
    return ledger


def a_snapshot(*learned: str) -> Snapshot:
    ids = tuple(EventId(event_id) for event_id in learned)
    return Snapshot(SnapshotHeader(positions={}, recent_events=ids, saved_at=1.0, product_version=""), {})


def judged(ledger: Ledger, there: list[str], *snapshots: Snapshot) -> StormVerdict:
    verdict = StormVerdict()
    verdict.judge_events([ledger], [a_view(event_id=EventId(event_id)) for event_id in there], list(snapshots))
    return verdict


def test_all_there_and_learned_once_is_clean() -> None:
    verdict = judged(a_ledger("e1", "e2"), ["e1", "e2", "e2", "e3"], a_snapshot("e1", "e2", "e3"))
    assert verdict.is_clean
    assert (verdict.acknowledged, verdict.in_topic, verdict.learned) == (2, 2, 2)


def test_what_is_not_in_the_topic_is_lost() -> None:
    verdict = judged(a_ledger("e1", "e2"), ["e1"], a_snapshot("e1"))
    assert (verdict.lost, verdict.in_topic) == (1, 1)
    assert "e2" in verdict.words[0]


def test_what_one_of_two_learners_did_not_learn_is_lost() -> None:
    verdict = judged(a_ledger("e1"), ["e1"], a_snapshot("e1"), a_snapshot())
    assert (verdict.lost, verdict.learned) == (1, 0)


def test_what_was_learned_twice_is_counted() -> None:
    assert judged(a_ledger("e1"), ["e1"], a_snapshot("e1", "e1")).twice == 1


def test_an_order_with_thanks_has_its_purchases_in_the_topic() -> None:
    ledger = a_ledger()
    ledger.basket.update(mug=1, lamp=2)
    ledger.note_ordered("n1", thanked=True)
    bought = [ItemPurchased(item=ItemId(item), order="n1", **common("v1", 1.0)) for item in ("mug", "lamp")]
    for events, lost in ((bought, 0), (bought[:1], 1), ([], 1)):
        verdict = StormVerdict()
        verdict.judge_orders([ledger], events)
        assert verdict.purchases_lost == lost

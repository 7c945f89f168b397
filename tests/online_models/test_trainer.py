"""What each event changes, and what it leaves as it was."""

from typing import Any

import pytest

from online_models.catalog.catalog import Catalog
from online_models.hybrid_settings import HybridSettings
from online_models.ranking_pipeline import RankingPipeline
from online_models.recommender_state import RecommenderState
from online_models.schema.events import (
    AnyEvent,
    CartItemAdded,
    ItemDismissed,
    ItemForgotten,
    ItemId,
    PreferencesChanged,
    RankingShown,
    ReasonsRequested,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.schema.feedback import Feedback, feedback_of
from online_models.trainer import Owns, Trainer
from online_models.update_result import NOTHING_UPDATED, UpdateResult
from tests.online_models.shops import ANN, NOW, EventBuilder


class Training:
    """A trainer and the state that it trains."""

    def __init__(self, owns: Owns | None = None, **settings: Any) -> None:
        self.state = RecommenderState(HybridSettings(**settings), Catalog())
        self.trainer = Trainer(self.state, RankingPipeline(self.state, 40), owns)

    def learn(self, *events: AnyEvent) -> UpdateResult:
        for event in events:
            result = self.trainer.learn_one(event)
        return result

    def shown(self, visitor: VisitorId = ANN) -> list[str]:
        """Return what the visitor was shown and did not take."""
        context = self.state.visitors.sessions.context(self.state.visitors.index(visitor), NOW)
        ignored = self.state.ranker.context_features(context).ignored_items
        return [str(self.state.items.id(item)) for item in ignored.tolist()]

    def history(self, visitor: VisitorId = ANN) -> list[str]:
        row = self.state.visitors.index(visitor)
        context = self.state.visitors.sessions.context(row, NOW)
        return [str(self.state.items.id(item)) for item in context.items.tolist()]


def feedback(event: AnyEvent) -> Feedback:
    signal = feedback_of(event)
    assert signal is not None
    return signal


def test_the_event_s_item_comes_first_then_the_newest_beside_it(an_event: EventBuilder) -> None:
    training = Training()
    training.learn(an_event("ann", "cup", at=NOW), an_event("ann", "plate", at=NOW + 1))
    assert training.learn(an_event("ann", "mug", at=NOW + 2)) == UpdateResult(
        ANN, (ItemId("mug"), ItemId("plate"), ItemId("cup"))
    )


@pytest.mark.parametrize("again", [True, False], ids=["seen again", "turned down"])
def test_what_is_no_news_changes_no_related_lists(an_event: EventBuilder, again: bool) -> None:
    training = Training()
    training.learn(an_event("ann", "cup", at=NOW))
    second = an_event("ann", "cup", at=NOW + 1) if again else an_event("ann", "plate", at=NOW + 1, kind=ItemDismissed)
    assert training.learn(second) == UpdateResult(ANN, ())


def test_only_interactions_are_counted_as_learned(an_event: EventBuilder) -> None:
    training = Training()
    training.learn(an_event("ann", "cup"), an_event("ann", "plate", kind=CartItemAdded))
    assert training.state.learned == 2
    training.learn(
        an_event("ann", kind=ReasonsRequested),
        an_event("ann", kind=PreferencesChanged, categories=("tea",)),
        an_event("ann", kind=RankingShown, items=("cup",), surface="for_you"),
    )
    assert training.state.learned == 2


def test_an_item_too_many_is_ignored(an_event: EventBuilder) -> None:
    training = Training(max_items=1)
    training.learn(an_event("ann", "cup"))
    assert training.learn(an_event("ann", "plate")) == NOTHING_UPDATED
    assert training.history() == ["cup"]


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        (ReasonsRequested, UpdateResult(ANN)),
        (TasteReset, UpdateResult(ANN)),
        (PreferencesChanged, UpdateResult(ANN)),
        (VisitorForgotten, NOTHING_UPDATED),
    ],
)
def test_whose_list_is_to_be_made_anew(an_event: EventBuilder, kind: type[AnyEvent], result: UpdateResult) -> None:
    training = Training()
    training.learn(an_event("ann", "cup", at=NOW))
    assert training.learn(an_event("ann", at=NOW + 1, kind=kind)) == result


def test_a_late_event_of_before_the_sign_in_is_the_account_s(an_event: EventBuilder) -> None:
    training = Training()
    training.learn(an_event("tab", "cup", at=NOW), an_event("tab", at=NOW + 10, kind=VisitorIdentified, account="ann"))
    assert training.learn(an_event("tab", "plate", at=NOW + 5)).visitor == ANN
    assert training.history() == ["cup", "plate"]


def test_a_late_event_of_a_forgotten_visitor_is_dropped(an_event: EventBuilder) -> None:
    training = Training()
    training.learn(an_event("ann", "cup", at=NOW), an_event("ann", at=NOW + 10, kind=VisitorForgotten))
    assert training.learn(an_event("ann", "plate", at=NOW + 5)) == NOTHING_UPDATED
    assert training.history() == []
    assert training.learn(an_event("ann", "mug", at=NOW + 20)).visitor == ANN


def test_a_clock_that_is_ahead_does_not_count(an_event: EventBuilder) -> None:
    training = Training()
    training.learn(an_event("ann", "cup", at=NOW + 9_999, received_at=NOW))
    row = training.state.visitors.index(ANN)
    assert training.state.visitors.sessions.context(row, NOW + 1).times.tolist() == [NOW]


def test_walking_moves_the_session_and_teaches_nothing(an_event: EventBuilder) -> None:
    training = Training()
    training.trainer.walk(feedback(an_event("ann", "cup", at=NOW)))
    assert training.history() == ["cup"]
    assert training.state.learned == 0
    assert not training.state.statistics.counts.any()


def test_without_a_slate_the_ranker_learns_from_every_32nd_event(an_event: EventBuilder) -> None:
    training, learned = Training(), []
    for number in range(70):
        before = training.state.ranker.dump()
        training.learn(an_event("ann", f"i{number % 5}", at=NOW + number))
        after = training.state.ranker.dump()
        if str(before["linear"]) != str(after["linear"]):
            learned.append(number)
    assert learned == [32, 64]


@pytest.mark.parametrize(
    ("kind", "fields", "left"),
    [
        (TasteReset, {}, []),
        (ItemForgotten, {"item": "cup"}, ["plate"]),
        (VisitorForgotten, {}, []),
        (VisitorIdentified, {"account": "account"}, ["cup", "plate"]),
    ],
)
@pytest.mark.parametrize("is_late", [False, True], ids=["at once", "late"])
def test_what_was_shown_before_it_was_taken_back_is_forgotten_however_late_its_update_comes(
    an_event: EventBuilder, kind: type[AnyEvent], fields: dict[str, Any], left: list[str], is_late: bool
) -> None:
    training = Training(owns=lambda _: True)
    training.learn(*(an_event("bob", item, at=NOW - 9) for item in ("cup", "plate", "mug")))
    events = [
        an_event("ann", "mug", at=NOW),
        an_event("ann", at=NOW + 1, kind=RankingShown, items=("cup", "plate"), surface="for_you"),
        an_event("ann", at=NOW + 2, kind=kind, **fields),
    ]
    updates = []
    for event in events:
        update = training.learn(event).ranker_update
        updates += [update] if update is not None else []
        while updates and not is_late:
            training.trainer.apply(updates.pop(0))
    for update in updates:
        training.trainer.apply(update)
    assert training.shown(VisitorId("account") if kind is VisitorIdentified else ANN) == left


@pytest.mark.parametrize("is_late", [False, True], ids=["at once", "late"])
def test_an_item_that_was_not_known_when_it_was_shown_is_not_noted_however_late_the_update_comes(
    an_event: EventBuilder, is_late: bool
) -> None:
    training = Training(owns=lambda _: True)
    training.learn(an_event("ann", "mug", at=NOW), an_event("bob", "plate", at=NOW))
    shown = an_event("ann", at=NOW + 1, kind=RankingShown, items=("cup", "plate"), surface="for_you")
    update = training.learn(shown).ranker_update
    assert update is not None
    known = an_event("bob", "cup", at=NOW + 2)
    if is_late:
        training.learn(known)
    training.trainer.apply(update)
    if not is_late:
        training.learn(known)
    assert training.shown() == ["plate"]

"""The whole recommender behind one door: what the learner feeds with events and asks for lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from online_models.arrays.state import read_number, read_part
from online_models.asking import Asking
from online_models.audience import Audience
from online_models.blending.feedback_loop import FeedbackLoop
from online_models.blending.served import Asked
from online_models.events import (
    AnyEvent,
    ItemForgotten,
    ItemId,
    PreferencesChanged,
    RankingId,
    RankingShown,
    ReasonsRequested,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.feedback import Feedback, feedback_of
from online_models.identity import Identity
from online_models.item_statistics import ItemStatistics
from online_models.keyspace import RANKING_LENGTH, RELATED_LENGTH, TRENDING_LENGTH
from online_models.like_items import LikeItems
from online_models.lists.evidence import Evidence
from online_models.lists.listing import Listing
from online_models.lists.newcomers import Newcomers
from online_models.members import build_models
from online_models.messages import ModelQuality
from online_models.models.transitions import STEPS
from online_models.product import Product
from online_models.ranking import RankedItem
from online_models.recommender import NO_ROWS, Context, InvalidState, Rows, State
from online_models.sessions import LENGTH
from online_models.shelf import Shelf
from online_models.vocabulary import ItemVocabulary
from online_models.why import Why

STATE_VERSION = 3

ASKED_EVERY, ASKED_LATER, EARLY = 32, 128, 20_000
"""Of events that follow no list, such as history that is filled in, every so manieth teaches the blend.

At first every 32nd, from 20,000 events on every 128th: what was learned for longer is moved less by one event more.
"""


@dataclass(frozen=True, slots=True)
class HybridSettings:
    """How large the hybrid may grow, and what its members start from.

    Attributes
    ----------
    seed
        Of every random draw.
    max_items, max_visitors
        Bounds of the state: later items are ignored; of visitors, the one absent longest makes room.
    touches
        Items remembered per visitor.
    factors
        Length of the latent vectors.
    candidates
        Answers taken from each member.
    """

    seed: int = 7
    max_items: int = 200_000
    max_visitors: int = 1_000_000
    touches: int = LENGTH
    factors: int = 16
    candidates: int = 40


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changed: whose list, and for which items what goes well with them (the event's item first)."""

    visitor: VisitorId | None = None
    items: tuple[ItemId, ...] = ()


NO_CHANGE = Change()


class Hybrid:
    """All models, what they share, and the learned blend of their answers.

    What the models learn follows from the events alone. What blend, guard and statistics of quality learn follows
    from the lists that visitors had before them, too: they are saved with the rest, but a replay of the log does not
    make the same lists again.

    Examples
    --------
    >>> from online_models.events import EventId, ItemViewed
    >>> hybrid = Hybrid()
    >>> for second, (visitor, item) in enumerate([("ann", "cup"), ("ann", "saucer"), ("bob", "cup")]):
    ...     event = ItemViewed(
    ...         event_id=EventId(f"e{second}"),
    ...         visitor=VisitorId(visitor),
    ...         occurred_at=1.7e9 + second,
    ...         item=ItemId(item),
    ...     )
    ...     change = hybrid.learn_one(event)
    >>> change
    Change(visitor='bob', items=('cup',))
    >>> best = hybrid.rank(VisitorId("bob"), now=1.7e9 + 3, n=1)[0]
    >>> best.item
    'saucer'
    """

    def __init__(self, settings: HybridSettings = HybridSettings()) -> None:
        self._settings = settings
        self._shelf = Shelf()
        self._like_items = LikeItems({})
        self._start()

    def _start(self) -> None:
        settings = self._settings
        self._items = ItemVocabulary(settings.max_items)
        self._audience = Audience(settings.max_visitors, settings.touches, lambda row: self._identity.erase_row(row))
        self._statistics = ItemStatistics()
        self._models = build_models(self._shelf, self._audience.preferences, settings.factors, settings.seed)
        self._names = self._models.names
        self._loop = FeedbackLoop(self._names, self._statistics)
        self._identity = Identity(self._audience, self._models, self._loop)
        self._newcomers = Newcomers()
        self._asking = Asking(
            self._items, self._shelf, self._audience, self._models, self._loop, self._newcomers, settings.candidates
        )
        self._listing = Listing(self._items, self._shelf, self._audience.sessions, self._statistics, self._models)
        self._evidence = Evidence(self._items, self._audience.sessions, self._models)
        self._learned = 0

    @property
    def items(self) -> int:
        """How many items are known."""
        return len(self._items)

    @property
    def visitors(self) -> int:
        """How many visitors are known."""
        return len(self._audience)

    @property
    def members(self) -> tuple[str, ...]:
        """The members' names, in the order of `Answers`."""
        return self._names

    def row(self, item: ItemId) -> int:
        """Return the row of an item; -1 if it is not known."""
        return self._items.row(item)

    def use_catalogue(
        self, products: Iterable[Product], neighbours: Mapping[ItemId, Sequence[tuple[ItemId, float]]]
    ) -> None:
        """Replace the catalogue. Items that it lacks are learned from but never recommended, unless it is empty."""
        self._like_items = LikeItems(neighbours)
        self._place_catalogue(products)

    def learn_one(self, event: AnyEvent) -> Change:
        """Learn one event in all models, and say what it changed.

        An event that was taken in before its visitor signed in is the account's, also if it comes later; one from
        before its visitor was forgotten is nobody's.
        """
        came = event.occurred_at if event.received_at is None else event.received_at
        visitor = self._audience.departures.follow(event.visitor, came)
        if visitor is None:
            return NO_CHANGE
        if visitor != event.visitor:
            event = msgspec.structs.replace(event, visitor=visitor)
        feedback = feedback_of(event)
        if feedback is None:
            return self._heed(event, came)
        if came < feedback.at:
            feedback = replace(feedback, at=came)
        return self.learn(feedback, from_list=event.surface == "for_you")

    def learn(self, feedback: Feedback, asked: Asked | None = None, *, from_list: bool = False) -> Change:
        """Learn one signal: first the blend from ``asked``, or the list that the visitor had; then all models.

        ``from_list`` tells whether the visitor came to the item from their list.
        """
        item = self._items.add(feedback.item)
        if item < 0:
            return NO_CHANGE
        visitor = self._audience.use(feedback.visitor)
        if feedback.chosen:
            self._loop.note_taken(visitor, item, from_list)
        context = self._audience.sessions.context(visitor, feedback.at, feedback.session)
        self._learn_served(item, feedback, context, asked)
        self._models.learn_one(item, feedback, context)
        if feedback.chosen:
            self._statistics.touch(item, feedback.at)
            self._newcomers.touch(item)
        beside = context.session_rows.tolist()[: -STEPS - 1 : -1]
        told = item in beside or not feedback.chosen
        self._audience.sessions.touch(visitor, item, feedback)
        self._learned += 1
        return Change(feedback.visitor, () if told else (feedback.item, *map(self._items.id, beside)))

    def walk(self, feedback: Feedback) -> None:
        """Move the visitor's session on, and learn nothing."""
        item = self._items.add(feedback.item)
        if item >= 0:
            self._audience.sessions.touch(self._audience.use(feedback.visitor), item, feedback)

    def ask(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        barred: Rows = NO_ROWS,
        keep_last: bool = False,
        n: int = RANKING_LENGTH,
    ) -> Asked:
        """Return what all members and the blend say for a visitor. Changes nothing.

        Parameters
        ----------
        session
            The shop's own name of the present session, where it has one.
        barred
            Rows to leave out, beside the item touched last (unless ``keep_last``) and what is not for sale.
        n
            Length of the list.
        """
        context = self._audience.sessions.context(self._audience.row(visitor), now, session)
        return self._asking.ask(context, n, barred, keep_last=keep_last)

    def rank(self, visitor: VisitorId, now: float, n: int = RANKING_LENGTH) -> tuple[RankedItem, ...]:
        """Return the visitor's list, best first. What is kept of it is only what the visitor's next event is held to.

        Left out are the item just viewed, what lies in the basket, was just bought, rated badly or dismissed, and
        what is not for sale.
        """
        row = self._audience.row(visitor)
        context = self._audience.sessions.context(row, now)
        asked = self._asking.rank(context, row + self._learned, n)
        if row >= 0:
            self._loop.served.put(row, asked)
        return self._listing.personal(asked, context, n)

    def explain(self, visitor: VisitorId, ranking_id: RankingId, now: float) -> Why | None:
        """Return why the visitor's last list is as it is; None once they have done something else. Changes nothing."""
        row = self._audience.row(visitor)
        asked = self._loop.served.get(row)
        if asked is None:
            return None
        return self._evidence.of(asked, self._loop.parts(asked), self._audience.sessions.context(row, now), ranking_id)

    def goes_well_with(
        self, item: ItemId, now: float, n: int = RELATED_LENGTH, visitor: VisitorId | None = None
    ) -> tuple[RankedItem, ...]:
        """Return what goes well with an item; for a visitor, what suits them first. Changes nothing."""
        row = self._items.row(item)
        if row < 0:
            return ()
        asked = self._loop.served.get(self._audience.row(visitor)) if visitor is not None else None
        return self._listing.related(row, now, n, asked)

    def similar(self, item: ItemId, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        """Return what is like an item. Changes nothing."""
        row = self._items.row(item)
        return self._listing.similar(row, n) if row >= 0 else ()

    def bought_together(self, visitor: VisitorId, now: float, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        """Return what goes with all that lies in a visitor's basket; nothing without one. Changes nothing."""
        row = self._audience.row(visitor)
        basket = self._audience.sessions.basket(row, now)
        return self._listing.together(basket, self._audience.sessions.context(row, now), n) if basket else ()

    def trending(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what gets more traffic lately than usual. Changes nothing."""
        return self._listing.trending(now, n)

    def popular(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what most visitors choose; in a fresh shop, what sold before. Changes nothing."""
        return self._listing.popular(now, n)

    def top_rated(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what visitors rate best; nothing where nobody rates. Changes nothing."""
        return self._listing.top_rated(now, n)

    def new_arrivals(self, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what nobody has touched yet, then what was touched first of late. Changes nothing."""
        return self._listing.new_arrivals(n)

    def quality(self) -> ModelQuality:
        """Return how good the lists were that visitors really had. Changes nothing."""
        return self._loop.quality()

    def take_rated(self, *, everything: bool = False) -> dict[ItemId, tuple[int, ...]]:
        """Return how many visitors give one, two ... five stars, by item for sale, where that has changed.

        Changed is what changed since the last call, and after `load` or `use_catalogue` every item that has stars; with
        ``everything`` it is each of these at any time.
        """
        rated = self._models.top_rated
        changed = rated.take_changed()
        rows = np.array(rated.rated() if everything else changed, np.int32)
        return {self._items.id(row): rated.stars(row) for row in rows[self._shelf.for_sale(rows)].tolist()}

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        """Return the stars that the visitor is expected to give; None where nothing is known of either."""
        return self._models.factorization.expected_rating(self._audience.row(visitor), self._items.row(item))

    def dump(self) -> State:
        """Return a copy of all that was learned, quickly. The catalogue is not part of it."""
        return {
            "version": STATE_VERSION,
            "learned": self._learned,
            "items": self._items.dump(),
            "audience": self._audience.dump(),
            "statistics": self._statistics.dump(),
            "models": self._models.dump(),
            "loop": self._loop.dump(),
        }

    def load(self, state: State) -> None:
        """Replace all that was learned by what `dump` returned, and keep the catalogue.

        Raises
        ------
        InvalidState
            If the state is of another version or of other settings. Nothing is learned then, not even what was.
        """
        self._start()
        try:
            self._restore(state)
        except InvalidState:
            self._start()
            raise
        finally:
            self._place_catalogue(tuple(self._shelf.products.values()))

    def _restore(self, state: State) -> None:
        version = read_number(state, "version")
        if version != STATE_VERSION:
            raise InvalidState(f"a state of version {version}; this is version {STATE_VERSION}")
        self._learned = int(read_number(state, "learned"))
        self._items.load(read_part(state, "items"))
        self._audience.load(read_part(state, "audience"))
        self._statistics.load(read_part(state, "statistics"))
        self._models.load(read_part(state, "models"))
        self._loop.load(read_part(state, "loop"))

    def _learn_served(self, item: int, feedback: Feedback, context: Context, asked: Asked | None) -> None:
        """Hold the visitor's list to what they did, and let the blend learn from it."""
        asked = asked or self._loop.served.take(context.visitor)
        if asked is None:
            every = ASKED_EVERY if self._learned < EARLY else ASKED_LATER
            if self._learned % every or not len(context.rows):
                return
            asked = self._asking.ask(context, RANKING_LENGTH)
        if feedback.kind == "dismissal":
            self._loop.learn_dismissed(item, asked)
        elif feedback.chosen:
            self._loop.learn_one(item, asked)

    def _heed(self, event: AnyEvent, came: float) -> Change:
        """Do what an event asks for that says nothing about one item; ``came`` is when it was taken in."""
        match event:
            case PreferencesChanged():
                self._audience.declare(event)
            case ReasonsRequested():
                pass
            case RankingShown():
                if event.surface in (None, "for_you"):
                    rows = map(self._items.row, event.items)
                    self._loop.note_shown(self._audience.row(event.visitor), rows, event.occurred_at)
                return NO_CHANGE
            case ItemForgotten():
                self._identity.forget_item(self._audience.row(event.visitor), self._items.row(event.item))
            case TasteReset():
                self._identity.reset_taste(event.visitor, came)
            case VisitorIdentified():
                self._identity.identify(event.visitor, event.account, came)
                return Change(event.account)
            case VisitorForgotten():
                self._identity.forget(event.visitor, came)
                return NO_CHANGE
        return Change(event.visitor)

    def _place_catalogue(self, products: Iterable[Product]) -> None:
        self._shelf.fill(products, self._items)
        items = len(self._items)
        self._listing.forget_titles()
        self._models.top_rated.change_all()
        self._models.content.use_lists(*self._like_items.placed(self._items))
        self._models.categories.use_groups(*self._shelf.groups(items))
        self._statistics.make_room(items)
        untouched = ~self._shelf.barred(items) & (self._statistics.counts[:items] == 0)
        self._newcomers.use(np.flatnonzero(untouched).tolist() if self._shelf.products else ())

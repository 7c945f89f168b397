"""The whole recommender behind one door: what the learner feeds with events and asks for lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from online_models.blend import PREFERENCES, Blend, FixedBlend
from online_models.content import Content
from online_models.events import (
    AnyEvent,
    ItemId,
    PreferencesChanged,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.factorization import Factorization
from online_models.feedback import Feedback, feedback_of
from online_models.keyspace import RANKING_LENGTH, RELATED_LENGTH, TRENDING_LENGTH
from online_models.listing import Listing
from online_models.popularity import Popularity, Trending
from online_models.preferences import NOTHING_DECLARED, DeclaredPreferences
from online_models.product import Product
from online_models.ranking import RankedItem
from online_models.recommender import Context, InvalidState, Recommender, Scores, State
from online_models.sessions import Sessions
from online_models.shelf import Shelf
from online_models.state import read_number, read_part
from online_models.transitions import STEPS, Transitions
from online_models.vocabulary import ItemVocabulary, VisitorVocabulary

STATE_VERSION = 1


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
    successors
        What each item is remembered to be followed by.
    candidates
        Answers taken from each member.
    """

    seed: int = 7
    max_items: int = 200_000
    max_visitors: int = 1_000_000
    touches: int = 32
    factors: int = 16
    successors: int = 128
    candidates: int = 128


@dataclass(frozen=True, slots=True)
class Change:
    """What an event changed: whose list, and for which items what goes well with them (the event's item first)."""

    visitor: VisitorId | None = None
    items: tuple[ItemId, ...] = ()


NO_CHANGE = Change()


class Hybrid:
    """All members, what they share, and the blend of their answers.

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
    >>> best.item, best.reason.kind
    ('saucer', 'often_next')
    """

    def __init__(self, settings: HybridSettings = HybridSettings()) -> None:
        self._settings = settings
        self._shelf = Shelf()
        self._neighbours: Mapping[ItemId, Sequence[tuple[ItemId, float]]] = {}
        self._content = Content()
        self._start()

    def _start(self) -> None:
        settings = self._settings
        self._items = ItemVocabulary(settings.max_items)
        self._visitors = VisitorVocabulary(settings.max_visitors)
        self._sessions = Sessions(settings.touches)
        self._preferences = DeclaredPreferences()
        self._popularity = Popularity()
        self._transitions = Transitions(settings.successors)
        self._members: tuple[Recommender, ...] = (
            self._transitions,
            self._content,
            Factorization(settings.factors, settings.seed),
            Trending(self._popularity),
            self._popularity,
        )
        self._blend: Blend = FixedBlend()
        self._listing = Listing(
            self._items, self._shelf, self._sessions, self._popularity, self._transitions, self._content
        )
        self._learned = 0

    @property
    def items(self) -> int:
        """How many items are known."""
        return len(self._items)

    @property
    def visitors(self) -> int:
        """How many visitors are known."""
        return len(self._visitors)

    @property
    def members(self) -> tuple[str, ...]:
        """The members' names."""
        return tuple(member.name for member in self._members)

    def use_catalogue(
        self, products: Iterable[Product], neighbours: Mapping[ItemId, Sequence[tuple[ItemId, float]]]
    ) -> None:
        """Replace the catalogue. Items that it lacks are learned from but never recommended, unless it is empty."""
        self._shelf.fill(products, self._items)
        self._neighbours = neighbours
        self._place_neighbours()

    def learn_one(self, event: AnyEvent) -> Change:
        """Learn one event in all members, and say what it changed."""
        feedback = feedback_of(event)
        if feedback is not None:
            if event.received_at is not None and event.received_at < feedback.at:
                feedback = replace(feedback, at=event.received_at)
            return self._learn_feedback(feedback)
        match event:
            case PreferencesChanged():
                self._preferences.declare(self._use(event.visitor), event)
                return Change(event.visitor)
            case VisitorIdentified():
                return self._identify(event.visitor, event.account)
            case VisitorForgotten():
                self._forget(event.visitor)
        return NO_CHANGE

    def rank(self, visitor: VisitorId, now: float, n: int = RANKING_LENGTH) -> tuple[RankedItem, ...]:
        """Return the visitor's list, best first. Changes nothing.

        Left out are the item just viewed, what lies in the basket, was just bought, rated badly or dismissed, and
        what is not for sale.
        """
        row = self._visitors.row(visitor)
        context = self._sessions.context(row, now)
        declared = self._preferences.of(row)
        answers = self._ask(context)
        if declared != NOTHING_DECLARED:
            answers[PREFERENCES] = self._shelf.wished(declared, self._settings.candidates)
        blended = self._blend.combine(answers, context, self._settings.candidates)
        return self._listing.personal(blended, context, declared, n)

    def goes_well_with(self, item: ItemId, now: float, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        """Return what goes well with an item, whoever asks. Changes nothing."""
        row = self._items.row(item)
        return self._listing.related(row, now, n) if row >= 0 else ()

    def trending(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what gets more traffic lately than usual. Changes nothing."""
        return self._listing.trending(now, n)

    def popular(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what most visitors choose; in a fresh shop, what sold before. Changes nothing."""
        return self._listing.popular(now, n)

    def dump(self) -> State:
        """Return a copy of all that was learned, quickly. The catalogue is not part of it."""
        return {
            "version": STATE_VERSION,
            "learned": self._learned,
            "items": self._items.dump(),
            "visitors": self._visitors.dump(),
            "sessions": self._sessions.dump(),
            "preferences": self._preferences.dump(),
            "blend": self._blend.dump(),
            "members": {member.name: member.dump() for member in self._members},
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
            self.use_catalogue(self._shelf.products.values(), self._neighbours)

    def _restore(self, state: State) -> None:
        version = read_number(state, "version")
        if version != STATE_VERSION:
            raise InvalidState(f"a state of version {version}; this is version {STATE_VERSION}")
        self._learned = int(read_number(state, "learned"))
        self._items.load(read_part(state, "items"))
        self._visitors.load(read_part(state, "visitors"))
        self._sessions.load(read_part(state, "sessions"))
        self._preferences.load(read_part(state, "preferences"))
        self._blend.load(read_part(state, "blend"))
        members = read_part(state, "members")
        for member in self._members:
            member.load(read_part(members, member.name))

    def _learn_feedback(self, feedback: Feedback) -> Change:
        item = self._items.add(feedback.item)
        if item < 0:
            return NO_CHANGE
        visitor = self._use(feedback.visitor)
        context = self._sessions.context(visitor, feedback.at)
        self._blend.learn_one(item, lambda: self._ask(context), context)
        for member in self._members:
            member.learn_one(item, feedback, context)
        self._sessions.touch(visitor, item, feedback.kind, feedback.reward, feedback.at)
        self._learned += 1
        beside = [touch.row for touch in reversed(context.session)]
        if feedback.reward <= 0 or item in beside:
            return Change(feedback.visitor)
        return Change(feedback.visitor, (feedback.item, *map(self._items.id, beside[:STEPS])))

    def _ask(self, context: Context) -> dict[str, Scores]:
        return {member.name: member.score(context, self._settings.candidates) for member in self._members}

    def _use(self, visitor: VisitorId) -> int:
        row, recycled = self._visitors.use(visitor)
        if recycled:
            self._erase(row)
        return row

    def _identify(self, visitor: VisitorId, account: VisitorId) -> Change:
        source, target = self._visitors.row(visitor), self._visitors.row(account)
        if source >= 0 and target < 0:
            self._visitors.rename(visitor, account)
        elif source >= 0 and source != target:
            self._sessions.merge(source, target)
            self._preferences.merge(source, target)
            self._forget(visitor)
        return Change(account)

    def _forget(self, visitor: VisitorId) -> None:
        row = self._visitors.row(visitor)
        if row >= 0:
            self._erase(row)
            self._visitors.remove(visitor)

    def _erase(self, row: int) -> None:
        self._sessions.erase(row)
        self._preferences.erase(row)
        for member in self._members:
            member.forget_visitor(row)

    def _place_neighbours(self) -> None:
        near = {
            row: [(self._items.row(other), cosine) for other, cosine in pairs if self._items.row(other) >= 0]
            for row, pairs in ((self._items.row(item), pairs) for item, pairs in self._neighbours.items())
            if row >= 0
        }
        self._content.use_neighbours(len(self._items), near)

"""The newest visits, from the events of the log: what is trained on. Erased visitors leave it at once."""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from online_models.schema.events import (
    AnyEvent,
    ItemForgotten,
    ItemId,
    TasteReset,
    VisitorForgotten,
    VisitorId,
    VisitorIdentified,
)
from online_models.schema.feedback import feedback_of
from online_models.visitors.tombstones import Tombstones
from training.packed_visits import LONGEST_VISIT

VISIT_ENDS_AFTER = 30 * 60.0
"""Seconds of absence, as for the models."""

MOST_ITEMS = 150_000
MOST_OF_VISITOR, MOST_OF_NETWORK = 20, 500
"""Visits of one visitor, and of all of one network, the newest: they teach what is shared by all."""

_Name = TypeVar("_Name", bound=str)


@dataclass(slots=True)
class WindowVisit:
    """The items of a visit, the oldest first, none twice in a row; and who it is of."""

    number: int
    visitor: VisitorId
    network: str | None
    items: list[ItemId] = field(default_factory=list)
    last_at: float = float("-inf")


class VisitWindow:
    """Visits in the order in which they began. When there are too many items in all, the oldest visits leave.

    A visit ends when its visitor was away for half an hour. A longer one than is trained on at once goes on as another,
    which begins with the last item of the one before.

    Examples
    --------
    >>> from online_models.schema.events import EventId, ItemViewed
    >>> window = VisitWindow()
    >>> for second, item in enumerate(["cup", "cup", "saucer"]):
    ...     event = ItemViewed(
    ...         event_id=EventId(f"e{second}"), visitor=VisitorId("ann"), occurred_at=1.7e9 + second, item=ItemId(item)
    ...     )
    ...     window.add(event)
    >>> window.visits(), window.newest_at
    ([('cup', 'saucer')], 1700000002.0)
    """

    def __init__(self, most_items: int = MOST_ITEMS) -> None:
        self._most_items = most_items
        self._visits: OrderedDict[int, WindowVisit] = OrderedDict()
        self._of_visitor: dict[VisitorId, deque[int]] = {}
        self._of_network: dict[str, deque[int]] = {}
        self._changed: set[int] = set()
        self._began = 0
        self._tombstones = Tombstones()
        self.items = 0
        """Of all visits."""
        self.newest_at = 0.0
        """The time of the newest event, Unix seconds."""

    def __len__(self) -> int:
        return len(self._visits)

    @property
    def changed(self) -> int:
        """How many visits have begun or gone on since `take_changed`."""
        return len(self._changed)

    def visits(self) -> list[tuple[ItemId, ...]]:
        """Return the visits of two items or more."""
        return _items_of(self._visits.values())

    def take_changed(self) -> list[tuple[ItemId, ...]]:
        """Return those that have begun or gone on since the last call."""
        changed, self._changed = sorted(self._changed), set()
        return _items_of(self._visits[number] for number in changed)

    def add(self, event: AnyEvent) -> None:
        """Note what an event says of a visit, or have its visitor forget."""
        received = event.occurred_at if event.received_at is None else event.received_at
        visitor = self._tombstones.follow(event.visitor, received)
        if visitor is None:
            return
        match event:
            case VisitorIdentified():
                self._tombstones.note(event.visitor, received, event.account)
                self._rename(event.visitor, event.account)
            case VisitorForgotten():
                self._tombstones.note(event.visitor, received)
                self._forget(event.visitor)
            case TasteReset():
                self._forget(visitor)
            case ItemForgotten():
                self._forget_item(visitor, event.item)
            case _:
                feedback = feedback_of(event)
                if feedback is not None and feedback.chosen:
                    self._append(visitor, feedback.item, min(feedback.at, received), event.network)

    def _append(self, visitor: VisitorId, item: ItemId, at: float, network: str | None) -> None:
        self.newest_at = max(self.newest_at, at)
        numbers = self._of_visitor.get(visitor)
        visit = self._visits[numbers[-1]] if numbers else None
        if visit is None or at > visit.last_at + VISIT_ENDS_AFTER:
            visit = self._begin(visitor, network)
        elif len(visit.items) == LONGEST_VISIT and visit.items[-1] != item:
            last = visit.items[-1]
            visit = self._begin(visitor, network)
            self._put(visit, last)
        visit.last_at = max(visit.last_at, at)
        if visit.items and visit.items[-1] == item:
            return
        self._put(visit, item)
        self._changed.add(visit.number)
        while self.items > self._most_items:
            self._remove(next(iter(self._visits)))

    def _put(self, visit: WindowVisit, item: ItemId) -> None:
        visit.items.append(item)
        self.items += 1

    def _begin(self, visitor: VisitorId, network: str | None) -> WindowVisit:
        visit = WindowVisit(self._began, visitor, network)
        self._began += 1
        self._visits[visit.number] = visit
        of_visitor = self._of_visitor.setdefault(visitor, deque())
        of_visitor.append(visit.number)
        if len(of_visitor) > MOST_OF_VISITOR:
            self._remove(of_visitor[0])
        if network is not None:
            of_network = self._of_network.setdefault(network, deque())
            of_network.append(visit.number)
            if len(of_network) > MOST_OF_NETWORK:
                self._remove(of_network[0])
        return visit

    def _remove(self, number: int) -> None:
        visit = self._visits.pop(number)
        self.items -= len(visit.items)
        self._changed.discard(number)
        _take_out(self._of_visitor, visit.visitor, number)
        if visit.network is not None:
            _take_out(self._of_network, visit.network, number)

    def _rename(self, visitor: VisitorId, account: VisitorId) -> None:
        if visitor == account or visitor not in self._of_visitor:
            return
        numbers = sorted((*self._of_visitor.pop(visitor), *self._of_visitor.get(account, ())))
        self._of_visitor[account] = deque(numbers)
        for number in numbers:
            self._visits[number].visitor = account
        for number in numbers[:-MOST_OF_VISITOR]:
            self._remove(number)

    def _forget(self, visitor: VisitorId) -> None:
        for number in tuple(self._of_visitor.get(visitor, ())):
            self._remove(number)

    def _forget_item(self, visitor: VisitorId, item: ItemId) -> None:
        for number in tuple(self._of_visitor.get(visitor, ())):
            visit = self._visits[number]
            left = [kept for kept in visit.items if kept != item]
            left = [kept for place, kept in enumerate(left) if not place or kept != left[place - 1]]
            self.items += len(left) - len(visit.items)
            visit.items = left
            if not left:
                self._remove(number)


def _items_of(visits: Iterable[WindowVisit]) -> list[tuple[ItemId, ...]]:
    return [tuple(visit.items) for visit in visits if len(visit.items) > 1]


def _take_out(groups: dict[_Name, deque[int]], name: _Name, number: int) -> None:
    numbers = groups[name]
    numbers.remove(number)
    if not numbers:
        del groups[name]

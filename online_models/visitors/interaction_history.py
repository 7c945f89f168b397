"""What each visitor did lately: the present session, earlier items, basket, purchases and dismissals.

This is the one place that remembers what a visitor did. It hands it to the models as a `Context`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_indices, read_number
from online_models.schema.explanation import Deed
from online_models.schema.feedback import Feedback
from online_models.visitors.context import NOTHING_EXCLUDED, Context, nothing_known
from online_models.visitors.history_kernels import BOUGHT, CODES, IN_BASKET, JUST_BOUGHT, Small, drop, exclude, note
from online_models.visitors.history_pool import HistoryPool
from online_models.visitors.influence import IN_FULL, Influence

SESSION_GAP = 30 * 60.0
"""A visitor who was away for longer starts a new session."""

MAX_DISMISSED = 100
"""Dismissals kept per visitor, the newest."""

LENGTH = 32
"""Items kept per visitor."""

_ASIDE: dict[str, type[np.generic]] = {
    "dismissed_rewards": np.float32,
    "dismissed_times": np.uint32,
    "dismissed_marks": np.uint8,
    "dismissed_counts": np.uint8,
}
"""The arrays of what was put aside, in the order of its fields."""

_LATEST_TIME = 2**32 - 1
_MOST_VISITORS = 2**31 - 1


class _PutAside(NamedTuple):
    """What a visitor had done with an item that they dismissed, as the slots have it; ``times`` 0 for nothing.

    ``mark`` says, too, whether it belonged to the last session (`_IN_SESSION`).
    """

    reward: float
    at: int
    mark: int
    times: int


_IN_SESSION = 128
_NOTHING = _PutAside(0.0, 0, 0, 0)


class InteractionHistory:
    """The last ``length`` items of each visitor, by index, each once, at the last interaction with it.

    Times are kept as whole seconds. Those before 1970 count as its first second.

    Parameters
    ----------
    length
        How many items are kept per visitor, at most 255.
    gap
        Seconds of absence that end a session, where the shop does not name its sessions (`Feedback.session`).

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> history = InteractionHistory()
    >>> for item, at in ((7, 1000.0), (8, 9000.0)):
    ...     history.touch(0, item, Feedback(VisitorId("ann"), ItemId(str(item)), "view", 1.0, at))
    >>> context = history.context(visitor=0, now=9001.0)
    >>> context.items, context.session_items
    (array([7, 8], dtype=int32), array([8], dtype=int32))
    """

    def __init__(self, length: int = LENGTH, gap: float = SESSION_GAP) -> None:
        self._length = length
        self._gap = gap
        self._pool = HistoryPool(length)
        self._dismissed: dict[int, dict[int, _PutAside]] = {}
        """By visitor what they dismissed, the newest last."""
        self._session_names: dict[int, str] = {}

    def count(self, visitor: int) -> int:
        """Return how many items of a visitor are known."""
        return self._pool.length(visitor)

    def context(
        self,
        visitor: int,
        now: float,
        session: str | None = None,
        excluded: NDArray[np.bool_] = NOTHING_EXCLUDED,
        influence: Influence = IN_FULL,
    ) -> Context:
        """Return what is known of a visitor (-1: nothing) at a time. Changes nothing.

        ``session`` is the shop's own name of the present session, where it has one; ``influence`` that of the signal
        that is learned.
        """
        pool, slots = self._pool, self._pool.slots(visitor)
        arrays = pool.arrays
        times = arrays.times[slots]
        if not len(times):
            return nothing_known(now, visitor, excluded, influence)
        lasting = self._session_names.get(visitor) == session if session else int(now) - times.item(-1) <= self._gap
        return Context(
            visitor,
            arrays.items[slots],
            arrays.rewards[slots],
            times.astype(np.float64),
            arrays.counts[slots].astype(np.int32),
            arrays.session_lengths.item(visitor) if lasting else 0,
            now,
            excluded,
            influence,
        )

    def touch(self, visitor: int, item: int, feedback: Feedback) -> None:
        """Note an interaction. A time that goes back counts as the newest known of this visitor."""
        if feedback.kind == "dismissal":
            self._dismiss(visitor, item, self._known(visitor, item))
        self._pool.make_room(visitor, item)
        gap = self._gap
        if feedback.session:
            # A session with a name goes on for as long as it is named, and ends with it.
            gap = np.inf if self._session_names.get(visitor) == feedback.session else -np.inf
            self._session_names[visitor] = feedback.session
        at = int(min(max(feedback.at, 0.0), _LATEST_TIME))
        note(self._pool.packed, visitor, item, CODES[feedback.kind], feedback.reward, at, gap, self._length)

    def exclude_unwanted(self, context: Context) -> None:
        """Exclude what the visitor must not be shown now, in the context's own array, which must cover all items.

        That is the item just viewed, what lies in the basket or was just bought, what they rated badly and what they
        dismissed.
        """
        if len(context.items):
            items, rewards, times, marks = context.items, context.rewards, context.times, self._marks(context)
            exclude(items, rewards, times, marks, context.now, context.session_length > 0, context.excluded)
        if dismissed := self._dismissed.get(context.visitor):
            context.excluded[list(dismissed)] = True

    def items(self, visitor: int) -> list[int]:
        """Return the visitor's items, the oldest first."""
        items: list[int] = self._pool.arrays.items[self._pool.slots(visitor)].tolist()
        return items

    def basket(self, visitor: int, now: float) -> list[int]:
        """Return the items in the visitor's basket, the newest first."""
        arrays, slots = self._pool.arrays, self._pool.slots(visitor)
        inside = ((arrays.marks[slots] & IN_BASKET) != 0) & (now - arrays.times[slots] <= JUST_BOUGHT)
        items: list[int] = arrays.items[slots][inside][::-1].tolist()
        return items

    def bought(self, context: Context) -> set[int]:
        """Return which of the visitor's items they bought."""
        items, marks = context.items.tolist(), self._marks(context).tolist()
        return {item for item, mark in zip(items, marks, strict=True) if mark & BOUGHT}

    def deeds(self, context: Context) -> tuple[list[tuple[int, Deed, int]], list[int]]:
        """Return what a visitor did last with each of their items, and what they dismissed, the newest first.

        Of each item its index, the deed, and its time in Unix seconds.
        """
        arrays = context.items, context.rewards, context.times, self._marks(context)
        interactions = zip(*(array.tolist() for array in arrays), strict=True)
        deeds = [(item, _deed(reward, mark, context.now - at), int(at)) for item, reward, at, mark in interactions]
        return deeds[::-1], [*self._dismissed.get(context.visitor, ())][::-1]

    def merge(self, source: int, target: int) -> None:
        """Add what ``source`` did to ``target``, in order of time. ``source`` keeps its own until it is erased."""
        own, added = self._pool.copy(target), self._pool.copy(source)
        if len(added[0]):
            items, rewards, times, marks, counts = map(np.concatenate, zip(own, added, strict=True))
            order = np.argsort(times, kind="stable")
            _, last = np.unique(items[order][::-1], return_index=True)
            kept = order[np.sort(len(items) - 1 - last)][-self._length :]
            present = np.concatenate((self._present(target, len(own[0])), self._present(source, len(added[0]))))[kept]
            # The session reaches back as far as both sides were in theirs without an absence between.
            absences: NDArray[np.float64] = np.diff(times[kept].astype(np.float64))
            present[:-1] &= absences <= self._gap
            session_length = len(kept) if present.all() else int(np.argmin(present[::-1]))
            merged = tuple(field[kept] for field in (items, rewards, times, marks, counts))
            self._pool.put(target, merged, session_length)
        for item, aside in self._dismissed.get(source, {}).items():
            self._dismiss(target, item, aside)

    def forget_item(self, visitor: int, item: int) -> None:
        """Forget what the visitor did with an item, also that they dismissed it."""
        self._take_back(visitor, item)
        if self._pool.holds(visitor, item):
            drop(self._pool.packed, visitor, item)

    def take_back_dismissal(self, visitor: int, item: int) -> None:
        """Forget that the visitor dismissed an item: what they had done with it before counts again, at its time."""
        aside = self._take_back(visitor, item)
        if not aside.times or self._pool.holds(visitor, item):
            return
        own, session_length = self._pool.copy(visitor), self._pool.session_length(visitor)
        place = int(np.searchsorted(own[2], aside.at, side="right"))
        outside = len(own[0]) - session_length
        # Before the session's first item it belongs to it as it did when it was dismissed.
        if place > outside or (place == outside and aside.mark & _IN_SESSION):
            session_length += 1
        known = (item, *aside._replace(mark=aside.mark & ~_IN_SESSION))
        again = [np.insert(field, place, value) for field, value in zip(own, known, strict=True)]
        longest = tuple(field[-self._length :] for field in again)
        self._pool.put(visitor, longest, min(session_length, len(longest[0])))

    def reset(self, visitor: int, now: float) -> None:
        """Forget all that the visitor did, except what lies in their basket."""
        for item in set(self._pool.copy(visitor)[0].tolist()).difference(self.basket(visitor, now)):
            drop(self._pool.packed, visitor, item)
        self._dismissed.pop(visitor, None)
        self._session_names.pop(visitor, None)

    def erase(self, visitor: int) -> None:
        """Forget all that the visitor did."""
        self._dismissed.pop(visitor, None)
        self._session_names.pop(visitor, None)
        self._pool.empty(visitor)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        named = sorted(self._session_names.items())
        aside = [one for items in self._dismissed.values() for one in items.values()]
        return {
            "length": self._length,
            **self._pool.dump(),
            "dismissers": np.array([v for v, items in self._dismissed.items() for _ in items], np.int32),
            "dismissed": np.array([item for items in self._dismissed.values() for item in items], np.int32),
            **{name: np.array([one[n] for one in aside], kind) for n, (name, kind) in enumerate(_ASIDE.items())},
            "named": np.array([visitor for visitor, _ in named], np.int32),
            # With the visitor, so that no two are equal.
            "names": [f"{visitor} {name}" for visitor, name in named],
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        if read_number(state, "length") != self._length:
            raise InvalidState(f"other than {self._length} items are kept per visitor")
        dismissers, dismissed = (read_indices(state, name, _MOST_VISITORS) for name in ("dismissers", "dismissed"))
        named, names = read_indices(state, "named", _MOST_VISITORS), read_ids(state, "names")
        if len(dismissers) != len(dismissed) or len(named) != len(names):
            raise InvalidState("dismissals or sessions do not fit the visitors whose they are")
        aside = [read_array(state, name, kind, len(dismissed)).tolist() for name, kind in _ASIDE.items()]
        self._pool.load(state)
        self._dismissed = {}
        for visitor, item, *values in zip(dismissers, dismissed, *aside, strict=True):
            self._dismissed.setdefault(visitor, {})[item] = _PutAside(*values)
        self._session_names = {visitor: name.split(" ", 1)[-1] for visitor, name in zip(named, names, strict=True)}

    def _marks(self, context: Context) -> Small:
        return self._pool.arrays.marks[self._pool.slots(context.visitor)]

    def _present(self, visitor: int, count: int) -> NDArray[np.bool_]:
        """Tell of each of a visitor's items whether it belongs to their last session."""
        present: NDArray[np.bool_] = np.arange(count) >= count - self._pool.session_length(visitor)
        return present

    def _known(self, visitor: int, item: int) -> _PutAside:
        """Return what the visitor did with an item."""
        items, *fields = self._pool.copy(visitor)
        slots = np.flatnonzero(items == item)
        if not len(slots):
            return _NOTHING
        slot = int(slots[0])
        known = _PutAside(*(field.item(slot) for field in fields))
        is_inside = slot >= len(items) - self._pool.session_length(visitor)
        return known._replace(mark=known.mark | _IN_SESSION) if is_inside else known

    def _dismiss(self, visitor: int, item: int, aside: _PutAside) -> None:
        items = self._dismissed.setdefault(visitor, {})
        before = items.pop(item, _NOTHING)
        items[item] = aside if aside.times else before
        if len(items) > MAX_DISMISSED:
            del items[next(iter(items))]

    def _take_back(self, visitor: int, item: int) -> _PutAside:
        """Forget that the visitor dismissed an item, and return what they had done with it before."""
        items = self._dismissed.get(visitor, {})
        aside = items.pop(item, _NOTHING)
        if not items:
            self._dismissed.pop(visitor, None)
        return aside


def _deed(reward: float, mark: int, age: float) -> Deed:
    if mark & IN_BASKET and age <= JUST_BOUGHT:
        return "basket"
    if mark & BOUGHT:
        return "bought"
    return "disliked" if reward < 0 else "viewed"

"""What each visitor did lately: the present session, earlier items, basket, purchases and dismissals.

This is the one place that remembers what a visitor did. It hands it to the members as a `Context`.
"""

import numpy as np
from numpy.typing import NDArray

from online_models.feedback import REWARDS, FeedbackKind
from online_models.recommender import Context, InvalidState, State, Touch
from online_models.rows import grown
from online_models.state import read_array, read_rows

MINUTE = 60.0
DAY = 86_400.0

SESSION_GAP = 30 * MINUTE
"""A visitor who was away for longer starts a new session."""

JUST_BOUGHT = DAY
"""For so long a purchase is not recommended to its buyer again."""

MAX_DISMISSED = 100
"""Dismissals kept per visitor, the newest."""

VIEWED = REWARDS["view"]

_CACHED = 4_096
_IN_BASKET, _BOUGHT = 1, 2
_TOUCH = np.dtype([("row", "<i4"), ("reward", "<f2"), ("marks", "<u2"), ("at", "<f8")])


class Sessions:
    """The last ``length`` items of each visitor row, each once, at its last touch.

    Parameters
    ----------
    length
        How many items are kept per visitor; 16 bytes each.
    gap
        Seconds of absence that end a session.

    Examples
    --------
    >>> sessions = Sessions()
    >>> sessions.touch(visitor=0, item=7, kind="view", reward=1.0, at=1000.0)
    >>> sessions.touch(visitor=0, item=8, kind="view", reward=1.0, at=9000.0)
    >>> context = sessions.context(visitor=0, now=9001.0)
    >>> context.session
    (Touch(row=8, reward=1.0, at=9000.0),)
    >>> context.history
    (Touch(row=7, reward=1.0, at=1000.0),)
    """

    def __init__(self, length: int = 32, gap: float = SESSION_GAP) -> None:
        self._length = length
        self._gap = gap
        self._touches: NDArray[np.void] = np.zeros((0, length), _TOUCH)
        self._counts = np.zeros(0, np.int32)
        self._started = np.zeros(0)
        self._dismissed: dict[int, list[int]] = {}
        self._recent: dict[int, list[Touch]] = {}

    def context(self, visitor: int, now: float) -> Context:
        """Return what is known of a visitor row (-1: nothing) at a time. Changes nothing."""
        touches = self._recall(visitor)
        if not touches:
            return Context(visitor, (), (), now)
        if now - touches[-1].at > self._gap:
            return Context(visitor, (), tuple(touches), now)
        started = float(self._started[visitor])
        first = len(touches) - 1
        while first > 0 and touches[first - 1].at >= started:
            first -= 1
        return Context(visitor, tuple(touches[first:]), tuple(touches[:first]), now)

    def touch(self, visitor: int, item: int, kind: FeedbackKind, reward: float, at: float) -> None:
        """Note what the visitor did with an item. Times that go back count as the newest seen of this visitor."""
        touches = self._recall(visitor)
        if kind == "dismissal":
            self._take_out(visitor, touches, item)
            self._dismiss(visitor, item)
            return
        if touches:
            last = touches[-1].at
            at = max(at, last)
            if at - last > self._gap:
                self._started[visitor] = at
        else:
            self._make_room(visitor)
            self._started[visitor] = at
        earlier, marks = self._take_out(visitor, touches, item)
        if kind == "purchase":
            marks = _BOUGHT
        elif kind == "cart":
            marks |= _IN_BASKET
        elif kind == "uncart":
            marks &= ~_IN_BASKET
            reward = VIEWED
        elif kind == "view" and earlier and (earlier.reward < 0 or earlier.at >= self._started[visitor]):
            reward = earlier.reward if earlier.reward < 0 else max(reward, earlier.reward)
        self._append(visitor, touches, Touch(item, reward, at), marks)

    def unwanted(self, context: Context) -> list[int]:
        """Return the rows that the visitor must not be shown now.

        These are the item just viewed, what lies in the basket or was just bought, what they rated badly and what
        they dismissed.
        """
        visitor, count = context.visitor, self._count(context.visitor)
        if count == 0:
            return list(self._dismissed.get(visitor, ()))
        touches = self._touches[visitor, :count]
        marks, age = touches["marks"], context.now - touches["at"]
        hidden = ((marks & _IN_BASKET) != 0) & (age <= DAY)
        hidden |= ((marks & _BOUGHT) != 0) & (age <= JUST_BOUGHT)
        hidden |= touches["reward"] < 0
        if context.session:
            hidden[-1] = True
        rows: list[int] = touches["row"][hidden].tolist()
        return rows + self._dismissed.get(visitor, [])

    def merge(self, source: int, target: int) -> None:
        """Add what ``source`` did to ``target``, in order of time. ``source`` keeps its own until it is erased."""
        count = self._count(source)
        if count:
            self._make_room(target)
            both = np.concatenate((self._touches[target, : self._count(target)], self._touches[source, :count]))
            both = both[np.argsort(both["at"], kind="stable")]
            _, last = np.unique(both["row"][::-1], return_index=True)
            both = both[np.sort(len(both) - 1 - last)][-self._length :]
            later = bool(both["at"][-1] == self._touches[source, count - 1]["at"])
            self._touches[target, : len(both)] = both
            self._counts[target] = len(both)
            if later:
                self._started[target] = self._started[source]
            self._recent.pop(target, None)
        for item in self._dismissed.get(source, ()):
            self._dismiss(target, item)

    def erase(self, visitor: int) -> None:
        """Forget all that the visitor did."""
        self._recent.pop(visitor, None)
        self._dismissed.pop(visitor, None)
        if visitor < len(self._counts):
            self._touches[visitor] = np.zeros((), _TOUCH)
            self._counts[visitor] = 0
            self._started[visitor] = 0.0

    def dump(self) -> State:
        """Return a copy of the whole state."""
        used = int(np.flatnonzero(self._counts)[-1]) + 1 if self._counts.any() else 0
        return {
            "touches": self._touches[:used].copy().view(np.uint8).reshape(used, self._length * _TOUCH.itemsize),
            "counts": self._counts[:used].copy(),
            "started": self._started[:used].copy(),
            "dismissers": np.array([v for v, rows in self._dismissed.items() for _ in rows], np.int32),
            "dismissed": np.array([row for rows in self._dismissed.values() for row in rows], np.int32),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        counts = read_array(state, "counts", np.int32, None)
        used = len(counts)
        raw = read_array(state, "touches", np.uint8, used, self._length * _TOUCH.itemsize)
        started = read_array(state, "started", np.float64, used)
        if used and not (int(counts.min()) >= 0 and int(counts.max()) <= self._length):
            raise InvalidState("more touches than a visitor can have")
        dismissers, dismissed = (read_rows(state, name, 2**31 - 1) for name in ("dismissers", "dismissed"))
        if len(dismissers) != len(dismissed):
            raise InvalidState("dismissals do not fit the visitors who made them")
        self._touches, self._counts, self._started = raw.view(_TOUCH), counts, started
        self._dismissed = {}
        for visitor, item in zip(dismissers, dismissed, strict=True):
            self._dismissed.setdefault(visitor, []).append(item)
        self._recent = {}

    def _count(self, visitor: int) -> int:
        return int(self._counts[visitor]) if 0 <= visitor < len(self._counts) else 0

    def _recall(self, visitor: int) -> list[Touch]:
        touches = self._recent.get(visitor)
        if touches is None:
            count = self._count(visitor)
            raw = self._touches[visitor, :count].tolist() if count else []
            touches = [Touch(row, reward, at) for row, reward, _, at in raw]
            if len(self._recent) >= _CACHED:
                self._recent.clear()
            self._recent[visitor] = touches
        return touches

    def _make_room(self, visitor: int) -> None:
        if visitor >= len(self._counts):
            self._touches = grown(self._touches, visitor + 1)
            self._counts = grown(self._counts, visitor + 1)
            self._started = grown(self._started, visitor + 1)

    def _take_out(self, visitor: int, touches: list[Touch], item: int) -> tuple[Touch | None, int]:
        """Remove the earlier touch of an item, if there is one, and return it with its marks."""
        for index in range(len(touches) - 1, -1, -1):
            if touches[index].row == item:
                stored = self._touches[visitor]
                marks = int(stored["marks"][index])
                stored[index : len(touches) - 1] = stored[index + 1 : len(touches)]
                self._counts[visitor] -= 1
                return touches.pop(index), marks
        return None, 0

    def _append(self, visitor: int, touches: list[Touch], touch: Touch, marks: int) -> None:
        stored = self._touches[visitor]
        if len(touches) == self._length:
            stored[:-1] = stored[1:]
            del touches[0]
        stored[len(touches)] = (touch.row, touch.reward, marks, touch.at)
        touches.append(touch)
        self._counts[visitor] = len(touches)

    def _dismiss(self, visitor: int, item: int) -> None:
        rows = self._dismissed.setdefault(visitor, [])
        if item in rows:
            rows.remove(item)
        rows.append(item)
        del rows[:-MAX_DISMISSED]

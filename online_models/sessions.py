"""What each visitor did lately: the present session, earlier items, basket, purchases and dismissals.

This is the one place that remembers what a visitor did. It hands it to the models as a `Context`.
"""

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.rows import grown
from online_models.arrays.state import read_array, read_ids, read_rows
from online_models.arrays.touch_lines import (
    BOUGHT,
    CART,
    DISMISSAL,
    IN_BASKET,
    PURCHASE,
    RATING,
    UNCART,
    VIEW,
    Small,
    Times,
    drop,
    hide,
    note,
)
from online_models.feedback import Feedback, FeedbackKind
from online_models.recommender import NOTHING_BARRED, Context, InvalidState, Rows, State, Values, nothing_known
from online_models.why import Deed

MINUTE = 60.0
DAY = 86_400.0

SESSION_GAP = 30 * MINUTE
"""A visitor who was away for longer starts a new session."""

JUST_BOUGHT = DAY
"""For so long a purchase is not recommended to its buyer again, nor what lies in the basket."""

MAX_DISMISSED = 100
"""Dismissals kept per visitor, the newest."""

LENGTH = 32
"""Items kept per visitor."""

_CODES: dict[FeedbackKind, int] = {
    "view": VIEW,
    "cart": CART,
    "purchase": PURCHASE,
    "rating": RATING,
    "uncart": UNCART,
    "dismissal": DISMISSAL,
}
_LATEST_TIME = 2**32 - 1


class Sessions:
    """The last ``length`` items of each visitor row, each once, at its last touch; 14 bytes each.

    Times are kept as whole seconds. Those before 1970 count as its first second.

    Parameters
    ----------
    length
        How many items are kept per visitor, at most 255.
    gap
        Seconds of absence that end a session, where the shop does not name its sessions (`Feedback.session`).

    Examples
    --------
    >>> from online_models.events import ItemId, VisitorId
    >>> sessions = Sessions()
    >>> for row, at in ((7, 1000.0), (8, 9000.0)):
    ...     sessions.touch(0, row, Feedback(VisitorId("ann"), ItemId(str(row)), "view", 1.0, at))
    >>> context = sessions.context(visitor=0, now=9001.0)
    >>> context.rows, context.session_rows
    (array([7, 8], dtype=int32), array([8], dtype=int32))
    """

    def __init__(self, length: int = LENGTH, gap: float = SESSION_GAP) -> None:
        self._length = length
        self._gap = gap
        self._rows: Rows = np.zeros((0, length), np.int32)
        self._rewards: Values = np.zeros((0, length), np.float32)
        self._times: Times = np.zeros((0, length), np.uint32)
        self._marks: Small = np.zeros((0, length), np.uint8)
        self._touches: Small = np.zeros((0, length), np.uint8)
        self._counts: Small = np.zeros(0, np.uint8)
        self._in_session: Small = np.zeros(0, np.uint8)
        self._dismissed: dict[int, list[int]] = {}
        self._named: dict[int, str] = {}

    def context(
        self, visitor: int, now: float, session: str | None = None, barred: NDArray[np.bool_] = NOTHING_BARRED
    ) -> Context:
        """Return what is known of a visitor row (-1: nothing) at a time. Changes nothing.

        ``session`` is the shop's own name of the present session, where it has one.
        """
        count = self._count(visitor)
        if count == 0:
            return nothing_known(now, visitor, barred)
        times = self._times[visitor, :count]
        lasting = self._named.get(visitor) == session if session else int(now) - int(times[-1]) <= self._gap
        return Context(
            visitor,
            self._rows[visitor, :count],
            self._rewards[visitor, :count],
            times.astype(np.float64),
            self._touches[visitor, :count].astype(np.int32),
            int(self._in_session[visitor]) if lasting else 0,
            now,
            barred,
        )

    def touch(self, visitor: int, item: int, feedback: Feedback) -> None:
        """Note what the visitor did with an item. Times that go back count as the newest seen of this visitor."""
        if feedback.kind == "dismissal":
            self._dismiss(visitor, item)
        if visitor >= len(self._counts):
            self._make_room(visitor + 1)
        at = min(max(feedback.at, 0.0), _LATEST_TIME)
        new = 0
        if feedback.session:
            new = 1 if self._named.get(visitor) == feedback.session else 2
            self._named[visitor] = feedback.session
        lines = (self._rows[visitor], self._rewards[visitor], self._times[visitor], self._marks[visitor])
        lengths = (self._counts, self._in_session, visitor)
        note(
            *lines,
            self._touches[visitor],
            *lengths,
            item,
            _CODES[feedback.kind],
            feedback.reward,
            int(at),
            self._gap,
            new,
        )

    def unwanted(self, context: Context) -> list[int]:
        """Return the rows that the visitor must not be shown now.

        These are the item just viewed, what lies in the basket or was just bought, what they rated badly and what
        they dismissed.
        """
        visitor, count = context.visitor, len(context.rows)
        dismissed = self._dismissed.get(visitor, [])
        if count == 0:
            return list(dismissed)
        marks, age = self._marks[visitor, :count], context.now - context.times
        hidden = ((marks & IN_BASKET) != 0) & (age <= DAY)
        hidden |= ((marks & BOUGHT) != 0) & (age <= JUST_BOUGHT)
        hidden |= context.rewards < 0
        if context.session:
            hidden[-1] = True
        rows: list[int] = context.rows[hidden].tolist()
        return rows + dismissed

    def basket(self, visitor: int, now: float) -> list[int]:
        """Return the rows that lie in the visitor's basket, the newest first."""
        count = self._count(visitor)
        if count == 0:
            return []
        inside = (self._marks[visitor, :count] & IN_BASKET) != 0
        inside &= now - self._times[visitor, :count] <= JUST_BOUGHT
        rows: list[int] = self._rows[visitor, :count][inside][::-1].tolist()
        return rows

    def deeds(self, context: Context) -> tuple[list[tuple[int, Deed, int]], list[int]]:
        """Return what a visitor did last with each of their items, and what they dismissed, the newest first.

        Of each item its row, the deed, and its time in Unix seconds.
        """
        count = len(context.rows)
        marks = self._marks[context.visitor, :count].tolist() if count else []
        lines = zip(context.rows.tolist(), context.rewards.tolist(), context.times.tolist(), marks, strict=True)
        deeds = [(row, _deed(reward, mark, context.now - at), int(at)) for row, reward, at, mark in lines]
        return deeds[::-1], self._dismissed.get(context.visitor, [])[::-1]

    def bar_unwanted(self, context: Context) -> None:
        """Bar what `unwanted` returns in the context's own array, which has a place for every item known."""
        if len(context.rows):
            marks = self._marks[context.visitor, : len(context.rows)]
            last_too, longest = context.session > 0, JUST_BOUGHT
            hide(
                *(context.rows, context.rewards, context.times, marks, context.now, longest, last_too, context.barred),
            )
        if dismissed := self._dismissed.get(context.visitor):
            context.barred[dismissed] = True

    def bought(self, context: Context) -> set[int]:
        """Return the rows among the visitor's items that they bought."""
        rows = context.rows.tolist()
        marks = self._marks[context.visitor, : len(rows)].tolist() if rows else []
        return {row for row, mark in zip(rows, marks, strict=True) if mark & BOUGHT}

    def merge(self, source: int, target: int) -> None:
        """Add what ``source`` did to ``target``, in order of time. ``source`` keeps its own until it is erased."""
        count = self._count(source)
        if count:
            self._make_room(target + 1)
            own = self._count(target)
            times = np.concatenate((self._times[target, :own], self._times[source, :count]))
            order = np.argsort(times, kind="stable")
            rows = np.concatenate((self._rows[target, :own], self._rows[source, :count]))[order]
            _, last = np.unique(rows[::-1], return_index=True)
            kept = order[np.sort(len(rows) - 1 - last)][-self._length :]
            for array in (self._rows, self._rewards, self._times, self._marks, self._touches):
                both = np.concatenate((array[target, :own], array[source, :count]))
                array[target, : len(kept)] = both[kept]
            present = np.concatenate((self._present(target), self._present(source)))[kept]
            # The session reaches back as far as both sides were in theirs without an absence between.
            absences: NDArray[np.float64] = np.diff(self._times[target, : len(kept)].astype(np.float64))
            present[:-1] &= absences <= self._gap
            self._in_session[target] = len(kept) if present.all() else int(np.argmin(present[::-1]))
            self._counts[target] = len(kept)
        for item in self._dismissed.get(source, ()):
            self._dismiss(target, item)

    def forget_item(self, visitor: int, item: int) -> None:
        """Forget what the visitor did with an item, also that they dismissed it."""
        dismissed = self._dismissed.get(visitor, [])
        if item in dismissed:
            dismissed.remove(item)
            if not dismissed:
                del self._dismissed[visitor]
        if self._count(visitor):
            lines = (self._rows[visitor], self._rewards[visitor], self._times[visitor], self._marks[visitor])
            drop(*lines, self._touches[visitor], self._counts, self._in_session, visitor, item)

    def reset(self, visitor: int, now: float) -> None:
        """Forget all that the visitor did, but for what lies in their basket."""
        kept = self.basket(visitor, now)
        for item in self._rows[visitor, : self._count(visitor)].tolist() if self._count(visitor) else ():
            if item not in kept:
                self.forget_item(visitor, item)
        self._dismissed.pop(visitor, None)
        self._named.pop(visitor, None)

    def erase(self, visitor: int) -> None:
        """Forget all that the visitor did."""
        self._dismissed.pop(visitor, None)
        self._named.pop(visitor, None)
        if 0 <= visitor < len(self._counts):
            for array in (self._rows, self._rewards, self._times, self._marks, self._touches):
                array[visitor] = 0
            self._counts[visitor] = self._in_session[visitor] = 0

    def dump(self) -> State:
        """Return a copy of the whole state."""
        used = int(np.flatnonzero(self._counts)[-1]) + 1 if self._counts.any() else 0
        named = sorted(self._named.items())
        return {
            **{name: array[:used].copy() for name, array in self._arrays().items()},
            "dismissers": np.array([v for v, rows in self._dismissed.items() for _ in rows], np.int32),
            "dismissed": np.array([row for rows in self._dismissed.values() for row in rows], np.int32),
            "named": np.array([visitor for visitor, _ in named], np.int32),
            # With the visitor, so that no two are equal.
            "names": [f"{visitor} {name}" for visitor, name in named],
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        counts = read_array(state, "counts", np.uint8, None)
        used, length = len(counts), self._length
        in_session = read_array(state, "in_session", np.uint8, used)
        rows = read_array(state, "rows", np.int32, used, length)
        rewards = read_array(state, "rewards", np.float32, used, length)
        times = read_array(state, "times", np.uint32, used, length)
        marks = read_array(state, "marks", np.uint8, used, length)
        touches = read_array(state, "touches", np.uint8, used, length)
        if used and (int(counts.max()) > length or bool((in_session > counts).any()) or int(rows.min()) < 0):
            raise InvalidState("more touches than a visitor can have, or of no item")
        dismissers, dismissed = (read_rows(state, name, 2**31 - 1) for name in ("dismissers", "dismissed"))
        named, names = read_rows(state, "named", 2**31 - 1), read_ids(state, "names")
        if len(dismissers) != len(dismissed) or len(named) != len(names):
            raise InvalidState("dismissals or sessions do not fit the visitors whose they are")
        self._rows, self._rewards, self._times, self._marks, self._touches = rows, rewards, times, marks, touches
        self._counts, self._in_session = counts, in_session
        self._dismissed = {}
        for visitor, item in zip(dismissers, dismissed, strict=True):
            self._dismissed.setdefault(visitor, []).append(item)
        self._named = {visitor: name.split(" ", 1)[-1] for visitor, name in zip(named, names, strict=True)}

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        return {
            "rows": self._rows,
            "rewards": self._rewards,
            "times": self._times,
            "marks": self._marks,
            "touches": self._touches,
            "counts": self._counts,
            "in_session": self._in_session,
        }

    def _count(self, visitor: int) -> int:
        return int(self._counts[visitor]) if 0 <= visitor < len(self._counts) else 0

    def _present(self, visitor: int) -> NDArray[np.bool_]:
        """Tell of each of a visitor's items whether it belongs to their last session."""
        count = self._count(visitor)
        present: NDArray[np.bool_] = np.arange(count) >= count - (int(self._in_session[visitor]) if count else 0)
        return present

    def _make_room(self, visitors: int) -> None:
        if visitors > len(self._counts):
            self._rows = grown(self._rows, visitors)
            self._rewards = grown(self._rewards, visitors)
            self._times = grown(self._times, visitors)
            self._marks = grown(self._marks, visitors)
            self._touches = grown(self._touches, visitors)
            self._counts = grown(self._counts, visitors)
            self._in_session = grown(self._in_session, visitors)

    def _dismiss(self, visitor: int, item: int) -> None:
        rows = self._dismissed.setdefault(visitor, [])
        if item in rows:
            rows.remove(item)
        rows.append(item)
        del rows[:-MAX_DISMISSED]


def _deed(reward: float, mark: int, age: float) -> Deed:
    if mark & IN_BASKET and age <= JUST_BOUGHT:
        return "basket"
    if mark & BOUGHT:
        return "bought"
    return "disliked" if reward < 0 else "viewed"

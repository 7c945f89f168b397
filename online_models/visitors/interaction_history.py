"""What each visitor did lately: the present session, earlier items, basket, purchases and dismissals.

This is the one place that remembers what a visitor did. It hands it to the models as a `Context`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.compiled import packed
from online_models.arrays.growth import grown
from online_models.arrays.state import InvalidState, State, read_array, read_ids, read_indices, read_number
from online_models.arrays.types import NO_INDEX, Indices
from online_models.schema.explanation import Deed
from online_models.schema.feedback import Feedback, FeedbackKind
from online_models.visitors.context import NOTHING_EXCLUDED, Context, nothing_known
from online_models.visitors.history_kernels import (
    BOUGHT,
    CART,
    DISMISSAL,
    IN_BASKET,
    PURCHASE,
    RATING,
    UNCART,
    VIEW,
    HistoryArrays,
    Small,
    drop,
    gather,
    hide,
    note,
    spread,
)
from online_models.visitors.history_pool import HistoryPool

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

SHORT = 8
"""Room that a visitor starts with. Most never need more; who does moves to a line of full length."""

_CODES: dict[FeedbackKind, int] = {
    "view": VIEW,
    "cart": CART,
    "purchase": PURCHASE,
    "rating": RATING,
    "uncart": UNCART,
    "dismissal": DISMISSAL,
}
_LATEST_TIME = 2**32 - 1
_FIELDS = ("items", "rewards", "times", "marks", "counts")


class InteractionHistory:
    """The last ``length`` items of each visitor row, each once, at its last touch.

    An item takes 14 bytes. Most visitors have a line for 8, those who had more have one for ``length``. Times are kept
    as whole seconds. Those before 1970 count as its first second.

    Parameters
    ----------
    length
        How many items are kept per visitor, at most 255.
    gap
        Seconds of absence that end a session, where the shop does not name its sessions (`Feedback.session`).

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> sessions = InteractionHistory()
    >>> for row, at in ((7, 1000.0), (8, 9000.0)):
    ...     sessions.touch(0, row, Feedback(VisitorId("ann"), ItemId(str(row)), "view", 1.0, at))
    >>> context = sessions.context(visitor=0, now=9001.0)
    >>> context.items, context.session_items
    (array([7, 8], dtype=int32), array([8], dtype=int32))
    """

    def __init__(self, length: int = LENGTH, gap: float = SESSION_GAP) -> None:
        self._length = length
        self._gap = gap
        self._blocks = HistoryPool(min(SHORT, length)), HistoryPool(length)
        self._lines: Indices = np.zeros(0, np.int32)
        self._long: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._lengths: Small = np.zeros(0, np.uint8)
        self._session_lengths: Small = np.zeros(0, np.uint8)
        self._dismissed: dict[int, list[int]] = {}
        self._named: dict[int, str] = {}
        self._arrays = self._bundle()

    def context(
        self, visitor: int, now: float, session: str | None = None, excluded: NDArray[np.bool_] = NOTHING_EXCLUDED
    ) -> Context:
        """Return what is known of a visitor row (-1: nothing) at a time. Changes nothing.

        ``session`` is the shop's own name of the present session, where it has one.
        """
        count = self._count(visitor)
        if count == 0:
            return nothing_known(now, visitor, excluded)
        block, line = self._place(visitor)
        own = line, slice(count)
        times = block.times[own]
        lasting = self._named.get(visitor) == session if session else int(now) - times.item(-1) <= self._gap
        return Context(
            visitor,
            block.items[own],
            block.rewards[own],
            times.astype(np.float64),
            block.counts[own].astype(np.int32),
            self._session_lengths.item(visitor) if lasting else 0,
            now,
            excluded,
        )

    def touch(self, visitor: int, item: int, feedback: Feedback) -> None:
        """Note what the visitor did with an item. Times that go back count as the newest seen of this visitor."""
        if feedback.kind == "dismissal":
            self._dismiss(visitor, item)
        arrays, line = self._line_for(visitor, item)
        gap = self._gap
        if feedback.session:
            # A session with a name goes on for as long as it is named, and ends with it.
            gap = np.inf if self._named.get(visitor) == feedback.session else -np.inf
            self._named[visitor] = feedback.session
        at = int(min(max(feedback.at, 0.0), _LATEST_TIME))
        note(arrays, line, visitor, item, _CODES[feedback.kind], feedback.reward, at, gap)

    def unwanted(self, context: Context) -> list[int]:
        """Return the rows that the visitor must not be shown now.

        These are the item just viewed, what lies in the basket or was just bought, what they rated badly and what
        they dismissed.
        """
        visitor, count = context.visitor, len(context.items)
        dismissed = self._dismissed.get(visitor, [])
        if count == 0:
            return list(dismissed)
        marks, age = self._marks(visitor, count), context.now - context.times
        hidden = ((marks & IN_BASKET) != 0) & (age <= DAY)
        hidden |= ((marks & BOUGHT) != 0) & (age <= JUST_BOUGHT)
        hidden |= context.rewards < 0
        if context.session_length:
            hidden[-1] = True
        rows: list[int] = context.items[hidden].tolist()
        return rows + dismissed

    def basket(self, visitor: int, now: float) -> list[int]:
        """Return the rows that lie in the visitor's basket, the newest first."""
        count = self._count(visitor)
        if count == 0:
            return []
        block, line = self._place(visitor)
        inside = (block.marks[line, :count] & IN_BASKET) != 0
        inside &= now - block.times[line, :count] <= JUST_BOUGHT
        rows: list[int] = block.items[line, :count][inside][::-1].tolist()
        return rows

    def deeds(self, context: Context) -> tuple[list[tuple[int, Deed, int]], list[int]]:
        """Return what a visitor did last with each of their items, and what they dismissed, the newest first.

        Of each item its row, the deed, and its time in Unix seconds.
        """
        count = len(context.items)
        marks = self._marks(context.visitor, count).tolist() if count else []
        lines = zip(context.items.tolist(), context.rewards.tolist(), context.times.tolist(), marks, strict=True)
        deeds = [(row, _deed(reward, mark, context.now - at), int(at)) for row, reward, at, mark in lines]
        return deeds[::-1], self._dismissed.get(context.visitor, [])[::-1]

    def exclude_unwanted(self, context: Context) -> None:
        """Bar what `unwanted` returns in the context's own array, which has a place for every item known."""
        if len(context.items):
            marks = self._marks(context.visitor, len(context.items))
            last_too, longest = context.session_length > 0, JUST_BOUGHT
            hide(
                *(
                    context.items,
                    context.rewards,
                    context.times,
                    marks,
                    context.now,
                    longest,
                    last_too,
                    context.excluded,
                ),
            )
        if dismissed := self._dismissed.get(context.visitor):
            context.excluded[dismissed] = True

    def bought(self, context: Context) -> set[int]:
        """Return the rows among the visitor's items that they bought."""
        rows = context.items.tolist()
        marks = self._marks(context.visitor, len(rows)).tolist() if rows else []
        return {row for row, mark in zip(rows, marks, strict=True) if mark & BOUGHT}

    def merge(self, source: int, target: int) -> None:
        """Add what ``source`` did to ``target``, in order of time. ``source`` keeps its own until it is erased."""
        if self._count(source):
            own, added = self._touches_of(target), self._touches_of(source)
            rows, rewards, times, marks, touches = map(np.concatenate, zip(own, added, strict=True))
            order = np.argsort(times, kind="stable")
            _, last = np.unique(rows[order][::-1], return_index=True)
            kept = order[np.sort(len(rows) - 1 - last)][-self._length :]
            present = np.concatenate((self._present(target), self._present(source)))[kept]
            # The session reaches back as far as both sides were in theirs without an absence between.
            absences: NDArray[np.float64] = np.diff(times[kept].astype(np.float64))
            present[:-1] &= absences <= self._gap
            self._empty(target)
            block, line = self._start(target, len(kept))
            for field, both in zip(block.fields, (rows, rewards, times, marks, touches), strict=True):
                field[line, : len(kept)] = both[kept]
            self._session_lengths[target] = len(kept) if present.all() else int(np.argmin(present[::-1]))
            self._lengths[target] = len(kept)
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
            drop(self._arrays[self._long.item(visitor)], self._lines.item(visitor), visitor, item)

    def reset(self, visitor: int, now: float) -> None:
        """Forget all that the visitor did, but for what lies in their basket."""
        kept = self.basket(visitor, now)
        for item in self._touches_of(visitor)[0].tolist():
            if item not in kept:
                self.forget_item(visitor, item)
        self._dismissed.pop(visitor, None)
        self._named.pop(visitor, None)

    def erase(self, visitor: int) -> None:
        """Forget all that the visitor did."""
        self._dismissed.pop(visitor, None)
        self._named.pop(visitor, None)
        if 0 <= visitor < len(self._lengths):
            self._empty(visitor)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        used = int(np.flatnonzero(self._lengths)[-1]) + 1 if self._lengths.any() else 0
        lengths, lines, long = self._lengths[:used], self._lines[:used], self._long[:used]
        ends = np.cumsum(lengths, dtype=np.int64)
        named = sorted(self._named.items())
        state: State = {
            "length": self._length,
            "lengths": lengths.copy(),
            "session_lengths": self._session_lengths[:used].copy(),
        }
        for name, short_field, long_field in zip(_FIELDS, self._blocks[0].fields, self._blocks[1].fields, strict=True):
            gathered = np.empty(int(ends[-1]) if used else 0, short_field.dtype)
            gather(short_field, long_field, lines, long, lengths, ends, gathered)
            state[name] = gathered
        return {
            **state,
            "dismissers": np.array([v for v, rows in self._dismissed.items() for _ in rows], np.int32),
            "dismissed": np.array([row for rows in self._dismissed.values() for row in rows], np.int32),
            "named": np.array([visitor for visitor, _ in named], np.int32),
            # With the visitor, so that no two are equal.
            "names": [f"{visitor} {name}" for visitor, name in named],
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        if read_number(state, "length") != self._length:
            raise InvalidState(f"other than {self._length} items are kept per visitor")
        lengths = read_array(state, "lengths", np.uint8, None)
        used, longest = len(lengths), self._length
        held = int(lengths.sum(dtype=np.int64))
        session_lengths = read_array(state, "session_lengths", np.uint8, used)
        kinds: tuple[type[np.generic], ...] = (np.int32, np.float32, np.uint32, np.uint8, np.uint8)
        fields = [read_array(state, name, kind, held) for name, kind in zip(_FIELDS, kinds, strict=True)]
        items = fields[0]
        if used and (
            int(lengths.max()) > longest or bool((session_lengths > lengths).any()) or int(items.min(initial=0)) < 0
        ):
            raise InvalidState("more interactions than a visitor can have, or of no item")
        dismissers, dismissed = (read_indices(state, name, 2**31 - 1) for name in ("dismissers", "dismissed"))
        named, names = read_indices(state, "named", 2**31 - 1), read_ids(state, "names")
        if len(dismissers) != len(dismissed) or len(named) != len(names):
            raise InvalidState("dismissals or sessions do not fit the visitors whose they are")
        self._lengths, self._session_lengths = lengths, session_lengths
        self._blocks = HistoryPool(self._blocks[0].width), HistoryPool(longest)
        self._long = lengths > self._blocks[0].width
        self._lines = np.full(used, NO_INDEX, np.int32)
        for block, whose in zip(self._blocks, ((lengths > 0) & ~self._long, self._long), strict=True):
            self._lines[whose] = block.take_many(int(whose.sum()))
        ends = np.cumsum(lengths, dtype=np.int64)
        for short_field, long_field, field in zip(self._blocks[0].fields, self._blocks[1].fields, fields, strict=True):
            spread(short_field, long_field, self._lines, self._long, lengths, ends, field)
        self._dismissed = {}
        for visitor, item in zip(dismissers, dismissed, strict=True):
            self._dismissed.setdefault(visitor, []).append(item)
        self._named = {visitor: name.split(" ", 1)[-1] for visitor, name in zip(named, names, strict=True)}
        self._arrays = self._bundle()

    def _count(self, visitor: int) -> int:
        return self._lengths.item(visitor) if 0 <= visitor < len(self._lengths) else 0

    def _present(self, visitor: int) -> NDArray[np.bool_]:
        """Tell of each of a visitor's items whether it belongs to their last session."""
        count = self._count(visitor)
        present: NDArray[np.bool_] = np.arange(count) >= count - (int(self._session_lengths[visitor]) if count else 0)
        return present

    def _place(self, visitor: int) -> tuple[HistoryPool, int]:
        """Return where the touches of a visitor are who has some."""
        return self._blocks[self._long.item(visitor)], self._lines.item(visitor)

    def _marks(self, visitor: int, count: int) -> Small:
        block, line = self._place(visitor)
        return block.marks[line, :count]

    def _touches_of(self, visitor: int) -> tuple[NDArray[Any], ...]:
        """Return copies of the five fields of a visitor's touches."""
        count = self._count(visitor)
        block, line = self._place(visitor) if count else (self._blocks[0], 0)
        return tuple(field[line : line + 1, :count].reshape(-1).copy() for field in block.fields)

    def _line_for(self, visitor: int, item: int) -> tuple[HistoryArrays, int]:
        """Return where a visitor's interactions go, with room for this item: who fills a short line gets a long one."""
        if visitor >= len(self._lines):
            self._make_room(visitor + 1)
        line = self._lines.item(visitor)
        if line < 0:
            _, line = self._start(visitor, 0)
            return self._arrays[0], line
        if self._long.item(visitor):
            return self._arrays[1], line
        short, length = self._blocks[0], self._lengths.item(visitor)
        if length < short.width or short.width == self._length or item in short.items[line]:
            return self._arrays[0], line
        held = self._touches_of(visitor)
        short.give_back(line)
        block, line = self._start(visitor, self._length)
        for field, interactions in zip(block.fields, held, strict=True):
            field[line, :length] = interactions
        return self._arrays[1], line

    def _start(self, visitor: int, length: int) -> tuple[HistoryPool, int]:
        """Give a visitor an empty line with room for ``length`` items."""
        self._make_room(visitor + 1)
        long = length > self._blocks[0].width
        block = self._blocks[long]
        line = block.take()
        if block.items is not self._arrays[long][0]:
            self._arrays = self._bundle()
        self._lines[visitor], self._long[visitor] = line, long
        return block, line

    def _empty(self, visitor: int) -> None:
        """Take a visitor's touches away."""
        if self._lines[visitor] >= 0:
            block, line = self._place(visitor)
            block.give_back(line)
            self._lines[visitor], self._long[visitor] = NO_INDEX, False
        self._lengths[visitor] = self._session_lengths[visitor] = 0

    def _make_room(self, visitors: int) -> None:
        if visitors > len(self._lengths):
            self._lines = grown(self._lines, visitors, fill=NO_INDEX)
            self._long = grown(self._long, visitors)
            self._lengths = grown(self._lengths, visitors)
            self._session_lengths = grown(self._session_lengths, visitors)
            self._arrays = self._bundle()

    def _bundle(self) -> tuple[HistoryArrays, HistoryArrays]:
        """Put the arrays together for the compiled loops, again whenever one of them is replaced."""
        short, long = self._blocks
        lengths = self._lengths, self._session_lengths
        return (
            packed(HistoryArrays(short.items, short.rewards, short.times, short.marks, short.counts, *lengths)),
            packed(HistoryArrays(long.items, long.rewards, long.times, long.marks, long.counts, *lengths)),
        )

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

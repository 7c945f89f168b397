"""Events in order of time, as arrays: what an evaluation goes through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import NO_INDEX, Indices, Values
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import FEEDBACK_KINDS, Feedback

_AT_ONCE = 65_536
_BY_EVENT = ("times", "visitors", "items", "sessions", "kinds", "rewards", "ratings")
_NAMED = ("visitor", "item", "session")


@dataclass(frozen=True, slots=True)
class Stream:
    """Events, shape (n,) each; visitors, items and sessions are indices into lists of names.

    Attributes
    ----------
    times
        Unix seconds, never falling.
    visitors, items
        Indices into ``visitor_names`` and ``item_names``.
    sessions
        Indices into ``session_names``; -1 where the stream does not say.
    kinds
        Indices into `FEEDBACK_KINDS`, int8.
    rewards
        `Feedback.reward` of each event.
    ratings
        Stars, not-a-number where there are none.
    """

    times: NDArray[np.float64]
    visitors: Indices
    items: Indices
    sessions: Indices
    kinds: NDArray[np.int8]
    rewards: Values
    ratings: NDArray[np.float64]
    visitor_names: Sequence[str]
    item_names: Sequence[str]
    session_names: Sequence[str]

    def __len__(self) -> int:
        return len(self.times)

    def taken(self, indices: "NDArray[np.intp] | slice") -> "Stream":
        """Return some of the events, in the order of their indices."""
        return replace(self, **{name: getattr(self, name)[indices] for name in _BY_EVENT})

    def compact(self) -> "Stream":
        """Return the same events, with only those names that occur, in order of their first event."""
        changed: dict[str, Any] = {}
        for kind in _NAMED:
            codes, names = getattr(self, f"{kind}s"), getattr(self, f"{kind}_names")
            changed[f"{kind}s"], changed[f"{kind}_names"] = _compact(codes, names)
        return replace(self, **changed)

    def feedbacks(self) -> Iterator[Feedback]:
        """Go through the events."""
        visitors = [VisitorId(name) for name in self.visitor_names]
        items = [ItemId(name) for name in self.item_names]
        sessions: list[str | None] = [*self.session_names, None]
        arrays = self.times, self.visitors, self.items, self.sessions, self.kinds, self.rewards, self.ratings
        for start in range(0, len(self), _AT_ONCE):
            parts = (array[start : start + _AT_ONCE].tolist() for array in arrays)
            for at, visitor, item, session, kind, reward, rating in zip(*parts, strict=True):
                stars, name = None if isnan(rating) else rating, sessions[session]
                yield Feedback(visitors[visitor], items[item], FEEDBACK_KINDS[kind], reward, at, stars, name)


def joined(streams: Sequence[Stream]) -> Stream:
    """Return the events of several streams in order of time, equals in order of the streams."""
    together: dict[str, Any] = {
        name: np.concatenate([getattr(stream, name) for stream in streams])
        for name in ("times", "kinds", "rewards", "ratings")
    }
    for kind in _NAMED:
        known: dict[str, int] = {}
        codes = []
        for stream in streams:
            names = getattr(stream, f"{kind}_names")
            mapped = np.array([*(known.setdefault(name, len(known)) for name in names), NO_INDEX], np.int32)
            codes.append(mapped[getattr(stream, f"{kind}s")])
        together[f"{kind}s"], together[f"{kind}_names"] = np.concatenate(codes), list(known)
    return Stream(**together).taken(np.argsort(together["times"], kind="stable"))


def _compact(codes: Indices, names: Sequence[str]) -> tuple[Indices, list[str]]:
    used, first = np.unique(codes, return_index=True)
    used = used[np.argsort(first)]
    used = used[used >= 0]
    compact = np.full(len(names) + 1, NO_INDEX, np.int32)
    compact[used] = np.arange(len(used))
    return compact[codes], [names[code] for code in used.tolist()]

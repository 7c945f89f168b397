"""Events in order of time, as arrays: what an evaluation walks along."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import Indices, Values
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback, FeedbackKind

KINDS: tuple[FeedbackKind, ...] = ("view", "cart", "purchase", "rating", "uncart", "dismissal")
"""Kinds by the code that `Stream.kinds` has for them."""

_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class Stream:
    """Events, shape (n,) each; whoever and whatever occurs is named by its place in a list of names.

    Attributes
    ----------
    times
        Unix seconds, never falling.
    visitors, items
        Places in ``visitor_names`` and ``item_names``.
    sessions
        Places in ``session_names``; -1 where the stream does not say.
    kinds
        Places in `KINDS`, int8.
    rewards
        How much each event speaks for its item (`Feedback.reward`).
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

    def taken(self, places: "NDArray[np.intp] | slice") -> "Stream":
        """Return the events at some places, in that order."""
        return replace(
            self,
            times=self.times[places],
            visitors=self.visitors[places],
            items=self.items[places],
            sessions=self.sessions[places],
            kinds=self.kinds[places],
            rewards=self.rewards[places],
            ratings=self.ratings[places],
        )

    def compact(self) -> "Stream":
        """Return the same events, with only those names that occur, in order of their first event."""
        visitors, visitor_names = _compact(self.visitors, self.visitor_names)
        items, item_names = _compact(self.items, self.item_names)
        sessions, session_names = _compact(self.sessions, self.session_names)
        return replace(
            self,
            visitors=visitors,
            items=items,
            sessions=sessions,
            visitor_names=visitor_names,
            item_names=item_names,
            session_names=session_names,
        )

    def feedbacks(self) -> Iterator[Feedback]:
        """Go through the events."""
        visitors = [VisitorId(name) for name in self.visitor_names]
        items = [ItemId(name) for name in self.item_names]
        sessions: list[str | None] = [*self.session_names, None]
        for start in range(0, len(self), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            for visitor, item, kind, reward, at, rating, session in zip(
                self.visitors[part].tolist(),
                self.items[part].tolist(),
                self.kinds[part].tolist(),
                self.rewards[part].tolist(),
                self.times[part].tolist(),
                self.ratings[part].tolist(),
                self.sessions[part].tolist(),
                strict=True,
            ):
                stars = None if isnan(rating) else rating
                yield Feedback(visitors[visitor], items[item], KINDS[kind], reward, at, stars, sessions[session])


def joined(streams: Sequence[Stream]) -> Stream:
    """Return the events of several streams in order of time, equals in order of the streams."""
    places: dict[str, dict[str, int]] = {"visitor": {}, "item": {}, "session": {}}
    times = np.concatenate([stream.times for stream in streams])
    order = np.argsort(times, kind="stable")

    def codes_of(kind: str) -> Indices:
        parts = []
        for stream in streams:
            names: Sequence[str] = getattr(stream, f"{kind}_names")
            known = places[kind]
            mapped = np.array([known.setdefault(name, len(known)) for name in names] + [-1], np.int32)
            parts.append(mapped[getattr(stream, f"{kind}s")])
        return np.concatenate(parts)[order]

    return Stream(
        times=times[order],
        visitors=codes_of("visitor"),
        items=codes_of("item"),
        sessions=codes_of("session"),
        kinds=np.concatenate([stream.kinds for stream in streams])[order],
        rewards=np.concatenate([stream.rewards for stream in streams])[order],
        ratings=np.concatenate([stream.ratings for stream in streams])[order],
        visitor_names=list(places["visitor"]),
        item_names=list(places["item"]),
        session_names=list(places["session"]),
    )


def _compact(codes: Indices, names: Sequence[str]) -> tuple[Indices, list[str]]:
    used, first = np.unique(codes, return_index=True)
    used = used[np.argsort(first)]
    used = used[used >= 0]
    places = np.full(len(names) + 1, -1, np.int32)
    places[used] = np.arange(len(used))
    return places[codes], [names[place] for place in used.tolist()]

"""How much one visitor, and one network, may move what is shared by all.

What is shown to everybody is learned from everybody, and cookies cost nothing. So a visitor counts once for an item and
a window, and the visitors of one network count for less and less.
"""

from typing import NamedTuple

import numpy as np

from online_models.arrays.state import InvalidState, State, read_array
from online_models.schema.events import is_account
from online_models.schema.feedback import Feedback
from online_models.visitors.history_kernels import CODES
from online_models.visitors.influence_table import (
    ACQUAINTED,
    ALL_FLAGS,
    WAYS,
    WORDS,
    Cells,
    Found,
    count_shown,
    erase,
    move,
    weigh,
)

BUCKETS = 2**16
"""Of four cells each: 4 MB for a quarter of a million pairs of a visitor or network and an item."""


class Influence(NamedTuple):
    """How much one signal may move what is shared.

    Attributes
    ----------
    last_at, counted
        When the visitor chose the item last, and for how much traffic they have counted since; minus infinity and 0 if
        not within the window (25 hours).
    hourly, daily
        What is counted of its traffic, within an hour and otherwise: all for the first of a network, less for the next
        ones, so that :math:`n` views come to :math:`\\log_2(1 + n)`, and no other choice to more; of all this a quarter
        for a cookie without a past.
    weight
        The same, of what is counted without regard to the kind of choice.
    votes
        How many of its network have rated the item, this visitor included.
    is_first
        Whether it is the visitor's first choice of the item within the window.
    is_counted
        Whether it counts where only whole signals do: as the visitor's first, and the first, third, seventh ... of its
        network.
    trains
        The same for each kind of signal by itself: a purchase after a view does.
    teaches
        Whether it is one of the visitor's 200, and the network's 1,000, of a day that the ranker learns from.
    is_followed
        Whether sequences count it: it is one of the visitor's first three choices of the item within the window, and
        whole for its network.
    """

    last_at: float
    counted: float
    hourly: float
    daily: float
    weight: float
    votes: float
    is_first: bool
    is_counted: bool
    trains: bool
    teaches: bool
    is_followed: bool


IN_FULL = Influence(-np.inf, 0.0, 1.0, 1.0, 1.0, 1.0, True, True, True, True, True)
"""Of somebody's first signal about an item, from a network that sent no other."""

_SHARES = Influence._fields.index("is_first")
_FLAGS = tuple(
    tuple(bool(bits >> place & 1) for place in range(len(Influence._fields) - _SHARES)) for bits in range(ALL_FLAGS + 1)
)
"""The fields that are true or false, by the number that `weigh` returns."""


class InfluenceLimits:
    """Remembers who counted for what within the window.

    An event without a network, such as those of a history, of a shop's own server or of simulated shoppers, counts as
    one of a network of its own: then only what the same visitor does again is limited.

    Examples
    --------
    >>> from online_models.schema.events import ItemId, VisitorId
    >>> limits = InfluenceLimits()
    >>> view = Feedback(VisitorId("v1"), ItemId("mug"), "view", 1.0, 1e9)
    >>> limits.weigh(1, view, item=0, held=0) == IN_FULL, limits.weigh(1, view, item=0, held=1).is_first
    (True, False)
    >>> views = [Feedback(VisitorId("v"), ItemId("cup"), "view", 1.0, 1e9, network="0123456789ab") for _ in range(7)]
    >>> [round(limits.weigh(9 + n, view, item=1, held=4).daily, 2) for n, view in enumerate(views)]
    [1.0, 0.58, 0.42, 0.32, 0.26, 0.22, 0.19]
    """

    def __init__(self, buckets: int = BUCKETS) -> None:
        self._use(np.zeros((buckets, WAYS, WORDS), np.uint32))

    def _use(self, cells: Cells) -> None:
        found: Found = np.zeros(_SHARES)
        self._cells, self._found = cells, found
        self._table = cells, found

    def weigh(self, visitor: int, feedback: Feedback, item: int, held: int) -> Influence:
        """Note a signal of a visitor, by the digest of their id, and return how much it may move what is shared.

        ``held`` is how many items they came to before.
        """
        network = 0
        if feedback.network is not None:
            network = int(feedback.network, 16)
            if is_account(feedback.visitor):
                held = ACQUAINTED
        code, traffic = CODES[feedback.kind], feedback.traffic
        flags = weigh(self._table, visitor, network, item, code, traffic, feedback.at, held)
        return IN_FULL if flags < 0 else Influence._make((*self._found.tolist(), *_FLAGS[flags]))

    def admits_list(self, visitor: int, network: str | None, at: float) -> bool:
        """Note that a list was drawn for a visitor, and return whether it may teach anything."""
        return count_shown(self._cells, visitor, int(network, 16) if network else 0, at)

    def move(self, source: int, target: int, items: int) -> None:
        """Let one visitor's signals about the first so many items be another's: they are one person."""
        move(self._cells, source, target, items)

    def erase(self, visitor: int, items: int) -> None:
        """Erase what a visitor did with the first so many items."""
        erase(self._cells, visitor, items)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {"cells": self._cells.copy()}

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        cells = read_array(state, "cells", np.uint32, len(self._cells), WAYS, WORDS)
        if (cells[cells[:, :, 0] == 0] != 0).any():
            raise InvalidState("something that nobody did")
        self._use(cells)

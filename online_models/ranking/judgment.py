"""What one slate teaches, and how it is packed for the other learners."""

from typing import NamedTuple

import numpy as np

from online_models.ranking.linear_ranker import Gradient
from online_models.ranking.live_quality import Ranks
from online_models.schema.ranker_update import InvalidUpdate, PackedJudgment

STEEPEST = 1e6
"""Above any gradient of features between 0 and some tens, and far below what could overflow."""

_RANK, _SLOPE = np.dtype("i1"), np.dtype("<f4")


class Judgment(NamedTuple):
    """The ranks of the item that was chosen, None for a dismissal, and the gradient of the ranker's loss."""

    ranks: Ranks | None
    gradient: Gradient


def pack(judgment: Judgment) -> PackedJudgment:
    """Write a judgment as bytes.

    Examples
    --------
    >>> judgment = Judgment(np.array([1, 0], np.int8), Gradient((0, 4, 6, 10), np.array([0.5], np.float32)))
    >>> unpack(pack(judgment)).ranks
    array([1, 0], dtype=int8)
    """
    ranks, gradient = judgment
    return PackedJudgment(
        b"" if ranks is None else ranks.astype(_RANK).tobytes(),
        gradient.contexts,
        gradient.slopes.astype(_SLOPE).tobytes(),
    )


def unpack(packed: PackedJudgment) -> Judgment:
    """Read a judgment. Raises `InvalidUpdate` if its numbers are not whole or not finite."""
    if len(packed.slopes) % _SLOPE.itemsize:
        raise InvalidUpdate("a gradient that ends within a number")
    # Copies, because compiled loops know arrays that can be written to.
    slopes = np.frombuffer(packed.slopes, _SLOPE).astype(np.float32)
    if len(slopes) and not float(np.abs(slopes).max()) <= STEEPEST:
        raise InvalidUpdate("a gradient that is not finite, or far too steep")
    ranks = np.frombuffer(packed.ranks, _RANK).astype(np.int8) if packed.ranks else None
    return Judgment(ranks, Gradient(packed.contexts, slopes))

"""What one slate teaches, and how it is packed for the other learners."""

from typing import NamedTuple

import numpy as np

from online_models.arrays.types import Values
from online_models.ranking.linear_ranker import Gradient
from online_models.ranking.live_quality import Ranks
from online_models.ranking.network.layout import HIDDEN, NO_NETWORK
from online_models.schema.ranker_update import InvalidUpdate, PackedJudgment

STEEPEST = 1e6
"""Above any gradient of features between 0 and some tens, and far below what could overflow."""

_RANK, _SLOPE, _NETWORK_SLOPE = np.dtype("i1"), np.dtype("<f4"), np.dtype("<f2")


class Judgment(NamedTuple):
    """What one slate teaches.

    Attributes
    ----------
    ranks
        Those of the item that was chosen; None for a dismissal.
    gradient
        That of the linear ranker's loss.
    network
        That of the network's loss, float32, shape (rows, units); no rows where it learns nothing.
    gain
        By how much the network's loss was below the linear ranker's.
    """

    ranks: Ranks | None
    gradient: Gradient
    network: Values = NO_NETWORK
    gain: float = 0.0


def pack(judgment: Judgment) -> PackedJudgment:
    """Write a judgment as bytes. The network's gradient, most of it, loses what half-precision numbers cannot hold.

    Examples
    --------
    >>> judgment = Judgment(np.array([1, 0], np.int8), Gradient((0, 4, 6, 10), np.array([0.5], np.float32)))
    >>> unpack(pack(judgment)).ranks
    array([1, 0], dtype=int8)
    """
    ranks, gradient, network, gain = judgment
    return PackedJudgment(
        b"" if ranks is None else ranks.astype(_RANK).tobytes(),
        gradient.contexts,
        gradient.slopes.astype(_SLOPE).tobytes(),
        network.astype(_NETWORK_SLOPE).tobytes(),
        gain,
    )


def unpack(packed: PackedJudgment) -> Judgment:
    """Read a judgment. Raises `InvalidUpdate` if its numbers are not whole or not finite."""
    if len(packed.slopes) % _SLOPE.itemsize or len(packed.network) % (HIDDEN * _NETWORK_SLOPE.itemsize):
        raise InvalidUpdate("a gradient that ends within a number")
    # Copies, because compiled loops know arrays that can be written to.
    slopes = np.frombuffer(packed.slopes, _SLOPE).astype(np.float32)
    network = np.frombuffer(packed.network, _NETWORK_SLOPE).astype(np.float32).reshape(-1, HIDDEN)
    steepest = max(float(np.abs(part).max()) if part.size else 0.0 for part in (slopes, network))
    if not (np.isfinite(slopes).all() and steepest <= STEEPEST and abs(packed.gain) <= STEEPEST):
        raise InvalidUpdate("a gradient that is not finite, or far too steep")
    ranks = np.frombuffer(packed.ranks, _RANK).astype(np.int8) if packed.ranks else None
    return Judgment(ranks, Gradient(packed.contexts, slopes), network, packed.gain)

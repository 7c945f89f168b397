"""What each row of the network's weights belongs to, and how large the network is.

All weights are one array, float32, shape (rows, `HIDDEN`): a row for each input, then the bias of the hidden layer, the
weights of the output, and a row for each context, which is one more bias where the context holds.
"""

import numpy as np

from online_models.arrays.types import Values
from online_models.ranking.context_features import CONTEXTS
from online_models.ranking.features import ITEM_FEATURES

HIDDEN = 32
"""Hidden units."""

POOL = 60
"""Only so many candidates, the best of the linear ranker, are scored by the network."""

SOURCE_INPUTS = 2
"""Of each source: the logarithm of its score, and one over the position."""

LINEAR_INPUTS = 2
"""The linear score, less the greatest, and one over the position by it."""

LOGIT_INPUTS = 3
"""Of the session network: the logarithm of the probability among the pool, that less the greatest, and one over the
position by it.
"""

BEHIND_SOURCES = ITEM_FEATURES + LINEAR_INPUTS + LOGIT_INPUTS
"""The inputs after those of the sources, in this order."""

NO_NETWORK: Values = np.empty((0, HIDDEN), np.float32)
"""The weights of no network, and a gradient that teaches nothing."""

BEHIND_INPUTS = 2 + len(CONTEXTS)
"""The rows after the inputs: bias, output, contexts."""


def inputs_of(sources: int) -> int:
    """Return how many inputs each candidate has, of so many sources.

    Examples
    --------
    >>> inputs_of(sources=2)
    21
    """
    return sources * SOURCE_INPUTS + BEHIND_SOURCES


def rows_of(sources: int) -> int:
    """Return how many rows the weights have."""
    return inputs_of(sources) + BEHIND_INPUTS


def learned_rows_of(sources: int) -> int:
    """Return how many rows a gradient has: those of the contexts are that of the bias again."""
    return inputs_of(sources) + 2

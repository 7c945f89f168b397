"""Contexts as the sessions would hand them out."""

from collections.abc import Sequence

import numpy as np

from online_models.models.recommender import Model
from online_models.visitors.context import Context, nothing_known

NOW = 1_700_000_000.0

Touched = tuple[int, float]
"""Row and reward."""


def touching(
    *session: Touched, history: Sequence[Touched] = (), visitor: int = 0, excluded: Sequence[int] = ()
) -> Context:
    """Return the context of a visitor who touched these items, oldest first, a minute apart."""
    touches = [*history, *session]
    rows = np.array([row for row, _ in touches], np.int32)
    unwanted = np.zeros(max(excluded, default=-1) + 1, np.bool_)
    unwanted[list(excluded)] = True
    return nothing_known(NOW, visitor, unwanted)._replace(
        items=rows,
        rewards=np.array([reward for _, reward in touches], np.float32),
        times=np.array([NOW - 60.0 * place for place in range(len(rows), 0, -1)], np.float64),
        counts=np.ones(len(rows), np.int32),
        session_length=len(session),
    )


def viewing(*rows: int, visitor: int = 0) -> Context:
    """Return the context of a visitor who viewed these items in this session, oldest first."""
    return touching(*((row, 1.0) for row in rows), visitor=visitor)


def evidence_of(model: Model, name: str, context: Context, item: int) -> int:
    """Return which of the visitor's items speaks for one item."""
    row: int = model.attribution(name, context, np.array([item], np.int32)).item()
    return row

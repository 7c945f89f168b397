"""What became of one click on a product, however it was made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from infra.bench.quantiles import summarise


@dataclass(frozen=True, slots=True)
class Click:
    """One click.

    Attributes
    ----------
    push_ms, drawn_ms, painted_ms
        From the click to the arrival of the list that names it as a cause, to that list in the laid-out page, and to
        the next painted frame. None where that did not happen in time.
    items
        The list that came.
    """

    push_ms: float | None
    drawn_ms: float | None = None
    painted_ms: float | None = None
    items: tuple[str, ...] = ()


def summary_of(clicks: Sequence[Click]) -> dict[str, object]:
    """Count what the clicks led to, and summarise how long it took."""
    pushed = [click for click in clicks if click.push_ms is not None]
    changed = sum(before.items != after.items for before, after in pairwise(pushed))
    return {
        "clicks": len(clicks),
        "pushes": len(pushed),
        # The first list has none before it to differ from: it changed what was there, which was not personal.
        "lists_changed": changed + bool(pushed),
        "click_to_push_ms": summarise([click.push_ms for click in pushed if click.push_ms is not None]),
        "click_to_drawn_ms": summarise([click.drawn_ms for click in clicks if click.drawn_ms is not None]),
        "click_to_painted_ms": summarise([click.painted_ms for click in clicks if click.painted_ms is not None]),
    }

"""What many clicks led to, and how long it took."""

from collections.abc import Sequence
from itertools import pairwise

from infra.bench.timing import summarize
from infra.visitors.click import Click


def summary_of(clicks: Sequence[Click]) -> dict[str, object]:
    """Count what the clicks led to, and summarize how long it took."""
    pushed = [click for click in clicks if click.push_ms is not None]
    changed = sum(before.items != after.items for before, after in pairwise(pushed))
    return {
        "clicks": len(clicks),
        "pushes": len(pushed),
        # The first list has none before it to differ from: it changed what was there, which was not personal.
        "lists_changed": changed + bool(pushed),
        "click_to_push_ms": summarize([click.push_ms for click in pushed if click.push_ms is not None]),
        "click_to_drawn_ms": summarize([click.drawn_ms for click in clicks if click.drawn_ms is not None]),
        "click_to_painted_ms": summarize([click.painted_ms for click in clicks if click.painted_ms is not None]),
    }

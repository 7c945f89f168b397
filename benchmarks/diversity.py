"""What the variety of lists costs: hits lost, and how much less alike the items of a list are.

    python -m benchmarks.diversity

The demo's gift shop, whose titles say what is like what, is walked once. Its lists are then ranked again from the same
answers, with similarity free and at its usual cost (`LIKENESS_COST`).
"""

import tempfile
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from benchmarks.comparison import print_comparison
from benchmarks.recording import options_of, record
from benchmarks.replay import WHOLE, replay
from bootstrap.catalog import build_plain_catalog
from bootstrap.read.shop import ShopData, read_demo_shop
from infra.stack.display import Display
from online_models.slate.diversity import LIKENESS_COST

_LIMIT = 40_000


def compare(shop: ShopData, limit: int = _LIMIT) -> None:
    """Print a shop's table, and how alike two items of a list are on average, without and with the cost."""
    catalog = build_plain_catalog(shop.listings, shop.currency)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.parquet"
        shop.history.to_parquet(path)
        options = options_of(f"shop={path} --columns session=order,timestamp=at --limit {limit}")
        recording = record(options, Display(), catalog.products, catalog.similar)
    replays = [replay(recording, replace(WHOLE, diversity=costs)) for costs in (False, True)]
    ranks = np.stack([replayed.ranks[recording.judged] for replayed in replays], axis=1)
    visitors = recording.visitors(recording.judged)
    print_comparison(shop.name, "cost", ("0", str(LIKENESS_COST)), ranks, visitors, recording.k)
    for cost, replayed in zip((0, LIKENESS_COST), replays, strict=True):
        likeness = [recording.hybrid.likeness(items) for items in replayed.lists.values() if len(items) > 1]
        click.echo(f"Mean cosine of two items of a list at a cost of {cost}: {np.mean(likeness):.3f}")


if __name__ == "__main__":
    compare(read_demo_shop())

"""What the variety of lists costs: hits lost, and how much less alike the items of a list are.

    python -m benchmarks.diversity

The demo's gift shop, whose titles say what is like what, is walked once. Its lists are then ranked again from the same
answers, with similarity free and at its usual cost (`LIKENESS_COST`). Then it is walked twice more, with plain and with
varied lists (`online_models.slate.variety`).
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.comparison import print_comparison
from benchmarks.recording import options_of, record
from benchmarks.replay import WHOLE, replay
from bootstrap.built_catalog import BuiltCatalog
from bootstrap.catalog import build_plain_catalog
from bootstrap.read.shop import ShopData, read_demo_shop
from infra.evaluate.inputs import EvaluationOptions, read_inputs
from infra.evaluate.run import build_hybrid, run
from infra.stack.display import Display
from online_models.evaluation.evaluation import Evaluation
from online_models.evaluation.rules import HYBRID
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.ranking.recent_slates import Slate
from online_models.slate.diversity import LIKENESS_COST
from online_models.slate.variety import DOZEN

_LIMIT = 40_000


def compare(shop: ShopData, limit: int = _LIMIT) -> None:
    """Print a shop's table, and how alike two items of a list are on average, without and with the cost."""
    catalog = build_plain_catalog(shop.listings, shop.currency)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.parquet"
        shop.history.to_parquet(path)
        options = options_of(f"shop={path} --columns session=order,timestamp=at --limit {limit}")
        recording = record(options, Display(), catalog.products, catalog.similar)
        walks = [_walk(options, varies, catalog) for varies in (False, True)]
    replays = [replay(recording, replace(WHOLE, diversity=costs)) for costs in (False, True)]
    ranks = np.stack([replayed.ranks[recording.judged] for replayed in replays], axis=1)
    visitors = recording.visitors(recording.judged)
    print_comparison(shop.name, "cost", ("0", str(LIKENESS_COST)), ranks, visitors, recording.k)
    for cost, replayed in zip((0, LIKENESS_COST), replays, strict=True):
        likeness = [recording.hybrid.likeness(items) for items in replayed.lists.values() if len(items) > 1]
        click.echo(f"Mean cosine of two items of a list at a cost of {cost}: {np.mean(likeness):.3f}")
    for name, (evaluation, shares) in zip(("plain", "varied"), walks, strict=True):
        figures = evaluation.members[HYBRID]
        click.echo(f"{name}: HR@{evaluation.k} {figures.hr:.4f}, MRR {figures.mrr:.4f}")
        most = np.mean(np.array(shares) > 0.5)
        click.echo(
            f"  One type's share of the first {DOZEN} of a list: {np.mean(shares):.3f}; over a half in {most:.1%}"
        )


class _Watched(Hybrid):
    """The hybrid, which notes how much of each list's first dozen is of one type."""

    def __init__(self, settings: HybridSettings) -> None:
        super().__init__(settings)
        self.shares: list[float] = []

    def score(self, *asked: Any, **more: Any) -> Slate:
        slate = super().score(*asked, **more)
        first = slate.items[:DOZEN]
        types = self._catalog.types[first[first < len(self._catalog.types)]]
        if len(first):
            self.shares.append(int(np.bincount(types[types >= 0], minlength=1).max()) / len(first))
        return slate


def _walk(options: EvaluationOptions, varies: bool, catalog: BuiltCatalog) -> tuple[Evaluation, list[float]]:
    asked = replace(options, varied=varies, neural=False)
    inputs = read_inputs(asked)
    hybrid = build_hybrid(inputs, asked, _Watched)
    hybrid.use_catalog(catalog.products, catalog.similar)
    return run(hybrid, inputs, asked, Display()), hybrid.shares


if __name__ == "__main__":
    compare(read_demo_shop())

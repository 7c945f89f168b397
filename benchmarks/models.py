"""How fast the models learn and rank, on the gift shop's real orders, beside River's own BiasedMF in the same run.

Run it with ``python benchmarks/models.py``; ``--json FILE`` writes the figures as well.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from river import reco

from online_models.events import EventId, ItemId, ItemPurchased, VisitorId
from online_models.hybrid import Hybrid
from online_models.product import Product
from online_models.snapshot import SnapshotHeader, decode, encode

ORDERS = Path(__file__).parent.parent / "bootstrap" / "data" / "online_retail_2009_2010.parquet"


def read_orders(path: Path, limit: int) -> Iterator[ItemPurchased]:
    """Give the real purchases as events, with their real times."""
    orders = pd.read_parquet(path)
    kept = orders["Customer ID"].notna() & (orders["Quantity"] > 0) & (orders["Price"] > 0)
    kept &= orders["StockCode"].str.match(r"^\d{5}")
    orders = orders[kept].head(limit)
    times = (pd.to_datetime(orders["InvoiceDate"]) - pd.Timestamp(0)).dt.total_seconds()
    rows = zip(orders["Customer ID"], orders["StockCode"], times, strict=True)
    for place, (customer, item, at) in enumerate(rows):
        yield ItemPurchased(
            event_id=EventId(f"e{place}"),
            visitor=VisitorId(f"customer-{int(customer)}"),
            occurred_at=float(at),
            item=ItemId(item.upper()),
        )


def a_catalogue(events: list[ItemPurchased], items: int) -> list[Product]:
    """Make products of the items seen, and of as many unseen ones as are missing."""
    names = dict.fromkeys(event.item for event in events)
    for place in range(max(0, items - len(names))):
        names[ItemId(f"unseen-{place}")] = None
    return [
        Product(item=item, title=f"Product {item}", price=100, category=f"c{place % 20}")
        for place, item in enumerate(names)
    ]


def timed(calls: list[Callable[[], object]]) -> list[float]:
    """Return the seconds that each call took."""
    spent = []
    for call in calls:
        started = time.perf_counter()
        call()
        spent.append(time.perf_counter() - started)
    return spent


def quantiles(seconds: list[float], unit: float) -> dict[str, float]:
    """Return p50 and p99 in a unit of ``unit`` seconds."""
    return {f"p{q}": round(float(np.percentile(seconds, q)) / unit, 3) for q in (50, 99)}


def measure(events: list[ItemPurchased], items: int, asked: int) -> dict[str, object]:
    """Measure learning, ranking, dumping and saving, and River's own model beside them."""
    products = a_catalogue(events, items)
    names = [product.item for product in products]
    near = {
        name: [(names[(place + step) % len(names)], 1 / step) for step in range(1, 51)]
        for place, name in enumerate(names)
    }
    hybrid = Hybrid()
    hybrid.use_catalogue(products, near)
    learned = timed([partial(hybrid.learn_one, event) for event in events])
    recent = [event.visitor for event in events[-asked:]]
    now = events[-1].occurred_at
    ranked = timed([partial(hybrid.rank, visitor, now + place) for place, visitor in enumerate(recent)])
    dumped = timed([hybrid.dump] * 5)
    header = SnapshotHeader(positions={}, saved_at=now, product_version="benchmark")
    started = time.perf_counter()
    payload = b"".join(encode(hybrid.dump(), header))
    saved = time.perf_counter() - started
    started = time.perf_counter()
    Hybrid().load(decode(payload)[1])
    return {
        "events": len(events),
        "items": hybrid.items,
        "visitors": hybrid.visitors,
        "learn_us": quantiles(learned, 1e-6) | {"mean": round(float(np.mean(learned)) * 1e6, 1)},
        "events_per_s": round(len(events) / sum(learned)),
        "rank_ms": quantiles(ranked, 1e-3),
        "dump_ms": round(min(dumped) * 1e3, 1),
        "save_ms": round(saved * 1e3, 1),
        "load_ms": round((time.perf_counter() - started) * 1e3, 1),
        "snapshot_mb": round(len(payload) / 1e6, 1),
        "river": measure_river(events, names[:items]),
    }


def measure_river(events: list[ItemPurchased], names: list[ItemId]) -> dict[str, object]:
    """Measure `river.reco.BiasedMF` alone: learning one purchase, and ranking all items for one visitor."""
    model = reco.BiasedMF(n_factors=16, seed=1)
    part = events[:20_000]
    learned = timed([partial(model.learn_one, event.visitor, event.item, 5.0) for event in part])
    items: set[Hashable] = set(names)
    ranked = timed([partial(model.rank, event.visitor, items) for event in part[-20:]])
    return {"learn_us": quantiles(learned, 1e-6), "rank_ms": quantiles(ranked, 1e-3)}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=400_000, help="how many purchases to learn")
    parser.add_argument("--items", type=int, default=5_000, help="how many items to rank, at least")
    parser.add_argument("--asked", type=int, default=2_000, help="how many lists to rank")
    parser.add_argument("--orders", type=Path, default=ORDERS, help="the Parquet file of orders")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    figures = measure(list(read_orders(options.orders, options.events)), options.items, options.asked)
    text = json.dumps(figures, indent=2)
    sys.stdout.write(text + "\n")
    if options.json:
        options.json.write_text(text + "\n")


if __name__ == "__main__":
    main()

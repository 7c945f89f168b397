"""``riverfront bench memory``: how much the models take. It loads what the learner's models need, and no more."""

import time
from typing import Any

import numpy as np
import psutil

from infra.bench.synthetic_shop import feedback_of_shop, neighbors_of, products_of
from online_models.hybrid import Hybrid


def measure_memory(visitors: int, items: int, events: int) -> dict[str, Any]:
    """Learn a made-up shop with very many visitors, and say what that takes. Call it in a fresh process."""
    process = psutil.Process()
    hybrid = Hybrid()
    before = process.memory_info().rss
    hybrid.use_catalog(products_of(items), neighbors_of(items))
    started = time.perf_counter()
    for feedback in feedback_of_shop(events, visitors, items):
        hybrid.learn(feedback)
    return {
        "visitors": hybrid.visitors,
        "items": hybrid.items,
        "events": events,
        "seconds": round(time.perf_counter() - started, 1),
        "memory_mb": round((process.memory_info().rss - before) / 1e6),
        "process_mb": round(process.memory_info().rss / 1e6),
        "bytes_by_part": dict(sorted(sizes_of(hybrid.dump()).items(), key=lambda part: -part[1])),
    }


def sizes_of(state: Any, prefix: str = "") -> dict[str, int]:
    """Return the bytes of each part of a state, two levels deep."""
    sizes: dict[str, int] = {}
    for name, value in state.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and prefix.count(".") < 1:
            sizes |= sizes_of(value, f"{path}.")
        else:
            sizes[path] = bytes_of(value)
    return sizes


def bytes_of(value: Any) -> int:
    """Return about how many bytes a piece of state takes when it is dumped."""
    if isinstance(value, dict):
        return sum(map(bytes_of, value.values()))
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, list):
        return sum(len(text) for text in value)
    return len(value) if isinstance(value, bytes) else 8

"""``riverfront bench learn`` and ``rank``: the models alone, in this process, without Kafka and Redis."""

import time
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from river import reco

from bootstrap.read.history import events_of
from bootstrap.read.shop import read_demo_shop
from infra.bench.synthetic_shop import feedback_of_shop, neighbors_of, products_of
from infra.bench.timing import describe, timed
from online_models.arrays.id_index import ItemIdIndex, VisitorIdIndex
from online_models.hybrid import Hybrid
from online_models.models.recommender import retrieve
from online_models.registry import Resources, build_ensemble
from online_models.schema.events import RankingId
from online_models.schema.feedback import Feedback, feedback_of
from online_models.schema.requested_list import ListFilter, ListRequest
from online_models.visitors.interaction_history import InteractionHistory

FACTORS, SEED = 16, 7
RIVER_EVENTS, RIVER_LISTS = 20_000, 20
CANDIDATES = 40


def measure_learning(limit: int) -> dict[str, Any]:
    """Time each event of the gift shop's history: in all models, in each alone, and in River's."""
    events = list(events_of(read_demo_shop().history.head(limit)))
    hybrid = Hybrid()
    spent = timed(hybrid.learn_one, events)
    signals = [feedback for feedback in map(feedback_of, events) if feedback is not None]
    return {
        "events": len(events),
        "learn_us": describe(spent, 1e-6),
        "events_per_s": round(len(spent) / sum(spent)),
        "by_model_us": learning_by_model(signals[: 2 * RIVER_EVENTS]),
        "river_biased_mf_us": describe(river_learning(signals[:RIVER_EVENTS]), 1e-6),
    }


def measure_ranking(items: int, events: int, asked: int) -> dict[str, Any]:
    """Time lists of 24 with their reasons in a made-up shop, each model alone, and River's own ranking of all items."""
    hybrid = Hybrid()
    hybrid.use_catalog(products_of(items), neighbors_of(items))
    recent: list[Feedback] = []
    for feedback in feedback_of_shop(events, visitors=max(100, events // 20), items=items):
        hybrid.learn(feedback)
        recent = [*recent[-asked + 1 :], feedback]
    spent = timed(lambda feedback: hybrid.rank(feedback.visitor, feedback.at + 1), recent)
    figures: dict[str, Any] = {"items": hybrid.items, "visitors": hybrid.visitors, "rank_ms": describe(spent, 1e-3)}
    figures |= {f"{name}_ms": describe(times, 1e-3) for name, times in requested_ranking(hybrid, recent).items()}
    if items <= RIVER_EVENTS:
        figures["river_biased_mf_ms"] = river_ranking(recent, items)
    return figures


def requested_ranking(hybrid: Hybrid, recent: Sequence[Feedback]) -> dict[str, list[float]]:
    """Time lists of 24 made for anonymous visits of three items: among all items, in two categories, and explained."""
    visits = [tuple(feedback.item for feedback in visit) for visit in zip(recent, recent[1:], recent[2:], strict=False)]
    now = recent[-1].at + 1
    categories = tuple(sorted({product.category for product in products_of(CANDIDATES)}))[:2]
    kinds = {
        "request": {"explain": False},
        "filtered_request": {"filter": ListFilter(categories=categories, in_stock=True)},
        "explained_request": {"explain": True},
    }
    name = RankingId("request")
    return {
        kind: timed(
            lambda request: hybrid.rank_request(request, now),
            [ListRequest(ranking_id=name, session=visit, **fields) for visit in visits],  # type: ignore[arg-type]
        )
        for kind, fields in kinds.items()
    }


def learning_by_model(signals: Sequence[Feedback]) -> dict[str, float]:
    """Return the median time that each model takes to learn a signal, and to answer, in microseconds."""
    items, visitors, sessions = ItemIdIndex(1_000_000), VisitorIdIndex(1_000_000), InteractionHistory()
    models = build_ensemble(Resources(factors=FACTORS, seed=SEED)).all
    learned: dict[str, list[float]] = {model.names[0]: [] for model in models}
    asked: dict[str, list[float]] = {name: [] for name in learned}
    for feedback in signals:
        item, (visitor, _) = items.add(feedback.item), visitors.use(feedback.visitor)
        context = sessions.context(visitor, feedback.at)
        for model in models:
            started = time.perf_counter()
            model.learn_one(item, feedback, context)
            between = time.perf_counter()
            retrieve(model, context, CANDIDATES)
            asked[model.names[0]].append(time.perf_counter() - between)
            learned[model.names[0]].append(between - started)
        sessions.touch(visitor, item, feedback)
    return {
        f"{kind} {name}": round(float(np.median(seconds)) * 1e6, 1)
        for kind, times in (("learn", learned), ("ask", asked))
        for name, seconds in times.items()
    }


def river_learning(signals: Sequence[Feedback]) -> list[float]:
    """Time `river.reco.BiasedMF` learning each signal."""
    model: Any = reco.BiasedMF(n_factors=FACTORS, seed=SEED)
    return timed(lambda feedback: model.learn_one(feedback.visitor, feedback.item, feedback.reward), signals)


def river_ranking(recent: Sequence[Feedback], items: int) -> dict[str, float]:
    """Time `river.reco.BiasedMF` ranking all items, one list after the other."""
    model: Any = reco.BiasedMF(n_factors=FACTORS, seed=SEED)
    names: set[Hashable] = {product.item for product in products_of(items)}
    for feedback in recent:
        model.learn_one(feedback.visitor, feedback.item, feedback.reward)
    return describe(timed(lambda feedback: model.rank(feedback.visitor, names), recent[-RIVER_LISTS:]), 1e-3)

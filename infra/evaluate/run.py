"""Running an evaluation: streams in, figures out, of a fresh recommender with room for them."""

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from infra.errors import CannotRun
from infra.evaluate.inputs import EvaluationOptions, Inputs
from infra.evaluate.item_attributes import Attribute, Attributes
from infra.evaluate.refits import RefittedHybrid, SessionTrainer
from infra.stack.display import Display
from online_models.arrays.types import NO_INDEX, Indices
from online_models.evaluation.day_by_day import walk_day_by_day
from online_models.evaluation.evaluation import Evaluation, NothingAsked, ProtocolName, build_evaluation
from online_models.evaluation.protocols import Progress, walk_holdout, walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.evaluation.walk import AnySlate, Clock, EvaluatedRecommender, Measures
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.product import Product

AnyHybrid = TypeVar("AnyHybrid", bound=Hybrid)

_LEAST_CANDIDATES = 40
_NO_CATEGORY = "-"


def rules_of(options: EvaluationOptions) -> Rules:
    """Return by which rules lists are asked for and judged."""
    return Rules(k=options.k, exclude_seen=options.exclude_seen, repeats=options.repeats)


def build_hybrid(inputs: Inputs, options: EvaluationOptions, build: Callable[[HybridSettings], AnyHybrid]) -> AnyHybrid:
    """Build the recommender that is measured: with room for the files, and with what they say of their items."""
    usual = HybridSettings()
    products = _products(inputs) if inputs.attributes else []
    settings = HybridSettings(
        candidates=max(_LEAST_CANDIDATES, options.k),
        max_items=max(usual.max_items, len(inputs.touched), len(products)),
        max_visitors=max(usual.max_visitors, inputs.visitors),
        bends=not options.linear,
        neural=options.neural,
        varies=options.varied,
    )
    hybrid = build(settings)
    if products:
        hybrid.use_catalog(products, {})
    return hybrid


def with_refits(hybrid: Hybrid, trainer: SessionTrainer | None, inputs: Inputs) -> "Hybrid | RefittedHybrid":
    """Let the session network be trained along the streams, where there is a trainer."""
    return hybrid if trainer is None else RefittedHybrid(hybrid, trainer, inputs.stream)


def run(
    hybrid: EvaluatedRecommender[AnySlate], inputs: Inputs, options: EvaluationOptions, display: Display
) -> Evaluation:
    """Walk the streams, and build the figures. Raises `CannotRun` if there is nothing to judge."""
    rules, stream, test = rules_of(options), inputs.stream, inputs.test
    protocol: ProtocolName = options.protocol or ("prequential" if test is None else "holdout")
    with display.progress("Ask and learn" if test is None else "Learn, then ask") as move:
        measures = _walk(hybrid, protocol, inputs, rules, move)
    try:
        with display.step("Resample visitors for the intervals"):
            events = len(stream) + (len(test) if test else 0)
            return build_evaluation(protocol, hybrid.members, measures, events, inputs.items, rules)
    except NothingAsked as error:
        raise CannotRun(f"Nothing can be measured: {error}. Is the right column mapped as visitor?") from error


def _walk(
    hybrid: EvaluatedRecommender[AnySlate], protocol: ProtocolName, inputs: Inputs, rules: Rules, move: Progress
) -> Measures:
    stream, items = inputs.stream, inputs.items
    clock: Clock = getattr(hybrid, "clock", time.perf_counter)
    categories = categories_of(hybrid, inputs)
    if inputs.test is not None:
        return walk_holdout(hybrid, stream, inputs.test, rules, clock, items, move, categories)
    if protocol == "t4rec":
        return walk_day_by_day(hybrid, stream, rules, clock, items, move, categories)
    return walk_prequentially(hybrid, stream, rules, clock, items, move, categories)


def categories_of(hybrid: EvaluatedRecommender[AnySlate], inputs: Inputs) -> Indices:
    """Return by index of an item its category, numbered from 0, -1 where it is not known; empty where none is."""
    indices = {item: hybrid.index(item) for item, attribute in inputs.attributes.items() if attribute.category}
    known = {item: index for item, index in indices.items() if index >= 0}
    categories = np.full(max(known.values(), default=NO_INDEX) + 1, NO_INDEX, np.int32)
    numbers: dict[str, int] = {}
    for item, index in known.items():
        categories[index] = numbers.setdefault(inputs.attributes[item].category, len(numbers))
    return categories


def _products(inputs: Inputs) -> list[Product]:
    """Return a catalog of all items, also of those of which nothing is known, as it says what is for sale."""
    known: Attributes = {**dict.fromkeys(sorted(inputs.touched), Attribute("", "")), **inputs.attributes}
    return [
        Product(
            item=item, title=item, price=0, category=attribute.category or _NO_CATEGORY, brand=attribute.brand or None
        )
        for item, attribute in known.items()
    ]

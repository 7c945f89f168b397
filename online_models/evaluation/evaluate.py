"""An evaluation in one call, for scripts and notebooks: no files, no terminal."""

from online_models.evaluation.evaluation import Evaluation, build_evaluation
from online_models.evaluation.protocols import walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.evaluation.stream import Stream
from online_models.evaluation.walk import AnySlate, Clock, EvaluatedRecommender

USUAL_RULES = Rules()


def stopped_clock() -> float:
    """Return zero: nothing takes time, and equal runs give equal figures."""
    return 0.0


def evaluate(
    hybrid: EvaluatedRecommender[AnySlate],
    stream: Stream,
    rules: Rules = USUAL_RULES,
    items: int = 0,
    clock: Clock = stopped_clock,
) -> Evaluation:
    """Measure a recommender prequentially: before each event it makes a list, then it learns the event.

    Parameters
    ----------
    hybrid
        What is measured. It learns the stream, and may have learned earlier events or a catalog.
    items
        Number of items of the catalog; at least those of the stream count.
    clock
        Times learning and ranking; without one, all speeds are zero.

    Raises
    ------
    NothingAsked
        If there is nothing to judge.

    Examples
    --------
    >>> import numpy as np
    >>> from online_models.hybrid import Hybrid
    >>> visitors, items = np.divmod(np.arange(60, dtype=np.int32), 3)
    >>> stream = Stream(
    ...     times=np.arange(60.0), visitors=visitors, items=items, sessions=np.full(60, -1, np.int32),
    ...     kinds=np.zeros(60, np.int8), rewards=np.ones(60, np.float32), ratings=np.full(60, np.nan),
    ...     visitor_names=[f"v{number}" for number in range(20)], item_names=["cup", "saucer", "teapot"],
    ...     session_names=[],
    ... )
    >>> evaluation = evaluate(Hybrid(), stream, Rules(k=2))
    >>> evaluation.asked, evaluation.members["hybrid"].recall
    (32, 1.0)
    """
    measures = walk_prequentially(hybrid, stream, rules, clock, items)
    items = max(items, len(stream.item_names))
    return build_evaluation("prequential", hybrid.members, measures, len(stream), items, rules)

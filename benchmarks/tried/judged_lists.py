"""The hybrid's lists with a model that it does not have, judged along the streams of an evaluation."""

from collections.abc import Callable
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from infra.evaluate.inputs import EvaluationOptions, Inputs
from infra.evaluate.run import build_hybrid, rules_of
from infra.stack.display import Display
from online_models import recommender_state
from online_models.evaluation.evaluate import stopped_clock
from online_models.evaluation.metrics import Ranks
from online_models.evaluation.protocols import walk_holdout, walk_prequentially
from online_models.evaluation.slices import FEW_INTERACTIONS
from online_models.hybrid import Hybrid
from online_models.models.recommender import Model
from online_models.registry import WITHOUT_NEURAL, ModelSpec
from online_models.schema.events import VisitorId
from online_models.slate import wording


class JudgedLists(NamedTuple):
    """Where the right items were.

    Attributes
    ----------
    ranks
        Of the right item in each list, 0 where it was not: of the hybrid, and of the model alone, shape (lists, 2).
    visitors
        Of each list.
    is_warm, is_new
        Of each list, whether its visitor had an earlier event, and whether its right item had fewer than five: shape
        (lists,).
    """

    ranks: Ranks
    visitors: list[VisitorId]
    is_warm: NDArray[np.bool_]
    is_new: NDArray[np.bool_]


def _leave_as_it_is(_hybrid: Hybrid) -> None:
    return


def judge_with(
    model: Model | None,
    inputs: Inputs,
    options: EvaluationOptions,
    prepare: Callable[[Hybrid], None] = _leave_as_it_is,
) -> JudgedLists:
    """Walk the streams with a hybrid that has one more model, or none; its ranker starts from weights of zero for it.

    ``prepare`` is handed the hybrid before it learns. The session network is left out.
    """
    specs: tuple[ModelSpec, ...] = WITHOUT_NEURAL
    if model is not None:
        specs = (*specs, ModelSpec(lambda _: model, wording.SHOPPERS_LIKE_YOU, (0.0,) * 6))
    with patch.object(recommender_state, "WITHOUT_NEURAL", specs):
        hybrid = build_hybrid(inputs, options, Hybrid)
    prepare(hybrid)
    rules, items = rules_of(options), inputs.items
    with Display().progress("Ask and learn") as move:
        if inputs.test is not None:
            measures = walk_holdout(hybrid, inputs.stream, inputs.test, rules, stopped_clock, items, move)
        else:
            measures = walk_prequentially(hybrid, inputs.stream, rules, stopped_clock, items, move)
    tallies = measures.warm, measures.cold
    return JudgedLists(
        np.concatenate([tally.ranks[:, [-1, -2]] for tally in tallies]),
        [tally.visitor_ids[number] for tally in tallies for number in tally.visitors.tolist()],
        np.repeat([True, False], [len(tally) for tally in tallies]),
        np.concatenate([tally.interactions for tally in tallies]) < FEW_INTERACTIONS,
    )

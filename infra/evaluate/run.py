"""Running an evaluation: streams in, figures out."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.errors import CannotRun
from infra.evaluate.bad_line import BadLine
from infra.evaluate.inputs import Inputs
from infra.evaluate.options import EvaluationOptions
from infra.stack.display import Display
from online_models.evaluation.evaluated import AnyAsked, Evaluated
from online_models.evaluation.evaluation import Evaluation, NothingAsked, build_evaluation
from online_models.evaluation.holdout import walk_holdout
from online_models.evaluation.prequential import walk_prequentially
from online_models.evaluation.rules import Rules


@dataclass(frozen=True, slots=True)
class EvaluationRun:
    """The figures, and what they were measured on.

    Attributes
    ----------
    visitors, items
        How many there were, items with those of the catalogue.
    bad
        Lines that could not be used, by file.
    """

    evaluation: Evaluation
    visitors: int
    items: int
    bad: dict[Path, Sequence[BadLine]]


def run(hybrid: Evaluated[AnyAsked], inputs: Inputs, options: EvaluationOptions, display: Display) -> EvaluationRun:
    """Walk the streams, and build the figures. Raises `CannotRun` if there is nothing to judge."""
    rules = Rules(k=options.k, exclude_seen=options.exclude_seen, repeats=options.repeats)
    stream, test, items, clock = inputs.stream, inputs.test, inputs.items, time.perf_counter
    with display.progress("Ask and learn" if test is None else "Learn, then ask") as bar:
        if test is None:
            measures = walk_prequentially(hybrid, stream, rules, clock, items, bar.move)
        else:
            measures = walk_holdout(hybrid, stream, test, rules, clock, items, bar.move)
    try:
        with display.step("Resample visitors for the intervals"):
            evaluation = build_evaluation(
                "prequential" if test is None else "holdout",
                hybrid.members,
                measures,
                len(stream) + (len(test) if test else 0),
                items,
                rules,
            )
    except NothingAsked as error:
        raise CannotRun(f"Nothing can be measured: {error}. Is the right column mapped as visitor?") from error
    return EvaluationRun(evaluation, inputs.visitors, items, inputs.bad)

"""Riverfront's own hybrid on the same split, by the walk of ``riverfront evaluate``, in a process of its own."""

import json
import shlex
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.adapters.driver import peak_mib
from benchmarks.recording import options_of
from infra.evaluate.inputs import EvaluationOptions, read_inputs
from infra.evaluate.refits import find_trainer
from infra.evaluate.run import build_hybrid, categories_of, rules_of, with_refits
from online_models.evaluation.protocols import by_session
from online_models.evaluation.walk import Walk
from online_models.hybrid import Hybrid


def parse_words(words: list[str]) -> EvaluationOptions:
    """Return what these arguments of ``riverfront evaluate`` mean. Raises `CannotRun`, and click's errors."""
    return options_of(f"split={shlex.join(words)}")


def walk_hybrid(options: EvaluationOptions) -> dict[str, Any]:
    """Learn the split's events and answer its queries. Returns the ranks of what came, and what that took.

    Raises
    ------
    ValueError
        If no file is held out.
    """
    inputs = read_inputs(options)
    if inputs.test is None:
        raise ValueError("no file is held out")
    trainer = find_trainer() if options.neural else None
    hybrid = with_refits(build_hybrid(inputs, options, Hybrid), trainer, inputs)
    walk = Walk(hybrid, rules_of(options), inputs.items, time.perf_counter, categories_of(hybrid, inputs))
    started_at = time.perf_counter()
    for feedback in inputs.stream.feedbacks():
        walk.learn(feedback, judged=False, timed=False)
    fitted_at = time.perf_counter()
    for feedback in inputs.test.taken(by_session(inputs.test)).feedbacks():
        walk.follow(feedback)
    return {
        "fit_s": fitted_at - started_at,
        "answer_ms": float(np.median(walk.measures.ranking)) * 1e3,
        "peak_mib": peak_mib(),
        "note": "",
        "ranks": walk.measures.warm.ranks[:, -1].tolist(),
    }


if __name__ == "__main__":
    _, split, answer_file, _ = sys.argv[1:]
    asked = json.loads((Path(split) / "rules.json").read_text(encoding="utf-8"))
    Path(answer_file).write_text(json.dumps(walk_hybrid(parse_words(asked["words"]))), encoding="utf-8")

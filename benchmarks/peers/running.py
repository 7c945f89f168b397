"""Running one peer on a split: installed, run for a limited time, and judged; or the reason why not."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.commands import PeerFailed, run_within
from benchmarks.peers.registry import Peer
from benchmarks.peers.split import PeerSplit
from infra.programs.binaries import ROOT
from online_models.arrays.types import Indices
from online_models.evaluation.metrics import Ranks


@dataclass(frozen=True, slots=True)
class PeerOutcome:
    """What came of a peer.

    Attributes
    ----------
    ranks
        Rank of the item that came in each list, from 1; 0 where it was not. Empty if the peer failed.
    fit_s
        Seconds that it took to learn the split's events.
    answer_ms
        Median of the milliseconds that a list took.
    peak_mib
        The most memory that its process used.
    note
        What else there is to say.
    reason
        Why there are no figures; empty if there are.
    """

    peer: Peer
    ranks: Ranks
    fit_s: float = 0.0
    answer_ms: float = 0.0
    peak_mib: float = 0.0
    note: str = ""
    reason: str = ""


def run_peer(peer: Peer, split: PeerSplit, folder: Path, seconds: float, *, keep: bool = False) -> PeerOutcome:
    """Install a peer, let it learn and answer a split, and judge its lists.

    Parameters
    ----------
    folder
        Where environments, logs and answers are kept.
    seconds
        How long installing may take, and how long running may.
    keep
        Take an earlier answer to the same split, where there is one.
    """
    answer = folder / "answers" / split.digest[:12] / f"{peer.name}.json"
    try:
        if not (keep and answer.exists()):
            answer.unlink(missing_ok=True)
            answer.parent.mkdir(parents=True, exist_ok=True)
            _run(peer, split, answer, folder, seconds)
        return read_outcome(peer, split, json.loads(answer.read_text(encoding="utf-8")))
    except PeerFailed as error:
        return PeerOutcome(peer, np.zeros(0, np.int16), reason=str(error))


def read_outcome(peer: Peer, split: PeerSplit, figures: dict[str, Any]) -> PeerOutcome:
    """Judge what an adapter wrote. Raises `PeerFailed` if it did not answer every query."""
    ranks = np.array(figures["ranks"], np.int16) if "ranks" in figures else ranks_of(figures["lists"], split.targets)
    if len(ranks) != len(split.targets):
        raise PeerFailed(f"{len(ranks):,} answers to {len(split.targets):,} queries")
    return PeerOutcome(peer, ranks, figures["fit_s"], figures["answer_ms"], figures["peak_mib"], note=figures["note"])


def ranks_of(lists: Sequence[Sequence[int]], targets: Indices) -> Ranks:
    """Return the rank of each target in its list, from 1; 0 where it is not.

    Examples
    --------
    >>> ranks_of([[4, 7], [], [2]], np.array([7, 1, 2], np.int32)).tolist()
    [2, 0, 1]
    """
    pairs = zip(lists, targets.tolist(), strict=False)
    return np.array([items.index(item) + 1 if item in items else 0 for items, item in pairs], np.int16)


def _run(peer: Peer, split: PeerSplit, answer: Path, folder: Path, seconds: float) -> None:
    python, variables = Path(sys.executable), {"PYTHONPATH": str(ROOT)}
    if peer.environment is not None:
        own = peer.environment.prepare(folder / "environments", seconds)
        variables["PEER_FOLDER"] = str(own)
        if (own / "bin" / "python").exists():
            python = own / "bin" / "python"
    adapter = f"benchmarks.peers.adapters.{peer.adapter}"
    command: list[str | Path] = [python, "-m", adapter, peer.model, split.folder, answer, f"{seconds:g}"]
    run_within(command, seconds, folder / "logs" / f"{peer.name}.log", variables)
    if not answer.exists():
        raise PeerFailed("it ended without an answer")

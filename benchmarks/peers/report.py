"""The comparison of the peers: figures for JSON, a Markdown table and a chart."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.comparison import SEED
from benchmarks.peers.registry import OWN
from benchmarks.peers.running import PeerOutcome
from benchmarks.peers.split import PeerSplit
from bootstrap.report.bar_chart import Bar, BarGroup, bars_svg
from online_models.evaluation.metrics import GAINS, gains_of, interval, resampled

DIGITS = 6


def figures_of(outcomes: Sequence[PeerOutcome], split: PeerSplit) -> dict[str, Any]:
    """Return the figures of all peers that ran, best hit rate first, then the reasons of those that did not.

    Intervals come from resamples of the visitors, the same for all; ``more`` is a peer's figure less Riverfront's.
    """
    ran = [outcome for outcome in outcomes if not outcome.reason]
    entries = []
    if ran and len(split.targets):
        ranks = np.stack([outcome.ranks for outcome in ran], axis=1)
        gains, samples = gains_of(ranks, split.k), resampled(ranks, split.visitors, split.k, SEED)
        own = next((column for column, outcome in enumerate(ran) if outcome.peer.name == OWN.name), None)
        for column, outcome in enumerate(ran):
            entry: dict[str, Any] = {"name": outcome.peer.name, "title": outcome.peer.title}
            entry |= {metric: round(float(gains[row, column]), DIGITS) for row, metric in enumerate(GAINS)}
            entry["ci95"] = {metric: _rounded(samples[:, row, column]) for row, metric in enumerate(GAINS)}
            if own is not None and column != own:
                more = samples[:, :, column] - samples[:, :, own]
                entry["more"] = {
                    metric: round(float(gains[row, column] - gains[row, own]), DIGITS)
                    for row, metric in enumerate(GAINS)
                }
                entry["more_ci95"] = {metric: _rounded(more[:, row]) for row, metric in enumerate(GAINS)}
            entry |= {"fit_s": round(outcome.fit_s, 3), "answer_ms_p50": round(outcome.answer_ms, 4)}
            entries.append({**entry, "peak_mib": round(outcome.peak_mib, 1), "note": outcome.note})
    failed = [
        {"name": outcome.peer.name, "title": outcome.peer.title, "reason": outcome.reason}
        for outcome in outcomes
        if outcome.reason
    ]
    return {
        "k": split.k,
        "queries": len(split.targets),
        "split": split.digest,
        "peers": sorted(entries, key=lambda entry: (-entry["hr"], -entry["mrr"], entry["name"])),
        "failed": failed,
    }


def table_of(figures: dict[str, Any]) -> str:
    """Return a Markdown table of the figures; a peer that failed has its reason there."""
    k = figures["k"]
    headings = ["", f"HR@{k}", f"MRR@{k}", f"NDCG@{k}", "fit", "answer, p50", "memory", "note"]
    lines = [f"| {' | '.join(headings)} |", f"|{' --- |' * len(headings)}"]
    for entry in figures["peers"]:
        title = f"**{entry['title']}**" if entry["name"] == OWN.name else entry["title"]
        shares = [_with_interval(entry, metric) for metric in GAINS]
        spent = [f"{entry['fit_s']:,.1f} s", f"{entry['answer_ms_p50']:.2f} ms", f"{entry['peak_mib']:,.0f} MiB"]
        lines.append(f"| {' | '.join([title, *shares, *spent, entry['note']])} |")
    for failed in figures["failed"]:
        reason = failed["reason"].replace("|", "\\|")
        lines.append(f"| {failed['title']} |{' |' * (len(headings) - 2)} not run: {reason} |")
    return "\n".join(lines)


def chart_of(figures: dict[str, Any], title: str) -> str:
    """Return a chart of hit rate and MRR with their intervals."""
    k = figures["k"]
    groups = [
        BarGroup(
            entry["title"],
            tuple(Bar(entry[metric], *entry["ci95"][metric]) for metric in ("hr", "mrr")),
            highlighted=entry["name"] == OWN.name,
        )
        for entry in figures["peers"]
    ]
    return bars_svg(title, (f"HR@{k}", f"MRR@{k}"), groups)


def _rounded(samples: Any) -> list[float]:
    return [round(bound, DIGITS) for bound in interval(samples)]


def _with_interval(entry: dict[str, Any], metric: str) -> str:
    low, high = entry["ci95"][metric]
    return f"{_share(entry[metric])} [{_share(low)}, {_share(high)}]"


def _share(value: float) -> str:
    """Write a share without its zero.

    Examples
    --------
    >>> _share(0.6221), _share(1.0)
    ('.622', '1.000')
    """
    return f"{value:.3f}".removeprefix("0")

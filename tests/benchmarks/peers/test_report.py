"""The figures, the table and the chart of a comparison."""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.peers.registry import PEERS, Peer
from benchmarks.peers.report import chart_of, figures_of, table_of
from benchmarks.peers.running import PeerOutcome
from benchmarks.peers.split import PeerSplit

OWN, STAN, VSTAN = PEERS[:3]


@pytest.fixture
def split(tmp_path: Path) -> PeerSplit:
    return PeerSplit(tmp_path, np.arange(4, dtype=np.int32), np.array([0, 0, 1, 2], np.int32), 2, "digest")


def outcome(peer: Peer, *ranks: int, note: str = "") -> PeerOutcome:
    return PeerOutcome(peer, np.array(ranks, np.int16), 1234.5, 0.25, 100.0, note=note)


def test_metrics_come_from_the_ranks_and_the_best_stands_first(split: PeerSplit) -> None:
    figures = figures_of([outcome(OWN, 1, 2, 0, 0), outcome(STAN, 1, 2, 2, 1)], split)
    best, second = figures["peers"]
    assert (best["name"], best["hr"], best["mrr"]) == ("stan", 1.0, 0.75)
    assert best["ndcg"] == pytest.approx((1 + 1 + 2 / np.log2(3)) / 4, abs=1e-6)
    assert (second["hr"], second["mrr"]) == (0.5, 0.375)
    assert (best["more"]["hr"], best["more"]["mrr"]) == (0.5, 0.375), "than Riverfront"
    assert "more" not in second
    assert best["ci95"]["hr"] == [1.0, 1.0]
    low, high = second["ci95"]["hr"]
    assert low <= 0.5 <= high


def test_a_peer_that_failed_stands_in_the_table_with_its_reason(split: PeerSplit) -> None:
    failed = PeerOutcome(VSTAN, np.zeros(0, np.int16), reason="no wheel | at all")
    figures = figures_of([outcome(OWN, 1, 2, 0, 0), failed, outcome(STAN, 0, 0, 0, 0, note="7 epochs")], split)
    lines = table_of(figures).splitlines()
    assert lines[0].startswith("|  | HR@2 | MRR@2 | NDCG@2 | fit |")
    assert lines[2].startswith("| **Riverfront, hybrid** | .500 [")
    assert lines[2].endswith("| 1,234.5 s | 0.25 ms | 100 MiB |  |")
    assert lines[3].startswith("| STAN | .000 [.000, .000] |")
    assert lines[3].endswith("| 7 epochs |")
    assert lines[4].startswith("| VSTAN |")
    assert lines[4].endswith("not run: no wheel \\| at all |")
    assert len({line.replace("\\|", "").count("|") for line in lines}) == 1


def test_without_riverfront_or_any_peer_there_is_still_a_table(split: PeerSplit) -> None:
    assert "more" not in figures_of([outcome(STAN, 1, 1, 1, 1)], split)["peers"][0]
    nobody = figures_of([PeerOutcome(STAN, np.zeros(0, np.int16), reason="no")], split)
    assert nobody["peers"] == []
    assert "not run: no" in table_of(nobody)


def test_the_chart_names_all_that_ran(split: PeerSplit) -> None:
    svg = chart_of(figures_of([outcome(OWN, 1, 2, 0, 0), outcome(STAN, 1, 2, 2, 1)], split), "A shop")
    texts = [text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"A shop", "HR@2", "MRR@2", OWN.title, STAN.title} <= set(texts)

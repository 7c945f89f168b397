"""Times `implicit` and `rtrec` on a file of signals.

Run by `infra.bench.peers` where these two are installed, and little else: of Riverfront's it imports what needs the
standard library only.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.bench.timing import percentile, timed

RTREC_EVENTS = 5_000
ONE_BY_ONE = 300
LISTS = 200
N = 24


def main() -> None:
    """Print the figures as one line of JSON."""
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    signals = [(visitor, item, at, reward) for visitor, item, at, reward in rows if reward > 0]
    figures: dict[str, Any] = {"events": len(signals)}
    for name, measure in (("implicit", measure_implicit), ("rtrec", measure_rtrec)):
        try:
            figures[name] = measure(signals)
        except Exception as error:  # noqa: BLE001 - a peer that fails is told, and the other still measured
            figures[name] = {"error": repr(error)}
    sys.stdout.write("\n" + json.dumps(figures) + "\n")


def measure_implicit(signals: Sequence[tuple[str, str, float, float]]) -> dict[str, float]:
    """Fit ALS on all signals, as it must be done anew to learn one, and time its lists."""
    from implicit.als import AlternatingLeastSquares
    from scipy.sparse import coo_matrix

    visitors = {visitor: row for row, visitor in enumerate(dict.fromkeys(signal[0] for signal in signals))}
    items = {item: row for row, item in enumerate(dict.fromkeys(signal[1] for signal in signals))}
    rows = [visitors[signal[0]] for signal in signals]
    columns = [items[signal[1]] for signal in signals]
    matrix = coo_matrix(([signal[3] for signal in signals], (rows, columns))).tocsr()
    model = AlternatingLeastSquares(factors=64, random_state=7)
    started = time.perf_counter()
    model.fit(matrix, show_progress=False)
    fitted = time.perf_counter() - started
    lists = timed(lambda row: model.recommend(row, matrix[row], N=N), rows[-LISTS:])
    return {"fit_all_s": round(fitted, 2), "rank_ms_p50": round(percentile(lists, 50) * 1e3, 3)}


def measure_rtrec(signals: Sequence[tuple[str, str, float, float]]) -> dict[str, float]:
    """Let SLIM learn some thousand signals as they come, the last ones one by one, and time its lists."""
    from rtrec.models.slim import SLIM

    model, signals = SLIM(), signals[-RTREC_EVENTS:]
    started = time.perf_counter()
    model.fit(signals[:-ONE_BY_ONE], progress_bar=False)
    fitted = time.perf_counter() - started
    learned = timed(lambda signal: model.fit([signal], progress_bar=False), signals[-ONE_BY_ONE:])
    lists = timed(lambda signal: model.recommend(signal[0], top_k=N), signals[-LISTS:])
    return {
        "events": len(signals),
        "fit_all_s": round(fitted, 2),
        "learn_us_p50": round(percentile(learned, 50) * 1e6, 3),
        "rank_ms_p50": round(percentile(lists, 50) * 1e3, 3),
    }


if __name__ == "__main__":
    main()

"""Trains again and again, without the rest that the refit process takes, at the same priority.

    python -m benchmarks.refits.load
    python -m benchmarks.refits.load --steps 50000 --items 20000

Run `riverfront bench latency` beside it, and without it: that is what a training costs whoever clicks. Each line is one
refit and one fine-tune; the first also compiles.
"""

import time

import click
import numpy as np
import psutil

from training.packages import ADVICE, make_importable
from training.priority import give_way

LENGTH = 5
NEXT_ITEMS = 8
"""Of each item, those of which one follows: the visits are drawn, but not noise."""


def draw_visits(steps: int, items: int, seed: int) -> list[list[str]]:
    """Return visits of five items each, with so many steps in all. Few of the items are in many."""
    random = np.random.default_rng(seed)
    follows = random.integers(0, items, (items, NEXT_ITEMS))
    present = (items * random.random(steps // (LENGTH - 1)) ** 3).astype(np.int64)
    lines = [present]
    for _ in range(LENGTH - 1):
        present = follows[present, random.integers(0, NEXT_ITEMS, len(present))]
        lines.append(present)
    return [[f"i{item}" for item in visit] for visit in np.stack(lines, axis=1).tolist()]


@click.command()
@click.option("--steps", default=100_000, show_default=True, type=click.IntRange(min=1_000), help="Of all visits.")
@click.option("--items", default=5_000, show_default=True, type=click.IntRange(min=10), help="Of the shop.")
@click.option("--refits", default=0, help="How many; for ever by default.")
def main(steps: int, items: int, refits: int) -> None:
    """Train until somebody ends it."""
    if not make_importable():
        raise click.ClickException(ADVICE)
    give_way()
    from training.session_gru import SessionGruTrainer

    trainer, process = SessionGruTrainer(), psutil.Process()
    visits, new = draw_visits(steps, items, seed=1), draw_visits(1_000, items, seed=2)
    done = 0
    while not refits or done < refits:
        started = time.perf_counter()
        trainer.refit(visits)
        refitted = time.perf_counter()
        trainer.fine_tune(new)
        tuned = time.perf_counter()
        memory = process.memory_info().rss / 2**20
        print(f"refit {refitted - started:.1f} s, fine-tune {tuned - refitted:.2f} s, {memory:.0f} MB", flush=True)
        done += 1


if __name__ == "__main__":
    main()

"""What the models take, added up by part."""

import numpy as np

from infra.bench.memory_figures import bytes_of, measure_memory, sizes_of


def test_parts_are_told_two_levels_deep() -> None:
    state = {"a": {"b": {"c": np.zeros(4), "d": b"xyz"}}, "version": 3, "ids": ["ab", "c"]}
    assert sizes_of(state) == {"a.b": 35, "version": 8, "ids": 3}


def test_a_number_takes_a_word() -> None:
    assert bytes_of(1.5) == 8
    assert bytes_of({}) == 0


def test_a_small_shop_is_learned_and_measured() -> None:
    figures = measure_memory(visitors=20, items=100, events=500)
    assert (figures["visitors"], figures["items"], figures["events"]) == (20, 100, 500)
    sizes = list(figures["bytes_by_part"].values())
    assert sizes == sorted(sizes, reverse=True)
    assert figures["process_mb"] >= figures["memory_mb"]

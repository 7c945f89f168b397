"""Ids in arrays: what is found, when others come and go whose searches start at the same slot."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from online_models.arrays.id_table import delete_row, fill_table, find_row, insert_row

# Few first halves, so that many ids start at the same slot; some at the table's end.
halves = st.sampled_from([0, 1, 2, 14, 15, -1])
ids = st.lists(st.tuples(halves, st.integers(0, 3)), unique=True, min_size=1, max_size=15)


@given(ids, st.data())
def test_who_stays_is_found_when_others_go(present: list[tuple[int, int]], data: st.DataObject) -> None:
    table, keys = np.full(16, -1, np.int32), np.zeros((15, 2), np.int64)
    for row, (first, second) in enumerate(present):
        insert_row(table, keys, row, first, second)
    gone = data.draw(st.sets(st.integers(0, len(present) - 1)))
    for row in gone:
        delete_row(table, keys, row)
    found = [find_row(table, keys, first, second) for first, second in present]
    assert found == [-1 if row in gone else row for row in range(len(present))]


def test_an_id_with_two_rows_is_noticed() -> None:
    keys = np.array([[5, 1], [5, 2], [5, 1]], np.int64)
    assert fill_table(np.full(8, -1, np.int32), keys, np.array([0, 1], np.int32))
    assert not fill_table(np.full(8, -1, np.int32), keys, np.array([0, 1, 2], np.int32))

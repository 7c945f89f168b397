from hypothesis import given
from hypothesis import strategies as st

from storefront.lru_table import LruTable


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 5))
def test_it_holds_the_keys_that_were_written_last(writes: list[int], size: int) -> None:
    table: LruTable[int, int] = LruTable(size)
    for number, key in enumerate(writes):
        table[key] = number
    last_first = list(dict.fromkeys(reversed(writes)))
    assert list(reversed(table)) == last_first[:size]
    assert all(writes[number] == key for key, number in table.items())


def test_reading_and_removing_leave_the_order_as_it_is() -> None:
    table: LruTable[str, int] = LruTable(2)
    table["a"], table["b"] = 1, 2
    assert table.get("a") == table["a"] == 1
    table["c"] = 3
    assert list(table) == ["b", "c"]
    assert table.pop("b") == 2
    assert "b" not in table

"""The report of ``bench first-click``."""

from infra.bench.first_click import table_of


def start(*times: float | None) -> dict[str, list[float | None]]:
    return {"click_to_push_ms": list(times), "click_to_drawn_ms": list(times)}


def test_each_start_is_a_column_beside_their_median() -> None:
    lines = table_of({"starts": [start(90.0, 30.0, 20.0), start(10.0, 20.0, None)]}).splitlines()
    assert lines[0] == "| click | fresh | after a restart | median |"
    assert lines[2] == "| 1, pushed | 90 | 10 | 50 |"
    assert lines[-1] == "All times in ms."


def test_a_list_that_did_not_come_is_a_dash() -> None:
    lines = table_of({"starts": [start(90.0, 30.0, 20.0), start(10.0, 20.0, None)]}).splitlines()
    assert lines[4] == "| 3, pushed | 20 | – | 20 |"  # noqa: RUF001 - a dash for none
    assert "| 3, drawn | – | – |" in table_of({"starts": [start(1.0, 1.0, None)]})  # noqa: RUF001

"""What the API is asked, and how the answers are summed up."""

import json

import pytest

from infra.bench.serve import SESSION, cases, figures_of, plans, table_of
from infra.errors import CannotRun
from infra.visitors.http_load import Answers

HEADERS = {"Host": "shop", "Authorization": "Bearer key"}
ITEMS = [f"i{number}" for number in range(9)]
STOREFRONTS = ("http://a", "http://b")


def test_each_visitor_and_item_is_asked_for() -> None:
    asked = cases(ITEMS, ["customer 1", "customer 2"], HEADERS)
    assert "/visitors/customer%202/recommendations?count=24 " in asked["ready"][1]
    assert len(asked["similar"]) == len(asked["made"]) == len(ITEMS)
    bodies = [json.loads(request.partition("\r\n\r\n")[2]) for request in asked["made_filtered"]]
    assert all(len(set(body["session"])) == SESSION and body["filter"] for body in bodies)
    assert all("Authorization: Bearer key\r\n" in request for requests in asked.values() for request in requests)


def test_ready_lists_are_asked_for_as_fast_as_they_come_and_made_ones_at_a_rate_too() -> None:
    ready = plans("ready", ("GET",), STOREFRONTS, "http://proxy", (16, 2.0, 300.0))
    assert [(plan.addresses, plan.connections, plan.rate) for plan in ready.values()] == [
        (("http://a",), 1, 0),
        (STOREFRONTS, 16, 0),
        (("http://proxy",), 16, 0),
    ]
    made = plans("made", ("POST",), STOREFRONTS, "http://proxy", (16, 2.0, 300.0))
    assert made["300 a second"].rate == 300


def test_a_request_without_an_answer_is_an_error() -> None:
    assert figures_of(Answers((1.0, 3.0), {"200": 2}, 2.0)) == {
        "per_second": 1,
        "ms": {"p50": 1.0, "p90": 3.0, "p99": 3.0},
    }
    with pytest.raises(CannotRun, match="429"):
        figures_of(Answers((1.0,), {"200": 1, "429": 1}, 2.0))


def test_the_table_has_a_line_for_each_way() -> None:
    figures = {"per_second": 5, "ms": {"p50": 1.0, "p90": 2.0, "p99": 3.0}}
    lines = table_of({"bare_redis": figures, "ready": {"one at a time": figures, "at once": figures}}).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["bare_redis", "ready", "ready"]
    assert all(line.split()[-3:] == ["1.0", "2.0", "3.0"] for line in lines[1:])

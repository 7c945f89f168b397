"""While a page is made, clicks are let in; and an address is built once."""

import time
from collections import deque
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.web.rendering.cooperative_rendering import (
    EMPTY_SECONDS,
    MOST_TURNS,
    STEP_SECONDS,
    PatientEnvironment,
    give_way,
)


def slow_pieces(count: int) -> Iterator[str]:
    for number in range(count):
        until = time.perf_counter() + 1.5 * STEP_SECONDS
        while time.perf_counter() < until:
            pass
        yield str(number)


def test_others_run_between_the_pieces_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    yielded: list[float] = []
    monkeypatch.setattr(time, "sleep", yielded.append)
    assert PatientEnvironment.concat(slow_pieces(5)) == "01234"
    assert yielded == [0] * 5


class Others:
    """What else is to be done, a turn at a time; ``time.sleep`` and ``time.perf_counter`` for the time being."""

    def __init__(self, turns: int) -> None:
        self.turns = deque([10 * EMPTY_SECONDS] * turns)
        self.now = 0.0

    def sleep(self, _seconds: float) -> None:
        self.now += self.turns.popleft() if self.turns else EMPTY_SECONDS / 10

    def perf_counter(self) -> float:
        return self.now


@pytest.mark.parametrize(("turns", "left"), [(0, 0), (3, 0), (MOST_TURNS + 2, 2)])
def test_a_page_waits_until_others_have_nothing_to_do_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, turns: int, left: int
) -> None:
    others = Others(turns)
    monkeypatch.setattr("storefront.web.rendering.cooperative_rendering.time", others)
    give_way()
    assert len(others.turns) == left


def test_what_is_already_made_is_only_joined() -> None:
    assert PatientEnvironment.concat(["a", "b"]) == "ab"


def test_addresses_in_pages_are_those_that_flask_builds(app: Flask, client: FlaskClient) -> None:
    url_for = app.jinja_env.globals["url_for"]
    assert callable(url_for)
    for root in ("/", "/shop/"):
        with app.test_request_context("/products/mug", base_url=f"http://localhost{root}"):
            for _ in range(2):
                assert url_for("products.show", item="a b") == app.url_for("products.show", item="a b")
                assert url_for(".show", item="cup") == app.url_for(".show", item="cup")
                assert url_for("basket.show", _external=True) == f"http://localhost{root}basket"

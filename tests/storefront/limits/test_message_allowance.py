"""What a connection and a network may send."""

import pytest

from online_models.schema import keyspace
from storefront.limits.connections import Connection
from storefront.limits.message_allowance import BYTES_OF_A_MESSAGE, LEAST_BYTES, MessageAllowance, Rate, TooMuch
from tests.storefront.manual_clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock(0.0)


@pytest.fixture
def allowance(clock: Clock) -> MessageAllowance:
    """A page sends ten at once and one a second; a network twenty, and ten a second."""
    return MessageAllowance(Rate(1, 10), Rate(10, 20), opened_a_minute=3, now=clock)


def a_connection(number: int = 0, network: str = "net") -> Connection:
    return Connection(f"c{number}", f"v{number}", network)


def test_a_page_sends_a_burst_and_then_so_many_a_second(allowance: MessageAllowance, clock: Clock) -> None:
    page = a_connection()
    assert [allowance.take(page, messages=1) for _ in range(10)] == [0.0] * 10
    with pytest.raises(TooMuch, match="messages of a connection"):
        allowance.take(page, messages=1)
    clock.now += 1
    assert allowance.take(page, messages=1) == 0


def test_bytes_count_whatever_the_number_of_messages(allowance: MessageAllowance) -> None:
    page = a_connection()
    assert allowance.take(page, size=10 * BYTES_OF_A_MESSAGE - LEAST_BYTES) == 0
    assert allowance.take(page, size=1) == 0, "counts as the smallest piece"
    with pytest.raises(TooMuch, match="bytes of a connection"):
        allowance.take(page, size=1)


def test_the_pages_of_a_network_are_slowed_down_before_they_are_cut_off(
    allowance: MessageAllowance, clock: Clock
) -> None:
    waits = [allowance.take(a_connection(number), messages=10) for number in range(4)]
    assert waits == pytest.approx([0.0, 0.0, 1.0, 2.0])
    with pytest.raises(TooMuch, match="messages of a network"):
        allowance.take(a_connection(4), messages=1)
    assert allowance.take(a_connection(5, "elsewhere"), messages=10) == 0
    clock.now += 2
    assert allowance.take(a_connection(6), messages=1) == pytest.approx(0.1)


def test_a_network_opens_so_many_a_minute(allowance: MessageAllowance, clock: Clock) -> None:
    assert [allowance.open("net") for _ in range(4)] == pytest.approx([0.0, 0.0, 0.0, 20.0])
    assert allowance.open("elsewhere") == 0
    clock.now += 20
    assert allowance.open("net") == 0


def test_a_burst_that_would_take_days_to_run_out_takes_one() -> None:
    assert {limit.seconds for limit in Rate(1, 1_000_000).limits("network")} == {keyspace.LIMIT_TTL}

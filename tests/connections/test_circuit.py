from collections.abc import Callable

from redis import ConnectionError as NoConnection

from connections.circuit import REST_SECONDS, Circuit


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Store:
    def __init__(self) -> None:
        self.up = True
        self.asked = 0
        self.meanwhile: Callable[[], object] = lambda: None

    def answer(self) -> str:
        self.asked += 1
        self.meanwhile()
        if not self.up:
            raise NoConnection
        return "fresh"


def test_while_all_is_well_every_question_is_asked() -> None:
    circuit, store = Circuit(Clock()), Store()
    assert [circuit.ask(store.answer, otherwise="known") for _ in range(3)] == ["fresh"] * 3
    assert circuit.is_up


def test_after_a_failure_nobody_waits_until_the_rest_is_over() -> None:
    clock, store = Clock(), Store()
    circuit = Circuit(clock)
    store.up = False
    assert [circuit.ask(store.answer, otherwise="known") for _ in range(5)] == ["known"] * 5
    assert store.asked == 1
    assert not circuit.is_up

    store.up = True
    clock.now += REST_SECONDS
    assert circuit.ask(store.answer, otherwise="known") == "fresh"
    assert circuit.is_up


def test_after_the_rest_a_single_question_tries_while_others_do_without() -> None:
    clock, store = Clock(), Store()
    circuit = Circuit(clock)
    store.up = False
    circuit.ask(store.answer, otherwise="known")
    clock.now += REST_SECONDS
    others: list[str] = []
    store.meanwhile = lambda: others.append(circuit.ask(lambda: "asked too", otherwise="known"))

    circuit.ask(store.answer, otherwise="known")

    assert others == ["known"]
    assert store.asked == 2

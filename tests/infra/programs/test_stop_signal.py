"""The wish to stop is noted, and signals are as before when nobody waits for it any longer."""

import os
import signal

import pytest

from infra.programs.stop_signal import SIGNALS, StopSignal


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_only_leaves_a_mark(number: signal.Signals) -> None:
    with StopSignal() as stop:
        assert not stop.asked()
        os.kill(os.getpid(), number)
        assert stop.asked()
        os.kill(os.getpid(), number)


def test_signals_are_as_they_were_afterwards() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with StopSignal():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before

"""The wish to stop is noted, and signals are as before when nobody waits for it any longer."""

import os
import signal

import pytest

from infra.programs.stop_signal import SIGNALS, stop_signal


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_only_leaves_a_mark(number: signal.Signals) -> None:
    with stop_signal() as asked:
        assert not asked()
        os.kill(os.getpid(), number)
        assert asked()
        os.kill(os.getpid(), number)


def test_signals_are_as_they_were_afterwards() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stop_signal():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before

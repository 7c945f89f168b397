"""The wish to stop, as a terminal, a service manager or a closed window says it."""

import signal
from types import TracebackType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopSignal:
    """While it is held, the signals only leave a mark, so that what runs can end in order."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> "StopSignal":
        for number in SIGNALS:
            self._before[number] = signal.signal(number, self._mark)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def asked(self) -> bool:
        """Say whether a signal came."""
        return self._asked

    def _mark(self, *_: object) -> None:
        self._asked = True

"""The storefront's application: Flask, with something to do when its process ends."""

from collections.abc import Callable

from flask import Flask


class Storefront(Flask):
    """A Flask application that closes what it has opened."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as Flask takes them
        self._closing: list[Callable[[], object]] = []

    def on_close(self, close: Callable[[], object]) -> None:
        """Call this when the process is about to end."""
        self._closing.append(close)

    def close(self) -> None:
        """Close what was opened, the last first."""
        while self._closing:
            self._closing.pop()()

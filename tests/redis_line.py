"""A way to a Redis over TCP, with TLS if a context is given: the server that setup brings has none itself."""

import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import unquote, urlsplit

PIECE = 65_536


class RedisLine:
    """Listens on 127.0.0.1 and passes on what comes to a Redis, whose URL may be ``unix://`` or ``redis://``."""

    def __init__(self, redis_url: str, context: ssl.SSLContext | None = None) -> None:
        self._target = urlsplit(redis_url)
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._wires: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "RedisLine":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in self._wires:
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    @property
    def url(self) -> str:
        """The address of the line, with the user and password of the Redis behind it."""
        user = self._target.netloc.rpartition("@")[0]
        return f"redis{'s' if self._context else ''}://{user}{'@' if user else ''}127.0.0.1:{self.port}/0"

    def _accept(self) -> None:
        while True:
            try:
                wire, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._join, args=(wire,), daemon=True).start()

    def _join(self, wire: socket.socket) -> None:
        with suppress(OSError), wire:
            here = self._context.wrap_socket(wire, server_side=True) if self._context else wire
            with here, self._reach() as there:
                self._wires += [here, there]
                back = threading.Thread(target=_pump, args=(there, here), daemon=True)
                back.start()
                _pump(here, there)
                back.join()

    def _reach(self) -> socket.socket:
        if self._target.scheme == "unix":
            there = socket.socket(socket.AF_UNIX)
            there.connect(unquote(self._target.path))
            return there
        return socket.create_connection((self._target.hostname or "", self._target.port or 6379))


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            sink.sendall(piece)
    for wire in (source, sink):
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)

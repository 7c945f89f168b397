"""A server that accepts connections and never answers, or hangs up at once."""

import socket
import threading
from types import TracebackType


class SilentServer:
    """Counts who connects. With ``hangs_up`` it closes each connection as soon as something was said."""

    def __init__(self, *, hangs_up: bool = False) -> None:
        self._hangs_up = hangs_up
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self.port: int = self._socket.getsockname()[1]

    @property
    def accepted(self) -> int:
        return len(self._connections)

    def still_open(self) -> int:
        """How many of the others have not closed their connection."""
        return sum(self._is_open(connection) for connection in self._connections)

    def __enter__(self) -> "SilentServer":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, t: TracebackType | None) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for connection in self._connections:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            if self._hangs_up:
                connection.recv(1)
                connection.close()

    def _is_open(self, connection: socket.socket) -> bool:
        connection.settimeout(5)
        try:
            while connection.recv(4_096):
                pass
        except TimeoutError:
            return True
        except OSError:
            return False
        return False

"""A stand-in for a storefront: says who it is and what it was asked, and dies over a request if it is told to."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

from infra.programs.ports import BACKLOG, LOOPBACK

CUT = "/cut"
HOLD = "/socket.io/hold"
"""Is answered when the stand-in is told to."""

DEADLINE = 60.0


class _Server(ThreadingHTTPServer):
    # As many as a storefront lets wait: where more come at once than the usual five, nginx takes it for dead.
    request_queue_size = BACKLOG


class Upstream:
    """A server at a port of its own, to be used as a context manager."""

    def __init__(self, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.dies = False
        self.asked: list[str] = []
        self.may_answer = threading.Event()

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def __enter__(self) -> "Upstream":
        self._server = _Server((LOOPBACK, self.port), _handler_of(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.may_answer.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler_of(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            upstream.asked.append(f"{self.command} {self.path}")
            if upstream.dies:
                self.close_connection = True
                return
            if self.path == HOLD:
                upstream.may_answer.wait(DEADLINE)
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = json.dumps({"name": upstream.name, "headers": headers, "body": body}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET  # noqa: N815 - its name in the base class

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            """Say nothing."""

    return Handler

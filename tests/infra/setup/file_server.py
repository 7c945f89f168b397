"""A web server that gives one file, or stumbles as planned."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = b"hearts" * 100_000


class FileServer:
    """Answers each request with the next planned status; a status of 0 hangs up in the middle, the last one stays."""

    def __init__(self) -> None:
        self.plan = [200]
        self.requests: list[str] = []
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.requests.append(self.path)
                status = told.plan.pop(0) if len(told.plan) > 1 else told.plan[0]
                self.send_response(status or 200)
                self.send_header("Content-Length", str(len(CONTENT)))
                self.end_headers()
                self.wfile.write(CONTENT if status == 200 else CONTENT[:1_000])
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by the base class
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

"""Serves the example shop, on a port of its own: its pages name Riverfront's address and a browser's key.

RIVERFRONT_KEY=rf_browser_… python examples/static/serve.py http://127.0.0.1:8000 --port 9000
"""

import argparse
import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(__file__).parent


class Shop(SimpleHTTPRequestHandler):
    """Answers with the files of this folder."""

    def __init__(self, *arguments: object, address: str, key: str) -> None:
        self._words = {"RIVERFRONT_ADDRESS": address, "RIVERFRONT_KEY": key}
        super().__init__(*arguments, directory=str(FOLDER))  # type: ignore[arg-type]  # the server's own

    def do_GET(self) -> None:
        """Answer with a page, its two words filled in, or with any other file as it is."""
        page = Path(self.translate_path(self.path))
        if page.is_dir():
            page /= "index.html"
        if page.suffix != ".html" or not page.is_file():
            super().do_GET()
            return
        text = page.read_text(encoding="utf-8")
        for word, filled in self._words.items():
            text = text.replace(word, filled)
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def server(port: int, address: str, key: str) -> ThreadingHTTPServer:
    """Return a server of the shop, which has begun to listen."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Shop, address=address, key=key))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Serve the example shop.")
    parser.add_argument("address", help="where Riverfront is, such as http://127.0.0.1:8000")
    parser.add_argument("--port", type=int, default=9000)
    chosen = parser.parse_args()
    server(chosen.port, chosen.address.rstrip("/"), os.environ["RIVERFRONT_KEY"]).serve_forever()

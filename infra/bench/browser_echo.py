"""What a browser alone takes: from a click to the echo of a message, by a server that does nothing else.

No list can be faster in that browser, whatever stands behind it. Run as ``python -m infra.bench.browser_echo``: it says
at which port it listens, and answers until it is ended.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Page
from simple_websocket import ConnectionClosed, Server
from werkzeug import Response
from werkzeug.serving import make_server

from infra.programs.environment import inherited
from infra.visitors.shop_browser import HUMAN

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Echo</title>
<style>a { display: inline-block; width: 180px; height: 220px; background: #eee }</style>
<script type="module">
const times = window.times = [];
const socket = new WebSocket(`ws://${location.host}/socket`);
let clickedAt = 0;
addEventListener('click', (event) => {
  event.preventDefault();
  clickedAt = event.timeStamp;
  socket.send('x'.repeat(300));
});
socket.onmessage = () => times.push(performance.now() - clickedAt);
socket.onopen = () => { for (let number = 0; number < 24; number += 1) document.body.append(card(number)); };
function card(number) {
  const link = document.createElement('a');
  link.href = `/${number}`;
  return link;
}
</script>"""
"""Links like a shop's cards. A message is about as long as a view."""

PLACES = tuple((100 + 190 * (number % 6), 100 + 230 * (number // 6)) for number in range(24))
"""Where the links are, in pixels."""


def measure_echo(page: Page, count: int) -> list[float]:
    """Click so often in a page, about once a second. Returns ms from each click to its echo."""
    with _echo_server() as address:
        page.goto(address)
        page.wait_for_selector("a")
        for x, y in (PLACES * (1 + count // len(PLACES)))[:count]:
            _click(page, x, y)
        times: list[float] = page.evaluate("times")
    return times


def _click(page: Page, x: float, y: float) -> None:
    """Click as `ShopBrowser` does."""
    page.mouse.move(x, y)
    page.wait_for_timeout(HUMAN.hover_ms)
    page.mouse.click(x, y, delay=HUMAN.press_ms)
    page.wait_for_timeout(HUMAN.after_ms)
    page.mouse.move(2, 2)
    page.wait_for_timeout(450)


@contextmanager
def _echo_server() -> Iterator[str]:
    """Run the server in a process of its own while the block lasts; gives its address."""
    command = [sys.executable, "-m", "infra.bench.browser_echo"]
    with subprocess.Popen(  # noqa: S603 - our own module
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=inherited(os.environ)
    ) as process:
        try:
            port = process.stdout.readline().strip() if process.stdout else ""
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()


def _answer(environ: Any, start_response: Any) -> Iterable[bytes]:
    """Give the page, and send back over its socket what comes."""
    if environ["PATH_INFO"] != "/socket":
        return Response(PAGE, mimetype="text/html")(environ, start_response)
    environ["werkzeug.socket"].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    echo = Server.accept(environ)
    with suppress(ConnectionClosed):
        while True:
            echo.send(echo.receive())
    return ()


def main() -> None:
    """Serve at a free port of this machine, and say at which."""
    server = make_server("127.0.0.1", 0, _answer, threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()

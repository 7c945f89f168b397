"""Requests over connections that stay open, from a process of its own: as fast as answers come, or at a rate.

Run as ``python -m infra.visitors.http_load``: it reads what to ask (JSON `Plan`) and prints what came of it. Of an
answer it reads the status and the length, so that measuring takes little of the processors that it measures.
"""

import json
import os
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from infra.errors import CannotRun
from infra.programs.environment import inherited

GRACE = 5.0
"""Seconds to wait for the last answers."""

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask.

    Attributes
    ----------
    addresses
        Of the servers: connections are shared out among them.
    requests
        Whole requests of HTTP/1.1, as text, asked in turn.
    connections
        How many are open.
    seconds
        How long to ask.
    rate
        Requests a second, whose time counts from when they were due; 0 for as many as are answered.
    """

    addresses: tuple[str, ...]
    requests: tuple[str, ...]
    connections: int
    seconds: float
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of it: the milliseconds of each answer, and how many had which status; 0 for none."""

    ms: tuple[float, ...]
    statuses: Mapping[str, int]
    seconds: float


def get(path: str, headers: Mapping[str, str]) -> str:
    """Return a request to read something.

    >>> get("/lists/new", {"Host": "shop"})
    'GET /lists/new HTTP/1.1\\r\\nHost: shop\\r\\n\\r\\n'
    """
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n"


def post(path: str, headers: Mapping[str, str], content: object) -> str:
    """Return a request that brings some JSON."""
    body = json.dumps(content, ensure_ascii=True)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\n{lines}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"


class HttpLine:
    """One connection, with at most one request under way."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._place = parts.hostname or "", parts.port or 80
        self.due_at = 0.0
        self._open()

    def fileno(self) -> int:
        """Return the number of the socket."""
        return self._socket.fileno()

    def send(self, request: bytes, due_at: float) -> None:
        """Ask."""
        self.due_at, self._received, self._whole = due_at, bytearray(), 0
        self._socket.sendall(request)

    def receive(self) -> int | None:
        """Read what has come. Returns the status once the answer is whole; 0 if the connection was closed."""
        try:
            chunk = self._socket.recv(_CHUNK)
        except OSError:
            chunk = b""
        if not chunk:
            return 0
        self._received += chunk
        if not self._whole:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._whole = end + 4 + _length_of(bytes(self._received[:end]))
        return int(self._received[9:12]) if len(self._received) >= self._whole else None

    def reopen(self) -> None:
        """Connect anew."""
        self.close()
        self._open()

    def close(self) -> None:
        """Disconnect."""
        self._socket.close()

    def _open(self) -> None:
        self._received, self._whole = bytearray(), 0
        self._socket = socket.create_connection(self._place, timeout=10.0)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _length_of(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


class HttpLoad:
    """Asks over several connections at once."""

    def __init__(self, plan: Plan, clock: Callable[[], float] = time.perf_counter) -> None:
        self._plan, self._clock = plan, clock
        self._requests = [request.encode("ascii") for request in plan.requests]
        self._asked = 0
        self._ms: list[float] = []
        self._statuses: dict[str, int] = {}

    def run(self) -> Answers:
        """Ask for as long as the plan says, and wait for the last answers."""
        plan, clock = self._plan, self._clock
        lines = [HttpLine(plan.addresses[number % len(plan.addresses)]) for number in range(plan.connections)]
        with selectors.DefaultSelector() as selector:
            for line in lines:
                selector.register(line, selectors.EVENT_READ)
            free = deque(lines)
            started = clock()
            until = started + plan.seconds
            while (now := clock()) < until:
                while free and (due_at := self._due_at(started)) <= now:
                    free.popleft().send(self._next(), due_at if plan.rate else clock())
                self._receive(selector, free, self._patience(started, until) if free else until - now)
            while len(free) < len(lines) and clock() < until + GRACE:
                self._receive(selector, free, 0.1)
            spent = max(plan.seconds, clock() - started) if plan.rate else plan.seconds
        for line in lines:
            line.close()
        return Answers(tuple(self._ms), self._statuses, spent)

    def _due_at(self, started: float) -> float:
        return started + self._asked / self._plan.rate if self._plan.rate else started

    def _patience(self, started: float, until: float) -> float:
        return max(0.0, min(self._due_at(started), until) - self._clock())

    def _next(self) -> bytes:
        self._asked += 1
        return self._requests[(self._asked - 1) % len(self._requests)]

    def _receive(self, selector: selectors.BaseSelector, free: "deque[HttpLine]", seconds: float) -> None:
        for key, _ in selector.select(seconds):
            line: HttpLine = key.fileobj  # type: ignore[assignment]  # only lines are registered
            status = line.receive()
            if status is None:
                continue
            self._statuses[str(status)] = self._statuses.get(str(status), 0) + 1
            if status:
                self._ms.append((self._clock() - line.due_at) * 1_000)
            else:
                selector.unregister(line)
                line.reopen()
                selector.register(line, selectors.EVENT_READ)
            free.append(line)


def ask(plan: Plan) -> Answers:
    """Ask from another process, and return what came of it. Raises `CannotRun`."""
    command = [sys.executable, "-m", "infra.visitors.http_load"]
    done = subprocess.run(  # noqa: S603 - our own module
        command, input=json.dumps(asdict(plan)), capture_output=True, text=True, env=inherited(os.environ), check=False
    )
    if done.returncode:
        raise CannotRun(f"The load has failed: {done.stderr.strip()[-500:]}")
    answers = json.loads(done.stdout)
    return Answers(tuple(answers["ms"]), answers["statuses"], answers["seconds"])


def main(arguments: Sequence[str] = ()) -> None:
    """Read the plan, ask, and print the answers."""
    plan = json.loads(arguments[0] if arguments else sys.stdin.read())
    plan |= {"addresses": tuple(plan["addresses"]), "requests": tuple(plan["requests"])}
    sys.stdout.write(json.dumps(asdict(HttpLoad(Plan(**plan)).run())) + "\n")


if __name__ == "__main__":
    main()

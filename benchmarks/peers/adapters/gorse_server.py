"""Gorse, a recommender in Go: its server runs as a child, takes the events by HTTP, and answers for sessions."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.peers.adapters.driver import PeerEvent, PeerModel, PeerQuery, main

PROGRAM = "PEER_FOLDER"
"""The environment variable that says in which folder the built server is."""

BUSIEST = 50
BATCH = 1_000
UP_SECONDS = 60
POLL_SECONDS = 1.0
STOP_SECONDS = 20
CONFIGURATION = """\
[database]
data_store = "sqlite://{folder}/data.db"
cache_store = "sqlite://{folder}/cache.db"
[master]
host = "127.0.0.1"
port = {grpc_port}
http_host = "127.0.0.1"
http_port = {http_port}
n_jobs = {jobs}
[recommend]
cache_size = 100
context_size = 100
[recommend.data_source]
positive_feedback_types = ["read"]
read_feedback_types = ["read"]
[[recommend.item-to-item]]
name = "neighbors"
type = "users"
[recommend.collaborative]
type = "none"
fit_period = "1m"
[recommend.ranker]
type = "none"
recommenders = ["item-to-item/neighbors"]
"""


class GorseServer(PeerModel):
    """Gorse with item-to-item neighbors by common users, asked through its route for sessions.

    Fitting ends when it answers for the busiest items: it looks for neighbors once a minute.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        folder, http_port = Path(self._open.enter_context(tempfile.TemporaryDirectory())), free_port()
        configuration, self._log = folder / "config.toml", folder / "log"
        configuration.write_text(
            CONFIGURATION.format(folder=folder, grpc_port=free_port(), http_port=http_port, jobs=os.cpu_count() or 1),
            encoding="utf-8",
        )
        program = Path(os.environ[PROGRAM]) / "gorse-in-one"
        command = [str(program), "--config", str(configuration), "--cache-path", str(folder / "cache")]
        output = self._open.enter_context(self._log.open("wb"))
        self._process = subprocess.Popen(  # noqa: S603 - the program that was just built
            command, stdout=output, stderr=subprocess.STDOUT, cwd=folder
        )
        self.process = self._process.pid
        self._connection = HTTPConnection("127.0.0.1", http_port, timeout=60)

    def fit(self, events: Sequence[PeerEvent], items: int, deadline: float) -> str:
        """Insert the events, and wait until the busiest items have neighbors. Raises `TimeoutError`."""
        self._wait_until_up()
        for start in range(0, len(events), BATCH):
            part = events[start : start + BATCH]
            self._post("/api/feedback", [feedback(f"v{event.visitor}", event.item, event.at) for event in part])
        busiest = [item for item, _ in Counter(event.item for event in events).most_common(BUSIEST)]
        while not all(self.recommend(PeerQuery([item], [item], events[-1].at), 1) for item in busiest):
            if time.perf_counter() > deadline:
                raise TimeoutError("it found no neighbors in the time allowed")
            time.sleep(POLL_SECONDS)
        return "its route for sessions leaves out what the session holds"

    def recommend(self, query: PeerQuery, n: int) -> list[int]:
        """Return what the server answers for the present session."""
        session = [feedback("asked", item, query.at) for item in query.session_items]
        answer = self._post(f"/api/session/recommend?n={n}", session) or []
        names = [item["Id"] if isinstance(item, dict) else item for item in answer]
        return [int(name[1:]) for name in names]

    def close(self) -> None:
        """Stop the server."""
        self._connection.close()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._open.close()

    def _wait_until_up(self) -> None:
        for _ in range(int(UP_SECONDS / POLL_SECONDS)):
            if self._process.poll() is not None:
                break
            try:
                self._post("/api/session/recommend", [])
                return
            except (OSError, ValueError):
                self._connection.close()
                time.sleep(POLL_SECONDS)
        log = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise RuntimeError(f"the server does not start: {log[-1] if log else 'it says nothing'}")

    def _post(self, path: str, body: object) -> Any:
        self._connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise ValueError(f"{path}: {answer.status} {text[:200].decode(errors='replace')}")
        return json.loads(text)


def feedback(visitor: str, item: int, at: float) -> dict[str, object]:
    """Return an event as Gorse takes it."""
    when = datetime.fromtimestamp(at, UTC).isoformat()
    return {"FeedbackType": "read", "UserId": visitor, "ItemId": f"i{item}", "Timestamp": when}


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


if __name__ == "__main__":
    main({"session": GorseServer})

"""A shop of somebody else beside a running Riverfront, which it reaches by the API alone."""

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError

from tests.end_to_end.running_stack import RunningStack


@dataclass(frozen=True)
class ForeignShop:
    """The shop, and the Riverfront beside it."""

    address: str
    stack: RunningStack
    server_key: str

    def tell(self, event: dict[str, str]) -> None:
        self.ask("/events", json.dumps(event).encode())

    def ask(self, path: str, body: bytes | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self.server_key}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.stack.address}/api/v1{path}", body, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def has_done(self, visitor: str | None, deed: str) -> set[str]:
        entries = self.ask(f"/visitors/{visitor}/history")["entries"]
        return {entry["item"] for entry in entries if entry["deed"] == deed}

    def serves(self, item: str) -> bool:
        try:
            return bool(self.ask(f"/items/{item}"))
        except HTTPError:
            return False


def run(stack: RunningStack, *words: str, **environment: str) -> str:
    command = [sys.executable, *words]
    answer = subprocess.run(command, env=stack.environment | environment, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()

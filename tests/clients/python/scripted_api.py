"""An API that answers as a test has written down, in place of the network; both clients can ask it."""

import json
from typing import Any

import httpx

from riverfront_client import AsyncRiverfront, Retries, Riverfront

ADDRESS, KEY = "https://shop.example/path", "rf_server_of_the_tests"
EMPTY = {"ranking_id": "r1", "surface": "for_you", "items": []}


class ScriptedApi:
    """Gives its answers one after the other, the last again and again, and keeps what it was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.pauses: list[float] = []

    def client(self, **options: Any) -> Riverfront:
        return Riverfront(
            ADDRESS, KEY, transport=httpx.MockTransport(self._answer), pause=self.pauses.append, **options
        )

    def async_client(self, **options: Any) -> AsyncRiverfront:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        return AsyncRiverfront(ADDRESS, KEY, transport=httpx.MockTransport(self._answer), pause=pause, **options)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def a_list(*items: str, after: str | None = None) -> httpx.Response:
    """Return a list as the API sends it; ``after`` is the cursor of the next page."""
    fields = {"title": "T", "price": 195, "currency": "GBP", "category": "all"}
    listed = [{"item": item, **fields} for item in items]
    return httpx.Response(200, json={**EMPTY, "items": listed} | ({"next": after} if after else {}))


def a_problem(status: int, name: str, retry_after: int | None = None, **fields: Any) -> httpx.Response:
    headers = {"content-type": "application/problem+json"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    details = {"type": f"urn:riverfront:problem:{name}", "title": "What it is", "status": status, **fields}
    return httpx.Response(status, content=json.dumps(details), headers=headers)


def at_once(tries: int = 4) -> Retries:
    return Retries(tries=tries, first_pause=0.0)

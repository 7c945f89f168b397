"""A page of some shop with `riverfront.js`, and a Riverfront that answers as a test says: no server runs."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from infra.setup.clone import Clone
from infra.setup.web_assets import snippet

SCRIPTS = snippet(Clone(Path(__file__).parents[2]))
SHOP, RIVERFRONT = "https://shop.example", "https://recs.example"
KEY = "rf_browser_of_the_tests"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization"}
Answer = Callable[[dict[str, Any]], tuple[int, dict[str, str]]]


def accept(_batch: dict[str, Any]) -> tuple[int, dict[str, str]]:
    return 202, {}


def a_token(visitor: str, expires: float) -> str:
    """A token that pages can read; who signed it is not theirs to check."""
    claims = json.dumps({"sub": visitor, "iss": "key", "exp": expires}).encode()
    return f"e30.{urlsafe_b64encode(claims).rstrip(b'=').decode()}.signed"


class ForeignShop:
    """Serves pages to a browser and keeps what they send."""

    def __init__(self, context: BrowserContext, head: str = "", attributes: str = "", body: str = "") -> None:
        self.batches: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.answer: Answer = accept
        self.items: list[dict[str, Any]] = []
        self._page = (
            f'<!doctype html><html lang="en"><title>Shop</title>{head}'
            f'<script type="module" src="{RIVERFRONT}/riverfront.js/v1/riverfront.js" data-riverfront="{KEY}"'
            f" {attributes}></script>{body}"
        )
        context.route(f"{SHOP}/**", self._serve)
        context.route(f"{RIVERFRONT}/**", self._recommend)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for batch in self.batches for event in batch["events"]]

    def wait_for(self, page: Page, count: int) -> list[dict[str, Any]]:
        """Wait until so many events have come, and return all."""
        while len(self.events) < count:
            page.wait_for_event("requestfinished", lambda request: request.url.endswith("/events"), timeout=20_000)
        return self.events

    def _serve(self, route: Route) -> None:
        if "/token" in route.request.url:
            route.fulfill(body=self.tokens[0] if len(self.tokens) == 1 else self.tokens.pop(0))
        else:
            route.fulfill(body=self._page, content_type="text/html")

    def _recommend(self, route: Route) -> None:
        request = route.request
        name = request.url.rpartition("/")[2]
        if "/riverfront.js/" in request.url:
            route.fulfill(body=(SCRIPTS / name).read_text(), content_type="text/javascript", headers=CORS)
        elif name == "events":
            batch = json.loads(request.post_data or "")
            self.batches.append(batch)
            status, headers = self.answer(batch)
            results = [{"index": index, "status": "accepted"} for index in range(len(batch["events"]))]
            route.fulfill(status=status, json={"results": results}, headers=CORS | headers)
        elif "/socket.io/" in request.url:
            route.abort()
        else:
            self.asked.append(request.url)
            route.fulfill(json={"ranking_id": "r1", "surface": "for_you", "items": self.items}, headers=CORS)

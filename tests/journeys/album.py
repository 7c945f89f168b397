"""The pictures of docs/journeys.md, taken by the tests on their way: `make journeys`, or `pytest --pictures`."""

import base64
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from infra.programs.binaries import ROOT

FOLDER = ROOT / "docs" / "journeys"
MOST_BYTES = 150_000
_QUALITIES = (82, 70, 55, 40)


@dataclass
class Album:
    """The pictures of one journey on one device. Without ``is_open`` none is taken."""

    journey: str
    device: str
    is_open: bool
    folder: Path = FOLDER
    count: int = 0

    def take(self, page: Page, name: str) -> None:
        """Photograph what the visitor sees, small enough for a page of them."""
        self.count += 1
        if not self.is_open:
            return
        page.mouse.move(1, 1)
        # The end of what moves, and the pictures of the cards in view.
        page.wait_for_function(
            "() => [...document.images].every((one) => one.complete || !one.checkVisibility()"
            " || one.getBoundingClientRect().top > innerHeight || one.getBoundingClientRect().left > innerWidth)"
            " && document.getAnimations().every((one) => one.playState !== 'running')"
        )
        session = page.context.new_cdp_session(page)
        for quality in _QUALITIES:
            shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": quality})
            picture = base64.b64decode(shot["data"])
            if len(picture) < MOST_BYTES:
                break
        session.detach()
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{self.journey}-{self.count}-{name}-{self.device}.webp").write_bytes(picture)

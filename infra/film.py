"""A film of one click: what the page shows every 50 ms, from the press of the button to the settled list, on one sheet.

The frames are those that Chromium itself composed (its DevTools protocol's ``Page.startScreencast``), each with the
time at which it was shown. A frame stands for every moment until the next one.
"""

import base64
import os
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

STEP_MS = 50
LASTS_MS = 1_150
"""The list has come and moved by then; what is new still glows."""

SIZE = {"width": 1_100, "height": 620}
COLUMNS = 4
FRAME_WIDTH = 380
QUALITY = 80

WARMS_UP = 4
"""Products looked at before, so that there is a list with a reason to change."""

PRESSED_AT = (
    "addEventListener('pointerdown', () => { window.pressedAt = performance.timeOrigin + performance.now() }, true)"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What was shown from a moment on, ``at_ms`` after the press. ``picture`` is a JPEG in base64."""

    at_ms: float
    picture: str


def film_click(executable: str, address: str, file: Path) -> None:
    """Put a product on the wish list of an open home page, and write the film of what follows as a WebP picture.

    Raises Playwright's errors where the shop is not reached.
    """
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        try:
            frames = _record(browser, address)
            _write(browser, frames, file)
        finally:
            browser.close()


def at_steps(frames: list[Frame], step_ms: int = STEP_MS, lasts_ms: int = LASTS_MS) -> list[Frame]:
    """Return what was shown at 0, ``step_ms``, … up to ``lasts_ms``. ``frames`` are in order.

    >>> shown = at_steps([Frame(-9, "old"), Frame(60, "moves"), Frame(140, "new")], 50, 200)
    >>> [(frame.at_ms, frame.picture) for frame in shown]
    [(0, 'old'), (50, 'old'), (100, 'moves'), (150, 'new'), (200, 'new')]
    """
    moments = [frame.at_ms for frame in frames]
    return [Frame(at, frames[max(bisect_right(moments, at) - 1, 0)].picture) for at in range(0, lasts_ms + 1, step_ms)]


def _record(browser: Browser, address: str) -> list[Frame]:
    page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]  # a TypedDict of the same shape
    page.add_init_script(PRESSED_AT)
    page.goto(address)
    for number in range(WARMS_UP):
        page.locator("main .card a[href^='/products/']").nth(2 * number).click()
        page.wait_for_selector("main[data-page='product']")
        page.wait_for_timeout(1_500)
        page.goto(address)
    page.locator(".rail").first.scroll_into_view_if_needed()
    page.wait_for_timeout(2_000)  # The page is at rest.

    taken: list[tuple[float, str]] = []
    client = page.context.new_cdp_session(page)
    client.on("Page.screencastFrame", lambda frame: _take(client, taken, frame))
    client.send("Page.startScreencast", {"format": "jpeg", "quality": QUALITY})
    page.wait_for_timeout(500)
    heart = page.locator(".rail [data-wish]").first
    heart.hover()
    page.wait_for_timeout(500)
    heart.click()
    page.mouse.move(2, 2)
    page.wait_for_timeout(2 * LASTS_MS)
    client.send("Page.stopScreencast")
    pressed = float(page.evaluate("window.pressedAt"))
    page.close()
    return [Frame(1_000 * moment - pressed, picture) for moment, picture in sorted(taken)]


def _take(client: CDPSession, taken: list[tuple[float, str]], frame: dict[str, Any]) -> None:
    taken.append((float(frame["metadata"]["timestamp"]), str(frame["data"])))
    client.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})


def _write(browser: Browser, frames: list[Frame], file: Path) -> None:
    shown = "".join(
        f'<figure><img src="data:image/jpeg;base64,{frame.picture}" alt="">'
        f"<figcaption>{frame.at_ms:,} ms</figcaption></figure>"
        for frame in at_steps(frames)
    )
    page = browser.new_page(viewport={"width": COLUMNS * (FRAME_WIDTH + 8) + 8, "height": 400})
    page.set_content(
        "<style>body{margin:4px;font:12px system-ui;color:#57534e;background:#fff;display:flex;flex-wrap:wrap}"
        f"figure{{margin:4px;width:{FRAME_WIDTH}px}}img{{width:100%;display:block;outline:1px solid #e7e5e4}}"
        f"figcaption{{padding-top:2px}}</style>{shown}"
    )
    _save(page, file)


def _save(page: Page, file: Path) -> None:
    size = page.evaluate(
        "({ width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight })"
    )
    client = page.context.new_cdp_session(page)
    clip = {"x": 0, "y": 0, "scale": 1, **size}
    taken = client.send(
        "Page.captureScreenshot", {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    )
    file.write_bytes(base64.b64decode(taken["data"]))

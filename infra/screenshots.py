"""The README's pictures: ``make screenshots`` runs the demo in a fresh folder and photographs it."""

import sys
from contextlib import AbstractContextManager
from pathlib import Path

from infra.errors import CannotRun
from infra.film import film_click
from infra.programs.binaries import ROOT, find_chromium
from infra.stack.display import Display
from infra.stack.fresh_stack import fresh_stack
from infra.stack.local_stack import LocalStack, Options
from infra.visitors.shop_browser import ShopBrowser

FOLDER = ROOT / "docs" / "screenshots"
CLICKS = 12
SHOWN_FOR_MS = 20_000
"""How long the operators' page collects before its picture is taken."""


def main() -> int:
    """Take all pictures. Returns the exit code."""
    try:
        take_pictures(FOLDER)
    except CannotRun as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


def take_pictures(folder: Path) -> None:
    """Take all pictures of a stack of their own. Raises `CannotRun` without a browser."""
    chromium = find_chromium()
    if chromium is None:
        raise CannotRun("This needs Chromium or Chrome: run `make setup-tests`, or install one.")
    folder.mkdir(parents=True, exist_ok=True)
    display = Display()
    with fresh_stack(display, Options(shoppers=True, bootstrap=("--no-report",), quiet=True)) as stack:
        with display.step("Pictures of the shop"), browse(chromium, stack) as browser:
            for _ in range(CLICKS):
                browser.click_product()
            browser.page.screenshot(path=folder / "product.png")
            browser.go_home()
            browser.page.wait_for_timeout(1_500)  # the list's last motion
            browser.page.screenshot(path=folder / "home.png")
            browser.page.locator("[data-journey] summary").click()
            browser.page.wait_for_timeout(500)
            browser.page.screenshot(path=folder / "journey.png")
        with display.step("Film of a click"):
            film_click(chromium, stack.address, folder / "click.webp")
        with display.step("Pictures in the dark"), browse(chromium, stack, dark=True) as browser:
            for _ in range(3):
                browser.click_product()
            browser.go_home()
            browser.page.wait_for_timeout(1_500)
            browser.page.screenshot(path=folder / "home-dark.png")
            browser.page.goto(f"{stack.address}/ops")
            browser.page.wait_for_timeout(SHOWN_FOR_MS)
            browser.page.screenshot(path=folder / "operators.png")


def browse(chromium: str, stack: LocalStack, dark: bool = False) -> AbstractContextManager[ShopBrowser]:
    """Open the shop."""
    return ShopBrowser(chromium, stack.address, seed=5, dark=dark)


if __name__ == "__main__":
    sys.exit(main())

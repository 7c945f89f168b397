"""One whole shop for all journeys: real Kafka, Redis, learner and storefront, and a real Chromium of two sizes."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from infra.programs.ports import free_port
from tests.journeys.album import Album

UP = """
from infra.stack.local_stack import Options
from infra.cli.run import run
run(Options(bootstrap=("--limit", "3000", "--no-report"), quiet=True), None)
"""
START_SECONDS = 300.0


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the shop runs. ``RIVERFRONT_JOURNEYS`` names one that runs already."""
    if given := os.environ.get("RIVERFRONT_JOURNEYS"):
        yield given
        return
    folder = tmp_path_factory.mktemp("journeys")
    port = free_port()
    environment = {**os.environ, "RIVERFRONT_HOME": str(folder / "home"), "RIVERFRONT_PORT": str(port)}
    log = folder / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", UP], env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        for _ in range(int(START_SECONDS)):
            if "Riverfront runs" in log.read_text(encoding="utf-8"):
                break
            try:
                code = process.wait(1)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"the shop ended with {code}: {log.read_text(encoding='utf-8')}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(120)


@pytest.fixture(params=["desktop", "phone"])
def device(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visit(browser: Browser, address: str, device: str) -> Iterator[Callable[..., BrowserContext]]:
    """Make a visitor with a browser of their own; ``scripts=False`` for one without scripts."""
    visitors: list[BrowserContext] = []

    def make(*, scripts: bool = True) -> BrowserContext:
        wide, narrow = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=844)
        visitor = browser.new_context(
            base_url=address,
            viewport=wide if device == "desktop" else narrow,
            has_touch=device == "phone",
            java_script_enabled=scripts,
            locale="en-GB",
        )
        visitors.append(visitor)
        return visitor

    yield make
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def page(visit: Callable[..., BrowserContext]) -> Page:
    return visit().new_page()


@pytest.fixture
def album(request: pytest.FixtureRequest, device: str) -> Album:
    """The pictures of the test's journey, which is its name up to the device."""
    name = re.sub(r"^test_|\[.*$", "", request.node.name).replace("_", "-")
    return Album(name, device, is_open=bool(request.config.getoption("--pictures")))

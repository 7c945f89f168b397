"""The baseline of the latency figures: what a click costs in a browser whatever the shop does."""

import pytest
from playwright.sync_api import Browser

from infra.bench.browser_echo import measure_echo

pytestmark = [pytest.mark.integration, pytest.mark.browser]


def test_each_click_has_its_echo_and_its_time(browser: Browser) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    times = measure_echo(page, 3)
    page.close()
    assert len(times) == 3
    assert all(0 < time < 5_000 for time in times)
    assert problems == []

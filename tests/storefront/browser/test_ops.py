"""The operators' page in a real Chromium. The tests send a second of the shop as the monitor would."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from online_models.schema.messages import (
    OPERATORS,
    OPS_STATS,
    LearnerStatus,
    ListVariety,
    MemberQuality,
    ModelQuality,
    OpsStats,
    to_message,
)
from tests.storefront.running_shop import RunningShop, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.integration]


def a_member(name: str, hit_rate: float, clicked: int = 3) -> MemberQuality:
    return MemberQuality(
        member=name, hit_rate=hit_rate, mrr=hit_rate / 2, answered=0.9, shown=50, clicked=clicked, click_rate=0.06
    )


FACTS = ("gini", "within", "between", "churn", "calibration", "lift-niche", "lift-diverse", "lift-blockbuster")
VARIETY = ListVariety(
    lists=9,
    coverage=0.5,
    gini=0.75,
    inter_list_diversity=0.5,
    churn=0.25,
    calibration_kl=0.125,
    popularity_lift={"niche": 1.5, "diverse": -0.25},
)


def a_second(quality: ModelQuality | None) -> OpsStats:
    learner = LearnerStatus(
        at=time.time(), started_at=time.time() - 60, learned=7, learned_per_second=1.0, ranked=0, pushed=0,
        dead_letters=0, duplicates=0, postponed=0, items=0, visitors=0, memory_bytes=0, quality=quality,
        variety=VARIETY if quality else None,
    )  # fmt: skip
    return OpsStats(
        at=time.time(), events_per_second={}, simulated_per_second=0.0, totals={}, lag=(), total_lag=0, learner=learner
    )


def tell_until(shop: RunningShop, quality: ModelQuality | None, condition: Callable[[], bool]) -> None:
    """Send a second after another, as the monitor does: the page hears what comes after it has connected."""

    def is_true_after_another() -> bool:
        shop.learner.emit(OPS_STATS, to_message(a_second(quality)), to=OPERATORS)
        return condition()

    wait_until(is_true_after_another)


@pytest.mark.parametrize("width", [390, 1280])
def test_live_quality_is_shown_as_figures_and_tables(browser: Browser, shop: RunningShop, width: int) -> None:
    context = browser.new_context(base_url=shop.address, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto("/ops")
    page.wait_for_load_state("networkidle")
    assert page.get_by_text("No data yet").is_visible()
    quality = ModelQuality(
        asked=12_345,
        hybrid=a_member("hybrid", 0.5),
        members=(a_member("top_rated", 0.1, clicked=0), a_member("transitions", 0.4)),
        weights={"session: 1 item": {"transitions": 0.75, "top_rated": 0.25}, "visitor: known": {"top_rated": 1.0}},
        serving="transitions",
        drifts=2,
        drifted_at=time.time() - 120,
        looked_at=(1.0, 0.5, 0.25),
    )

    members = page.get_by_role("table", name="Hybrid and each model alone")
    tell_until(shop, quality, members.is_visible)
    assert [row.split("\t")[0] for row in members.locator("tbody th").all_inner_texts()] == [
        "Hybrid",
        "Transitionsserving",
        "Top rated",
    ]
    weights = page.get_by_role("table", name="Ensemble weights")
    assert weights.get_by_role("columnheader").all_inner_texts() == ["Model", "Session: 1 item", "Returning visitor"]
    assert weights.get_by_role("cell").all_inner_texts() == ["25", "100", "75", "·"]
    assert page.locator("[data-fact=hit] dd").inner_text() == "50.0%"
    assert page.locator("[data-fact=drift] dd").inner_text() == "2×, 2 min ago"  # noqa: RUF001 - times
    assert page.locator("[data-fact=serving]").get_attribute("data-level") == "warn"
    variety = [page.locator(f"[data-fact={name}] dd").inner_text() for name in FACTS]
    none = "\N{EN DASH}"
    assert variety == ["0.750", none, "50.0%", "25.0%", "0.125", "+150.0%", "-25.0%", none]
    assert page.locator(".place").all_inner_texts()[1].startswith("Position 2: 50.0%")
    assert "12,345 events" in page.locator("[data-quality-words]").inner_text()
    assert page.evaluate("() => document.documentElement.scrollWidth") == width

    tell_until(shop, None, lambda: not members.is_visible())
    context.close()


def test_operators_choose_light_or_dark_and_it_stays(browser: Browser, shop: RunningShop) -> None:
    context = browser.new_context(base_url=shop.address)
    page = context.new_page()
    ground = "() => getComputedStyle(document.body).backgroundColor"
    page.goto("/ops")
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Light").click()
    light = page.evaluate(ground)
    page.reload()
    assert page.get_by_role("button", name="Light", pressed=True).is_visible()
    assert page.evaluate(ground) == light != dark
    context.close()

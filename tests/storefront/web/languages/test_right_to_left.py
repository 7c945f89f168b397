"""A language that is read from right to left turns the page around."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from online_models.schema.phrases import BECAUSE_YOU_VIEWED
from storefront import create_app
from storefront.web.rendering.formatting import reason_text
from storefront.web.rendering.languages import FOLDER
from tests.storefront.web.languages.conftest import Serve

STYLES = sorted((Path(__file__).parents[4] / "storefront" / "static" / "css").glob("*.css"))
SIDES = re.compile(
    r"(?<![\w-])(left|right)\s*:|-(left|right)\s*:|(text-align|float|clear)\s*:\s*(left|right)|translateX\((?!calc\(var\(--toward)"
)
FOUR = re.compile(r"(?<![\w-])(?:margin|padding|inset|scroll-margin|scroll-padding)\s*:\s*([^;{}]+)")
PART = re.compile(r"(?:[^\s()]|\((?:[^()]|\([^()]*\))*\))+")

LETTERS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשתאבגד")
PARAMETERS = re.compile(r"(%\(\w+\)s|%%)")
PAGES = ["/", "/categories/mugs", "/products/mug", "/search?q=mug", "/basket", "/account/sign-up", "/no-such-page"]
ON_SIDES = (
    ".wordmark, .searcher__form, .header__account, .header__wishes, .header__basket, .menu__list li, .card, .footer p, "
    ".section__head > *, .card__tools, .card__dismiss, .crumbs li, .product__picture, .product__buy > *, "
    ".journey summary"
)
RECTANGLES = """(selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility())
  .map((one) => [one.className || one.outerHTML.slice(0, 60), one.getBoundingClientRect()])
  .map(([name, { left, right, top }]) => [name, left, right, top])"""


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_styles_name_sides_by_the_direction_of_reading(path: Path) -> None:
    rules = [line for line in path.read_text().splitlines() if '[dir="rtl"]' not in line]
    assert [line.strip() for line in rules if SIDES.search(line)] == []
    uneven = []
    for line in rules:
        for value in FOUR.findall(line):
            parts = PART.findall(value)
            if len(parts) == 4 and parts[1] != parts[3]:
                uneven.append(line.strip())
    assert uneven == []


def turned(text: str) -> str:
    return "".join(
        part if PARAMETERS.fullmatch(part) else part.lower().translate(LETTERS) for part in PARAMETERS.split(text)
    )


@pytest.fixture
def hebrew(app_config: dict[str, Any], tmp_path: Path) -> Flask:
    """A storefront with a made-up translation into a language that is read from right to left."""
    folder = tmp_path / "translations"
    folder.mkdir()
    catalog = Catalog(locale="he")
    with (FOLDER / "messages.pot").open("rb") as file:
        for message in read_po(file):
            if not message.id:
                continue
            if isinstance(message.id, str):
                catalog.add(message.id, turned(message.id), message.locations)
            else:
                forms = (*map(turned, message.id), *[turned(message.id[1])] * (catalog.num_plurals - 2))
                catalog.add(message.id, forms, message.locations)
    with (folder / "he.po").open("wb") as file:
        write_po(file, catalog)
    return create_app(app_config | {"TRANSLATIONS": folder})


@pytest.fixture(params=[390, 1280])
def page(request: pytest.FixtureRequest, hebrew: Flask, serve: Serve, browser: Browser) -> Iterator[Page]:
    viewport = {"width": request.param, "height": 844}
    with browser.new_context(base_url=serve(hebrew), locale="he-IL", viewport=viewport) as context:  # type: ignore[arg-type]  # it is one
        yield context.new_page()


@pytest.mark.browser
def test_pages_are_mirrored_and_no_wider_than_the_screen(page: Page) -> None:
    assert page.viewport_size is not None
    width = page.viewport_size["width"]
    for path in PAGES:
        page.goto(path, wait_until="load")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, path
        outside = page.evaluate(
            "() => [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility()"
            " && !one.closest('ol, ul, nav, .unseen, .skip, .journey summary')"
            " && (one.getBoundingClientRect().left < -1 || one.getBoundingClientRect().right > innerWidth + 1)"
            ").map((one) => one.outerHTML.slice(0, 80))"
        )
        assert outside == [], path

        turned_around = page.evaluate(RECTANGLES, ON_SIDES)
        page.evaluate("() => { document.documentElement.dir = 'ltr'; }")
        straight = page.evaluate(RECTANGLES, ON_SIDES)
        assert len(turned_around) > 5, path
        for (name, left, right, top), (_, other_left, other_right, other_top) in zip(
            turned_around, straight, strict=True
        ):
            assert (left, right, top) == pytest.approx((width - other_right, width - other_left, other_top), abs=2), (
                path,
                name,
            )


def test_titles_in_reasons_keep_their_own_direction(hebrew: Flask) -> None:
    with hebrew.test_request_context(headers={"Accept-Language": "he"}):
        assert "\u2068Mug (red)\u2069" in reason_text(BECAUSE_YOU_VIEWED, "Mug (red)")

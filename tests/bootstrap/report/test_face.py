"""Pages that are one file look like the shop, and anybody can read them."""

import re
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from bootstrap.report.face import page_styles
from bootstrap.report.report import build_report
from infra.evaluate.page import build_page
from infra.programs.binaries import ROOT
from tests.bootstrap.builders import a_catalog
from tests.bootstrap.report.test_report import a_shop
from tests.infra.evaluate.test_page import options_for, run_scripted
from tests.storefront.browser.axe import faults_of


def colors_of(style: str) -> dict[str, list[str]]:
    """Return the values of each color, those by day first."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", style):
        found.setdefault(name, []).append(value)
    return found


def test_the_colors_are_the_shops() -> None:
    shop = colors_of((ROOT / "storefront/static/css/tokens.css").read_text("utf-8"))
    face = colors_of((ROOT / "bootstrap/templates/face.css").read_text("utf-8"))

    assert len(face) >= 8
    assert face == {name: shop[name] for name in face}


def test_the_font_comes_along() -> None:
    assert "src: url(data:font/woff2;base64," in page_styles("")


def test_what_a_page_adds_comes_last() -> None:
    assert page_styles("h1 { color: red; }").endswith("h1 { color: red; }")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_anybody_can_read_them(browser: Browser, tmp_path: Path, scheme: Literal["light", "dark"], width: int) -> None:
    shop, options = a_shop(), options_for(tmp_path)
    pages = {
        "report": build_report(shop, a_catalog(*shop.listings)),
        "evaluation": build_page(options, *run_scripted(options)),
    }
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    try:
        for name, text in pages.items():
            (tmp_path / f"{name}.html").write_text(text, encoding="utf-8")
            page.goto((tmp_path / f"{name}.html").as_uri())
            page.evaluate("document.fonts.ready")

            assert page.evaluate("document.fonts.check('16px \"Brygada 1918\"')"), name
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert faults_of(page) == [], name
    finally:
        page.close()

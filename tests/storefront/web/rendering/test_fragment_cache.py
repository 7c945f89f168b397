"""A fragment of a page is rendered once, and what looks alike is not taken for it."""

from flask import Flask, render_template_string
from markupsafe import Markup, escape

from online_models.schema.events import ItemId
from storefront.serving.catalog import ShopCatalog
from storefront.web.rendering.fragment_cache import FragmentCache
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryServingReader


class Part:
    """Counts how often it is drawn."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self, text: str) -> Markup:
        self.drawn += 1
        return escape(text)


def draw(app: Flask, part: Part, text: str, language: str = "en-GB") -> str:
    with app.test_request_context(headers={"Accept-Language": language}):
        return render_template_string("{{ fragment(part, text) }}", part=part, text=text)


def test_a_part_is_drawn_once_for_what_it_is_given(app: Flask) -> None:
    part = Part()
    assert [draw(app, part, text) for text in ("mug", "mug", "cup")] == ["mug", "mug", "cup"]
    assert part.drawn == 2


def test_every_locale_has_its_own(app: Flask) -> None:
    part = Part()
    for language in ("en-GB", "de-AT", "de-AT"):
        draw(app, part, "mug", language)
    assert part.drawn == 2


def test_the_oldest_make_room() -> None:
    part, fragments = Part(), FragmentCache(most_bytes=5_000)
    for number in range(100):
        fragments.render(("", "en", "en-GB"), part, f"{number} {'x' * 200}")
    assert 1 < len(fragments.kept) < 10
    assert fragments.kept.bytes <= 5_000


def test_a_text_is_never_taken_for_the_mark_up_that_it_spells(app: Flask) -> None:
    part = Part()
    assert draw(app, part, Markup("<b>mug</b>")) == "<b>mug</b>"
    assert draw(app, part, "<b>mug</b>") == "&lt;b&gt;mug&lt;/b&gt;"


def test_another_price_in_the_catalog_is_on_the_next_page(
    client: BrowserClient, reader: MemoryServingReader, catalog: ShopCatalog
) -> None:
    mug = catalog.products[ItemId("mug")]
    assert "£4,321.00" not in client.get("/").get_data(as_text=True)
    products = {
        **catalog.products,
        mug.item: type(mug)(item=mug.item, title=mug.title, category=mug.category, price=432100),
    }
    reader.catalog = ShopCatalog(
        "next", products, catalog.categories, catalog.by_category, catalog.best_sellers, catalog.currencies
    )
    assert "£4,321.00" in client.get("/").get_data(as_text=True)

"""The page of a product: what the catalog has of it, and nothing made up."""

from dataclasses import replace
from typing import Any

from msgspec import structs

from online_models.schema.events import CartItemAdded, ItemId
from online_models.schema.product import Product
from storefront.serving.catalog import group_variants
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader

MUG = ItemId("mug")


def change(reader: MemoryServingReader, item: str = MUG, **fields: Any) -> None:
    """Change a product of the shop."""
    known = reader.catalog.products
    products: dict[ItemId, Product] = {**known, ItemId(item): structs.replace(known[ItemId(item)], **fields)}
    reader.catalog = replace(
        reader.catalog,
        version=f"{reader.catalog.version}+",
        products=products,
        by_group=group_variants(products.values()),
    )


def page(client: BrowserClient, item: str = MUG) -> str:
    return client.get(f"/products/{item}").get_data(as_text=True)


def test_brand_stock_delivery_and_description_are_shown(client: BrowserClient, reader: MemoryServingReader) -> None:
    change(reader, brand="Kiln & Co", availability="in_stock", delivery="In two days", description="Holds tea.")
    html = page(client)
    for text in ("Kiln &amp; Co", "In stock", "In two days", "Holds tea."):
        assert text in html
    assert "Read more" not in html


def test_a_long_description_begins_at_the_top_and_goes_on_below(
    client: BrowserClient, reader: MemoryServingReader
) -> None:
    change(reader, description="Holds tea. " * 40 + "The end.")
    html = page(client).partition("<main")[2]
    assert '<a href="#about">Read more</a>' in html
    assert html.index("Read more") < html.index("The end.")
    assert 'id="about"' in html


def test_without_a_description_its_category_and_figures_stand_for_it(
    client: BrowserClient, reader: MemoryServingReader
) -> None:
    change(reader, sold=1234)
    assert "From Mugs &amp; Cups. 1,234 sold so far." in page(client)


def test_what_the_catalog_does_not_know_is_not_said(client: BrowserClient) -> None:
    html = page(client)
    assert not any(text in html for text in ("In stock", "Out of stock", "Brand", "Delivery", "sold so far"))
    assert 'class="gallery"' not in html
    assert 'class="variants"' not in html


def test_more_pictures_make_a_gallery(client: BrowserClient, reader: MemoryServingReader) -> None:
    change(reader, pictures=("/pictures/back.svg", "/pictures/side.svg"))
    gallery = page(client).partition('class="gallery"')[2].partition('class="product__head"')[0]
    assert gallery.count("<img") == 3
    assert "Picture 3 of 3" in gallery


def test_variants_lead_to_one_another_by_the_word_in_which_they_differ(
    client: BrowserClient, reader: MemoryServingReader
) -> None:
    change(reader, "mug", group="heart", variant="Mug")
    change(reader, "bag", group="heart", variant="Bag", availability="out_of_stock")
    variants = page(client).partition('class="variants"')[2].partition("</nav>")[0]
    assert 'href="/products/mug" aria-current="true">Mug</a>' in variants
    assert 'href="/products/bag">Bag<span class="unseen">, out of stock</span></a>' in variants


def test_what_is_out_of_stock_says_so_and_cannot_be_put_into_a_basket(
    client: BrowserClient, reader: MemoryServingReader, publisher: MemoryEventPublisher
) -> None:
    one = {"item": MUG, "quantity": "1"}
    client.submit("/products/mug", one, to="/basket/lines")
    change(reader, availability="out_of_stock")
    html = page(client)
    assert "Out of stock" in html
    assert "Add to basket" not in html.partition("<article")[2].partition("</article>")[0]

    answer = client.submit("/products/cup", one, to="/basket/lines")

    assert answer.status_code == 400
    assert "out of stock" in answer.get_data(as_text=True)
    receipt = client.post("/interactions", json={"kind": "cart_item_added", "item": MUG, "quantity": 1})
    assert receipt.get_json()["reason"] == "out of stock"
    assert len([event for event in publisher.events if isinstance(event, CartItemAdded)]) == 1
    basket = client.get("/basket").get_data(as_text=True)
    assert "This product is no longer available" in basket


def test_what_is_out_of_stock_is_in_no_list_but_is_found(client: BrowserClient, reader: MemoryServingReader) -> None:
    change(reader, availability="out_of_stock")
    home = client.get("/").get_data(as_text=True)
    assert 'data-item="mug"' not in home
    shelf = client.get("/categories/mugs").get_data(as_text=True)
    card = shelf.partition('data-item="mug"')[2].partition("</li>")[0]
    assert "Out of stock" in card
    assert "data-quick" not in card


def test_ratings_are_folded_until_there_are_some(client: BrowserClient, reader: MemoryServingReader) -> None:
    assert '<div class="histogram" hidden' in page(client)
    reader.stars[MUG] = (0, 0, 0, 1, 0)
    assert '<div class="histogram" data-histogram' in page(client)


def test_a_product_that_was_deleted_says_so_and_shows_what_is_like_it(
    client: BrowserClient, reader: MemoryServingReader
) -> None:
    known = reader.catalog.products
    reader.withdrawn[MUG] = known[MUG]
    reader.similar[MUG] = ((ItemId("cup"), 0.5),)
    assert client.get("/products/mug").status_code == 200, "it is sold again"
    reader.catalog = replace(reader.catalog, products={item: known[item] for item in known if item != MUG})
    response = client.get("/products/mug")
    html = response.get_data(as_text=True)
    assert response.status_code == 410
    assert "Red Heart Mug" in html
    assert "no longer available" in html
    assert 'data-item="cup"' in html
    assert "data-basket-add" not in html.partition("<main")[2].partition("</main>")[0]
    assert client.get("/products/never-sold").status_code == 404


def test_a_product_without_a_picture_has_one_that_says_so(client: BrowserClient) -> None:
    response = client.get("/pictures/none.svg")
    assert (response.status_code, response.mimetype) == (200, "image/svg+xml")

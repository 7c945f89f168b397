import json

import pytest

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.reviews.review import StarSummary
from storefront.web.seo.structured_data import product_data, script_of

UNRATED = StarSummary((0, 0, 0, 0, 0))


def a_product(**fields: object) -> Product:
    known = {"item": ItemId("mug"), "title": "Red Mug", "price": 195, "category": "mugs"}
    return Product(**(known | fields))  # type: ignore[arg-type]


def test_what_the_catalog_does_not_know_is_left_out() -> None:
    bare = product_data(a_product(price=0), UNRATED, "https://shop.example/products/mug", (), "")
    assert bare == {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "Red Mug",
        "sku": "mug",
        "url": "https://shop.example/products/mug",
    }


def test_what_it_knows_is_said() -> None:
    product = a_product(price=1950, currency="JPY", brand="Kiln", colour="red", description="For tea.")
    data = product_data(
        product, StarSummary((0, 0, 0, 1, 3)), "https://shop.example/p", ("https://a.example/p.jpg",), "Mugs"
    )
    assert data["brand"] == {"@type": "Brand", "name": "Kiln"}
    assert (data["image"], data["category"], data["color"]) == ("https://a.example/p.jpg", "Mugs", "red")
    assert (data["offers"]["price"], data["offers"]["priceCurrency"]) == ("1950", "JPY")
    assert data["aggregateRating"]["ratingValue"] == "4.75"
    assert data["aggregateRating"]["ratingCount"] == 4


def test_stock_pictures_and_the_group_of_variants_are_said() -> None:
    product = a_product(availability="out_of_stock", group="mugs-of-spring")
    data = product_data(product, UNRATED, "https://shop.example/p", ("https://a/1.jpg", "https://a/2.jpg"), "")
    assert data["offers"]["availability"] == "https://schema.org/OutOfStock"
    assert data["image"] == ["https://a/1.jpg", "https://a/2.jpg"]
    assert data["inProductGroupWithID"] == "mugs-of-spring"


@pytest.mark.parametrize(
    "hostile", ["</script><script>alert(1)</script>", "<!--<script>", "a\u2028b\u2029c", '"}\\', "&amp;"]
)
def test_nothing_in_a_title_ends_the_script(hostile: str) -> None:
    script = str(script_of({"name": hostile}))
    content = script.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(content)
    assert json.loads(content) == {"name": hostile}

"""Building the catalog: categories, pictures and similar products come together."""

from dataclasses import replace

from bootstrap.catalog import MOST_CATEGORIES, build_catalog, draw_pictures, index_listings, tag_listings
from bootstrap.enrich.icons import demo_chooser
from bootstrap.enrich.pictures import Artwork
from bootstrap.enrich.tags import OTHER, demo_tagger
from bootstrap.read.shop import ProductListing
from tests.bootstrap.builders import a_catalog, a_listing


def categories_of(*listings: ProductListing) -> list[str]:
    return [tags.category for tags in tag_listings(listings, demo_tagger())]


def test_a_category_of_ones_own_is_kept_and_others_are_read_from_the_words() -> None:
    own = a_listing("1", "Red Mug", category="Things to drink from")
    assert categories_of(own, a_listing("2", "Red Mug")) == ["things-to-drink-from", "mugs-and-tableware"]


def test_only_the_largest_categories_are_kept() -> None:
    listings = [a_listing(f"i{n}", "Thing", category=f"Category {n % (MOST_CATEGORIES + 5)}") for n in range(200)]
    found = categories_of(*listings)
    assert len(set(found)) == MOST_CATEGORIES + 1
    assert OTHER in found


def test_categories_say_how_many_products_they_hold() -> None:
    catalog = a_catalog(a_listing("1", "Red Mug"), a_listing("2", "Blue Mug"), a_listing("3", "Pink Cushion Cover"))
    assert {category.slug: category.size for category in catalog.categories}["mugs-and-tableware"] == 2
    assert sum(category.size for category in catalog.categories) == 3
    assert all(category.picture for category in catalog.categories)


def test_a_picture_of_ones_own_is_kept_and_the_others_are_drawn_once() -> None:
    own = a_listing("1", "Red Mug", picture="https://example.org/mug.jpg")
    listings = (own, a_listing("2", "Blue Mug"), a_listing("3", "Green Lamp"))
    told: list[int] = []
    tags = tag_listings(listings, demo_tagger())
    addresses, pictures = draw_pictures(listings, tags, demo_chooser(), Artwork({}), told.append)
    assert addresses["1"] == "https://example.org/mug.jpg"
    assert len(pictures) == 2
    assert all(address.startswith("/pictures/") for item, address in addresses.items() if item != "1")
    assert sum(told) == 3


def test_products_alike_are_near() -> None:
    listings = tuple(a_listing(f"{n}", title) for n, title in enumerate(("Red Mug", "Blue Mug", "Garden Lantern")))
    near = index_listings(listings, tag_listings(listings, demo_tagger()))
    assert [item for item, _ in near["0"]][:1] == ["1"]  # type: ignore[index]  # an item's id


def test_what_a_listing_says_is_in_the_product() -> None:
    listing = replace(a_listing("1", "Red Mug"), description="For tea", price=450)
    tags = tag_listings([listing], demo_tagger())
    catalog = build_catalog([listing], tags, {"1": "/p"}, {}, {}, {}, "EUR", first_seen={"1": 17})
    (product,) = catalog.products
    assert (product.title, product.price, product.currency, product.since) == ("Red Mug", 450, "EUR", 17)
    assert (product.description, product.colour) == ("For tea", "red")

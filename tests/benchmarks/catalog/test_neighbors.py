"""The two indexes are compared on a small shop."""

from benchmarks.catalog.neighbors import compare
from bootstrap.catalog import build_plain_catalog
from bootstrap.read.shop import ProductListing

COLOURS, THINGS = ("Red", "Blue", "Green"), ("Mug", "Lantern", "Teapot", "Apron")


def test_most_neighbors_are_the_same() -> None:
    titles = [f"{colour} {thing}" for colour in COLOURS for thing in THINGS]
    listings = [ProductListing(f"i{number}", title, 100) for number, title in enumerate(titles)]
    catalog = build_plain_catalog(listings, "GBP")
    whole, sent = compare(catalog, catalog.products)
    assert 0.7 < whole <= 1
    assert 0.5 < sent <= 1

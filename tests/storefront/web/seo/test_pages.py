"""What crawlers and other sites read of the rendered pages."""

import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from msgspec.structs import replace

from online_models.schema.events import ItemId
from online_models.schema.product import Category, Product
from storefront.serving.catalog import ShopCatalog
from storefront.settings import StorefrontSettings
from tests.storefront.browser_client import BrowserClient
from tests.storefront.in_memory import MemoryServingReader

SITE = "https://shop.example"
HOSTILE = "</script><b>\u2028&\"'"


@pytest.fixture
def settings(settings: StorefrontSettings) -> StorefrontSettings:
    return replace(settings, address=SITE)


def page(client: FlaskClient, path: str) -> str:
    return client.get(path, follow_redirects=True).get_data(as_text=True)


def data_of(html: str) -> dict[str, dict[str, Any]]:
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    things = [json.loads(script) for script in scripts]
    assert all(thing["@context"] == "https://schema.org" for thing in things)
    return {thing["@type"]: thing for thing in things}


def tags_of(html: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', html)
    return {name: unescape(content) for name, content in found}


def canonical_of(html: str) -> str | None:
    found = re.search(r'<link rel="canonical" href="([^"]+)">', html)
    return unescape(found[1]) if found else None


def test_the_home_page_says_how_to_search_it(client: BrowserClient) -> None:
    html = page(client, "/")
    website = data_of(html)["WebSite"]
    assert website["url"] == canonical_of(html) == f"{SITE}/"
    action = website["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{SITE}/search?q={{search_term_string}}"
    assert action["query-input"] == "required name=search_term_string"
    assert tags_of(html)["og:type"] == "website"
    assert "robots" not in tags_of(html)


def test_a_product_says_what_it_is_and_costs(client: BrowserClient, reader: MemoryServingReader) -> None:
    html = page(client, "/products/mug?reviews=1")
    product = data_of(html)["Product"]
    assert product["name"] == "Red Heart Mug"
    assert product["url"] == canonical_of(html) == f"{SITE}/products/mug"
    assert product["image"] == f"{SITE}/pictures/picture0.svg"
    assert product["offers"] == {
        "@type": "Offer",
        "url": f"{SITE}/products/mug",
        "price": "1.95",
        "priceCurrency": "GBP",
        "availability": "https://schema.org/InStock",
    }
    assert "aggregateRating" not in product
    crumbs = data_of(html)["BreadcrumbList"]["itemListElement"]
    assert [(crumb["position"], crumb["name"], crumb["item"]) for crumb in crumbs] == [
        (1, "Home", f"{SITE}/"),
        (2, "Mugs & Cups", f"{SITE}/categories/mugs"),
        (3, "Red Heart Mug", f"{SITE}/products/mug"),
    ]
    tags = tags_of(html)
    assert (tags["og:type"], tags["og:title"], tags["og:url"]) == ("product", "Red Heart Mug", f"{SITE}/products/mug")
    assert tags["og:image"] == f"{SITE}/pictures/picture0.svg"
    assert (tags["product:price:amount"], tags["product:price:currency"]) == ("1.95", "GBP")
    assert tags["description"] == tags["og:description"] == "Red Heart Mug · Mugs & Cups · £1.95"
    assert tags["twitter:card"] == "summary"

    reader.stars[ItemId("mug")] = (0, 0, 0, 1, 1)
    rating = data_of(page(client, "/products/mug"))["Product"]["aggregateRating"]
    assert (rating["ratingValue"], rating["ratingCount"]) == ("4.50", 2)


def test_a_category_has_one_address_whatever_is_filtered(client: BrowserClient) -> None:
    html = page(client, "/categories/mugs?sort=price")
    assert canonical_of(html) == f"{SITE}/categories/mugs"
    assert tags_of(html)["description"].startswith("Mugs & Cups: ")
    assert "og:image" not in tags_of(html)
    crumbs = data_of(html)["BreadcrumbList"]["itemListElement"]
    assert [crumb["name"] for crumb in crumbs] == ["Home", "Mugs & Cups"]


@pytest.mark.parametrize(
    "path", ["/search?q=mug", "/basket", "/orders", "/account/sign-in", "/account/recommendations", "/products/none"]
)
def test_what_is_for_one_person_or_is_no_page_is_not_indexed(client: BrowserClient, path: str) -> None:
    html = page(client, path)
    assert tags_of(html)["robots"] == "noindex"
    assert "og:url" not in tags_of(html)
    assert not data_of(html)


def test_a_catalog_without_pictures_prices_and_categories_leaves_them_out(
    client: BrowserClient, reader: MemoryServingReader
) -> None:
    item = ItemId("x")
    product = Product(item=item, title=HOSTILE, price=0, category="")
    reader.catalog = ShopCatalog(version="v2", products={item: product}, best_sellers=(item,))
    html = page(client, "/products/x")
    data = data_of(html)
    assert data["Product"].keys() == {"@context", "@type", "name", "sku", "url"}
    assert data["Product"]["name"] == HOSTILE
    assert [crumb["name"] for crumb in data["BreadcrumbList"]["itemListElement"]] == ["Home", HOSTILE]
    assert not {"og:image", "product:price:amount"} & tags_of(html).keys()
    assert tags_of(page(client, "/"))["og:title"] == "Riverfront"


def test_without_an_address_the_name_that_the_shop_was_asked_by_is_its_own(
    app_config: dict[str, Any], settings: StorefrontSettings
) -> None:
    from storefront import create_app

    shop: Flask = create_app(app_config | {"SETTINGS": replace(settings, address="", hosts=("other.example",))})
    client = shop.test_client()
    html = client.get("/products/mug", headers={"Host": "other.example"}).get_data(as_text=True)
    assert canonical_of(html) == "http://other.example/products/mug"
    again = client.get("/products/mug").get_data(as_text=True)
    assert canonical_of(again) == "http://localhost/products/mug"
    assert client.get("/products/mug", headers={"Host": "evil.example"}).status_code == 400


def test_robots_names_the_sitemap_and_closes_no_page(client: BrowserClient) -> None:
    answer = client.get("/robots.txt")
    lines = answer.get_data(as_text=True).splitlines()
    assert answer.mimetype == "text/plain"
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"
    assert "Disallow: /interactions" in lines
    assert not {"Disallow: /", "Disallow: /search", "Disallow: /products"} & set(lines)
    assert "Set-Cookie" not in answer.headers


def test_the_sitemap_leads_to_every_page_that_has_a_canonical_address(client: BrowserClient) -> None:
    index = client.get("/sitemap.xml")
    assert index.mimetype == "application/xml"
    parts = [str(part[0].text) for part in ElementTree.fromstring(index.data)]
    assert parts == [f"{SITE}/sitemaps/1.xml"]
    answer = client.get("/sitemaps/1.xml")
    addresses = [str(url[0].text) for url in ElementTree.fromstring(answer.data)]
    assert len(addresses) == len(set(addresses)) == 9
    for address in addresses:
        html = page(client, address.removeprefix(SITE))
        assert canonical_of(html) == address
    assert client.get("/sitemaps/2.xml").status_code == client.get("/sitemaps/0.xml").status_code == 404


def test_a_sitemap_is_not_sent_again_until_the_catalog_changes(
    client: BrowserClient, reader: MemoryServingReader
) -> None:
    first = client.get("/sitemaps/1.xml")
    mark = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/sitemaps/1.xml", headers=mark).status_code == 304
    reader.catalog = ShopCatalog(version="v2", categories=(Category(slug="a", name="A", size=0),))
    assert client.get("/sitemaps/1.xml", headers=mark).status_code == 200


def test_the_manifest_has_icons_that_are_there(client: BrowserClient) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert manifest["name"] == "Riverfront"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"], follow_redirects=True).mimetype == icon["type"]
    assert '<link rel="manifest" href="/manifest.webmanifest?language=en">' in page(client, "/")

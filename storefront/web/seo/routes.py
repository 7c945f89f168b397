"""The files that crawlers and browsers look for: robots.txt, the sitemap, the manifest of the web app."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, abort, json, request, url_for
from flask_babel import gettext as _

from storefront.serving.catalog import ShopCatalog
from storefront.serving.serving_reader import ServingReader
from storefront.web.rendering.cooperative_rendering import yield_to_others
from storefront.web.rendering.languages import DEPENDS_ON, text_language
from storefront.web.rendering.rooted import rooted
from storefront.web.seo.page_metadata import NAME
from storefront.web.seo.site_address import SiteAddress
from storefront.web.seo.sitemap import Prefixes, count_parts, write_index, write_part

NO_PAGES = (
    "interactions.take",
    "catalog.recommendations",
    "search.suggestions",
    "operations.show",
    "operations.metrics",
)
"""What crawlers need not ask for. Pages that are not for an index say so themselves: they have to be read for it."""

KEPT = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class SeoViews:
    """The files, with what they are written from."""

    reader: ServingReader
    site_address: SiteAddress

    def robots(self) -> Response:
        """Say what crawlers may read, and where the sitemap is."""
        closed = [*map(url_for, NO_PAGES), rooted("/socket.io/")]
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
        lines.append(f"Sitemap: {self.site_address()}{url_for('seo.sitemap')}\n")
        return _kept(Response("\n".join(lines), mimetype="text/plain"))

    def sitemap(self) -> Response:
        """List the parts of the sitemap."""
        site, catalog = self.site_address(), self.reader.read_catalog()
        numbers = range(1, count_parts(catalog) + 1)
        return self._answer(
            iter([write_index(f"{site}{url_for('seo.sitemap_part', part=part)}" for part in numbers)]), catalog, 0
        )

    def sitemap_part(self, part: int) -> Response:
        """List up to 50,000 pages. What has not changed since the crawler came last is not written again."""
        site, catalog = self.site_address(), self.reader.read_catalog()
        if not 1 <= part <= count_parts(catalog):
            abort(404)
        category, product = url_for("catalog.category", slug="-"), url_for("products.show", item="-")
        starts = Prefixes(*(f"{site}{path}" for path in (url_for("catalog.home"), category[:-1], product[:-1])))
        return self._answer(_in_turns(write_part(catalog, part, starts)), catalog, part)

    def manifest(self) -> Response:
        """Answer with what a browser needs to install the shop.

        Pages name their language in its address, because browsers ask for it without cookies.
        """
        icons = [
            {"src": url_for("static", name=f"{name}.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": purpose}
            for name, purpose in (("icon", "any"), ("icon-maskable", "maskable"))
        ]
        home = url_for("catalog.home")
        content = {
            "id": home,
            "name": NAME,
            "short_name": NAME,
            "description": _("A gift shop that learns from every click."),
            "lang": text_language(),
            "start_url": home,
            "scope": home,
            "display": "minimal-ui",
            "theme_color": "#fbfaf7",
            "background_color": "#fbfaf7",
            "icons": icons,
        }
        return _kept(Response(json.dumps(content), mimetype="application/manifest+json"), *DEPENDS_ON)

    def _answer(self, pieces: Iterator[str], catalog: ShopCatalog, part: int) -> Response:
        response = Response(pieces, mimetype="application/xml")
        response.set_etag(hashlib.sha256(f"{self.site_address()} {catalog.revision} {part}".encode()).hexdigest()[:16])
        _kept(response)
        response.make_conditional(request)
        return response


def create_blueprint(views: SeoViews) -> Blueprint:
    """Return the routes."""
    blueprint = Blueprint("seo", __name__)
    blueprint.get("/robots.txt")(views.robots)
    blueprint.get("/sitemap.xml")(views.sitemap)
    blueprint.get("/sitemaps/<int:part>.xml")(views.sitemap_part)
    blueprint.get("/manifest.webmanifest")(views.manifest)
    return blueprint


def _in_turns(pieces: Iterator[str]) -> Iterator[str]:
    """Let clicks be handled between two pieces."""
    for piece in pieces:
        yield piece
        yield_to_others()


def _kept(response: Response, *varies: str) -> Response:
    response.headers["Cache-Control"] = KEPT
    for name in varies:
        response.headers.add("Vary", name)
    return response

"""The tour's page: some products to click, and two lists beside each other, the visitor's and what anybody new sees."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from flask import Blueprint, Response, make_response, render_template, request

from online_models.schema.recommendations import Card, card_of
from storefront.serving.catalog import ShopCatalog
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.profiling import ProfilingChoice
from storefront.visitor_state.visitors import VisitorCookies
from storefront.web.rendering.rooted import rooted

CLICKS = 3
TILES = 8
LENGTH = 6

COOKIE = "riverfront_tour"
"""A browser that has it is not offered the tour again."""

ONE_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class TourViews:
    """The page, with what it is read from."""

    visitors: VisitorCookies
    reader: ServingReader
    belongings: BelongingsReader
    lists: Lists
    profiling: ProfilingChoice

    def show(self) -> Response:
        """Show the tour from its beginning. Whoever has opened it is not offered it again.

        Without profiling no list would move: the page says so, and has the button that turns it on.
        """
        visitor = self.visitors.present()
        catalog = self.reader.read_catalog()
        page = render_template(
            "tour/show.html",
            clicks=CLICKS,
            tiles=one_of_each_category(catalog, TILES, self.belongings.read(visitor).dismissed),
            you=self.lists.read_for_you(visitor, LENGTH),
            newcomer=self.lists.read_trending(visitor, LENGTH),
        )
        answer = make_response(page)
        if not self.profiling.is_off():
            answer.set_cookie(
                COOKIE, "1", max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=request.is_secure, path=rooted("/")
            )
        return answer


def one_of_each_category(catalog: ShopCatalog, count: int, without: Collection[str]) -> list[Card]:
    """Return so many products: the best seller of each category, then the second best, and so on."""
    rounds = zip_longest(*(catalog.by_category.get(category.slug, ()) for category in catalog.categories))
    items = (item for item in chain.from_iterable(rounds) if item is not None and item not in without)
    return [card_of(product, None) for product in catalog.present(islice(items, count))]


def create_blueprint(views: TourViews) -> Blueprint:
    """Return the tour's route."""
    blueprint = Blueprint("tour", __name__)
    blueprint.get("/tour")(views.show)
    return blueprint

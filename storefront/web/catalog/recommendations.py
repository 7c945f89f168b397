"""The current lists as JSON: what the live rail asks for where no socket brings it."""

from dataclasses import dataclass

import msgspec
from flask import Blueprint, Response, abort, jsonify

from online_models.schema.events import ItemId
from online_models.schema.keyspace import RANKING_LENGTH, TRENDING_LENGTH
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.visitor_numbers import VisitorNumbers
from storefront.visitor_state.visitors import VisitorCookies


@dataclass(frozen=True, slots=True)
class RecommendationViews:
    """The lists as JSON, with what they are read from."""

    reader: ServingReader
    lists: Lists
    baskets: VisitorNumbers
    visitors: VisitorCookies

    def show(self) -> Response:
        """Answer with the visitor's own lists, and with those that are the same for everybody."""
        lists, visitor = self.lists, self.visitors.present()
        shown = (
            lists.read_for_you(visitor, RANKING_LENGTH),
            lists.read_bought_together(visitor, self.baskets.read(visitor)),
            lists.read_trending(TRENDING_LENGTH),
            lists.read_top_rated(TRENDING_LENGTH),
            lists.read_new_arrivals(TRENDING_LENGTH),
        )
        return _uncached(jsonify({one.surface: msgspec.to_builtins(one) for one in shown}))

    def related(self, item: str) -> Response:
        """Answer with what belongs to a product."""
        product = self.reader.read_catalog().product(ItemId(item))
        if product is None:
            abort(404)
        goes_well_with = self.lists.read_goes_well_with(product.item, visitor=self.visitors.present())
        similar = self.lists.read_similar(product)
        return _uncached(
            jsonify(goes_well_with=msgspec.to_builtins(goes_well_with), similar=msgspec.to_builtins(similar))
        )


def create_blueprint(views: RecommendationViews) -> Blueprint:
    """Return the routes of the lists."""
    blueprint = Blueprint("recommendations", __name__, url_prefix="/recommendations")
    blueprint.get("")(views.show)
    blueprint.get("/<item>")(views.related)
    return blueprint


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response

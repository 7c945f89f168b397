"""The present lists as JSON: what the live rail asks for where no socket brings it."""

import msgspec
from flask import Blueprint, Response, abort, jsonify

from online_models.schema.events import ItemId
from online_models.schema.keyspace import RANKING_LENGTH, TRENDING_LENGTH
from storefront.app.shop import shop

blueprint = Blueprint("recommendations", __name__, url_prefix="/recommendations")


@blueprint.get("")
def show() -> Response:
    """Answer with the visitor's own lists, and with those that are the same for everybody."""
    parts = shop()
    lists, visitor = parts.lists, parts.visitors.present()
    shown = (
        lists.read_for_you(visitor, RANKING_LENGTH),
        lists.read_bought_together(visitor, parts.baskets.read(visitor)),
        lists.read_trending(TRENDING_LENGTH),
        lists.read_top_rated(TRENDING_LENGTH),
        lists.read_new_arrivals(TRENDING_LENGTH),
    )
    response = jsonify({one.surface: msgspec.to_builtins(one) for one in shown})
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<item>")
def related(item: str) -> Response:
    """Answer with what belongs to a product."""
    parts = shop()
    product = parts.reader.read_catalogue().product(ItemId(item))
    if product is None:
        abort(404)
    goes_well_with = parts.lists.read_goes_well_with(product.item, visitor=parts.visitors.present())
    similar = parts.lists.read_similar(product)
    response = jsonify(goes_well_with=msgspec.to_builtins(goes_well_with), similar=msgspec.to_builtins(similar))
    response.headers["Cache-Control"] = "no-store"
    return response

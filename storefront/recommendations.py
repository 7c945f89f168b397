"""The present lists as JSON: what the live rail asks for where no socket brings it."""

import msgspec
from flask import Blueprint, Response, abort, jsonify

from online_models.events import ItemId
from online_models.keyspace import RANKING_LENGTH, TRENDING_LENGTH
from storefront.shop import shop

blueprint = Blueprint("recommendations", __name__, url_prefix="/recommendations")


@blueprint.get("")
def show() -> Response:
    """Answer with the visitor's own list and with what moves now."""
    parts = shop()
    for_you = parts.lists.read_for_you(parts.visitors.present(), RANKING_LENGTH)
    trending = parts.lists.read_trending(TRENDING_LENGTH)
    response = jsonify(for_you=msgspec.to_builtins(for_you), trending=msgspec.to_builtins(trending))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<item>")
def related(item: str) -> Response:
    """Answer with what belongs to a product."""
    parts = shop()
    product = parts.reader.read_catalogue().product(ItemId(item))
    if product is None:
        abort(404)
    goes_well_with = parts.lists.read_goes_well_with(product.item)
    similar = parts.lists.read_similar(product)
    return jsonify(goes_well_with=msgspec.to_builtins(goes_well_with), similar=msgspec.to_builtins(similar))

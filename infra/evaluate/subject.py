"""The recommender that is measured: fresh, with room for the files, and with what they say of their items."""

from infra.evaluate.inputs import Inputs
from infra.evaluate.item_attributes import Attribute, Attributes
from infra.evaluate.options import EvaluationOptions
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.product import Product

_LEAST_CANDIDATES = 40
_NO_CATEGORY = "-"


def build_hybrid(inputs: Inputs, options: EvaluationOptions) -> Hybrid:
    """Build it."""
    usual = HybridSettings()
    products = _products(inputs) if inputs.attributes else []
    settings = HybridSettings(
        candidates=max(_LEAST_CANDIDATES, options.k),
        max_items=max(usual.max_items, len(inputs.touched), len(products)),
        max_visitors=max(usual.max_visitors, inputs.visitors),
    )
    hybrid = Hybrid(settings)
    if products:
        hybrid.use_catalogue(products, {})
    return hybrid


def _products(inputs: Inputs) -> list[Product]:
    """Return a catalogue of all items, also of those of which nothing is known, as it says what is for sale."""
    known: Attributes = {**dict.fromkeys(sorted(inputs.touched), Attribute("", "")), **inputs.attributes}
    return [
        Product(
            item=item, title=item, price=0, category=attribute.category or _NO_CATEGORY, brand=attribute.brand or None
        )
        for item, attribute in known.items()
    ]

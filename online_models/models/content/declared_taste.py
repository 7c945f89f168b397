"""What visitors declared to like, as a model: it answers before they have done anything."""

from online_models.arrays.selection import select
from online_models.arrays.types import NO_INDICES, Indices, ScoredItems, Values
from online_models.catalog.catalog import Catalog
from online_models.models.recommender import Model
from online_models.visitors.context import Context
from online_models.visitors.declared_preferences import NOTHING_DECLARED, DeclaredPreferences, PreferenceTable

WISHES = 256
"""So many best sellers are found for a declaration, those excluded among them."""

_REMEMBERED = 1_024


class DeclaredTaste(Model):
    """The best sellers among what the visitor declared to like.

    Nothing is learned: products and declarations are the hybrid's own. What was found for a declaration is remembered
    until the products change.

    Parameters
    ----------
    catalog
        The products.
    preferences
        What each visitor declared.

    Examples
    --------
    >>> from online_models.schema.events import EventId, ItemId, PreferencesChanged, VisitorId
    >>> from online_models.schema.product import Product
    >>> from online_models.models.recommender import retrieve
    >>> from online_models.visitors.context import nothing_known
    >>> from online_models.arrays.id_index import ItemIdIndex
    >>> catalog, preferences = Catalog(), PreferenceTable()
    >>> wares = [("mug", "kitchen", 3), ("bowl", "kitchen", 8), ("bear", "toys", 9)]
    >>> catalog.fill(
    ...     [Product(item=ItemId(item), title=item, price=500, category=kind, sold=sold) for item, kind, sold in wares],
    ...     ItemIdIndex(limit=9),
    ... )
    >>> event = PreferencesChanged(
    ...     event_id=EventId("e"), visitor=VisitorId("v"), occurred_at=1.0, categories=("kitchen",)
    ... )
    >>> preferences.declare(0, event)
    >>> retrieve(DeclaredTaste(catalog, preferences), nothing_known(2.0, visitor=0), limit=3).items
    array([[ 1,  2, -1]], dtype=int32)
    """

    names = ("preferences",)

    def __init__(self, catalog: Catalog, preferences: PreferenceTable) -> None:
        self._catalog = catalog
        self._preferences = preferences
        self._found: dict[DeclaredPreferences, ScoredItems] = {}
        self._of: Indices = NO_INDICES

    def retrieve(self, context: Context, indices: Indices, values: Values) -> None:
        """Write the best sellers of the declared categories and colours within the declared prices."""
        declared = self._preferences.of(context.visitor)
        if declared != NOTHING_DECLARED:
            found = self._wished(declared)
            select(found.items, found.scores, len(found.items), context.excluded, indices[0], values[0])

    def _wished(self, declared: DeclaredPreferences) -> ScoredItems:
        if self._catalog.best_sellers is not self._of or len(self._found) >= _REMEMBERED:
            self._found.clear()
            self._of = self._catalog.best_sellers
        found = self._found.get(declared)
        if found is None:
            found = self._found[declared] = self._catalog.wished(declared, WISHES)
        return found

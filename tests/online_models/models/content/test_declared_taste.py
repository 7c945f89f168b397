"""What visitors declared to like."""

from online_models.arrays.id_index import ItemIdIndex
from online_models.catalog.catalog import Catalog
from online_models.models.content.declared_taste import DeclaredTaste
from online_models.models.recommender import retrieve
from online_models.schema.events import EventId, ItemId, PreferencesChanged, VisitorId
from online_models.schema.product import Product
from online_models.visitors.declared_preferences import PreferenceTable
from tests.online_models.contexts import evidence_of, touching

ITEMS = ItemIdIndex(limit=20)
MUG, BOWL, BEAR, KITE, VASE = (ITEMS.add(ItemId(item)) for item in ("mug", "bowl", "bear", "kite", "vase"))


def a_product(item: str, category: str, sold: int, price: int = 500, colour: str | None = None) -> Product:
    return Product(item=ItemId(item), title=item, category=category, sold=sold, price=price, colour=colour)


WARES = (
    a_product("mug", "kitchen", sold=3),
    a_product("bowl", "kitchen", sold=8, price=900),
    a_product("bear", "toys", sold=9),
    a_product("kite", "toys", sold=2, colour="red"),
)


def a_shop() -> tuple[DeclaredTaste, PreferenceTable, Catalog]:
    catalog, preferences = Catalog(), PreferenceTable()
    catalog.fill(WARES, ITEMS)
    return DeclaredTaste(catalog, preferences), preferences, catalog


def wishing(*categories: str, colours: tuple[str, ...] = (), max_price: int | None = None) -> PreferencesChanged:
    return PreferencesChanged(
        event_id=EventId("e"),
        visitor=VisitorId("ann"),
        occurred_at=1.0,
        categories=categories,
        colours=colours,
        max_price=max_price,
    )


def best(model: DeclaredTaste, visitor: int = 0, excluded: tuple[int, ...] = (), limit: int = 10) -> list[int]:
    rows = retrieve(model, touching(visitor=visitor, excluded=excluded), limit).items[0]
    return [row for row in rows.tolist() if row >= 0]


def test_best_sellers_of_the_declared_categories_and_colours_come_first() -> None:
    model, preferences, _ = a_shop()
    preferences.declare(0, wishing("kitchen", colours=("red",)))
    assert best(model) == [BOWL, MUG, KITE]
    assert best(model, limit=1) == [BOWL]


def test_prices_outside_of_the_declared_band_are_left_out() -> None:
    model, preferences, _ = a_shop()
    preferences.declare(0, wishing("kitchen", max_price=600))
    assert best(model) == [MUG]


def test_barred_items_make_room_for_others() -> None:
    model, preferences, _ = a_shop()
    preferences.declare(0, wishing("toys"))
    assert best(model, excluded=(BEAR,), limit=1) == [KITE]


def test_who_declared_nothing_gets_no_answer() -> None:
    model, preferences, _ = a_shop()
    preferences.declare(0, wishing("toys"))
    assert best(model, visitor=1) == []
    assert best(model, visitor=-1) == []
    preferences.declare(0, wishing())
    assert best(model) == []


def test_a_new_declaration_and_new_products_count_at_once() -> None:
    model, preferences, catalog = a_shop()
    preferences.declare(0, wishing("toys"))
    assert best(model) == [BEAR, KITE]
    preferences.declare(0, wishing("kitchen"))
    assert best(model) == [BOWL, MUG]
    catalog.fill([*WARES, a_product("vase", "kitchen", sold=99)], ITEMS)
    assert best(model) == [VASE, BOWL, MUG]


def test_no_item_speaks_and_nothing_is_kept() -> None:
    model, preferences, _ = a_shop()
    preferences.declare(0, wishing("toys"))
    model.load(model.dump())
    model.forget_visitor(0)
    assert evidence_of(model, "preferences", touching(), BEAR) == -1
    assert best(model) == [BEAR, KITE]

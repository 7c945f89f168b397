from online_models.catalog.item_groups import ItemGroups
from online_models.catalog.item_types import head_word
from online_models.schema.events import ItemId
from online_models.schema.product import Product


def types_of(products: dict[int, Product], items: int) -> list[int]:
    groups = ItemGroups()
    groups.fill(products, items)
    found: list[int] = groups.types.tolist()
    return found


def products(*pairs: tuple[str, str]) -> dict[int, Product]:
    return {
        number: Product(item=ItemId(f"i{number}"), title=title, price=1, category=category)
        for number, (title, category) in enumerate(pairs)
    }


def test_a_category_is_a_type() -> None:
    types = types_of(products(("Red Mug", "mugs"), ("Blue Mug", "mugs"), ("Tote", "bags"), ("Vase", "home")), 6)
    assert types == [0, 0, 1, 2, -1, -1]


def test_where_all_are_of_one_category_the_head_word_is() -> None:
    types = types_of(products(("Red Mugs", "all"), ("Blue Mug with Hearts", "all"), ("Tote, large", "all")), 3)
    assert types == [0, 0, 1]


def test_what_has_neither_is_of_no_type() -> None:
    assert types_of(products(("22423", "-"), ("??", "-")), 2) == [-1, -1]
    assert types_of({}, 2) == [-1, -1]


def test_a_head_word_stands_before_what_describes_it() -> None:
    assert head_word("Set of 3 Cake Tins") == "tin"
    assert head_word("Glass") == "glas"
    assert head_word("Bus") == "bus"

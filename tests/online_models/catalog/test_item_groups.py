"""Groups that follow changes of single products are those of all products at once."""

import random

import numpy as np

from online_models.arrays.types import Indices
from online_models.catalog.item_groups import ItemGroups
from online_models.schema.events import ItemId
from online_models.schema.product import Product

TITLES = ("Red Mug", "Blue Mugs with Hearts", "Tote", "22423")


def a_product(chance: random.Random, number: int) -> Product:
    return Product(
        item=ItemId(f"i{number}"),
        title=chance.choice(TITLES),
        price=1,
        category=chance.choice("aaab"),
        brand=chance.choice((None, "x", "y")),
        theme=chance.choice((None, "t")),
    )


def together(groups: Indices) -> list[list[bool]]:
    """Say which items are in one group."""
    same: list[list[bool]] = ((groups[:, np.newaxis] == groups) & (groups >= 0)).tolist()
    return same


def test_they_are_the_same_after_any_changes() -> None:
    for seed in range(20):
        chance, groups, products = random.Random(seed), ItemGroups(), dict[int, Product]()
        for step in range(30):
            index = chance.randrange(12)
            products[index] = a_product(chance, index)
            groups.put(index, products[index], items=12)
            afresh = ItemGroups()
            afresh.fill(products, 12)
            for mine, others in (
                (groups.types, afresh.types),
                (groups.categories(12), afresh.categories(12)),
                (groups.families(12), afresh.families(12)),
            ):
                assert together(mine) == together(others), (seed, step)


def test_items_that_are_not_asked_for_are_left_out_and_unknown_ones_have_none() -> None:
    groups = ItemGroups()
    groups.fill({0: a_product(random.Random(1), 0)}, 1)
    assert groups.categories(3).tolist() == [0, -1, -1]
    assert groups.families(0).tolist() == []

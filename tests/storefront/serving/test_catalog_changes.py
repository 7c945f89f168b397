"""A catalog with changes laid over it."""

from typing import Any

from msgspec import structs

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from storefront.serving.catalog import ShopCatalog
from storefront.serving.catalog_changes import with_changes

MUG, CUP, BOWL, HAT = ItemId("mug"), ItemId("cup"), ItemId("bowl"), ItemId("hat")


def changed(catalog: ShopCatalog, *products: Product, gone: tuple[ItemId, ...] = ()) -> ShopCatalog:
    present = {product.item: product for product in products}
    return with_changes(catalog, (*present, *gone), present, catalog.categories, catalog.applied + 1)


def like(catalog: ShopCatalog, known: ItemId, **fields: Any) -> Product:
    return structs.replace(catalog.products[known], **fields)


def test_what_did_not_change_stays_the_same_object(catalog: ShopCatalog) -> None:
    after = changed(catalog, like(catalog, MUG, price=1))
    assert after.products[CUP] is catalog.products[CUP]
    assert after.products[MUG].price == 1
    assert (after.best_sellers, after.by_category) == (catalog.best_sellers, catalog.by_category)
    assert (after.version, after.revision) == ("v1", "v1.1")
    assert catalog.products[MUG].price != 1


def test_an_item_moves_from_one_category_to_another(catalog: ShopCatalog) -> None:
    after = changed(catalog, like(catalog, MUG, category="bags"))
    assert after.by_category["mugs"] == (CUP, BOWL)
    assert after.by_category["bags"] == (*catalog.by_category["bags"], MUG)


def test_numbers_stay_whatever_comes_and_goes(catalog: ShopCatalog) -> None:
    after = changed(catalog, like(catalog, MUG, item=HAT, title="Hat"), gone=(CUP,))
    assert after.best_sellers == (*(item for item in catalog.best_sellers if item != CUP), HAT)
    assert after.numbered == (*catalog.best_sellers, HAT)
    again = changed(after, catalog.products[CUP])
    assert again.numbered == after.numbered


def test_what_is_back_is_not_withdrawn_any_more(catalog: ShopCatalog) -> None:
    away = changed(catalog, like(catalog, MUG, availability="out_of_stock"), gone=(CUP,))
    assert away.withdrawn == (MUG, CUP)
    assert changed(away, catalog.products[MUG]).withdrawn == (CUP,)


def test_variants_follow(catalog: ShopCatalog) -> None:
    paired = changed(catalog, like(catalog, MUG, group="g"), like(catalog, CUP, group="g"))
    assert [product.item for product in paired.variants(paired.products[MUG])] == [MUG, CUP]
    assert changed(paired, gone=(CUP,)).variants(paired.products[MUG]) == []


def test_other_words_are_noted_and_other_prices_are_not(catalog: ShopCatalog) -> None:
    after = changed(catalog, like(catalog, MUG, title="Chipped Mug"), like(catalog, CUP, price=7))
    assert after.reworded == {MUG}

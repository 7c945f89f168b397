"""Products and categories as they are written for other processes."""

import pytest

from online_models.schema.events import ItemId
from online_models.schema.product import (
    Category,
    InvalidProduct,
    Product,
    decode_categories,
    decode_product,
    encode_categories,
    encode_product,
)

MUG = Product(
    item=ItemId("mug"), title="Red Mug", price=295, category="mugs", tags=("red", "mug"), colour="red", sold=7
)


def test_a_product_comes_back_as_it_was() -> None:
    plain = Product(item=ItemId("m"), title="M", price=0, category="c")
    assert decode_product(encode_product(MUG)) == MUG
    assert decode_product(encode_product(plain)) == plain


def test_what_is_as_usual_is_not_written() -> None:
    assert b"description" not in encode_product(MUG)
    assert b"currency" not in encode_product(MUG)


def test_fields_of_a_later_version_are_ignored() -> None:
    assert decode_product(encode_product(MUG)[:-1] + b',"weight":3}') == MUG


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        b"[]",
        encode_product(MUG)[:-1],
        encode_product(MUG).replace(b"295", b"-1"),
        encode_product(MUG).replace(b'"Red Mug"', b'""'),
        encode_product(MUG).replace(b'"item":"mug"', rb'"item":"no\tspaces"'),
    ],
)
def test_what_is_no_product_is_refused(payload: bytes) -> None:
    with pytest.raises(InvalidProduct):
        decode_product(payload)


def test_categories_keep_their_order() -> None:
    categories = tuple(Category(slug=slug, name=slug.title(), size=1) for slug in ("mugs", "bags", "art"))
    assert decode_categories(encode_categories(categories)) == categories
    assert decode_categories(encode_categories(())) == ()
    for payload in (b"{}", b'[{"slug": "mugs"}]', b"["):
        with pytest.raises(InvalidProduct):
            decode_categories(payload)

"""Variants: those of one group, and those that differ in a colour alone, each with what tells it apart."""

from bootstrap.variants import distinct_titles, tell_apart
from tests.bootstrap.builders import a_listing


def test_variants_of_one_title_get_titles_of_their_own() -> None:
    told = tell_apart(
        [
            a_listing("l1", "Laptop", variant="13 inch, 8GB"),
            a_listing("l2", "Laptop", group="l1", variant="15 inch, 8GB"),
            a_listing("m", "Mouse"),
        ]
    )
    assert [(one.title, one.group, one.variant) for one in told] == [
        ("Laptop, 13 inch, 8GB", "l1", "13 inch, 8GB"),
        ("Laptop, 15 inch, 8GB", "l1", "15 inch, 8GB"),
        ("Mouse", "", ""),
    ]


def test_variants_with_titles_of_their_own_keep_them_and_show_where_they_differ() -> None:
    told = tell_apart(
        [a_listing("a", "Linen Shirt, small", group="shirt"), a_listing("b", "Linen Shirt, extra large", group="shirt")]
    )
    assert [(one.title, one.variant) for one in told] == [
        ("Linen Shirt, small", "small"),
        ("Linen Shirt, extra large", "extra large"),
    ]


def test_what_differs_in_a_colour_alone_is_one_product_in_several_colours() -> None:
    told = tell_apart(
        [
            a_listing("p", "Pink Polkadot Cup"),
            a_listing("b", "Blue Polkadot Cup"),
            a_listing("q", "Pink Polkadot Bowl"),
            a_listing("r", "Red"),
            a_listing("g", "Green"),
        ]
    )
    assert [(one.item, one.group, one.variant) for one in told] == [
        ("p", "p", "Pink"),
        ("b", "p", "Blue"),
        ("q", "", ""),
        ("r", "", ""),
        ("g", "", ""),
    ]


def test_a_group_of_one_is_none() -> None:
    (told,) = tell_apart([a_listing("a", "Shirt", group="shirts", variant="small")])
    assert (told.title, told.group, told.variant) == ("Shirt", "", "")


def test_products_that_nothing_tells_apart_show_their_number() -> None:
    listings = [
        a_listing("22", "Bird Ornament"),
        a_listing("23", "bird ornament"),
        a_listing("24", "Bird Ornament", picture="https://shop.example/24.jpg"),
        a_listing("a-very-long-item-id", "Bird Ornament"),
        a_listing("25", "Mouse"),
    ]
    assert distinct_titles(listings) == [
        "Bird Ornament (22)",
        "bird ornament (23)",
        "Bird Ornament",
        "Bird Ornament",
        "Mouse",
    ]

"""What visitors declared."""

import pytest

from online_models.arrays.state import InvalidState
from online_models.schema.events import EventId, PreferencesChanged, VisitorId
from online_models.visitors.declared_preferences import NOTHING_DECLARED, DeclaredPreferences, PreferenceTable

ANN, BOB = 0, 1


def a_declaration(
    *categories: str, colours: tuple[str, ...] = (), min_price: int | None = None, max_price: int | None = None
) -> PreferencesChanged:
    return PreferencesChanged(
        event_id=EventId("e"),
        visitor=VisitorId("ann"),
        occurred_at=1.0,
        categories=categories,
        colours=colours,
        min_price=min_price,
        max_price=max_price,
    )


@pytest.mark.parametrize(
    ("declared", "price", "allowed"),
    [
        (DeclaredPreferences(), 0, True),
        (DeclaredPreferences(min_price=100), 99, False),
        (DeclaredPreferences(min_price=100), 100, True),
        (DeclaredPreferences(max_price=200), 200, True),
        (DeclaredPreferences(max_price=200), 201, False),
        (DeclaredPreferences(max_price=0), 1, False),
    ],
)
def test_both_bounds_of_the_price_belong_to_the_band(declared: DeclaredPreferences, price: int, allowed: bool) -> None:
    assert declared.allow(price) is allowed


def test_the_newest_declaration_replaces_the_one_before_as_a_whole() -> None:
    table = PreferenceTable()
    table.declare(ANN, a_declaration("mugs", colours=("red",), min_price=1, max_price=9))
    table.declare(ANN, a_declaration("bags"))
    assert table.of(ANN) == DeclaredPreferences(categories=("bags",))


def test_an_empty_declaration_takes_back_what_was_declared() -> None:
    table = PreferenceTable()
    table.declare(ANN, a_declaration("mugs"))
    table.declare(ANN, a_declaration())
    assert table.of(ANN) == NOTHING_DECLARED
    assert table.dump() == PreferenceTable().dump()


def test_an_account_keeps_its_own_declaration_when_a_visitor_is_merged() -> None:
    table = PreferenceTable()
    table.declare(ANN, a_declaration("mugs"))
    table.merge(ANN, BOB)
    assert table.of(BOB).categories == ("mugs",)
    table.declare(ANN, a_declaration("bags"))
    table.merge(ANN, BOB)
    assert table.of(BOB).categories == ("mugs",)


def test_what_is_erased_is_gone_and_may_be_erased_again() -> None:
    table = PreferenceTable()
    table.declare(ANN, a_declaration("mugs"))
    table.erase(ANN)
    table.erase(ANN)
    assert table.of(ANN) == NOTHING_DECLARED


def test_a_dump_loads_again_and_anything_else_is_refused() -> None:
    table, loaded = PreferenceTable(), PreferenceTable()
    table.declare(BOB, a_declaration("mugs", colours=("red",), max_price=9))
    table.declare(ANN, a_declaration("bags", min_price=0))
    loaded.load(table.dump())
    assert (loaded.of(ANN), loaded.of(BOB)) == (table.of(ANN), table.of(BOB))
    for broken in (b"{", b'{"ann": {}}', "text", 1):
        with pytest.raises(InvalidState):
            PreferenceTable().load({"declared": broken})

"""A shop's own visitors: each is one inside, and nobody else."""

import re

import msgspec
import pytest
from hypothesis import given

from online_models.schema.events import PLAIN_ID, VisitorId, is_account
from online_models.schema.own_visitors import InvalidId, OwnVisitor, visitor_of
from tests.shop_ids import ODD_IDS, shop_ids


@given(shop_ids)
def test_whatever_a_shop_calls_a_visitor_becomes_a_plain_id(own: str) -> None:
    visitor = visitor_of(own)

    assert re.match(str(PLAIN_ID.pattern), visitor)
    assert len(visitor) <= 64
    assert visitor_of(own) == visitor
    assert not is_account(visitor)


def test_visitors_are_told_apart_by_every_character() -> None:
    assert len({visitor_of(own) for own in ODD_IDS}) == len(ODD_IDS)


@pytest.mark.parametrize("own", ["customer-17", "17", "ann", "visitor-1", "a", "x" * 64])
def test_a_plain_id_stays_as_it_is(own: str) -> None:
    assert visitor_of(own) == own


@pytest.mark.parametrize("own", ["a" + 24 * "0", "v0123456789abcdef01234567", visitor_of("ann@example.com")])
def test_nobody_is_taken_for_an_account_or_another_visitor(own: str) -> None:
    visitor = visitor_of(own)

    assert visitor != own
    assert visitor.startswith("own:")


@pytest.mark.parametrize("own", ["", "x" * 129, "a\n", "\x00", "a\u202eb", "a\ud800", 7, None])
def test_what_is_no_id_is_refused(own: object) -> None:
    with pytest.raises(InvalidId):
        visitor_of(own)  # type: ignore[arg-type]  # as it may come from outside


def test_a_struct_can_check_it() -> None:
    assert msgspec.json.decode(b'"ann@example.com"', type=OwnVisitor) == "ann@example.com"
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'""', type=OwnVisitor)


@pytest.mark.parametrize(("visitor", "expected"), [("a" + 24 * "f", True), ("a" + 23 * "f", False), ("ann", False)])
def test_an_account_is_known_by_its_id(visitor: str, expected: bool) -> None:
    assert is_account(VisitorId(visitor)) is expected

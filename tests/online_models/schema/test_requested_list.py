"""Requests for lists, and lists that were made, on the wire."""

import msgspec
import pytest

from online_models.schema.events import ItemId, RankingId, VisitorId
from online_models.schema.phrases import POPULAR
from online_models.schema.recommendations import Reason
from online_models.schema.requested_list import (
    InvalidList,
    InvalidRequest,
    ListFilter,
    ListRequest,
    MadeItem,
    MadeList,
    decode_list,
    decode_request,
    encode_list,
    encode_request,
)

R1 = RankingId("r1")


def test_a_request_survives_the_wire() -> None:
    request = ListRequest(
        ranking_id=R1,
        visitor=VisitorId("v1"),
        session=(ItemId("a"), ItemId("b")),
        item=ItemId("c"),
        basket=(ItemId("d"),),
        exclude=(ItemId("e"),),
        count=100,
        filter=ListFilter(categories=("mugs",), tags=("red",), min_price=1, max_price=9, in_stock=True),
        explain=True,
    )
    assert decode_request(encode_request(request)) == request


def test_what_is_not_said_is_not_written() -> None:
    assert encode_request(ListRequest(ranking_id=R1)) == b'{"ranking_id":"r1"}'


@pytest.mark.parametrize(
    "fields",
    [
        {"count": 0},
        {"count": 101},
        {"session": ["i"] * 101},
        {"exclude": ["i"] * 1_001},
        {"filter": {"min_price": -1}},
        {"filter": {"tags": [""]}},
        {"ranking_id": "a b"},
        {"ranking_id": "a" * 65},
        {"visitor": ""},
    ],
)
def test_what_is_too_much_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        decode_request(msgspec.json.encode({"ranking_id": "r1", **fields}))


def test_a_list_survives_the_wire() -> None:
    item = MadeItem(
        item=ItemId("a"), score=0.5, member="popularity", reason=Reason(phrase=POPULAR), scores={"popularity": 0.25}
    )
    made = MadeList(ranking_id=R1, ranked_at=1.5, items=(item,))
    assert decode_list(encode_list(made)) == made


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"\xff", b'{"ranking_id":"r1"}'])
def test_what_is_no_list_is_refused(payload: bytes) -> None:
    with pytest.raises(InvalidList):
        decode_list(payload)

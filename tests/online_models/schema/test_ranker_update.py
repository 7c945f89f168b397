"""Ranker updates on the wire."""

import msgspec
import pytest

from online_models.schema.events import ItemId, VisitorId
from online_models.schema.ranker_update import (
    MAX_UPDATE_BYTES,
    InvalidUpdate,
    LoggedUpdate,
    PackedJudgment,
    RankerUpdate,
    decode,
    encode,
)

JUDGMENT = PackedJudgment(bytes(25), (0, 4, 6, 10), bytes(4 * 153))
UPDATE = RankerUpdate(7, "chosen", VisitorId("ann"), (ItemId("i1"),), 1.5, from_list=True, judgment=JUDGMENT)
LOGGED = LoggedUpdate(3, 12, UPDATE)


def changed(**fields: object) -> bytes:
    return encode(LoggedUpdate(3, 12, msgspec.structs.replace(UPDATE, **fields)))


def test_an_update_comes_back_as_it_was_written() -> None:
    assert decode(encode(LOGGED)) == LOGGED


def test_what_takes_all_back_names_no_item() -> None:
    assert decode(changed(kind="reset", items=())).update.items == ()


def test_it_is_small() -> None:
    assert len(encode(LOGGED)) < 800


@pytest.mark.parametrize(
    "payload",
    [
        None,
        b"",
        b"\xff" * 40,
        bytes(MAX_UPDATE_BYTES + 1),
        encode(LOGGED)[:-1],
        changed(kind="thought"),
        changed(items=()),
        changed(items=tuple(ItemId(f"i{number}") for number in range(101))),
        changed(visitor="not an id"),
        changed(judgment=PackedJudgment(b"", (0, 4, 6, 999), b"")),
        changed(judgment=PackedJudgment(bytes(9_000), (0, 4, 6, 10), b"")),
        encode(LoggedUpdate(-1, 0, UPDATE)),
    ],
)
def test_anything_else_is_refused(payload: bytes | None) -> None:
    with pytest.raises(InvalidUpdate):
        decode(payload)

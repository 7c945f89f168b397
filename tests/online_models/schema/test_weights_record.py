"""Records of weights on the wire."""

import msgspec
import pytest

from online_models.schema.weights_record import (
    MAX_RECORD_BYTES,
    InvalidWeightsRecord,
    WeightsRecord,
    decode,
    encode,
    file_name,
)

RECORD = WeightsRecord(
    version="a1" * 32,
    size=9,
    position={0: 4, 3: 7},
    take_up={0: 5, 3: 7},
    training="refit",
    items=2,
    seconds=3.5,
    trained_at=1.7e9,
)


def changed(**fields: object) -> bytes:
    return encode(msgspec.structs.replace(RECORD, **fields))


def test_a_record_comes_back_as_it_was_written() -> None:
    assert decode(encode(RECORD)) == RECORD


def test_it_is_small() -> None:
    assert len(encode(RECORD)) < 500


@pytest.mark.parametrize(
    "payload",
    [
        None,
        b"",
        b"\xff" * 40,
        bytes(MAX_RECORD_BYTES + 1),
        encode(RECORD)[:-1],
        changed(version="../../etc/passwd"),
        changed(version="A1" * 32),
        changed(size=0),
        changed(items=0),
        changed(take_up={0: -1}),
        changed(position={0: -1}),
        changed(take_up={-1: 0}),
        changed(take_up=dict.fromkeys(range(1_001), 1)),
        changed(training="dream"),
        changed(seconds=-1.0),
    ],
)
def test_anything_else_is_refused(payload: bytes | None) -> None:
    with pytest.raises(InvalidWeightsRecord):
        decode(payload)


def test_a_file_is_named_by_the_version() -> None:
    assert file_name(RECORD.version) == f"{RECORD.version}.safetensors"

"""What was saved comes back whole, or not at all."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from online_models.arrays.state import State
from online_models.schema.events import EventId
from online_models.snapshot import InvalidSnapshot, SnapshotHeader, decode, encode

HEADER = SnapshotHeader(
    positions={0: 17, 3: 99},
    recent_events=(EventId("e1"), EventId("e2")),
    saved_at=1_700_000_000.5,
    product_version="0.1.0",
)
STATE: State = {
    "version": 1,
    "rate": 0.1,
    "name": "hybrid",
    "ids": ["cup", "Untertasse ä", ""],
    "raw": b"\x00\xff" * 9,
    "none": b"",
    "members": {
        "levels": np.array([[1.5, -np.inf], [0.0, 2.0]]),
        "rows": np.arange(7, dtype=np.int32),
        "empty": np.zeros((0, 5), np.float32),
        "known": np.array([True, False]),
    },
}
PAYLOAD = b"".join(encode(STATE, HEADER))


def equal(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[name], other[name]) for name in one)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    return type(one) is type(other) and one == other


def test_a_snapshot_comes_back_as_it_was() -> None:
    header, state = decode(PAYLOAD)
    assert header == HEADER
    assert equal(state, STATE)


def test_the_same_state_gives_the_same_bytes() -> None:
    assert b"".join(encode(decode(PAYLOAD)[1], HEADER)) == PAYLOAD


names = st.text(max_size=8)
numbers = st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
plain = names | numbers | st.binary(max_size=50) | st.lists(names, max_size=5)
kinds = st.sampled_from([np.bool_, np.uint8, np.int32, np.int64, np.float32, np.float64])
shapes = arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=5)
leaves = plain | kinds.flatmap(lambda kind: arrays.arrays(kind, shapes))
states = st.dictionaries(names, st.recursive(leaves, lambda part: st.dictionaries(names, part, max_size=3)), max_size=5)


@given(states)
def test_any_state_comes_back(state: State) -> None:
    assert equal(decode(b"".join(encode(state, HEADER)))[1], state)


@given(st.integers(0, len(PAYLOAD) - 1))
def test_a_cut_snapshot_is_refused(length: int) -> None:
    with pytest.raises(InvalidSnapshot):
        decode(PAYLOAD[:length])


@given(st.integers(0, len(PAYLOAD) - 1), st.integers(1, 255))
def test_a_changed_snapshot_is_refused(place: int, flip: int) -> None:
    changed = bytearray(PAYLOAD)
    changed[place] ^= flip
    with pytest.raises(InvalidSnapshot):
        decode(bytes(changed))


@given(st.binary(max_size=300))
def test_noise_is_refused(noise: bytes) -> None:
    for payload in (noise, PAYLOAD + noise, PAYLOAD[:8] + noise):
        if payload != PAYLOAD:
            with pytest.raises(InvalidSnapshot):
                decode(payload)


@given(st.integers(16, len(PAYLOAD) - 33), st.integers(1, 255))
def test_a_well_signed_snapshot_that_makes_no_sense_does_no_harm(place: int, flip: int) -> None:
    import hashlib

    body = bytearray(PAYLOAD[:-32])
    body[place] ^= flip
    signed = bytes(body) + hashlib.blake2b(body, digest_size=32).digest()
    with contextlib.suppress(InvalidSnapshot):
        decode(signed)

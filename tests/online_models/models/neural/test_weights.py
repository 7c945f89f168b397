"""Weights come back as they were written, or not at all."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from online_models.models.neural import weights as module
from online_models.models.neural.weights import BrokenWeights, Weights, read_weights, write_weights
from tests.online_models.networks import a_network

ITEMS, WIDTH, STATE = 5, 4, 3


def some_weights(**changed: Any) -> Weights:
    return a_network([f"i{number}" for number in range(ITEMS)], WIDTH, STATE, **{"seed": 7, **changed})


def header_of(payload: bytes) -> dict[str, Any]:
    length = int.from_bytes(payload[:8], "little")
    header: dict[str, Any] = json.loads(payload[8 : 8 + length])
    return header


def with_header(payload: bytes, header: Mapping[str, object]) -> bytes:
    length = int.from_bytes(payload[:8], "little")
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + payload[8 + length :]


def test_what_was_written_is_read_again() -> None:
    weights = some_weights()
    again = read_weights(write_weights(weights))
    assert write_weights(again) == write_weights(weights)
    assert again.item_ids == weights.item_ids
    assert np.array_equal(again.item_vectors, weights.item_vectors)
    assert (again.position, again.trained_at, again.seed) == (weights.position, weights.trained_at, weights.seed)
    assert again.version == weights.version == header_of(write_weights(weights))["__metadata__"]["version"]


def test_arrays_that_were_read_are_a_copy_of_their_own() -> None:
    weights = read_weights(write_weights(some_weights()))
    assert weights.kernel.flags.owndata
    assert weights.kernel.flags.writeable


def test_other_numbers_are_another_version() -> None:
    weights = some_weights()
    assert some_weights(seed=8).version != weights.version
    assert some_weights(item_bias=weights.item_bias + 1).version != weights.version
    assert some_weights(position={"interactions-0": 13}).version != weights.version
    assert some_weights().version == weights.version
    assert some_weights(position={"interactions-1": 3, "interactions-0": 12}).version == weights.version
    whole = some_weights(trained_at=12)
    assert read_weights(write_weights(whole)).version == whole.version


def test_the_tensors_lie_where_their_header_says_aligned_for_whoever_maps_the_file() -> None:
    payload = write_weights(some_weights())
    header = header_of(payload)
    assert int.from_bytes(payload[:8], "little") % 8 == 0
    start, end = header["item_ids"]["data_offsets"]
    assert payload[-(end - start) :] == b"i0\ni1\ni2\ni3\ni4"
    assert header["kernel"]["dtype"] == "F32"
    assert header["kernel"]["shape"] == [WIDTH, 3 * STATE]


def test_weights_that_are_torn_anywhere_are_refused() -> None:
    payload = write_weights(some_weights())
    for length in (0, 7, 8, 20, len(payload) // 2, len(payload) - 1):
        with pytest.raises(BrokenWeights):
            read_weights(payload[:length])
    with pytest.raises(BrokenWeights):
        read_weights(payload + b"\0")


def test_weights_that_were_altered_anywhere_are_refused() -> None:
    payload = write_weights(some_weights())
    for place in range(0, len(payload), 3):
        altered = bytearray(payload)
        altered[place] ^= 1
        try:
            read = read_weights(bytes(altered))
        except BrokenWeights:
            continue
        # Blanks behind the header may be anything that JSON skips.
        assert read.version == some_weights().version


def test_weights_of_another_format_are_refused() -> None:
    payload = write_weights(some_weights())
    header = header_of(payload)
    header["__metadata__"]["format"] = "0"
    with pytest.raises(BrokenWeights, match="format 0"):
        read_weights(with_header(payload, header))


def test_weights_that_are_too_large_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    payload = write_weights(some_weights())
    monkeypatch.setattr(module, "MAX_BYTES", len(payload) - 1)
    with pytest.raises(BrokenWeights, match="at most"):
        read_weights(payload)


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("kernel", {"dtype": "F64", "shape": [4, 9], "data_offsets": [0, 8]}),
        ("kernel", {"dtype": "F32", "shape": [-4, -9], "data_offsets": [0, 144]}),
        ("kernel", {"dtype": "F32", "shape": [4, 10**15], "data_offsets": [0, 144]}),
        ("kernel", {"dtype": "F32"}),
        ("kernel", "everything"),
        ("something", {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}),
    ],
)
def test_tensors_that_make_no_sense_are_refused(name: str, tensor: object) -> None:
    payload = write_weights(some_weights())
    header = header_of(payload)
    header[name] = tensor
    with pytest.raises(BrokenWeights):
        read_weights(with_header(payload, header))


@pytest.mark.parametrize("name", ["position", "trained_at", "seed", "version"])
def test_metadata_that_is_missing_or_nonsense_is_refused(name: str) -> None:
    payload = write_weights(some_weights())
    for value in (None, "nonsense"):
        header = header_of(payload)
        header["__metadata__"].pop(name)
        if value:
            header["__metadata__"][name] = value
        with pytest.raises(BrokenWeights):
            read_weights(with_header(payload, header))


@pytest.mark.parametrize(
    "changed",
    [
        {"item_ids": ()},
        {"item_ids": ("a", "b", "c", "d")},
        {"item_ids": ("a", "b", "c", "d", "a")},
        {"item_ids": ("a", "b", "c", "d", "")},
        {"item_ids": ("a", "b", "c", "d", "e\nf")},
        {"item_bias": np.full(ITEMS, np.nan, np.float32)},
        {"kernel": np.zeros((WIDTH, 9 * STATE), np.float32)},
        {"kernel": np.zeros(WIDTH, np.float32)},
        {"recurrent_kernel": np.zeros((), np.float32)},
        {"recurrent_kernel": np.zeros((0, 0), np.float32)},
        {"output": np.full((STATE, WIDTH), np.inf, np.float32)},
        {"item_vectors": np.zeros((ITEMS, 513), np.float32)},
        {"trained_at": float("nan")},
    ],
)
def test_weights_that_do_not_fit_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BrokenWeights):
        some_weights(**changed)

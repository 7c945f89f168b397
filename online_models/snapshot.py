"""The snapshot format: all that was learned, with the log positions up to which it was.

A snapshot is, in this order: eight bytes of magic and format version, the length of the manifest, the manifest (JSON:
the header, and what each array is), the arrays' bytes, and a digest of all before it. Arrays and plain data only;
reading one runs no code that it brings along.
"""

import hashlib
from collections.abc import Iterator
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from online_models.arrays.state import State
from online_models.schema.events import EventId

FORMAT_VERSION = 1

_MAGIC = b"RIVERFR" + bytes([FORMAT_VERSION])
_LENGTH_BYTES = 8
_DIGEST_BYTES = 32
_MAX_DEPTH = 8
_KINDS = frozenset({"|b1", "|i1", "|u1", "<u2", "<u4", "<i4", "<i8", "<f4", "<f8"})


class InvalidSnapshot(ValueError):
    """The bytes are not a whole snapshot of this format. Take an older one, or learn from the start of the log."""


class SnapshotHeader(msgspec.Struct, frozen=True, kw_only=True):
    """Where the model stands.

    Attributes
    ----------
    positions
        By partition, the offset of the first event that was *not* learned.
    listed
        By partition, the offset up to which every visitor had their list: events from there to ``positions`` were
        learned, but their visitors may still have waited. Without it, it is ``positions``.
    skipped
        Partition and offset of the last records from there on that were a producer's retries.
    failed
        Those at which the model failed.
    recent_events
        Ids of the last events learned, oldest first, bounded by who writes them: a producer's retry is known by them.
    saved_at
        Unix seconds.
    product_version
        The version of the product that wrote it.
    topic_id
        Kafka's id of the topic whose positions these are; empty if it was not known.
    further_topic_ids
        Those of the topics that are read with it, whose partitions are numbered from 1,000,000 on.
    updates
        Offset of the first ranker update that was *not* applied; None if there never was any.
    updated
        By partition and slot, the offset after that of the last event whose ranker update was applied.
    owed
        How many snapshots more have to follow this one, until none from before an erasure is kept.
    weights
        Offset of the first record of weights that was *not* taken up; None if there never was any.
    """

    positions: dict[int, int]
    listed: dict[int, int] = {}
    skipped: tuple[tuple[int, int], ...] = ()
    failed: tuple[tuple[int, int], ...] = ()
    recent_events: tuple[EventId, ...] = ()
    saved_at: float
    product_version: str
    topic_id: str = ""
    further_topic_ids: tuple[str, ...] = ()
    updates: int | None = None
    updated: dict[int, list[int]] = {}
    owed: Annotated[int, Meta(ge=0)] = 0
    weights: int | None = None


class _Block(msgspec.Struct, frozen=True, tag="block"):
    """A run of bytes after the manifest; with a ``kind``, an array."""

    length: Annotated[int, Meta(ge=0)]
    kind: str | None = None
    shape: tuple[Annotated[int, Meta(ge=0)], ...] = ()


class _Plain(msgspec.Struct, frozen=True, tag="plain"):
    value: str | int | float


class _Ids(msgspec.Struct, frozen=True, tag="ids"):
    values: list[str]


class _Part(msgspec.Struct, frozen=True, tag="part"):
    fields: "dict[str, _Block | _Plain | _Ids | _Part]"


class _Manifest(msgspec.Struct, frozen=True):
    header: SnapshotHeader
    state: _Part


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_Manifest)


def encode(state: State, header: SnapshotHeader) -> Iterator[bytes]:
    """Write a snapshot, piece by piece, so that a large one need not lie in memory twice.

    Examples
    --------
    >>> header = SnapshotHeader(positions={0: 7}, saved_at=1.0, product_version="0.1.0")
    >>> payload = b"".join(encode({"seen": np.arange(3, dtype=np.int32)}, header))
    >>> decode(payload)[1]["seen"]
    array([0, 1, 2], dtype=int32)
    """
    blocks: list[bytes | NDArray[np.generic]] = []
    manifest = _encoder.encode(_Manifest(header, _describe(state, blocks)))
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for block in (_MAGIC, len(manifest).to_bytes(_LENGTH_BYTES, "big"), manifest, *blocks):
        piece = block if isinstance(block, bytes) else block.tobytes()
        digest.update(piece)
        yield piece
    yield digest.digest()


def decode(payload: bytes) -> tuple[SnapshotHeader, State]:
    """Read a snapshot.

    Raises
    ------
    InvalidSnapshot
        If it is of another format, was cut or changed, or does not fit together.
    """
    if payload[: len(_MAGIC)] != _MAGIC:
        raise InvalidSnapshot(f"not a snapshot of format {FORMAT_VERSION}")
    body = memoryview(payload)[:-_DIGEST_BYTES]
    if hashlib.blake2b(body, digest_size=_DIGEST_BYTES).digest() != payload[-_DIGEST_BYTES:]:
        raise InvalidSnapshot("the snapshot was cut or changed: its digest does not fit")
    start = len(_MAGIC) + _LENGTH_BYTES
    length = int.from_bytes(body[len(_MAGIC) : start], "big")
    try:
        manifest = _decoder.decode(body[start : start + length])
        state, end = _rebuild(manifest.state, body, start + length, 0)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise InvalidSnapshot(str(error)) from error
    if end != len(body):
        raise InvalidSnapshot(f"{len(body) - end} bytes that nothing describes")
    return manifest.header, state


def _describe(state: State, blocks: list[bytes | NDArray[np.generic]]) -> _Part:
    fields: dict[str, _Block | _Plain | _Ids | _Part] = {}
    for name, value in state.items():
        if isinstance(value, dict):
            fields[name] = _describe(value, blocks)
        elif isinstance(value, list):
            fields[name] = _Ids(value)
        elif isinstance(value, bytes):
            blocks.append(value)
            fields[name] = _Block(len(value))
        elif isinstance(value, np.ndarray):
            blocks.append(value)
            fields[name] = _Block(value.nbytes, value.dtype.str, value.shape)
        else:
            fields[name] = _Plain(value)
    return _Part(fields)


def _rebuild(part: _Part, body: memoryview, start: int, depth: int) -> tuple[State, int]:
    if depth > _MAX_DEPTH:
        raise InvalidSnapshot("nested too deeply")
    state: State = {}
    for name, field in part.fields.items():
        match field:
            case _Part():
                state[name], start = _rebuild(field, body, start, depth + 1)
            case _Block():
                state[name] = _read_block(field, body, start)
                start += field.length
            case _Ids():
                state[name] = field.values
            case _Plain():
                state[name] = field.value
    return state, start


def _read_block(block: _Block, body: memoryview, start: int) -> NDArray[np.generic] | bytes:
    piece = body[start : start + block.length]
    if len(piece) != block.length:
        raise InvalidSnapshot("an array that is longer than the snapshot")
    if block.kind is None:
        return bytes(piece)
    if block.kind not in _KINDS:
        raise InvalidSnapshot(f"an array of unknown kind {block.kind}")
    return np.frombuffer(piece, block.kind).reshape(block.shape)

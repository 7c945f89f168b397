"""What the refit process tells the learners of new weights, and how it is written on the wire (JSON).

The weights themselves are a file in the home folder, which all of them share; a record says which one, and where in the
log each learner takes it up: so all learners do at the same place, and a replay does, too.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from online_models.schema.json_reader import UNREADABLE

MAX_RECORD_BYTES = 65_536
"""Larger payloads are refused before they are parsed. A usual one has half a kB."""

_Offset = Annotated[int, Meta(ge=0)]
_Place = Annotated[dict[_Offset, _Offset], Meta(max_length=1_000)]


class InvalidWeightsRecord(ValueError):
    """The bytes are no record of weights. Leave it out; do not retry."""


class WeightsRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Weights that were published.

    Attributes
    ----------
    version
        The digest of the weights, hexadecimal, by which they check themselves.
    size
        Of their file, bytes.
    position
        By partition of the events, the offset up to which the training has read.
    take_up
        By partition, an offset: a learner takes them up as soon as it has learned all events before these.
    training
        Whether they were trained from the beginning, or on from those before.
    items
        How many items they know.
    seconds
        How long training took.
    trained_at
        The time of the newest event that they know, Unix seconds.
    """

    version: Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    size: Annotated[int, Meta(ge=1)]
    position: _Place
    take_up: _Place
    training: Literal["refit", "fine_tune"]
    items: Annotated[int, Meta(ge=1)]
    seconds: Annotated[float, Meta(ge=0)]
    trained_at: float


def file_name(version: str) -> str:
    """Return the name of the file of a version.

    Examples
    --------
    >>> file_name("a1")
    'a1.safetensors'
    """
    return f"{version}.safetensors"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(WeightsRecord)


def encode(record: WeightsRecord) -> bytes:
    """Write a record."""
    return _encoder.encode(record)


def decode(payload: bytes | None) -> WeightsRecord:
    """Read a record.

    Raises
    ------
    InvalidWeightsRecord
        If the payload is missing, too large, or has a field that does not fit.

    Examples
    --------
    >>> decode(b"{}")
    Traceback (most recent call last):
    online_models.schema.weights_record.InvalidWeightsRecord: Object missing required field `version`
    """
    if payload is None:
        raise InvalidWeightsRecord("a record without content")
    if len(payload) > MAX_RECORD_BYTES:
        raise InvalidWeightsRecord(f"a record of {len(payload)} bytes; the limit is {MAX_RECORD_BYTES}")
    try:
        return _decoder.decode(payload)
    except UNREADABLE as error:
        raise InvalidWeightsRecord(str(error)) from error

"""The weights of the session network as a file, in the format of safetensors: checked before anything believes it.

A file is the length of the header (eight bytes, little-endian), the header (JSON: of each tensor its type, shape and
place, and metadata), and the tensors' bytes. Reading one runs no code that it brings along.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from online_models.arrays.types import Values
from online_models.schema.events import ItemId

FORMAT = "2"
MAX_BYTES = 256 * 2**20
MAX_ITEMS = 200_000
MAX_WIDTH = 512
"""Most numbers in a vector or in the state."""

_LENGTH_BYTES = 8
_MAX_HEADER = 2**20
_METADATA, _ITEM_IDS = "__metadata__", "item_ids"
_KINDS: Mapping[str, type[np.generic]] = {"F32": np.float32, "U8": np.uint8}

Decoded = TypeVar("Decoded")


class BrokenWeights(ValueError):
    """These are no weights: torn, altered, of another format, too large, or not numbers. Go on without them."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Trained weights of the session network (`SessionGru`), for ``n`` items, vectors of ``d`` and a state of ``h``.

    All arrays are float32 and never to be written. The gates stand in the order update, reset, candidate, and the
    recurrent bias is added before the reset, as Keras' GRU does it.

    Attributes
    ----------
    item_ids
        The busiest first.
    item_vectors, item_bias
        Of each item its vector, both as input and as output, shape (n, d), and its bias as output, shape (n,).
    kernel, recurrent_kernel, bias
        Of the GRU's input, shape (d, 3h), of its state, (h, 3h), and both biases, (2, 3h).
    output, shortcut
        From the state, and from the vector of the visit's last item, to the space of the items' vectors, shapes (h, d)
        and (d, d).
    position
        By topic partition, the offset of the first event that the training has *not* read.
    trained_at
        The time of the newest event that it has read, Unix seconds.
    seed
        Of the training.
    version
        SHA-256 over all of the above, in hexadecimal digits.

    Raises
    ------
    BrokenWeights
        If shapes do not agree, numbers are not finite, an id comes twice, or a limit is passed.
    """

    item_ids: tuple[ItemId, ...]
    item_vectors: Values
    item_bias: Values
    kernel: Values
    recurrent_kernel: Values
    bias: Values
    output: Values
    shortcut: Values
    position: Mapping[str, int]
    trained_at: float
    seed: int
    version: str = field(init=False)

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            object.__setattr__(self, name, np.require(getattr(self, name), np.float32, ("C", "A", "W")))
        position = {str(partition): int(offset) for partition, offset in sorted(self.position.items())}
        object.__setattr__(self, "position", position)
        object.__setattr__(self, "trained_at", float(self.trained_at))
        _check_ids(self.item_ids)
        _check_shapes(self)
        object.__setattr__(self, "version", _version_of(self))


_ARRAYS = tuple(part.name for part in fields(Weights) if part.type is Values)


def write_weights(weights: Weights) -> bytes:
    """Write weights as a file of safetensors.

    Examples
    --------
    >>> vectors, zeros = np.eye(2, dtype=np.float32), np.zeros((2, 6), np.float32)
    >>> ids = ItemId("cup"), ItemId("saucer")
    >>> weights = Weights(ids, vectors, vectors[0], zeros, zeros, zeros, vectors, vectors, {"log-0": 9}, 1.0, 7)
    >>> read_weights(write_weights(weights)).version == weights.version
    True
    >>> read_weights(write_weights(weights)[:-1])
    Traceback (most recent call last):
    online_models.models.neural.weights.BrokenWeights: item_ids is no tensor of this file
    """
    header: dict[str, object] = {
        _METADATA: {
            "format": FORMAT,
            "position": msgspec.json.encode(weights.position).decode(),
            "trained_at": msgspec.json.encode(weights.trained_at).decode(),
            "seed": str(weights.seed),
            "version": weights.version,
        }
    }
    blocks, start = tensors_of(weights), 0
    for name, block in blocks.items():
        kind = next(kind for kind, numbers in _KINDS.items() if block.dtype == np.dtype(numbers))
        header[name] = {"dtype": kind, "shape": block.shape, "data_offsets": (start, start + block.nbytes)}
        start += block.nbytes
    text = msgspec.json.encode(header)
    text += b" " * (-len(text) % _LENGTH_BYTES)
    return b"".join(
        (len(text).to_bytes(_LENGTH_BYTES, "little"), text, *(block.tobytes() for block in blocks.values()))
    )


def read_weights(payload: bytes) -> Weights:
    """Read a file that `write_weights` wrote. Raises `BrokenWeights`."""
    if len(payload) > MAX_BYTES:
        raise BrokenWeights(f"{len(payload)} bytes; at most {MAX_BYTES} are read")
    length = int.from_bytes(payload[:_LENGTH_BYTES], "little")
    body = memoryview(payload)[_LENGTH_BYTES + length :]
    if len(payload) < _LENGTH_BYTES or length > _MAX_HEADER or _LENGTH_BYTES + length > len(payload):
        raise BrokenWeights("a header that does not fit the file")
    parts = _decode(_header.decode, payload[_LENGTH_BYTES : _LENGTH_BYTES + length])
    metadata = _decode(_metadata.decode, parts.pop(_METADATA, b"{}"))
    if metadata.get("format") != FORMAT:
        raise BrokenWeights(f"weights of format {metadata.get('format')}; this is format {FORMAT}")
    tensors = _read_tensors({name: _decode(_tensor.decode, part) for name, part in parts.items()}, body)
    weights = build_weights(
        tensors,
        _decode(_position.decode, metadata.get("position", "")),
        _decode(_number.decode, metadata.get("trained_at", "")),
        _decode(_whole.decode, metadata.get("seed", "")),
    )
    if weights.version != metadata.get("version"):
        raise BrokenWeights("a checksum that is not that of the tensors")
    return weights


def tensors_of(weights: Weights) -> dict[str, NDArray[Any]]:
    """Return the tensors by name; the ids as the bytes of their lines in UTF-8."""
    arrays: dict[str, NDArray[Any]] = {name: getattr(weights, name) for name in _ARRAYS}
    return {**arrays, _ITEM_IDS: np.frombuffer("\n".join(weights.item_ids).encode(), np.uint8)}


def build_weights(
    tensors: Mapping[str, NDArray[Any]], position: Mapping[str, int], trained_at: float, seed: int
) -> Weights:
    """Build weights from what `tensors_of` returns. Raises `BrokenWeights`."""
    if set(tensors) != {*_ARRAYS, _ITEM_IDS}:
        raise BrokenWeights(f"other tensors than {', '.join((*_ARRAYS, _ITEM_IDS))}")
    for name, tensor in tensors.items():
        if tensor.dtype != (np.uint8 if name == _ITEM_IDS else np.float32):
            raise BrokenWeights(f"{name} is of type {tensor.dtype}")
    try:
        lines = tensors[_ITEM_IDS].tobytes().decode()
    except UnicodeDecodeError as error:
        raise BrokenWeights("ids that are not UTF-8") from error
    ids = tuple(ItemId(line) for line in lines.split("\n"))
    arrays: dict[str, Any] = {name: tensors[name] for name in _ARRAYS}
    return Weights(ids, **arrays, position=position, trained_at=trained_at, seed=seed)


class _Tensor(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


_header = msgspec.json.Decoder(dict[str, msgspec.Raw])
_metadata = msgspec.json.Decoder(dict[str, str])
_tensor = msgspec.json.Decoder(_Tensor)
_position = msgspec.json.Decoder(dict[str, int])
_number = msgspec.json.Decoder(float)
_whole = msgspec.json.Decoder(int)


def _decode(decode: Callable[[Any], Decoded], text: Any) -> Decoded:
    try:
        return decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BrokenWeights(f"a header that cannot be read: {error}") from error


def _read_tensors(tensors: Mapping[str, _Tensor], body: memoryview) -> dict[str, NDArray[Any]]:
    """Return the tensors, which lie one after the other and fill the file."""
    blocks: dict[str, NDArray[Any]] = {}
    start = 0
    for name, tensor in sorted(tensors.items(), key=lambda part: part[1].data_offsets):
        kind, (first, end) = _KINDS.get(tensor.dtype), tensor.data_offsets
        if kind is None or min(tensor.shape, default=0) < 0 or first != start or not start <= end <= len(body):
            raise BrokenWeights(f"{name} is no tensor of this file")
        if end - first != _bytes_of(tensor.shape, kind):
            raise BrokenWeights(f"{name} has not the size of its shape")
        blocks[name] = np.frombuffer(body[first:end], kind).reshape(tensor.shape)
        start = end
    if start != len(body):
        raise BrokenWeights("tensors that do not fill the file")
    return blocks


def _bytes_of(shape: Sequence[int], kind: type[np.generic]) -> int:
    size = np.dtype(kind).itemsize
    for length in shape:
        size *= length
    return size


def _check_ids(ids: Sequence[str]) -> None:
    if not 0 < len(ids) <= MAX_ITEMS:
        raise BrokenWeights(f"{len(ids)} items; there must be 1 to {MAX_ITEMS}")
    if len(set(ids)) != len(ids) or not all(ids) or any("\n" in item for item in ids):
        raise BrokenWeights("ids that are blank, of two lines, or there twice")


def _check_shapes(weights: Weights) -> None:
    items, width, state = len(weights.item_ids), weights.item_vectors.shape[-1:], weights.recurrent_kernel.shape[:1]
    if not (width and state and 0 < width[0] <= MAX_WIDTH and 0 < state[0] <= MAX_WIDTH):
        raise BrokenWeights(f"vectors or a state that have not 1 to {MAX_WIDTH} numbers")
    gates = 3 * state[0]
    shapes = {
        "item_vectors": (items, *width),
        "item_bias": (items,),
        "kernel": (*width, gates),
        "recurrent_kernel": (*state, gates),
        "bias": (2, gates),
        "output": (*state, *width),
        "shortcut": (*width, *width),
    }
    for name, shape in shapes.items():
        array = getattr(weights, name)
        if array.shape != shape:
            raise BrokenWeights(f"{name} has shape {array.shape}, not {shape}")
        if not np.isfinite(array).all():
            raise BrokenWeights(f"{name} holds what is no number")
    if not np.isfinite(weights.trained_at):
        raise BrokenWeights("a time that is no number")


def _version_of(weights: Weights) -> str:
    digest = hashlib.sha256(FORMAT.encode())
    digest.update(msgspec.json.encode((weights.position, weights.trained_at, weights.seed)))
    for name, tensor in tensors_of(weights).items():
        digest.update(f"{name} {tensor.shape}".encode())
        digest.update(tensor.tobytes())
    return digest.hexdigest()

"""A cache of bounded bytes: what was not asked for longest goes first.

`cachetools.LRUCache` counts values alone: here keys count too, which may be what somebody has put into a request.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

ENTRY_BYTES = 300
"""What an entry takes beside its content: the objects around it, and its place in the table."""


class ByteCache(Generic[_Key, _Value]):
    """Keeps as many entries as have room.

    Parameters
    ----------
    most_bytes
        The room for all entries.
    size
        Counts the bytes of an entry's content, its key included.

    Examples
    --------
    >>> cache = ByteCache[str, bytes](2 * ENTRY_BYTES + 10, lambda name, content: len(name) + len(content))
    >>> for name in "abc":
    ...     cache.put(name, b"four")
    >>> cache.get("a"), cache.get("b"), cache.get("c")
    (None, b'four', b'four')
    """

    def __init__(self, most_bytes: int, size: Callable[[_Key, _Value], int]) -> None:
        self._most_bytes = most_bytes
        self._size = size
        self._kept: OrderedDict[_Key, _Value] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: _Key) -> _Value | None:
        """Return what is kept under a key, if anything is."""
        value = self._kept.get(key)
        if value is not None:
            self._kept.move_to_end(key)
        return value

    def put(self, key: _Key, value: _Value) -> None:
        """Keep a value, in place of what was there. One that has no room alone is not kept."""
        self._drop(key)
        if (size := self._bytes_of(key, value)) > self._most_bytes:
            return
        self._kept[key] = value
        self.bytes += size
        while self.bytes > self._most_bytes:
            self.bytes -= self._bytes_of(*self._kept.popitem(last=False))

    def _drop(self, key: _Key) -> None:
        before = self._kept.pop(key, None)
        if before is not None:
            self.bytes -= self._bytes_of(key, before)

    def _bytes_of(self, key: _Key, value: _Value) -> int:
        return ENTRY_BYTES + self._size(key, value)

"""Merged and erased ids: late events of one that signed in belong to the account, of one that was erased to nobody."""

from collections import OrderedDict
from hashlib import blake2b

import msgspec

from online_models.arrays.state import InvalidState, State, read_bytes
from online_models.schema.events import VisitorId

MOST = 65_536
"""Tombstones kept, the newest."""


class _Tombstone(msgspec.Struct, frozen=True, array_like=True):
    at: float
    account: VisitorId | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[tuple[int, _Tombstone]])


class Tombstones:
    """When ids were merged or erased last, and into which account they were merged.

    A visitor's events usually arrive in order. Those that waited on a storefront's disk may arrive after the sign-in or
    the erasure that they preceded; `follow` tells whose they are. An event received later than that is not late: the id
    is in use again, by whoever uses the browser now, and stands for itself. Ids are kept as digests.

    Examples
    --------
    >>> tombstones = Tombstones()
    >>> tombstones.note(VisitorId("v1"), at=10.0, account=VisitorId("ann"))
    >>> tombstones.follow(VisitorId("v1"), at=9.0), tombstones.follow(VisitorId("v1"), at=11.0)
    ('ann', 'v1')
    >>> tombstones.note(VisitorId("ann"), at=20.0)
    >>> tombstones.follow(VisitorId("v1"), at=9.0) is tombstones.follow(VisitorId("ann"), at=9.0) is None
    True
    """

    def __init__(self, limit: int = MOST) -> None:
        self._limit = limit
        self._tombstones: OrderedDict[int, _Tombstone] = OrderedDict()
        self._newest = float("-inf")

    def __len__(self) -> int:
        return len(self._tombstones)

    def note(self, visitor: VisitorId, at: float, account: VisitorId | None = None) -> None:
        """Note that an id was merged into an account, or, without one, erased with all ids that were merged into it."""
        if account is None:
            for number, tombstone in self._tombstones.items():
                if tombstone.account == visitor:
                    self._tombstones[number] = _Tombstone(tombstone.at)
        number = _digest(visitor)
        self._tombstones[number] = _Tombstone(at, account)
        self._tombstones.move_to_end(number)
        self._newest = max(self._newest, at)
        if len(self._tombstones) > self._limit:
            self._tombstones.popitem(last=False)

    def follow(self, visitor: VisitorId, at: float) -> VisitorId | None:
        """Return to whom an event belongs that was received at a time; None where they were erased."""
        if at > self._newest:
            return visitor
        tombstone = self._tombstones.get(_digest(visitor))
        return visitor if tombstone is None or at > tombstone.at else tombstone.account

    def dump(self) -> State:
        """Return a copy, the oldest first."""
        return {"departed": _encoder.encode(list(self._tombstones.items()))}

    def load(self, state: State) -> None:
        """Replace all tombstones. Raises `InvalidState`."""
        try:
            departed = _decoder.decode(read_bytes(state, "departed"))
        except msgspec.DecodeError as error:
            raise InvalidState(str(error)) from error
        self._tombstones = OrderedDict(departed)
        self._newest = max((tombstone.at for _, tombstone in departed), default=float("-inf"))


def _digest(visitor: VisitorId) -> int:
    return int.from_bytes(blake2b(visitor.encode(), digest_size=8).digest(), "big")

"""Ids that are no more: late events of one that signed in belong to the account, of one that was erased to nobody."""

from collections import OrderedDict
from hashlib import blake2b

import msgspec

from online_models.arrays.state import InvalidState, State, read_bytes
from online_models.schema.events import VisitorId

MOST = 65_536
"""Departures remembered, the newest."""


class _Tombstone(msgspec.Struct, frozen=True, array_like=True):
    at: float
    account: VisitorId | None = None


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[tuple[int, _Tombstone]])


class Tombstones:
    """When the last ids departed, and to which account, if to one.

    One visitor's events come in order as a rule. Those that waited on a storefront's disk may come after the sign-in or
    the erasure that they preceded; `follow` says whose they are. What came in after an id departed is not late: the id
    is in use again, by whoever sits at the browser now, and stands for itself. An id that departed is kept as a digest.

    Examples
    --------
    >>> departures = Tombstones()
    >>> departures.note(VisitorId("v1"), at=10.0, account=VisitorId("ann"))
    >>> departures.follow(VisitorId("v1"), at=9.0), departures.follow(VisitorId("v1"), at=11.0)
    ('ann', 'v1')
    >>> departures.note(VisitorId("ann"), at=20.0)
    >>> departures.follow(VisitorId("v1"), at=9.0) is departures.follow(VisitorId("ann"), at=9.0) is None
    True
    """

    def __init__(self, limit: int = MOST) -> None:
        self._limit = limit
        self._departed: OrderedDict[int, _Tombstone] = OrderedDict()
        self._newest = float("-inf")

    def __len__(self) -> int:
        return len(self._departed)

    def note(self, visitor: VisitorId, at: float, account: VisitorId | None = None) -> None:
        """Note that an id departed: to an account, or, without one, erased with all that had become one with it."""
        if account is None:
            for number, departure in self._departed.items():
                if departure.account == visitor:
                    self._departed[number] = _Tombstone(departure.at)
        number = _digest(visitor)
        self._departed[number] = _Tombstone(at, account)
        self._departed.move_to_end(number)
        self._newest = max(self._newest, at)
        if len(self._departed) > self._limit:
            self._departed.popitem(last=False)

    def follow(self, visitor: VisitorId, at: float) -> VisitorId | None:
        """Return to whom an event belongs that came in at a time; None for nobody any more."""
        if at > self._newest:
            return visitor
        departure = self._departed.get(_digest(visitor))
        return visitor if departure is None or at > departure.at else departure.account

    def dump(self) -> State:
        """Return a copy, the oldest departure first."""
        return {"departed": _encoder.encode(list(self._departed.items()))}

    def load(self, state: State) -> None:
        """Replace all departures. Raises `InvalidState`."""
        try:
            departed = _decoder.decode(read_bytes(state, "departed"))
        except msgspec.DecodeError as error:
            raise InvalidState(str(error)) from error
        self._departed = OrderedDict(departed)
        self._newest = max((departure.at for _, departure in departed), default=float("-inf"))


def _digest(visitor: VisitorId) -> int:
    return int.from_bytes(blake2b(visitor.encode(), digest_size=8).digest(), "big")

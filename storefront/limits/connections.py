"""Who has a live connection to this process: so many in all, of one visitor and from one client network, and no more.

A connection is counted when it is admitted and uncounted once when it is released, whatever its client says on it.
"""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from itertools import count
from threading import Lock

MOST_OF_A_VISITOR = 20


class SocketRefusal(StrEnum):
    """Why a connection was refused, or closed before its page was: the reasons that are counted."""

    UNKNOWN_VISITOR = "unknown_visitor"
    OPENED_TOO_OFTEN = "opened_too_often"
    VISITOR_FULL = "visitor_full"
    NETWORK_FULL = "network_full"
    SHOP_FULL = "shop_full"
    NOT_JOINED = "not_joined"
    TOO_MUCH = "too_much"
    UNREADABLE = "unreadable"


Count = Callable[[SocketRefusal], object]
"""Counts a connection that was refused or closed."""


class Connection:
    """One client's connection, known before Engine.IO has heard of it.

    Attributes
    ----------
    id
        A name of its own, for what is counted by connection.
    session
        Engine.IO's id of it, once there is one.
    under_way
        The kinds of its HTTP requests that are being answered.
    is_joined
        Its page has said CONNECT and was let in.
    """

    __slots__ = ("_has_tried", "id", "is_joined", "network", "session", "under_way", "visitor")

    def __init__(self, key: str, visitor: str, network: str) -> None:
        self.id = key
        self.visitor = visitor
        self.network = network
        self.session: str | None = None
        self.under_way: frozenset[str] = frozenset()
        self.is_joined = False
        self._has_tried = False

    def may_join(self) -> bool:
        """Return whether this is its first CONNECT: a page that comes back opens a new connection."""
        is_first, self._has_tried = not self._has_tried, True
        return is_first


class Connections:
    """The open connections, counted by visitor and by network."""

    def __init__(self, most: int, most_of_a_network: int, most_of_a_visitor: int = MOST_OF_A_VISITOR) -> None:
        self._most = most
        self._most_of_a_network = most_of_a_network
        self._most_of_a_visitor = most_of_a_visitor
        self._open: set[Connection] = set()
        self._visitors: Counter[str] = Counter()
        self._networks: Counter[str] = Counter()
        self._numbers = count()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, visitor: str, network: str) -> Connection | SocketRefusal:
        """Count one more connection, or say which bound is reached."""
        with self._lock:
            if self._visitors[visitor] >= self._most_of_a_visitor:
                return SocketRefusal.VISITOR_FULL
            if self._networks[network] >= self._most_of_a_network:
                return SocketRefusal.NETWORK_FULL
            if len(self._open) >= self._most:
                return SocketRefusal.SHOP_FULL
            connection = Connection(f"c{next(self._numbers)}", visitor, network)
            self._open.add(connection)
            self._visitors[visitor] += 1
            self._networks[network] += 1
            return connection

    def release(self, connection: Connection) -> None:
        """Uncount a connection that has ended; one that is uncounted already stays so."""
        with self._lock:
            if connection not in self._open:
                return
            self._open.remove(connection)
            for counter, who in ((self._visitors, connection.visitor), (self._networks, connection.network)):
                counter[who] -= 1
                if counter[who] <= 0:
                    del counter[who]

"""Who has a live connection to this process: so many for one visitor, so many from one client network, and no more."""

from collections import Counter
from threading import Lock

MOST_OF_A_VISITOR = 20


class Connections:
    """The open sockets, counted by visitor and by network."""

    def __init__(self, most_of_a_network: int, most_of_a_visitor: int = MOST_OF_A_VISITOR) -> None:
        self._most_of_a_network = most_of_a_network
        self._most_of_a_visitor = most_of_a_visitor
        self._open: dict[str, tuple[str, str]] = {}
        self._visitors: Counter[str] = Counter()
        self._networks: Counter[str] = Counter()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, socket_id: str, visitor: str, network: str) -> bool:
        """Count one more connection, unless there are enough."""
        with self._lock:
            if self._visitors[visitor] >= self._most_of_a_visitor or self._networks[network] >= self._most_of_a_network:
                return False
            self._open[socket_id] = (visitor, network)
            self._visitors[visitor] += 1
            self._networks[network] += 1
        return True

    def release(self, socket_id: str) -> None:
        """Forget a connection that was closed."""
        with self._lock:
            visitor, network = self._open.pop(socket_id, ("", ""))
            for counter, who in ((self._visitors, visitor), (self._networks, network)):
                counter[who] -= 1
                if counter[who] <= 0:
                    del counter[who]

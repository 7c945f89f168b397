"""Places for the connections that pages come by. One that waits for its client gives way when the places run out.

Clients that send nothing, or half a request, or keep connections open in between take no place from those that ask for
a page: the network that has most of them waiting loses the one that has waited longest. Where for the moment nobody
waits, because every place is at work, whoever comes next is given a second before it is refused.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

DELAYS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.5)
"""Seconds between two tries to take a place."""


class Place:
    """One connection's place. ``give_way`` makes what reads from the connection find its end."""

    __slots__ = ("give_way", "network")

    def __init__(self, network: str, give_way: Callable[[], None]) -> None:
        self.network = network
        self.give_way = give_way


class PagePlaces:
    """The places of one process: ``most`` in all, of which one network has no more than ``most_of_a_network``."""

    def __init__(self, most: int, most_of_a_network: int) -> None:
        self._most = most
        self._most_of_a_network = most_of_a_network
        self._taken: dict[str, dict[Place, None]] = {}
        self._waiting: dict[str, dict[Place, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def take(self, place: Place) -> bool:
        """Take a place, where none is left that of another which waits. Return whether there was one."""
        if len(self._taken.get(place.network, ())) >= self._most_of_a_network:
            is_free = self._make_way(place.network)
        else:
            is_free = self._count < self._most or self._make_way(self._heaviest())
        if is_free:
            self._taken.setdefault(place.network, {})[place] = None
            self._count += 1
        return is_free

    def take_soon(self, place: Place, sleep: Callable[[float], object]) -> bool:
        """Take a place as `take` does, and try again for about a second where there is none."""
        if self.take(place):
            return True
        for delay in DELAYS:
            sleep(delay)
            if self.take(place):
                return True
        return False

    def leave(self, place: Place) -> None:
        """Leave a place; one that was left already is left."""
        _discard(self._waiting, place)
        if _discard(self._taken, place):
            self._count -= 1

    @contextmanager
    def waiting(self, place: Place) -> Iterator[None]:
        """Note that a connection waits for its client."""
        if place in self._taken.get(place.network, ()):
            self._waiting.setdefault(place.network, {})[place] = None
        try:
            yield
        finally:
            _discard(self._waiting, place)

    @contextmanager
    def away(self, place: Place) -> Iterator[None]:
        """Leave the place while a connection serves something else, then come back, even if none is left."""
        was_taken = place in self._taken.get(place.network, ())
        self.leave(place)
        try:
            yield
        finally:
            if was_taken:
                self._taken.setdefault(place.network, {})[place] = None
                self._count += 1

    def _heaviest(self) -> str | None:
        return max(self._waiting, key=lambda network: len(self._waiting[network]), default=None)

    def _make_way(self, network: str | None) -> bool:
        waiting = self._waiting.get(network) if network is not None else None
        if not waiting:
            return False
        longest = next(iter(waiting))
        self.leave(longest)
        longest.give_way()
        return True


def _discard(table: dict[str, dict[Place, None]], place: Place) -> bool:
    """Remove a place from a table, and its network with the last of them. Return whether it was there."""
    places = table.get(place.network)
    if places is None or place not in places:
        return False
    del places[place]
    if not places:
        del table[place.network]
    return True

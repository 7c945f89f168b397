"""The visitors: their indices, histories and declared preferences; merged at sign-in, erased on request."""

from collections.abc import Callable

from online_models.arrays.id_index import VisitorIdIndex
from online_models.arrays.state import State, read_part
from online_models.schema.events import PreferencesChanged, VisitorId
from online_models.visitors.declared_preferences import PreferenceTable
from online_models.visitors.interaction_history import InteractionHistory
from online_models.visitors.tombstones import Tombstones


class Visitors:
    """All that is known of visitors outside of the models.

    Parameters
    ----------
    max_visitors
        With more, the visitor absent longest makes room.
    history_length
        Items remembered per visitor.
    erase
        Called with an index that will be given to somebody else: whoever keeps anything under it erases it.
    """

    def __init__(self, max_visitors: int, history_length: int, erase: Callable[[int], None]) -> None:
        self._visitors = VisitorIdIndex(max_visitors)
        self._erase_elsewhere = erase
        self.sessions = InteractionHistory(history_length)
        self.preferences = PreferenceTable()
        self.departures = Tombstones()

    def __len__(self) -> int:
        return len(self._visitors)

    def index(self, visitor: VisitorId) -> int:
        """Return the visitor's index; -1 if they have none. Does not count as a visit."""
        return self._visitors.index(visitor)

    def use(self, visitor: VisitorId) -> int:
        """Return the visitor's index, giving them one if they have none."""
        index, recycled = self._visitors.use(visitor)
        if recycled:
            self._erase(index)
        return index

    def declare(self, event: PreferencesChanged) -> None:
        """Replace what a visitor declared before."""
        self.preferences.declare(self.use(event.visitor), event)

    def identify(self, visitor: VisitorId, account: VisitorId, at: float) -> tuple[int, int] | None:
        """Let what a visitor did belong to an account.

        Where both are known, their two indices are returned: what is kept elsewhere under the first is to be added to
        the second. Then `forget` the visitor.
        """
        if visitor == account:
            return None
        self.departures.note(visitor, at, account)
        source, target = self.index(visitor), self.index(account)
        if source >= 0 and target < 0:
            self._visitors.rename(visitor, account)
        elif source >= 0:
            self.sessions.merge(source, target)
            self.preferences.merge(source, target)
            return source, target
        return None

    def reset(self, visitor: VisitorId, now: float) -> None:
        """Forget what a visitor did. What they declared stays, and what lies in their basket."""
        self.sessions.reset(self.index(visitor), now)

    def forget(self, visitor: VisitorId) -> None:
        """Erase all that is kept of a visitor, here and elsewhere."""
        index = self.index(visitor)
        if index >= 0:
            self._erase(index)
            self._visitors.remove(visitor)

    def dump(self) -> State:
        """Return a copy of the whole state."""
        return {
            "visitors": self._visitors.dump(),
            "sessions": self.sessions.dump(),
            "preferences": self.preferences.dump(),
            "departures": self.departures.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._visitors.load(read_part(state, "visitors"))
        self.sessions.load(read_part(state, "sessions"))
        self.preferences.load(read_part(state, "preferences"))
        self.departures.load(read_part(state, "departures"))

    def _erase(self, index: int) -> None:
        self.sessions.erase(index)
        self.preferences.erase(index)
        self._erase_elsewhere(index)

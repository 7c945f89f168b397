"""The visitors: their indices, histories and declared preferences; merged at sign-in, erased on request."""

from collections.abc import Callable

from online_models.arrays.id_index import VisitorIdIndex
from online_models.arrays.id_table import key_of
from online_models.arrays.state import State, read_part
from online_models.schema.events import PreferencesChanged, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.declared_preferences import PreferenceTable
from online_models.visitors.influence import BUCKETS, Influence, InfluenceLimits
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
    buckets
        Of the table of who counted for what.

    Attributes
    ----------
    erasers
        Called with an index that will be given to somebody else: whoever keeps anything under it erases it. None of
        them may hold these visitors: a recommender in a circle is not freed before the garbage collector's rarest run.
    """

    def __init__(self, max_visitors: int, history_length: int, buckets: int = BUCKETS) -> None:
        self._visitors = VisitorIdIndex(max_visitors)
        self.erasers: tuple[Callable[[int], None], ...] = ()
        self.sessions = InteractionHistory(history_length)
        self.preferences = PreferenceTable()
        self.departures = Tombstones()
        self.limits = InfluenceLimits(buckets)

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

    def weigh(self, visitor: int, item: int, feedback: Feedback) -> Influence:
        """Note a signal of a known visitor, and return how much it may move what is shared."""
        return self.limits.weigh(self._visitors.key(visitor), feedback, item, self.sessions.count(visitor))

    def admits_list(self, visitor: int, network: str | None, at: float) -> bool:
        """Note that a list was drawn for a known visitor, and return whether it may teach anything."""
        return self.limits.admits_list(self._visitors.key(visitor), network, at)

    def declare(self, event: PreferencesChanged) -> None:
        """Replace what a visitor declared before."""
        self.preferences.declare(self.use(event.visitor), event)

    def identify(self, visitor: VisitorId, account: VisitorId, at: float, items: int) -> tuple[int, int] | None:
        """Let what a visitor did belong to an account, with any of the first ``items``.

        Where both are known, their two indices are returned: what is kept elsewhere under the first is to be added to
        the second. Then `forget` the visitor.
        """
        if visitor == account:
            return None
        self.departures.note(visitor, at, account)
        # All of it, also what a history no longer holds: whoever erases the account finds nothing left.
        self.limits.move(key_of(visitor)[0], key_of(account)[0], items)
        source, target = self.index(visitor), self.index(account)
        if source < 0:
            return None
        if target < 0:
            self._visitors.rename(visitor, account)
        else:
            self.sessions.merge(source, target)
            self.preferences.merge(source, target)
            return source, target
        return None

    def reset(self, visitor: VisitorId, now: float) -> None:
        """Forget what a visitor did. What they declared stays, and what lies in their basket."""
        self.sessions.reset(self.index(visitor), now)

    def forget(self, visitor: VisitorId, items: int = 0) -> None:
        """Erase all that is kept of a visitor, here and elsewhere, with any of the first ``items``."""
        # Also of one who made room for another: those are still counted.
        self.limits.erase(key_of(visitor)[0], items)
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
            "limits": self.limits.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._visitors.load(read_part(state, "visitors"))
        self.sessions.load(read_part(state, "sessions"))
        self.preferences.load(read_part(state, "preferences"))
        self.departures.load(read_part(state, "departures"))
        self.limits.load(read_part(state, "limits"))

    def _erase(self, index: int) -> None:
        self.sessions.erase(index)
        self.preferences.erase(index)
        for erase in self.erasers:
            erase(index)

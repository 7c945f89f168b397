"""The hybrid, watched while it is evaluated: each list is looked at before its event is learned."""

from collections.abc import Sequence

from online_models.arrays.types import NO_INDICES, Indices
from online_models.evaluation.stream import Stream
from online_models.hybrid import Hybrid
from online_models.ranking.recent_slates import Slate
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from tests.online_models.scripted import a_stream


class Watched:
    """Passes everything on to the hybrid; `look` sees each list with the event that it is judged by."""

    def __init__(self, hybrid: Hybrid | None = None) -> None:
        self.hybrid = hybrid or Hybrid()
        self.last: dict[VisitorId, ItemId] = {}
        self._names: dict[int, ItemId] = {}
        self._judged: Slate | None = None

    @property
    def members(self) -> tuple[str, ...]:
        return self.hybrid.members

    def index(self, item: ItemId) -> int:
        return self.hybrid.index(item)

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int,
    ) -> Slate:
        slate = self.hybrid.score(visitor, now, session=session, excluded=excluded, keep_last=keep_last, n=n)
        self._judged = self.changed(slate)
        return self._judged

    def learn(self, feedback: Feedback, slate: Slate | None) -> object:
        self._note(feedback)
        learned = self.hybrid.learn(feedback, slate)
        self._names[self.hybrid.index(feedback.item)] = feedback.item
        return learned

    def walk(self, feedback: Feedback) -> None:
        self._note(feedback)
        self.hybrid.walk(feedback)
        self._names[self.hybrid.index(feedback.item)] = feedback.item

    def _note(self, feedback: Feedback) -> None:
        if self._judged is not None:
            self.look(feedback, self._judged)
        self._judged = None
        self.last[feedback.visitor] = feedback.item

    def changed(self, slate: Slate) -> Slate:
        """Return what is judged in place of a list: the list itself."""
        return slate

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        return self.hybrid.expected_rating(visitor, item)

    def look(self, feedback: Feedback, slate: Slate) -> None:
        raise NotImplementedError

    def lists(self, slate: Slate, k: int) -> list[list[int]]:
        """Return the first k items of each member, then those of the whole."""
        lines = [*slate.candidates.items, slate.items]
        return [[item for item in line[:k].tolist() if item >= 0] for line in lines]

    def name(self, index: int) -> ItemId | None:
        """Return the item of an index, None for one that nobody has come to."""
        return self._names.get(index)


def round_trips(visitors: int, steps: int, items: int) -> list[str]:
    """Return ``"visitor item"``: each visitor goes on from item to item, so that the next one is easily known."""
    return [f"v{visitor} i{(7 * visitor + step) % items}" for visitor in range(visitors) for step in range(steps)]


def half_a_minute_apart(events: Sequence[str]) -> Stream:
    return a_stream(*events, times=[1_700_000_000.0 + 30.0 * number for number in range(len(events))])

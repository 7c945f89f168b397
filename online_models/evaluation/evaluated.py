"""What an evaluation needs of the recommender that it measures."""

from typing import Protocol, TypeVar

from online_models.arrays.types import NO_INDICES, Indices
from online_models.models.recommender import Candidates
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback


class JudgedSlate(Protocol):
    """An answer, as it was before the event that it is checked against."""

    @property
    def candidates(self) -> Candidates:
        """What each member said, best first, rows in the order of `EvaluatedRecommender.members`."""

    @property
    def items(self) -> Indices:
        """What would have been shown, best first."""


AnySlate = TypeVar("AnySlate", bound=JudgedSlate)


class EvaluatedRecommender(Protocol[AnySlate]):
    """A recommender of several members and the blend of them, as `Hybrid` is."""

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the members."""

    def row(self, item: ItemId) -> int:
        """Return the row of an item, -1 where it is unknown."""

    def score(
        self,
        visitor: VisitorId,
        now: float,
        *,
        session: str | None = None,
        excluded: Indices = NO_INDICES,
        keep_last: bool = False,
        n: int,
    ) -> AnySlate:
        """Rank for a visitor, without the ``excluded`` items and, unless ``keep_last``, the item touched last."""

    def learn(self, feedback: Feedback, asked: AnySlate | None) -> object:
        """Learn an event: the blend from what was ``asked`` just before, then all members."""

    def walk(self, feedback: Feedback) -> None:
        """Move the visitor's session on, and learn nothing else."""

    def expected_rating(self, visitor: VisitorId, item: ItemId) -> float | None:
        """Return the stars that the visitor would give, None where nothing is known."""

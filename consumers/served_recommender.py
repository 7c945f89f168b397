"""What the learner needs of a model. `online_models.hybrid.Hybrid` is the one that is served."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from online_models.arrays.state import State
from online_models.schema.events import AnyEvent, ItemId, RankingId, VisitorId
from online_models.schema.explanation import SlateExplanation
from online_models.schema.keyspace import RANKING_LENGTH, RELATED_LENGTH, TRENDING_LENGTH
from online_models.schema.messages import ModelQuality
from online_models.schema.product import Product
from online_models.schema.recommendations import RankedItem
from online_models.update_result import UpdateResult


class ServedRecommender(Protocol):
    """Learns one event at a time and answers at any time."""

    @property
    def items(self) -> int:
        """How many items are known."""

    @property
    def visitors(self) -> int:
        """How many visitors are known."""

    def use_catalog(
        self, products: Iterable[Product], neighbours: Mapping[ItemId, Sequence[tuple[ItemId, float]]]
    ) -> None:
        """Recommend from these products."""

    def learn_one(self, event: AnyEvent) -> UpdateResult:
        """Learn an event and say what it changed."""

    def rank(self, visitor: VisitorId, now: float, n: int = RANKING_LENGTH) -> tuple[RankedItem, ...]:
        """Return the visitor's list."""

    def explain(self, visitor: VisitorId, ranking_id: RankingId, now: float) -> SlateExplanation | None:
        """Return why the visitor's last list is as it is; None where nothing is known of it."""

    def goes_well_with(
        self, item: ItemId, now: float, n: int = RELATED_LENGTH, visitor: VisitorId | None = None
    ) -> tuple[RankedItem, ...]:
        """Return what goes well with an item, for one visitor if one is named."""

    def similar(self, item: ItemId, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        """Return what is like an item; nothing if that is not known."""

    def bought_together(self, visitor: VisitorId, now: float, n: int = RELATED_LENGTH) -> tuple[RankedItem, ...]:
        """Return what is bought with what lies in the visitor's basket; nothing if it is empty."""

    def trending(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what moves now."""

    def popular(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what most visitors chose."""

    def top_rated(self, now: float, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what has the most stars; nothing before the first rating."""

    def new_arrivals(self, n: int = TRENDING_LENGTH) -> tuple[RankedItem, ...]:
        """Return what is new."""

    def take_rated(self, *, everything: bool = False) -> dict[ItemId, tuple[int, ...]]:
        """Return how many visitors give one to five stars, of the items where that has changed, or of all."""

    def quality(self) -> ModelQuality | None:
        """Return how good the lists are that visitors had; None before there were any."""

    def dump(self) -> State:
        """Return a copy of the whole state, quickly."""

    def load(self, state: State) -> None:
        """Replace the state by one that `dump` returned."""

"""A clock that is moved by hand, and lists as a learner would have written them."""

from online_models.schema import phrases
from online_models.schema.events import EventId, ItemId, RankingId
from online_models.schema.own_visitors import visitor_of
from online_models.schema.recommendations import RankedItem, Ranking, Reason
from tests.storefront.in_memory import MemoryServingReader

ANONYMOUS = "anon-0123456789abcdef0123456789abcdef"
"""A visitor whom a page made up."""


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def ranked(item: str, score: float = 1.0) -> RankedItem:
    return RankedItem(item=ItemId(item), score=score, member="m", reason=Reason(phrase=phrases.BEST_SELLER))


def a_list_for(reader: MemoryServingReader, shop_visitor: str, *items: str) -> Ranking:
    """Have the learner's list for a visitor there."""
    visitor = visitor_of(shop_visitor)
    ranking = Ranking(
        ranking_id=RankingId("e1.1"),
        visitor=visitor,
        ranked_at=5.0,
        items=tuple(ranked(item, 1.0 - number / 10) for number, item in enumerate(items)),
        causes=(EventId("e1"),),
    )
    reader.rankings[visitor] = ranking
    return ranking

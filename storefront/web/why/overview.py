"""The data of the page: each recommended item with its attribution, and what the shop knows about the visitor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.explanation import KINDS, Deed, ReasonShare, SlateExplanation
from online_models.schema.keyspace import RANKING_LENGTH
from online_models.schema.phrases import ReasonKind
from online_models.schema.product import Product
from online_models.schema.recommendations import Card, Ranking
from storefront.serving.catalog import ShopCatalog
from storefront.serving.lists import Lists
from storefront.serving.serving_reader import ServingReader
from storefront.visitor_state.belongings import BelongingsReader


@dataclass(frozen=True, slots=True)
class Share:
    """One kind of reason's share of an item's score, in percent, and where its bar begins."""

    kind: ReasonKind
    percent: int
    start: int


@dataclass(frozen=True, slots=True)
class Explained:
    """One item of the list, the shares of its reasons, and the visitor's own products that it is attributed to."""

    card: Card
    shares: tuple[Share, ...]
    evidence: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """A product and what the visitor did with it last; ``at`` is Unix seconds."""

    product: Product
    deed: Deed
    at: int
    stars: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page. ``is_explained`` is False until the learner has explained the list."""

    ranking_id: RankingId | None
    items: tuple[Explained, ...]
    done: tuple[Done, ...]
    rated: tuple[tuple[Product, int], ...]
    dismissed: tuple[Product, ...]
    is_explained: bool


class OverviewReader:
    """Reads what the learner has written about a visitor."""

    def __init__(self, reader: ServingReader, lists: Lists, belongings: BelongingsReader) -> None:
        self._reader = reader
        self._lists = lists
        self._belongings = belongings

    def has_answered(self, visitor: VisitorId, event: EventId) -> bool:
        """Return whether the visitor's list reflects an event, and is explained."""
        ranking, why = self._reader.read_ranking(visitor), self._reader.read_why(visitor)
        follows = ranking is not None and event in ranking.causes
        return follows and ranking is not None and why is not None and why.ranking_id == ranking.ranking_id

    def is_explained(self, visitor: VisitorId) -> bool:
        """Return whether the learner explains the visitor's lists."""
        return self._reader.read_why(visitor) is not None

    def read(self, visitor: VisitorId) -> Overview:
        """Return the overview; what is not known yet is left out."""
        catalog = self._reader.read_catalog()
        ranking = self._lists.read_own(visitor)
        why = self._reader.read_why(visitor)
        fits = why is not None and ranking is not None and why.ranking_id == ranking.ranking_id
        shown = self._lists.read_for_you(visitor, RANKING_LENGTH)
        parts = why.parts if why is not None and fits else {}
        stars = self._belongings.read(visitor).stars
        return Overview(
            ranking_id=shown.ranking_id,
            items=tuple(
                _explained(card, parts.get(card.item, ()), _evidence_of(ranking, card.item), catalog)
                for card in shown.items
            ),
            done=_done(why, stars, catalog),
            rated=tuple((product, stars[product.item]) for product in catalog.present(stars)),
            dismissed=tuple(catalog.present(self._dismissed(visitor, why))),
            is_explained=fits,
        )

    def _dismissed(self, visitor: VisitorId, why: SlateExplanation | None) -> list[ItemId]:
        lately = reversed(self._belongings.read(visitor).dismissed)
        return list(dict.fromkeys([*lately, *(why.dismissed if why is not None else ())]))


def _evidence_of(ranking: Ranking | None, item: ItemId) -> list[ItemId]:
    ranked = ranking.items if ranking is not None else ()
    return [one.reason.evidence for one in ranked if one.item == item and one.reason.evidence is not None]


def _explained(card: Card, parts: Iterable[ReasonShare], named: list[ItemId], catalog: ShopCatalog) -> Explained:
    shares: list[Share] = []
    evidence = dict.fromkeys(named)
    for part in parts:
        if 0 <= part.kind < len(KINDS):
            start = shares[-1].start + shares[-1].percent if shares else 0
            shares.append(Share(KINDS[part.kind], min(part.share, 100 - start), start))
        if part.evidence is not None:
            evidence[part.evidence] = None
    return Explained(card, tuple(shares), tuple(catalog.present(evidence)))


def _done(why: SlateExplanation | None, stars: Mapping[ItemId, int], catalog: ShopCatalog) -> tuple[Done, ...]:
    found = []
    for known in why.history if why is not None else ():
        product = catalog.product(known.item)
        if product is not None:
            found.append(Done(product, known.deed, known.at, stars.get(known.item, 0)))
    return tuple(found)

"""Lists as they are written for other processes, and what a page draws of them."""

import pytest

from online_models.schema.events import EventId, ItemId, RankingId, VisitorId
from online_models.schema.explanation import KnownInteraction, ReasonShare, SlateExplanation, decode_why, encode_why
from online_models.schema.phrases import BECAUSE_YOU_VIEWED, TRENDING, Phrase
from online_models.schema.product import Product
from online_models.schema.recommendations import (
    InvalidRanking,
    RankedItem,
    Ranking,
    Reason,
    card_of,
    decode_items,
    decode_ranking,
    encode_items,
    encode_ranking,
)

REASON = Reason(phrase=BECAUSE_YOU_VIEWED, named="Red Mug", evidence=ItemId("mug"))
ITEM = RankedItem(item=ItemId("cup"), score=0.5, member="content", reason=REASON)
RANKING = Ranking(
    ranking_id=RankingId("r1"), visitor=VisitorId("ann"), ranked_at=7.0, items=(ITEM,), causes=(EventId("e1"),)
)
WHY = SlateExplanation(
    ranking_id=RankingId("r1"),
    parts={ItemId("cup"): (ReasonShare(2, 80, ItemId("mug")), ReasonShare(5, 20))},
    history=(KnownInteraction(ItemId("mug"), "viewed", 7),),
    dismissed=(ItemId("tin"),),
)


def test_lists_come_back_as_they_were() -> None:
    assert decode_ranking(encode_ranking(RANKING)) == RANKING
    assert decode_items(encode_items((ITEM, ITEM))) == (ITEM, ITEM)
    assert decode_items(encode_items(())) == ()


def test_an_explanation_comes_back_as_it_was_and_is_written_in_short() -> None:
    payload = encode_why(WHY)
    assert decode_why(payload) == WHY
    assert b'["cup' not in payload
    assert b"share" not in payload


@pytest.mark.parametrize("payload", [b"", b"null", b"{}", b'{"items": 1}', encode_ranking(RANKING)[:-2]])
def test_what_is_no_list_is_refused(payload: bytes) -> None:
    for decode in (decode_ranking, decode_items, decode_why):
        with pytest.raises(InvalidRanking):
            decode(payload)


def test_a_card_has_what_the_page_draws() -> None:
    cup = Product(item=ItemId("cup"), title="Cup", price=100, category="c", currency="EUR", picture="/pictures/cup.svg")
    card = card_of(cup, REASON)
    assert (card.item, card.title, card.price, card.currency, card.picture) == (
        "cup",
        "Cup",
        100,
        "EUR",
        "/pictures/cup.svg",
    )
    assert (card.phrase, card.named) == (BECAUSE_YOU_VIEWED, "Red Mug")
    assert (card_of(cup).phrase, card_of(cup).named) == (None, "")


def test_a_reason_without_a_phrase_says_nothing_and_counts_as_popular() -> None:
    assert (Reason().text, Reason().kind) == ("", "popular")
    assert Reason(phrase=Phrase("Of a later version")).kind == "popular"
    assert Reason(phrase=TRENDING).kind == "trending"

"""Phrases: a closed set, and those of an earlier version said as today's."""

import pytest

from online_models.schema.events import ItemId
from online_models.schema.phrases import FORMER, KINDS, PLACE, POPULAR, TRENDING, Phrase, current
from online_models.schema.product import Product
from online_models.schema.recommendations import Reason, card_of

TOTE = Product(item=ItemId("tote"), title="Jumbo Tote", price=208, category="bags")


@pytest.mark.parametrize(("former", "today"), FORMER.items())
def test_a_former_phrase_is_said_as_one_of_today_that_names_as_much(former: str, today: Phrase | None) -> None:
    assert former not in KINDS
    assert current(Phrase(former)) == today
    if today is not None:
        assert today in KINDS
        assert (PLACE in former) == (PLACE in today)
        assert Reason(phrase=Phrase(former)).kind == KINDS[today]


@pytest.mark.parametrize("phrase", [*KINDS, Phrase("Of a version to come"), None])
def test_any_other_phrase_stays(phrase: Phrase | None) -> None:
    assert current(phrase) == phrase


def test_a_card_gives_the_reason_of_a_former_list_in_words_of_today() -> None:
    card = card_of(TOTE, Reason(phrase=Phrase("Often next after %(named)s"), named="Red Mug"))
    assert (card.phrase, card.named) == ("Often chosen after %(named)s", "Red Mug")
    assert card_of(TOTE, Reason(phrase=Phrase("Also %(named)s"), named="hearts, heart")).phrase is None


def test_a_reason_without_a_known_kind_counts_as_popular() -> None:
    assert Reason(phrase=Phrase("Of a version to come")).kind == Reason().kind == KINDS[POPULAR]
    assert Reason(phrase=TRENDING).kind == "trending"

"""Which phrase of a source fits what is known of the attributed item."""

import pytest

from online_models.schema import phrases
from online_models.schema.phrases import KINDS, PLACE
from online_models.slate import wording
from online_models.slate.wording import Wording, always, named

WORDINGS = {name: value for name, value in vars(wording).items() if isinstance(value, Wording)}


def test_a_named_wording_names_the_item_whatever_was_done_with_it() -> None:
    chosen = named(phrases.OFTEN_NEXT, phrases.OFTEN_NEXT_VIEWED, phrases.OFTEN_NEXT_BOUGHT)
    assert chosen.phrase(is_named=True, bought=False) == chosen.phrase(is_named=True, bought=True) == phrases.OFTEN_NEXT
    assert chosen.phrase(is_named=False, bought=False) == phrases.OFTEN_NEXT_VIEWED
    assert chosen.phrase(is_named=False, bought=True) == phrases.OFTEN_NEXT_BOUGHT


def test_some_wordings_say_whether_the_item_was_bought() -> None:
    assert wording.AGAIN.phrase(is_named=True, bought=True) == phrases.BOUGHT_BEFORE
    assert wording.AGAIN.phrase(is_named=False, bought=False) == phrases.VIEWED_BEFORE
    assert wording.BECAUSE_YOU_VIEWED.phrase(is_named=True, bought=True) == phrases.BECAUSE_YOU_BOUGHT


def test_others_say_the_same_always() -> None:
    assert set(always(phrases.TRENDING)) == {phrases.TRENDING}


@pytest.mark.parametrize("name", WORDINGS)
def test_every_wording_is_of_one_kind_and_names_an_item_only_where_there_is_a_name(name: str) -> None:
    chosen = WORDINGS[name]
    assert len({KINDS[phrase] for phrase in chosen}) == 1
    for bought in (False, True):
        assert PLACE not in chosen.phrase(is_named=False, bought=bought)

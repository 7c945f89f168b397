"""What goes with an item or a basket: what was chosen together; and what is similar."""

from collections.abc import Sequence

import numpy as np
import pytest

from online_models.arrays.types import ScoredItems
from online_models.models.content.content import Content
from online_models.models.ensemble import Ensemble
from online_models.models.neighbors.item_item_cf import ItemItemCF
from online_models.models.recommender import Candidates, Model
from online_models.models.sequence.transitions import Transitions
from online_models.ranking.context_features import ContextFeatures
from online_models.ranking.recent_slates import Slate
from online_models.slate.related import Related
from tests.online_models.conftest import Teach

NOW = 1_700_000_000.0
ITEMS = 12


def a_shop(teach: Teach, *sessions: Sequence[int], alike: Sequence[tuple[int, int, float]] = ()) -> Related:
    content = Content()
    near: dict[int, list[tuple[int, float]]] = {}
    for one, other, cosine in alike:
        near.setdefault(one, []).append((other, cosine))
    content.use_neighbors(ITEMS, near)
    models: tuple[Model, ...] = (Transitions(), content, ItemItemCF())
    steps = [
        (visitor, item, "view", NOW + 3_600 * visitor + second)
        for visitor, session in enumerate(sessions)
        for second, item in enumerate(session)
    ]
    teach(models, steps)  # type: ignore[arg-type] # kinds are literals
    return Related(Ensemble(models))


def excluded(*items: int) -> np.ndarray:
    mask = np.zeros(ITEMS, np.bool_)
    mask[list(items)] = True
    return mask


def slate_of(*items: int) -> Slate:
    listed, scores = np.array(items, np.int32), np.arange(len(items), 0, -1).astype(np.float32)
    context = ContextFeatures(0, False, 1.0, -1, 0.0, 0.0)
    return Slate(Candidates(listed[None], scores[None]), context, listed, scores, np.zeros(len(items), np.int32))


def test_only_what_was_chosen_with_an_item_goes_well_with_it(teach: Teach) -> None:
    related = a_shop(teach, [1, 2], [1, 2], alike=[(1, 3, 0.9)])
    assert related.beside(1, excluded(), 5).items.tolist() == [2]
    assert related.beside(3, excluded(), 5).items.tolist() == []


def test_of_what_was_chosen_as_often_the_more_similar_comes_first(teach: Teach) -> None:
    related = a_shop(teach, [1, 2], [1, 3], alike=[(1, 3, 0.9)])
    found = related.beside(1, excluded(), 5)
    assert found.items.tolist() == [3, 2]
    assert found.scores[0] > found.scores[1] > 0


def test_excluded_items_and_the_item_itself_never_appear(teach: Teach) -> None:
    related = a_shop(teach, [1, 2, 3], [1, 2, 3], alike=[(1, 4, 0.9), (1, 5, 0.8)])
    assert related.beside(1, excluded(2, 4), 5).items.tolist() == [3]
    assert related.alike(1, excluded(4, 5), 5)[0].items.tolist() == [2, 3]


def test_no_more_are_found_than_asked_for(teach: Teach) -> None:
    related = a_shop(teach, [1, 2, 3, 4], alike=[(1, 5, 0.9), (1, 6, 0.8)])
    assert len(related.beside(1, excluded(), 2).items) == 2
    assert len(related.alike(1, excluded(), 2)[0].items) == 2


def test_of_an_item_without_history_and_neighbors_nothing_is_found(teach: Teach) -> None:
    related = a_shop(teach)
    assert related.beside(1, excluded(), 5).items.tolist() == []
    assert related.alike(1, excluded(), 5)[0].items.tolist() == []


def test_a_visitors_own_slate_lifts_what_it_holds_by_up_to_half(teach: Teach) -> None:
    related = a_shop(teach)
    found = ScoredItems(np.array([1, 2, 3], np.int32), np.array([1.0, 0.9, 0.2], np.float32))
    lifted = related.suited(found, slate_of(2, 7))
    assert lifted.items.tolist() == [1, 2, 3]
    assert lifted.scores == pytest.approx([1.0, 1.4, 0.2])


def test_an_empty_slate_lifts_nothing(teach: Teach) -> None:
    found = ScoredItems(np.array([1], np.int32), np.array([1.0], np.float32))
    assert a_shop(teach).suited(found, slate_of()) is found


def test_similar_by_words_comes_before_chosen_by_the_same(teach: Teach) -> None:
    related = a_shop(teach, [1, 2], [1, 2], [1, 3], alike=[(1, 5, 0.1)])
    found, by_words = related.alike(1, excluded(), 5)
    assert found.items.tolist() == [5, 2, 3]
    assert by_words == {5}


def test_a_full_list_by_words_asks_no_further(teach: Teach) -> None:
    related = a_shop(teach, [1, 2], alike=[(1, 5, 0.9), (1, 6, 0.8)])
    found, by_words = related.alike(1, excluded(), 2)
    assert found.items.tolist() == [5, 6]
    assert by_words == {5, 6}


def test_what_goes_with_all_of_a_basket_comes_before_what_goes_with_one_line(teach: Teach) -> None:
    related = a_shop(teach, [1, 5], [2, 5], [1, 6], [2, 7])
    found, lines = related.with_all([2, 1], excluded(), 5)
    assert found.items[0] == 5
    assert set(found.items.tolist()) == {5, 6, 7}
    assert (lines[6], lines[7]) == (1, 2)


def test_the_basket_itself_is_not_recommended(teach: Teach) -> None:
    related = a_shop(teach, [1, 2], [1, 2])
    assert related.with_all([1, 2], excluded(), 5)[0].items.tolist() == []
    assert related.with_all([], excluded(), 5)[0].items.tolist() == []


def test_only_the_newest_ten_lines_of_a_basket_count(teach: Teach) -> None:
    related = a_shop(teach, [0, 11])
    newest = list(range(1, 11))
    assert related.with_all([*newest, 0], excluded(), 5)[0].items.tolist() == []
    assert related.with_all([0, *newest], excluded(), 5)[0].items.tolist() == [11]

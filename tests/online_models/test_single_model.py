"""One model by the ids of a shop, without the rest of it."""

import pytest

from online_models.models.content.content import Content
from online_models.models.factors.factorization import Factorization
from online_models.models.popularity.popularity import Popularity
from online_models.models.popularity.top_rated import TopRated
from online_models.models.recommender import Model
from online_models.models.sequence.history import History
from online_models.models.sequence.transitions import Transitions
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.single_model import SingleModel

CUP, SAUCER, TEAPOT = ItemId("cup"), ItemId("saucer"), ItemId("teapot")
ANN, BOB, CID = VisitorId("ann"), VisitorId("bob"), VisitorId("cid")


def taught(model: Model, *views: tuple[VisitorId, str], **bounds: int) -> SingleModel:
    single = SingleModel(model, **bounds)
    for at, (visitor, item) in enumerate(views):
        single.learn_one(Feedback(visitor, ItemId(item), "view", 1.0, float(at)))
    return single


VIEWS = (ANN, "cup"), (ANN, "saucer"), (ANN, "teapot"), (BOB, "cup")


def test_what_the_visitor_had_is_left_out_unless_wanted() -> None:
    single = taught(Popularity(), *VIEWS)
    assert {item for item, _ in single.recommend(BOB)} == {"saucer", "teapot"}
    everything = single.recommend(BOB, filter_already_liked_items=False)
    assert next(item for item, _ in everything) == "cup"
    assert [score for _, score in everything] == sorted((score for _, score in everything), reverse=True)


def test_a_stranger_gets_what_suits_everybody() -> None:
    assert len(taught(Popularity(), *VIEWS).recommend(CID)) == 3
    assert taught(Transitions(), *VIEWS).recommend(CID) == []


def test_no_more_than_asked_for() -> None:
    assert len(taught(Popularity(), *VIEWS).recommend(CID, n=2)) == 2


def test_the_time_is_that_of_the_last_signal_unless_said() -> None:
    single = taught(History(), *VIEWS)
    now, later = (
        dict(single.recommend(ANN, member="habit", now=now, filter_already_liked_items=False)) for now in (None, 1e8)
    )
    assert now[ItemId("cup")] > later[ItemId("cup")]


def test_a_member_is_asked_by_its_name() -> None:
    single = taught(Transitions(), *VIEWS)
    assert next(item for item, _ in single.recommend(BOB, member="next_item")) == "saucer"
    with pytest.raises(ValueError, match="sideways is none of this model's"):
        single.recommend(BOB, member="sideways")


def test_similar_items_are_of_those_who_can_say() -> None:
    single = taught(Transitions(), *VIEWS)
    assert {item for item, _ in single.similar_items(ItemId("cup"))} == {"saucer", "teapot"}
    assert single.similar_items(ItemId("unknown")) == []
    with pytest.raises(TypeError, match="top_rated"):
        taught(TopRated(), *VIEWS).similar_items(ItemId("cup"))


def test_items_beyond_the_bound_are_ignored() -> None:
    single = taught(Popularity(), *VIEWS, max_items=2)
    assert {item for item, _ in single.recommend(CID)} == {"cup", "saucer"}


def test_the_visitor_absent_longest_makes_room() -> None:
    single = taught(History(), *VIEWS, (CID, "teapot"), max_visitors=2)
    assert single.recommend(ANN, filter_already_liked_items=False) == []
    assert [item for item, _ in single.recommend(CID, filter_already_liked_items=False)] == ["teapot"]


def test_many_signals_are_learned_as_one_after_the_other() -> None:
    signals = [Feedback(visitor, ItemId(item), "view", 1.0, float(at)) for at, (visitor, item) in enumerate(VIEWS)]
    many = SingleModel(Transitions())
    many.learn_many(iter(signals))
    assert many.recommend(BOB) == taught(Transitions(), *VIEWS).recommend(BOB) != []


def test_a_model_of_content_recommends_what_nobody_has_viewed() -> None:
    single = SingleModel(Content())
    single.use_neighbors({CUP: [(TEAPOT, 0.75), (SAUCER, 0.25)], TEAPOT: [(CUP, 0.75)], SAUCER: []})
    single.learn_one(Feedback(ANN, CUP, "view", 1.0, 0.0))
    assert single.recommend(ANN) == [(TEAPOT, 0.75), (SAUCER, 0.25)]
    assert single.similar_items(TEAPOT) == [(CUP, 0.75)]


def test_neighbors_are_for_models_of_content() -> None:
    with pytest.raises(TypeError, match="popularity does not look at content"):
        SingleModel(Popularity()).use_neighbors({})


def test_stars_are_expected_of_a_model_of_ratings() -> None:
    single = SingleModel(Factorization())
    single.learn_many(Feedback(ANN, CUP, "rating", 5.0, float(at), rating=5.0) for at in range(50))
    assert single.expected_rating(ANN, CUP) == pytest.approx(5.0, abs=0.1)
    assert single.expected_rating(BOB, TEAPOT) is None
    with pytest.raises(TypeError, match="popularity does not predict ratings"):
        SingleModel(Popularity()).expected_rating(ANN, CUP)

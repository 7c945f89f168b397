import pytest

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.orders.order import Order, OrderLine
from storefront.orders.order_store import OrderStore
from storefront.reviews.review import Review
from storefront.reviews.review_store import ReviewStore

ANN, BOB, CAT = VisitorId("a1"), VisitorId("a2"), VisitorId("a3")
MUG, BAG = ItemId("mug"), ItemId("bag")


def a_review(
    visitor: VisitorId = ANN, item: ItemId = MUG, stars: int = 4, text: str = "Lovely", at: float = 1.0
) -> Review:
    return Review(visitor, item, stars, text, "Ann" if text else "", written_at=at)


@pytest.fixture
def reviews(database: Database) -> ReviewStore:
    return ReviewStore(database)


def test_a_review_is_read_as_it_was_written(reviews: ReviewStore) -> None:
    reviews.put(a_review())
    assert reviews.read(ANN, MUG) == a_review()
    assert reviews.read(BOB, MUG) is None


def test_there_is_one_for_each_visitor_and_product_and_it_can_be_changed(reviews: ReviewStore) -> None:
    reviews.put(a_review())
    reviews.put(a_review(stars=2, text="It broke", at=5.0))
    found = reviews.read(ANN, MUG)
    assert found is not None
    assert (found.stars, found.text, found.written_at, found.edited_at) == (2, "It broke", 1.0, 5.0)
    assert reviews.count_of_item(MUG) == 1


def test_stars_alone_leave_the_words_as_they_are(reviews: ReviewStore) -> None:
    reviews.put(a_review())
    reviews.put_stars([a_review(stars=4, text="", at=2.0)])
    assert reviews.read(ANN, MUG) == a_review(), "the same stars again are no edit"
    reviews.put_stars([a_review(stars=1, text="", at=3.0), a_review(BOB, BAG, 5, "", at=3.0)])
    found = reviews.read(ANN, MUG)
    assert found is not None
    assert (found.stars, found.text, found.edited_at) == (1, "Lovely", 3.0)
    assert reviews.read_stars(BOB) == {BAG: 5}


def test_words_that_come_after_the_stars_are_as_new_as_they_are(reviews: ReviewStore) -> None:
    reviews.put_stars([a_review(text="", at=1.0)])
    assert reviews.read_of_item(MUG, 0, 10) == []
    reviews.put(a_review(at=9.0))
    assert reviews.read_of_item(MUG, 0, 10) == [a_review(at=9.0)]


def test_a_product_shows_the_newest_first_in_pages_without_ones_own(reviews: ReviewStore) -> None:
    for at, visitor in enumerate((ANN, BOB, CAT), 1):
        reviews.put(a_review(visitor, at=float(at)))
    reviews.put(a_review(BOB, BAG, at=9.0))
    assert [one.visitor for one in reviews.read_of_item(MUG, 0, 2)] == [CAT, BOB]
    assert [one.visitor for one in reviews.read_of_item(MUG, 2, 2)] == [ANN]
    assert [one.visitor for one in reviews.read_of_item(MUG, 0, 9, without=BOB)] == [CAT, ANN]


def test_the_history_is_by_what_was_touched_last(reviews: ReviewStore) -> None:
    reviews.put(a_review(ANN, MUG, at=1.0))
    reviews.put(a_review(ANN, BAG, at=2.0))
    reviews.put_stars([a_review(ANN, MUG, stars=1, text="", at=3.0)])
    assert [one.item for one in reviews.read_of_visitor(ANN, 0, 9)] == [MUG, BAG]


def test_who_bought_it_is_marked(reviews: ReviewStore, database: Database) -> None:
    lines = (OrderLine(MUG, "Red Heart Mug", 195, 1),)
    OrderStore(database).add(Order("AAAAA-00000", ANN, 1.0, "GBP", lines))
    for visitor in (ANN, BOB):
        reviews.put(a_review(visitor))
    reviews.put(a_review(ANN, BAG))
    verified = {
        (one.visitor, one.item)
        for visitor in (ANN, BOB)
        for one in reviews.read_of_visitor(visitor, 0, 9)
        if one.is_verified
    }
    assert verified == {(ANN, MUG)}


def test_words_can_be_removed_and_the_stars_stay(reviews: ReviewStore) -> None:
    reviews.put(a_review())
    assert reviews.remove_words(ANN, MUG)
    assert not reviews.remove_words(ANN, MUG)
    found = reviews.read(ANN, MUG)
    assert found is not None
    assert (found.stars, found.text, found.name) == (4, "", "")


def test_of_two_opinions_that_of_the_account_stays(reviews: ReviewStore) -> None:
    reviews.put(a_review(ANN, MUG, stars=1))
    reviews.put(a_review(ANN, BAG, stars=2))
    reviews.put(a_review(BOB, MUG, stars=5))
    for _ in range(2):
        reviews.merge(ANN, BOB)
    assert reviews.read_stars(BOB) == {MUG: 5, BAG: 2}
    assert reviews.read_stars(ANN) == {}


def test_who_is_forgotten_has_said_nothing(reviews: ReviewStore) -> None:
    reviews.put(a_review())
    reviews.put(a_review(BOB))
    reviews.forget(ANN)
    assert reviews.read(ANN, MUG) is None
    assert reviews.count_of_item(MUG) == 1

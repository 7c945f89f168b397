import pytest

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.orders.order import Order, OrderLine
from storefront.orders.order_store import OrderStore
from storefront.reviews.review import Review
from storefront.reviews.review_store import ReviewStore
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.visitor_store import TooMany

ANN, BOB, CAT = VisitorId("a1"), VisitorId("a2"), VisitorId("a3")
ANONYMOUS = VisitorId("v1")
MUG, BAG, CUP = ItemId("mug"), ItemId("bag"), ItemId("cup")


def a_review(
    visitor: VisitorId = ANN, item: ItemId = MUG, stars: int = 4, text: str = "Lovely", at: float = 1.0
) -> Review:
    return Review(visitor, item, stars, text, "Ann" if text else "", written_at=at)


def give(database: Database, visitor: VisitorId, item: ItemId, stars: int, at: float) -> None:
    with database.begin() as connection:
        ReviewStore(database).put_stars(connection, visitor, item, stars, at)


def stars_of(database: Database, visitor: VisitorId) -> dict[ItemId, int]:
    return dict(BelongingsReader(database).require(visitor).stars)


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


def test_stars_alone_leave_the_words_as_they_are(reviews: ReviewStore, database: Database) -> None:
    reviews.put(a_review())
    give(database, ANN, MUG, 4, at=2.0)
    assert reviews.read(ANN, MUG) == a_review(), "the same stars again are no edit"
    give(database, ANN, MUG, 1, at=3.0)
    give(database, BOB, BAG, 5, at=3.0)
    found = reviews.read(ANN, MUG)
    assert found is not None
    assert (found.stars, found.text, found.edited_at) == (1, "Lovely", 3.0)
    assert stars_of(database, BOB) == {BAG: 5}


def test_words_that_come_after_the_stars_are_as_new_as_they_are(reviews: ReviewStore, database: Database) -> None:
    give(database, ANN, MUG, 4, at=1.0)
    assert reviews.read_of_item(MUG, 0, 10) == []
    reviews.put(a_review(at=9.0))
    assert reviews.read_of_item(MUG, 0, 10) == [a_review(at=9.0)]


def test_an_anonymous_visitors_stars_are_their_own_and_no_review(reviews: ReviewStore, database: Database) -> None:
    give(database, ANONYMOUS, MUG, 4, at=1.0)
    assert stars_of(database, ANONYMOUS) == {MUG: 4}
    assert [one.item for one in reviews.read_of_visitor(ANONYMOUS, 0, 9)] == [MUG]
    assert (reviews.read_of_item(MUG, 0, 9), reviews.count_of_item(MUG)) == ([], 0)


def test_the_ratings_of_one_visitor_are_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.reviews.review_store.MAX_RATINGS", 2)
    give(database, ANN, MUG, 4, at=1.0)
    give(database, ANN, BAG, 4, at=1.0)
    with pytest.raises(TooMany):
        give(database, ANN, ItemId("cup"), 4, at=1.0)
    give(database, ANN, BAG, 5, at=1.0)
    assert stars_of(database, ANN) == {MUG: 4, BAG: 5}


def test_a_product_shows_the_newest_first_in_pages_without_ones_own(reviews: ReviewStore) -> None:
    for at, visitor in enumerate((ANN, BOB, CAT), 1):
        reviews.put(a_review(visitor, at=float(at)))
    reviews.put(a_review(BOB, BAG, at=9.0))
    assert [one.visitor for one in reviews.read_of_item(MUG, 0, 2)] == [CAT, BOB]
    assert [one.visitor for one in reviews.read_of_item(MUG, 2, 2)] == [ANN]
    assert [one.visitor for one in reviews.read_of_item(MUG, 0, 9, without=BOB)] == [CAT, ANN]


def test_the_history_is_by_what_was_touched_last(reviews: ReviewStore, database: Database) -> None:
    reviews.put(a_review(ANN, MUG, at=1.0))
    reviews.put(a_review(ANN, BAG, at=2.0))
    give(database, ANN, MUG, 1, at=3.0)
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


def test_of_two_opinions_the_newer_stays_and_the_accounts_words_do(reviews: ReviewStore, database: Database) -> None:
    reviews.put(a_review(BOB, MUG, stars=5, at=2.0))
    reviews.put(a_review(BOB, CUP, stars=5, at=2.0))
    give(database, ANONYMOUS, MUG, 1, at=1.0)
    give(database, ANONYMOUS, BAG, 2, at=1.0)
    give(database, ANONYMOUS, CUP, 3, at=3.0)
    for _ in range(2):
        with database.begin() as connection:
            reviews.merge(connection, ANONYMOUS, BOB)
        assert stars_of(database, BOB) == {MUG: 5, BAG: 2, CUP: 3}
        assert stars_of(database, ANONYMOUS) == {}
    found = reviews.read(BOB, CUP)
    assert found is not None
    assert (found.text, found.written_at, found.edited_at) == ("Lovely", 2.0, 3.0)


def test_who_is_forgotten_has_said_nothing(reviews: ReviewStore, database: Database) -> None:
    reviews.put(a_review())
    reviews.put(a_review(BOB))
    with database.begin() as connection:
        reviews.forget(connection, ANN)
    assert reviews.read(ANN, MUG) is None
    assert reviews.count_of_item(MUG) == 1

from collections.abc import Callable, Iterable

import pytest

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database, DatabaseDown
from storefront.reviews.author import has_account
from storefront.reviews.review import Review
from storefront.reviews.review_store import ReviewStore
from storefront.reviews.star_record import StarRecord

ANN, ANONYMOUS = VisitorId("a1"), VisitorId("v1")
MUG, BAG = ItemId("mug"), ItemId("bag")


class Beside:
    """Runs what is to be done beside, when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, run: Callable[[], None]) -> None:
        self.waiting.append(run)

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop()()


class Outage(ReviewStore):
    """The store of a database that a test can cut off."""

    cut = False

    def put_stars(self, given: Iterable[Review]) -> None:
        if self.cut:
            raise DatabaseDown("cut")
        super().put_stars(given)


@pytest.fixture
def reviews(database: Database) -> Outage:
    return Outage(database)


@pytest.fixture
def beside() -> Beside:
    return Beside()


@pytest.fixture
def record(reviews: Outage, beside: Beside) -> StarRecord:
    return StarRecord(reviews, beside, has_account, now=lambda: 7.0)


def test_stars_are_written_beside_the_event_and_the_last_ones_count(
    record: StarRecord, reviews: Outage, beside: Beside
) -> None:
    for stars in (1, 5, 3):
        record.put(ANN, MUG, stars)
    record.put(ANN, BAG, 2)
    assert reviews.read_stars(ANN) == {}
    assert len(beside.waiting) == 1
    beside.run()
    assert reviews.read_stars(ANN) == {MUG: 3, BAG: 2}


def test_an_anonymous_visitors_stars_are_not_for_the_database(
    record: StarRecord, reviews: Outage, beside: Beside
) -> None:
    record.put(ANONYMOUS, MUG, 5)
    record.settle(ANONYMOUS, {MUG: 5})
    beside.run()
    assert reviews.read_stars(ANONYMOUS) == {}


def test_what_the_database_could_not_take_is_written_with_the_next(
    record: StarRecord, reviews: Outage, beside: Beside
) -> None:
    reviews.cut = True
    record.put(ANN, MUG, 4)
    beside.run()
    reviews.cut = False
    record.put(ANN, BAG, 1)
    beside.run()
    assert reviews.read_stars(ANN) == {MUG: 4, BAG: 1}


def test_who_looks_at_their_history_sees_what_waits_and_what_only_redis_has(
    record: StarRecord, reviews: Outage
) -> None:
    record.put(ANN, MUG, 4)
    record.settle(ANN, {MUG: 4, BAG: 2})
    assert reviews.read_stars(ANN) == {MUG: 4, BAG: 2}


def test_who_looks_at_their_history_sees_the_last_stars_also_before_they_are_written(
    record: StarRecord, reviews: Outage, beside: Beside
) -> None:
    record.put(ANN, MUG, 2)
    beside.run()
    record.settle(ANN, {MUG: 4})
    assert reviews.read_stars(ANN) == {MUG: 4}


def test_history_says_so_when_the_database_is_down(record: StarRecord, reviews: Outage) -> None:
    reviews.cut = True
    record.put(ANN, MUG, 4)
    with pytest.raises(DatabaseDown):
        record.settle(ANN, {})


def test_stars_of_who_is_forgotten_are_not_written_afterwards(
    record: StarRecord, reviews: Outage, beside: Beside
) -> None:
    record.put(ANN, MUG, 4)
    record.forget(ANN)
    beside.run()
    assert reviews.read_stars(ANN) == {}

"""Redis keys: one for each thing, all under the product's own prefix."""

from collections.abc import Callable

import pytest

from online_models.schema import keyspace
from online_models.schema.events import ItemId, RankingId, VisitorId

ANN, MUG = VisitorId("ann"), ItemId("mug")

OF_VISITORS: list[Callable[[VisitorId], str]] = [
    keyspace.ranking,
    keyspace.why,
    keyspace.goes_well_with_for,
    keyspace.bought_together,
    keyspace.basket,
    keyspace.ratings,
    keyspace.viewed,
]
OF_CATALOGS: list[Callable[[str], str]] = [
    keyspace.catalog_products,
    keyspace.catalog_categories,
    keyspace.catalog_best_sellers,
    keyspace.catalog_similar,
    keyspace.catalog_pictures,
    keyspace.catalog_search,
]


def every_key() -> list[str]:
    shared = [
        keyspace.catalog_version(),
        keyspace.trending(),
        keyspace.popular(),
        keyspace.top_rated(),
        keyspace.new_arrivals(),
        keyspace.stars(),
        keyspace.learner_statuses(),
        keyspace.learner_heartbeats(),
        keyspace.list_requests(),
        keyspace.list_answer(RankingId("r1")),
        keyspace.ops_latest(),
        keyspace.ops_history(),
        keyspace.goes_well_with(MUG),
        keyspace.similar(MUG),
        keyspace.catalog_category("v1", "mugs"),
        keyspace.fence("abc"),
        keyspace.limit("events", "abc"),
        keyspace.delay("sign-in", "abc"),
    ]
    return [*shared, *(key(ANN) for key in OF_VISITORS), *(key("v1") for key in OF_CATALOGS)]


def test_no_two_things_share_a_key() -> None:
    keys = every_key()
    assert len(set(keys)) == len(keys)


def test_every_key_is_under_the_prefix() -> None:
    assert all(key.startswith(f"{keyspace.PREFIX}:") for key in every_key())


@pytest.mark.parametrize("key", OF_VISITORS)
def test_each_visitor_has_their_own(key: Callable[[VisitorId], str]) -> None:
    assert key(ANN) != key(VisitorId("bob"))
    assert key(ANN).endswith(":ann")


@pytest.mark.parametrize("key", OF_CATALOGS)
def test_the_glob_of_a_version_covers_its_keys_and_not_the_pointer(key: Callable[[str], str]) -> None:
    stem = keyspace.catalog_pattern("v1").removesuffix("*")
    assert key("v1").startswith(stem)
    assert not key("v2").startswith(stem)
    assert not keyspace.catalog_version().startswith(stem)


def test_the_keys_of_a_running_shop_stay_as_they_are() -> None:
    assert keyspace.catalog_version() == "riverfront:catalogue:version"
    assert keyspace.catalog_category("v1", "mugs") == "riverfront:catalogue:v1:category:mugs"
    assert keyspace.ranking(ANN) == "riverfront:ranking:ann"
    assert keyspace.goes_well_with(MUG) == "riverfront:goes-well-with:mug"
    assert keyspace.learner_statuses() == "riverfront:learner:statuses"

"""Items of a catalog that lives: each gets its index at its place in the log, whoever was restarted when."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from consumers.kafka.record import CATALOG_PARTITION
from consumers.redis.catalog_reader import ChangedItems, PublishedCatalog
from online_models.schema.events import AnyEvent, ItemId
from online_models.schema.product import Product, encode_product
from tests.consumers.builders import NOW, a_product, a_shopping_day, a_view
from tests.consumers.fakes import MemoryTopic
from tests.consumers.harness import CATALOG, Harness, append

NEW = [a_product(f"new{number}") for number in range(6)]
GONE = ItemId("i3")
LIKE = ItemId("i7")


class Shop:
    """What a shop has done to its catalog: in the topic, and as far as the monitor has applied it."""

    def __init__(self) -> None:
        self.topic = MemoryTopic(catalog=True)
        self.published = CATALOG
        self.changed: list[ChangedItems] = []
        self.written = 0

    def put(self, product: Product) -> None:
        self._write(product.item, encode_product(product))
        near = {product.item: [(LIKE, 0.8)], LIKE: [(product.item, 0.8), *self.published.neighbors.get(LIKE, ())]}
        self.changed.append(ChangedItems(self.written, {product.item: product}, (), near))
        known = self.published
        self.published = replace(
            known,
            products={**known.products, product.item: product},
            neighbors={**known.neighbors, **near},
            applied=self.written,
            added=known.added | {product.item},
        )

    def delete(self, item: ItemId) -> None:
        self._write(item, None)
        self.changed.append(ChangedItems(self.written, {}, (item,)))
        known = self.published
        self.published = replace(
            known,
            products={one: product for one, product in known.products.items() if one != item},
            applied=self.written,
            gone=known.gone | {item},
        )

    def _write(self, item: str, value: bytes | None) -> None:
        self.topic.append(value, CATALOG_PARTITION, NOW, key=item.encode())
        self.written += 1


def a_learner(shop: Shop, folder: Path, catalog: PublishedCatalog | None = None) -> Harness:
    harness = Harness(shop.topic, folder, catalog=catalog or shop.published)
    harness.catalog.changed = shop.changed
    return harness


def a_story() -> list[AnyEvent | Product | ItemId]:
    """Return a day on which items come, one of the catalog goes, and visitors come to what is new."""
    story: list[AnyEvent | Product | ItemId] = []
    for number, event in enumerate(a_shopping_day(events=60, items=28)):  # some are of no catalog
        story.append(event)
        if number % 10 == 5:
            new = NEW[number // 10]
            story += [new, a_view("v1", new.item, NOW + number, event_id=f"new{number}")]
        if number == 30:
            story.append(GONE)
    return story


def happen(shop: Shop, story: Iterable[AnyEvent | Product | ItemId]) -> None:
    for one in story:
        if isinstance(one, Product):
            shop.put(one)
        elif isinstance(one, str):
            shop.delete(one)
        else:
            append(shop.topic, [one])


def follow(harness: Harness) -> None:
    """Take what has changed, and learn."""
    harness.loop.catalog.check()
    harness.loop.step()
    harness.loop.step()


def live(shop: Shop, harness: Harness, story: Sequence[AnyEvent | Product | ItemId]) -> None:
    for one in story:
        happen(shop, [one])
        follow(harness)


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    """What a learner knows that never stopped."""
    shop = Shop()
    harness = a_learner(shop, tmp_path / "whole")
    live(shop, harness, a_story())
    return harness.dump()


def test_it_is_recommended_with_the_next_step_and_is_like_others(tmp_path: Path) -> None:
    shop = Shop()
    harness = a_learner(shop, tmp_path)
    harness.loop.step()
    live(shop, harness, [NEW[0]])
    harness.tell(a_view("v1", LIKE))
    ranking = harness.ranking("v1")
    assert ranking is not None
    assert NEW[0].item in [ranked.item for ranked in ranking.items]
    assert [ranked.item for ranked in harness.model.similar(NEW[0].item)] == [LIKE]


def test_what_has_changed_waits_until_the_topic_is_read_up_to_there(tmp_path: Path) -> None:
    shop = Shop()
    harness = a_learner(shop, tmp_path)
    harness.loop.step()
    items = harness.model.items
    for new in NEW[:2]:
        shop.put(new)
    harness.loop.catalog.check()  # the monitor has applied what the learner has not read yet
    harness.loop._take_catalog()
    assert harness.model.items == items
    follow(harness)
    assert [harness.model.index(new.item) for new in NEW[:2]] == [items, items + 1]


@pytest.mark.parametrize("killed_after", range(0, 80, 9))
def test_a_learner_that_was_killed_equals_one_that_never_stopped(
    killed_after: int, whole: bytes, tmp_path: Path
) -> None:
    shop, story = Shop(), a_story()
    harness = a_learner(shop, tmp_path / "killed")
    saved_after = killed_after // 2
    live(shop, harness, story[:saved_after])
    harness.loop._save()
    live(shop, harness, story[saved_after:killed_after])
    happen(shop, story[killed_after : killed_after + 5])  # while nobody learns
    harness = a_learner(shop, tmp_path / "killed")
    follow(harness)
    live(shop, harness, story[killed_after + 5 :])
    assert harness.dump() == whole


def test_a_learner_that_learns_the_whole_log_anew_equals_one_that_never_stopped(whole: bytes, tmp_path: Path) -> None:
    shop = Shop()
    happen(shop, a_story())
    harness = a_learner(shop, tmp_path / "fresh")
    follow(harness)
    assert harness.dump() == whole
    assert harness.model.rank(a_view("v1").visitor, NOW + 100)


def test_without_the_topic_an_item_gets_its_index_as_it_comes(tmp_path: Path) -> None:
    shop = Shop()
    harness = Harness(MemoryTopic(), tmp_path)
    harness.catalog.changed = shop.changed
    shop.put(NEW[0])
    follow(harness)
    assert harness.model.index(NEW[0].item) >= 0


def test_what_is_no_product_gets_no_index(tmp_path: Path) -> None:
    shop = Shop()
    harness = a_learner(shop, tmp_path)
    harness.loop.step()
    items = harness.model.items
    for key, value in ((b"x", b"{}"), (b"x", encode_product(NEW[0])), (b"\xff", b"\xff"), (b"x", None)):
        shop.topic.append(value, CATALOG_PARTITION, NOW, key=key)
    follow(harness)
    assert harness.model.items == items
    assert harness.learner.offsets[CATALOG_PARTITION] == 4
    assert not harness.dead_letters.letters

"""A whole bootstrap of a small shop of one's own, by the command."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import redis
from click.testing import CliRunner

from bootstrap.command import bootstrap_command
from bootstrap.enrich.icons import VENDORED
from connections.catalog_publication import served_version
from consumers.redis.catalog_reader import CatalogReader
from online_models.schema import keyspace
from online_models.schema.events import ItemId
from online_models.schema.product import decode_product
from storefront.serving.serving_reader import ServingReader
from tests.shop_ids import ODD_IDS

FIXTURES = Path(__file__).parent / "fixtures"

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not VENDORED.is_file(), reason="the icon set is not set up here"),
]


class Shop:
    """The command in an environment of its own, and what it left in Redis."""

    def __init__(self, home: Path, address: str) -> None:
        self.home, self.address = home, address
        self.redis: Any = redis.Redis.from_url(address)
        self._environment = {
            "RIVERFRONT_HOME": str(home),
            "RIVERFRONT_REDIS": address,
            "RIVERFRONT_KAFKA": "127.0.0.1:1",
        }

    def bootstrap(self, *words: object) -> tuple[int, str]:
        result = CliRunner().invoke(bootstrap_command, [str(word) for word in words], env=self._environment)
        return result.exit_code, result.output


@pytest.fixture
def shop(tmp_path: Path, empty_redis: str) -> Iterator[Shop]:
    shop = Shop(tmp_path, empty_redis)
    yield shop
    shop.redis.close()


def test_a_catalog_of_ones_own_is_served_with_tags_pictures_and_neighbours(shop: Shop) -> None:
    code, output = shop.bootstrap("--catalogue", FIXTURES / "garden_shop.csv", "--map", "title=Label", "--no-history")

    assert code == 0, output
    version = served_version(shop.redis)
    assert version
    product = decode_product(shop.redis.hget(keyspace.catalog_products(version), "g-1"))
    assert (product.title, product.price, product.category, product.colour) == (
        "Red Watering Can",
        1250,
        "tools",
        "red",
    )
    name = product.picture.removeprefix("/pictures/").removesuffix(".svg")
    assert shop.redis.hget(keyspace.catalog_pictures(version), name).startswith(b"<svg")
    nearest = json.loads(shop.redis.hget(keyspace.catalog_similar(version), "g-1"))
    assert nearest[0][0] == "g-2"


def test_bad_rows_are_shown_and_kept(shop: Shop) -> None:
    _, output = shop.bootstrap("--catalogue", FIXTURES / "garden_shop.csv", "--map", "title=Label", "--no-history")

    assert "2 bad rows in garden_shop.csv, left out:" in output
    assert "row 5: no price" in output
    kept = json.loads((shop.home / "bootstrap" / "cleaning.json").read_text())
    assert [row["number"] for row in kept["bad_rows"]["garden_shop.csv"]] == [5, 6]


def test_a_bad_file_leaves_the_old_version_serving(shop: Shop, tmp_path: Path) -> None:
    shop.bootstrap("--catalogue", FIXTURES / "garden_shop.csv", "--map", "title=Label", "--no-history")
    before = served_version(shop.redis)
    broken = tmp_path / "broken.json"
    broken.write_text('[{"id": 1')

    code, output = shop.bootstrap("--catalogue", broken, "--no-history")

    assert code == 1
    assert "broken.json is damaged" in output
    assert "Traceback" not in output
    assert served_version(shop.redis) == before


def test_the_report_and_the_cleaned_data_are_written(shop: Shop) -> None:
    shop.bootstrap("--catalogue", FIXTURES / "garden_shop.csv", "--map", "title=Label", "--no-history")

    report = (shop.home / "bootstrap" / "report.html").read_text()
    assert "Red Watering Can" in report
    assert "Rows left out of garden_shop.csv" in report
    assert pd.read_parquet(shop.home / "bootstrap" / "catalogue.parquet")["item"].tolist()[0] == "g-1"


def test_kafka_that_is_not_there_is_a_clear_error_after_publishing(shop: Shop) -> None:
    code, output = shop.bootstrap(
        "--catalogue",
        FIXTURES / "garden_shop.csv",
        "--map",
        "title=Label",
        "--history",
        FIXTURES / "garden_history.csv",
    )

    assert code == 1
    assert "No Kafka broker answers at 127.0.0.1:1" in output
    assert served_version(shop.redis)


@pytest.mark.parametrize("words", [["--map", "title"], ["--history", "x.csv"], ["--limit", "0"]])
def test_a_command_that_makes_no_sense_is_a_usage_error(shop: Shop, words: list[str]) -> None:
    code, output = shop.bootstrap(*words)

    assert code == 2
    assert "Error" in output


def test_a_shops_own_ids_reach_redis_and_the_storefront_as_they_are(shop: Shop, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.json"
    rows = [{"id": item, "title": f"Red Mug {number}", "price": 1} for number, item in enumerate(ODD_IDS)]
    catalog.write_text(json.dumps(rows))

    code, output = shop.bootstrap("--catalog", catalog, "--no-history", "--no-report")

    assert code == 0, output
    reader = ServingReader(shop.redis)
    read = reader.read_catalog()
    assert set(read.products) == set(read.best_sellers) == set(ODD_IDS)
    assert {item for item in ODD_IDS if reader.read_similar(ItemId(item))} == set(ODD_IDS)
    near = {other for item in ODD_IDS for other, _ in reader.read_similar(ItemId(item))}
    assert near <= set(ODD_IDS)
    published = CatalogReader(shop.address).read(read.version)
    assert set(published.products) == set(published.neighbors) == set(ODD_IDS)


def test_whole_numbers_of_a_float_column_are_said(shop: Shop, tmp_path: Path) -> None:
    catalog = tmp_path / "catalog.parquet"
    pd.DataFrame({"id": [22423.0, 85123.0], "title": ["Red Mug", "Blue Mug"], "price": [1, 2]}).to_parquet(catalog)

    code, output = shop.bootstrap("--catalog", catalog, "--no-history", "--no-report")

    assert code == 0, output
    assert "2 item ids in catalog.parquet are whole numbers with a decimal point (a float column)" in output
    assert json.loads((shop.home / "bootstrap" / "cleaning.json").read_text())["float_ids"] == {
        "catalog.parquet": {"item": 2}
    }

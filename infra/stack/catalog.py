"""The published catalog, as commands need to know it: whether there is one, and where another may come from."""

from contextlib import suppress
from pathlib import Path

from redis import RedisError

from connections.catalog_archive import CatalogArchive
from connections.catalog_publication import Incomplete, Superseded, publish_version
from connections.kafka_cluster import KafkaCluster
from connections.redis_client import connect
from infra.errors import CannotRun
from infra.kafka.topics import has_events
from online_models.schema import keyspace

ANSWER_SECONDS = 5.0
OWN_CATALOG = "`riverfront bootstrap --catalog FILE` publishes one of your own"


class CatalogLost(CannotRun):
    """Events of a shop are there, and its catalog is not. The message says what to do."""


def has_catalog(redis_url: str) -> bool:
    """Say whether a catalog is published."""
    with connect(redis_url, ANSWER_SECONDS) as client:
        return bool(client.exists(keyspace.catalog_version()))


def publish_again(redis_url: str, folder: Path) -> str | None:
    """Publish the catalog that is kept in a folder, and return its version; None where none is kept.

    Raises `CannotRun` if Redis does not take it.
    """
    catalog = CatalogArchive(folder).read()
    if catalog is None:
        return None
    try:
        with connect(redis_url, ANSWER_SECONDS) as client, suppress(Superseded):
            publish_version(client, catalog.version, catalog.batches(), lambda served: served is None)
    except (RedisError, Incomplete) as error:
        raise CannotRun(f"Redis does not take the catalog that is kept in {folder}: {error}") from error
    return catalog.version


def refuse_demo_among_events(kafka: KafkaCluster) -> None:
    """Raise `CatalogLost` if the log holds events: the demo's products and purchases must not be mixed with them."""
    if has_events(kafka):
        raise CatalogLost(
            f"Kafka holds the events of a shop whose catalog is gone. {OWN_CATALOG}, and `riverfront bootstrap` the "
            "demo's. Or set RIVERFRONT_HOME to another folder for the demo."
        )


def read_best_sellers(redis_url: str) -> list[str]:
    """Read the catalog's items, best sellers first; none without a catalog."""
    with connect(redis_url, ANSWER_SECONDS, decode_responses=True) as client:
        version = str(client.get(keyspace.catalog_version()))
        items: list[str] = client.lrange(keyspace.catalog_best_sellers(version), 0, -1)
        return items

"""The published catalog, as commands need to know it."""

from connections.redis_client import connect
from online_models.schema import keyspace

ANSWER_SECONDS = 5.0


def has_catalog(redis_url: str) -> bool:
    """Say whether a catalog is published."""
    with connect(redis_url, ANSWER_SECONDS) as client:
        return bool(client.exists(keyspace.catalog_version()))


def read_best_sellers(redis_url: str) -> list[str]:
    """Read the catalog's items, best sellers first; none without a catalog."""
    with connect(redis_url, ANSWER_SECONDS, decode_responses=True) as client:
        version = str(client.get(keyspace.catalog_version()))
        items: list[str] = client.lrange(keyspace.catalog_best_sellers(version), 0, -1)
        return items

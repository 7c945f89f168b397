"""A learner of real parts on a Redis with users, over TLS."""

from pathlib import Path

import pytest

from online_models.schema import keyspace
from online_models.schema.recommendations import decode_ranking
from tests.consumers.processes import a_click, a_visitor, open_shop, running, stop, wait_for

pytestmark = pytest.mark.integration


def test_a_learner_writes_and_pushes_lists_over_tls(
    kafka_servers: str, redis_url: str, tls_redis_url: str, tmp_path: Path
) -> None:
    visitor = a_visitor()
    with open_shop(kafka_servers, redis_url, tmp_path, tls_redis_url) as shop, running(shop, "learn") as learner:
        wait_for(shop.status)
        shop.append(click := a_click(visitor, "i1"))
        (message,) = shop.answer_to(click)["data"]
        stop(learner)
        assert decode_ranking(shop.store.get(keyspace.ranking(visitor))).ranking_id == message["ranking_id"]

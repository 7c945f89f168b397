"""A storefront that listens on an IPv6 address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from redis import Redis

from infra.programs.ports import free_port
from tests.storefront.running_shop import ShopProcess, publish_catalog

pytestmark = pytest.mark.integration


@pytest.fixture(params=["::1", "[::1]"])
def process(
    request: pytest.FixtureRequest, empty_redis: str, process_redis_url: str, tmp_path: Path
) -> Iterator[ShopProcess]:
    with Redis.from_url(empty_redis) as redis:
        publish_catalog(redis)
    port = free_port("::1")
    process = ShopProcess(tmp_path, port, process_redis_url, RIVERFRONT_HOST=request.param)
    process.address = f"http://[::1]:{port}"
    yield process
    process.stop()


def test_it_answers_there(process: ShopProcess) -> None:
    process.start()
    answer = requests.get(f"{process.address}/", timeout=10)
    assert answer.status_code == 200
    assert f'<link rel="canonical" href="{process.address}/">' in answer.text

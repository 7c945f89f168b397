"""What goes on beside the shop waits for servers that are down, and goes on after errors."""

from pathlib import Path
from threading import Thread

import pytest
from redis import Redis
from sqlalchemy import insert, select

from connections.redis_client import connect
from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId
from storefront.app.housekeeping import Housekeeping
from storefront.database.connection import Database
from storefront.database.tables import baskets
from storefront.visitor_state.belongings import BelongingsReader
from storefront.visitor_state.redis_move import Moved, RedisMove
from tests.storefront.running_shop import wait_until

V1, MUG = VisitorId("v1"), ItemId("mug")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path}/shop.db", is_patient=True)


@pytest.mark.integration
def test_the_move_is_tried_again_until_redis_answers(
    empty_redis: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.app.housekeeping.RETRY_SECONDS", 0.05)
    with Redis.from_url(empty_redis) as redis:
        redis.hset(keyspace.basket(V1), MUG, 2)
    move = RedisMove(connect("redis://127.0.0.1:1/0"), database)
    housekeeping = Housekeeping(database, move, lambda: 1.0)
    assert not housekeeping.move()
    running = Thread(target=housekeeping.run)
    running.start()
    move._redis = connect(empty_redis)
    wait_until(lambda: BelongingsReader(database).require(V1).basket == {MUG: 2})
    housekeeping.close()
    running.join(30)
    assert not running.is_alive()


class Broken(RedisMove):
    """A move that meets what nobody has thought of, once."""

    tried = 0

    def run(self, now: float) -> Moved:
        self.tried += 1
        if self.tried == 1:
            raise ValueError(now)
        return Moved()


def test_an_error_does_not_end_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storefront.app.housekeeping.RETRY_SECONDS", 0.0)
    with database.begin() as connection:
        connection.execute(insert(baskets).values(visitor="v1", expires_at=1.0))
    housekeeping = Housekeeping(database, Broken(connect("redis://127.0.0.1:1/0"), database), lambda: 5.0)
    running = Thread(target=housekeeping.run)
    running.start()

    def is_swept() -> bool:
        with database.read() as connection:
            return connection.execute(select(baskets)).first() is None

    wait_until(is_swept)
    housekeeping.close()
    running.join(30)
    assert not running.is_alive()

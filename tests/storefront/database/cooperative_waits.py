"""Run with gevent patched in: one greenlet holds a basket's lock, another waits for it, and the first goes on."""

import sys

import gevent
from gevent.event import Event

from online_models.schema.events import ItemId, VisitorId
from storefront.database.connection import Database
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import BelongingsReader
from storefront.workers import GeventWorkers

V1, MUG = VisitorId("v1"), ItemId("mug")


def main(url: str) -> None:
    holder, waiter = (Database(url, GeventWorkers(2), is_patient=True) for _ in range(2))
    for database in (holder, waiter):
        database.open()
    steps: list[str] = []
    held, asked = Event(), Event()

    def hold() -> None:
        with holder.begin() as connection:
            Baskets().add(connection, V1, MUG, 1, now=0.0)
            held.set()
            asked.wait()
            # Who waits has begun to, or this greenlet would not be running.
            steps.append("released")

    def wait() -> None:
        held.wait()
        asked.set()
        with waiter.begin() as connection:
            Baskets().add(connection, V1, MUG, 1, now=0.0)
        steps.append("written")

    gevent.joinall([gevent.spawn(hold), gevent.spawn(wait)], raise_error=True)
    sys.stdout.write(" ".join([*steps, str(BelongingsReader(holder).require(V1).count)]))


if __name__ == "__main__":
    main(sys.argv[1])

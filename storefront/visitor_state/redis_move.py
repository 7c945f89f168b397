"""Moves baskets and stars from Redis, where version 0.1 kept them, into the database.

Each visitor moves once: that they have is recorded in the transaction that stores their items, and their key is deleted
after it. So a move that was interrupted goes on where it was. What the visitor has put into the database since wins.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from redis import Redis
from sqlalchemy import Connection, bindparam, select, update

from online_models.schema import keyspace
from online_models.schema.events import ItemId, VisitorId, is_account
from storefront.database.connection import Database
from storefront.database.tables import applied_events, basket_lines, baskets, reviews
from storefront.database.upsert import insert_missing
from storefront.visitor_state.baskets import MOST_OF_AN_ITEM
from storefront.visitor_state.expiry import BASKET_SECONDS, RATING_SECONDS

log = logging.getLogger(__name__)

BATCH = 50
"""Visitors that one transaction moves: no other change waits for more."""

LONGEST_ID = 64

_BEGAN = "moved-from-redis"
_MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class Moved:
    """How many visitors' baskets and stars were moved."""

    baskets: int = 0
    ratings: int = 0


@dataclass(frozen=True, slots=True)
class _Kept:
    """What Redis has of one visitor."""

    key: bytes
    visitor: VisitorId
    numbers: Mapping[ItemId, int]
    expires_at: float | None


class RedisMove:
    """Moves what Redis has."""

    def __init__(self, redis: Redis, database: Database) -> None:
        self._redis: Any = redis
        self._database = database

    def run(self, now: float) -> Moved:
        """Move everything there is. Raises `redis.RedisError`, `DatabaseDown`: run it again, it goes on."""
        with self._database.begin() as connection:
            began = _begin(connection, now)
        moved = Moved(
            sum(self._move(kept, "basket", now, began) for kept in self._read("basket", now)),
            sum(self._move(kept, "ratings", now, began) for kept in self._read("ratings", now)),
        )
        if moved != Moved():
            log.info("Moved %s baskets and the stars of %s visitors to the database", moved.baskets, moved.ratings)
        return moved

    def _read(self, kind: str, now: float) -> Iterator[list[_Kept]]:
        key_of, seconds = _KINDS[kind]
        start = key_of(VisitorId(""))
        keys = iter(self._redis.scan_iter(match=f"{start}*", count=1_000, _type="hash"))
        while few := list(islice(keys, BATCH)):
            pipe = self._redis.pipeline(transaction=False)
            for key in few:
                pipe.hgetall(key).pttl(key)
            answers = pipe.execute()
            yield [
                _kept(key, key.decode()[len(start) :], numbers, now + _left(milliseconds, seconds))
                for key, numbers, milliseconds in zip(few, answers[::2], answers[1::2], strict=True)
                if len(key) - len(start) <= LONGEST_ID
            ]

    def _move(self, kept: list[_Kept], kind: str, now: float, began: float) -> int:
        with self._database.begin() as connection:
            new = _record(connection, kept, f"moved-{kind}", now)
            if kind == "basket":
                _add_baskets(connection, new)
            else:
                _add_stars(connection, new, now, began)
        if kept:
            self._redis.delete(*(one.key for one in kept))
        return len(new)


_KINDS = {"basket": (keyspace.basket, BASKET_SECONDS), "ratings": (keyspace.ratings, RATING_SECONDS)}


def _left(milliseconds: int, seconds: float) -> float:
    """Return how many seconds a key has to live; ``seconds`` if it has no end."""
    return seconds if milliseconds < 0 else min(seconds, milliseconds / 1_000)


def _kept(key: bytes, name: str, found: Mapping[bytes, bytes], expires_at: float) -> _Kept:
    numbers = {
        ItemId(item.decode()): int(number)
        for item, number in found.items()
        if number.isdigit() and len(item) <= LONGEST_ID
    }
    visitor = VisitorId(name)
    return _Kept(key, visitor, numbers, None if is_account(visitor) else expires_at)


def _begin(connection: Connection, now: float) -> float:
    """Return when the first move began: what the database has from before then is older than what Redis has."""
    row = {"visitor": "", "event_id": _BEGAN, "applied_at": now, "expires_at": None}
    insert_missing(connection, applied_events, [row])
    began = select(applied_events.c.applied_at).where(
        applied_events.c.event_id == _BEGAN, applied_events.c.visitor == ""
    )
    return float(connection.execute(began).scalar_one())


def _record(connection: Connection, kept: Iterable[_Kept], name: str, now: float) -> list[_Kept]:
    """Record who moves, and return those who had not moved before."""
    every = {one.visitor: one for one in kept}
    known = select(applied_events.c.visitor).where(
        applied_events.c.visitor.in_(list(every)), applied_events.c.event_id == name
    )
    done = set(connection.execute(known).scalars())
    rows = [
        {"visitor": visitor, "event_id": name, "applied_at": now, "expires_at": now + RATING_SECONDS}
        for visitor in every
        if visitor not in done
    ]
    insert_missing(connection, applied_events, rows)
    return [one for one in every.values() if one.visitor not in done]


def _add_baskets(connection: Connection, new: list[_Kept]) -> None:
    insert_missing(connection, baskets, [{"visitor": one.visitor, "expires_at": one.expires_at} for one in new])
    present: dict[str, dict[str, int]] = {one.visitor: {} for one in new}
    lines = select(basket_lines.c.visitor, basket_lines.c.item, basket_lines.c.position)
    for visitor, item, position in connection.execute(lines.where(basket_lines.c.visitor.in_(list(present)))):
        present[visitor][item] = position
    rows = []
    for one in new:
        there = present[one.visitor]
        # Before what was put in since, which is the newest.
        first = min(there.values(), default=1) - len(one.numbers)
        wanted = [(item, number) for item, number in one.numbers.items() if item not in there and number > 0]
        for position, (item, number) in enumerate(wanted[: keyspace.MAX_BASKET_LINES - len(there)], first):
            row = {"visitor": one.visitor, "item": item, "position": position}
            rows.append(row | {"quantity": min(number, MOST_OF_AN_ITEM)})
    insert_missing(connection, basket_lines, rows)


def _add_stars(connection: Connection, new: list[_Kept], now: float, began: float) -> None:
    given = [
        {"visitor": one.visitor, "item": item, "stars": stars, "expires_at": one.expires_at}
        for one in new
        for item, stars in islice(one.numbers.items(), keyspace.MAX_RATINGS)
        if 1 <= stars <= _MOST_STARS
    ]
    # Redis does not know when they were given.
    insert_missing(connection, reviews, [row | {"written_at": 0.0, "edited_at": 0.0} for row in given])
    outdated = update(reviews).where(
        reviews.c.visitor == bindparam("of"),
        reviews.c.item == bindparam("on"),
        reviews.c.stars != bindparam("given"),
        reviews.c.edited_at < began,
    )
    changed = outdated.values(stars=bindparam("given"), edited_at=now)
    if given:
        connection.execute(changed, [{"of": r["visitor"], "on": r["item"], "given": r["stars"]} for r in given])

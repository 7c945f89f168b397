"""What was committed is published, whatever happens to the process."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select

from storefront.database.connection import Database, DatabaseDown
from storefront.database.tables import outbox as rows
from storefront.events.outbox import EventOutbox, write_events
from tests.storefront.database.conftest import database as database
from tests.storefront.events.views import a_view, wait_until
from tests.storefront.in_memory import MemoryEventPublisher
from tests.storefront.troubled_publishers import FullPublisher


@pytest.fixture
def publisher() -> FullPublisher:
    return FullPublisher()


@pytest.fixture
def outbox(database: Database, publisher: FullPublisher) -> Iterator[EventOutbox]:
    outbox = EventOutbox(database, publisher)
    yield outbox
    outbox.close()


def ids(publisher: MemoryEventPublisher) -> list[str]:
    return [event.event_id for event in publisher.events]


def test_an_event_is_sent_at_once_and_its_row_goes_when_it_is_safe(
    outbox: EventOutbox, publisher: FullPublisher
) -> None:
    publisher.error = None
    outbox.publish(a_view(0), a_view(1))
    assert ids(publisher) == ["e0", "e1"]
    outbox.relay()
    assert outbox.count() == 0
    assert ids(publisher) == ["e0", "e1"]


def test_what_could_not_be_stored_anywhere_waits_and_goes_out_in_order(
    outbox: EventOutbox, publisher: FullPublisher
) -> None:
    for number in range(3):
        outbox.publish(a_view(number))
    outbox.relay()
    assert (outbox.count(), ids(publisher)) == (3, [])
    publisher.error = None
    outbox.relay()
    assert (outbox.count(), ids(publisher)) == (0, ["e0", "e1", "e2"])


def test_none_overtakes_one_before_it_that_is_not_stored(outbox: EventOutbox, publisher: FullPublisher) -> None:
    outbox.publish(a_view(0), a_view(1))
    publisher.tries = 0
    outbox.relay()
    assert publisher.tries == 1


def test_what_a_killed_process_left_is_sent_by_the_next(database: Database, publisher: FullPublisher) -> None:
    with database.begin() as connection:
        write_events(connection, [a_view(0)], now=1.0)
    publisher.error = None
    successor = EventOutbox(database, publisher)
    successor.start()
    wait_until(lambda: ids(publisher) == ["e0"])
    wait_until(lambda: successor.count() == 0)
    successor.close()


def test_events_of_a_transaction_that_fails_are_not_published(
    database: Database, outbox: EventOutbox, publisher: FullPublisher
) -> None:
    def fail() -> None:
        with database.begin() as connection:
            write_events(connection, [a_view(0)], now=1.0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    publisher.error = None
    outbox.relay()
    assert publisher.events == []


def test_a_row_that_cannot_be_read_holds_up_no_other(
    database: Database, outbox: EventOutbox, publisher: FullPublisher
) -> None:
    with database.begin() as connection:
        connection.execute(insert(rows), {"event_id": "e0", "event": "?", "written_at": 1.0, "position": 0})
    outbox.publish(a_view(1))
    publisher.error = None
    outbox.relay()
    assert (outbox.count(), ids(publisher)) == (0, ["e1"])


def test_another_storefront_leaves_fresh_rows_to_who_wrote_them(database: Database, publisher: FullPublisher) -> None:
    now = 1_000.0
    with database.begin() as connection:
        write_events(connection, [a_view(0)], now=now - 60)
        write_events(connection, [a_view(1)], now=now - 1)
    publisher.error = None
    other = EventOutbox(database, publisher, lambda: now)
    other.relay(grace=5.0)
    assert ids(publisher) == ["e0"]
    with database.begin() as connection:
        assert connection.execute(select(rows.c.event_id)).scalars().all() == ["e1"]


def test_a_database_that_is_down_is_said_and_nothing_is_sent(publisher: FullPublisher) -> None:
    publisher.error = None
    with pytest.raises(DatabaseDown):
        EventOutbox(Database("postgresql://nobody@127.0.0.1:1/none"), publisher).publish(a_view(0))
    assert publisher.events == []

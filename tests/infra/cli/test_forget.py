"""``riverfront forget``, against a real Kafka."""

from pathlib import Path

import pytest

from online_models.schema.events import ItemId, VisitorForgotten, VisitorId, decode
from storefront.database.connection import Database
from storefront.visitor_state.baskets import Baskets
from storefront.visitor_state.belongings import Belongings, BelongingsReader
from tests.infra.conftest import Run
from tests.infra.event_tail import EventTail

pytestmark = pytest.mark.integration


def test_forgetting_empties_the_database_and_is_an_event_of_the_visitor(
    run: Run, tail: EventTail, tmp_path: Path
) -> None:
    database, v42 = Database(f"sqlite:///{tmp_path}/shop.db"), VisitorId("v42")
    with database.begin() as connection:
        Baskets().put(connection, v42, ItemId("mug"), 2, now=1.0)
    assert run("forget", "v42").returncode == 0
    assert BelongingsReader(database).require(v42) == Belongings()
    [(key, value)] = tail.read(1)
    event = decode(value)
    assert isinstance(event, VisitorForgotten)
    assert event.visitor == "v42"
    assert key == b"v42"

"""``riverfront forget``, against a real Kafka."""

import pytest

from online_models.schema.events import VisitorForgotten, decode
from tests.infra.conftest import Run
from tests.infra.event_tail import EventTail

pytestmark = pytest.mark.integration


def test_forgetting_is_an_event_of_the_visitor(run: Run, tail: EventTail) -> None:
    assert run("forget", "v42").returncode == 0
    [(key, value)] = tail.read(1)
    event = decode(value)
    assert isinstance(event, VisitorForgotten)
    assert event.visitor == "v42"
    assert key == b"v42"

"""Names of messages are one closed set."""

from typing import get_args

from online_models.schema import messages
from online_models.schema.events import Surface, VisitorId
from online_models.schema.messages import MessageName, RelatedSurface, TrendingChanged, to_message, visitor_room


def test_every_message_name_has_a_constant_of_its_own() -> None:
    for name in get_args(MessageName):
        assert getattr(messages, name.upper()) == name


def test_lists_made_for_an_item_or_a_basket_are_surfaces_of_the_shop() -> None:
    assert set(get_args(RelatedSurface)) <= set(get_args(Surface))


def test_a_message_is_sent_as_a_plain_mapping() -> None:
    assert list(to_message(TrendingChanged(items=()))) == ["items"]


def test_pages_of_two_visitors_share_no_room() -> None:
    assert visitor_room(VisitorId("ann")) != visitor_room(VisitorId("bob"))

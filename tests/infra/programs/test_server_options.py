"""What a server says that it runs with, beside what was asked of it."""

import pytest

from infra.programs.server_options import OptionIgnored, require_options


def test_a_server_that_took_its_options_is_fine() -> None:
    require_options("Redis", {"save": "60 1"}, {"save": "60 1", "hz": "10"})


def test_every_difference_is_named_with_what_was_asked_and_what_is() -> None:
    asked = {"save": "60 1", "port": "6379", "appendfsync": "no"}
    with pytest.raises(OptionIgnored) as ignored:
        require_options("Redis", asked, {"save": "", "port": "6379"})
    message = str(ignored.value)
    assert message.startswith("Redis ")
    assert "save: asked for '60 1', got ''" in message
    assert "appendfsync: asked for 'no', got None" in message
    assert "port" not in message

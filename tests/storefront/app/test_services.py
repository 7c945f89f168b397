"""Features get their services by name; here it is checked that what a name stands for is what the feature expects."""

from collections.abc import Callable
from inspect import isclass
from typing import Any, get_type_hints

import pytest

from storefront import create_app
from storefront.app.services import Services

WSGI = ("StartResponse", "WSGIApplication", "WSGIEnvironment")
"""Types that are there for type checkers alone."""


def test_a_part_gets_what_it_names_and_its_own_things_come_first() -> None:
    services = Services(price=3, scale=10)
    assert services.build(lambda price, scale=1: price * scale) == 3, "what has a default is left alone"
    assert services.build(lambda price, count: price * count, price=5, count=2) == 10


def test_a_service_that_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="price"):
        Services().build(lambda price: price)


def test_every_service_is_of_the_type_that_its_parts_ask_for(
    app_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    build, checked = Services.build, []

    def build_checked(services: Services, make: Callable[..., object], **own: object) -> object:
        hints = get_type_hints(make.__init__ if isclass(make) else make, localns=dict.fromkeys(WSGI, Callable))
        for name, value in ({name: services[name] for name in hints if name in services} | own).items():
            if isclass(hints.get(name)) and not getattr(hints[name], "_is_protocol", False):
                assert isinstance(value, hints[name]) or (hints[name] is float and isinstance(value, int)), (make, name)
                checked.append(name)
        return build(services, make, **own)

    monkeypatch.setattr(Services, "build", build_checked)
    create_app(app_config)
    assert len(checked) > 100

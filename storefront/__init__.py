"""The shop that visitors see: pages, live lists, and the way in for events."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(config: Mapping[str, Any] | None = None) -> "Flask":
    """Make a storefront. See `storefront.app.factory.create_app`, which is loaded only now: gevent must patch first."""
    from storefront.app import factory

    return factory.create_app(config)

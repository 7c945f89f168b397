"""The client of Riverfront's API, for programs with ``async`` and without.

`models` is made from the OpenAPI document; `operations` has a function for each operation of it.
"""

from riverfront_client.async_client import AsyncRiverfront
from riverfront_client.client import Riverfront
from riverfront_client.events import Event
from riverfront_client.models import ItemChange, ItemForm, RecommendationRequest, RequestFilter
from riverfront_client.pages import async_pages, pages
from riverfront_client.problems import (
    NotAllowed,
    NotFound,
    Problem,
    Refused,
    RiverfrontError,
    TooManyRequests,
    Unavailable,
    Unreachable,
)
from riverfront_client.retries import Retries

__all__ = [
    "AsyncRiverfront",
    "Event",
    "ItemChange",
    "ItemForm",
    "NotAllowed",
    "NotFound",
    "Problem",
    "RecommendationRequest",
    "Refused",
    "RequestFilter",
    "Retries",
    "Riverfront",
    "RiverfrontError",
    "TooManyRequests",
    "Unavailable",
    "Unreachable",
    "async_pages",
    "pages",
]

"""Goes through all pages of a list."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Protocol, TypeVar


class Page(Protocol):
    """A page, which has the cursor of the next."""

    next: str | None


AnyPage = TypeVar("AnyPage", bound=Page)


def pages(ask: Callable[..., AnyPage], *args: Any, **parameters: Any) -> Iterator[AnyPage]:
    """Yield the pages of what a method returns: ``pages(shop.get_history, "customer-17")``."""
    page = ask(*args, **parameters)
    yield page
    while page.next is not None:
        page = ask(*args, **{**parameters, "cursor": page.next})
        yield page


async def async_pages(ask: Callable[..., Awaitable[AnyPage]], *args: Any, **parameters: Any) -> AsyncIterator[AnyPage]:
    """Yield the same, of a method of `AsyncRiverfront`."""
    page = await ask(*args, **parameters)
    yield page
    while page.next is not None:
        page = await ask(*args, **{**parameters, "cursor": page.next})
        yield page

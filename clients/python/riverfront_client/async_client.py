"""The client for programs with ``async``: on asyncio or Trio."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import anyio
import httpx

from riverfront_client import operations
from riverfront_client.operation import TIMEOUT_SECONDS, Operation, options
from riverfront_client.retries import Retries, Tries
from riverfront_client.signatures import as_method

P = ParamSpec("P")
T = TypeVar("T")


def _method(make: Callable[P, Operation[T]]) -> "Callable[Concatenate[AsyncRiverfront, P], Coroutine[Any, Any, T]]":
    @wraps(make)
    async def send(shop: "AsyncRiverfront", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await shop.send(make(*args, **kwargs))

    return as_method(send, make)


class AsyncRiverfront:
    """A shop's API. Close it, or use it in an ``async with`` statement. All else is as in `Riverfront`."""

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        retries: Retries | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self._http = httpx.AsyncClient(**options(address, key, timeout), transport=transport)
        self._retries = retries or Retries()
        self._pause = pause

    async def send(self, operation: Operation[T]) -> T:
        """Send an operation, again where that may help, and return the answer. Raises `RiverfrontError`."""
        tries = Tries(self._retries)
        while True:
            try:
                response = await self._http.request(**operation.arguments())
            except httpx.TransportError as error:
                await self._pause(tries.pause_after_error(error))
                continue
            pause = tries.pause_after(response)
            if pause is None:
                return operation.read(response)
            await self._pause(pause)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    send_events = _method(operations.send_events)
    get_event = _method(operations.get_event)
    get_recommendations = _method(operations.get_recommendations)
    make_recommendations = _method(operations.make_recommendations)
    get_similar_items = _method(operations.get_similar_items)
    get_items_bought_together = _method(operations.get_items_bought_together)
    get_list = _method(operations.get_list)
    get_item = _method(operations.get_item)
    put_item = _method(operations.put_item)
    set_stock = _method(operations.set_stock)
    set_price = _method(operations.set_price)
    delete_item = _method(operations.delete_item)
    change_items = _method(operations.change_items)
    search = _method(operations.search)
    autocomplete = _method(operations.autocomplete)
    get_history = _method(operations.get_history)
    export_visitor = _method(operations.export_visitor)
    forget_visitor = _method(operations.forget_visitor)

"""The client for programs without ``async``."""

import time
from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

import httpx

from riverfront_client import operations
from riverfront_client.operation import TIMEOUT_SECONDS, Operation, options
from riverfront_client.retries import Retries, Tries
from riverfront_client.signatures import as_method

P = ParamSpec("P")
T = TypeVar("T")


def _method(make: Callable[P, Operation[T]]) -> "Callable[Concatenate[Riverfront, P], T]":
    @wraps(make)
    def send(shop: "Riverfront", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return shop.send(make(*args, **kwargs))

    return as_method(send, make)


class Riverfront:
    """A shop's API. Close it, or use it in a ``with`` statement; threads may share one.

    Every method raises `Problem` where the API says what is wrong, and `Unreachable` where it does not answer.

    Parameters
    ----------
    address
        Where the shop is, without ``/api/v1``.
    key
        As `riverfront keys create` prints it.
    timeout
        Seconds that each try may take to connect, and then between two parts of the answer.
    transport
        Takes the place of the network, as in tests.
    pause
        Waits for some seconds.

    Raises
    ------
    ValueError
        If the address is none, or the key is empty.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout: float = TIMEOUT_SECONDS,
        retries: Retries | None = None,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(**options(address, key, timeout), transport=transport)
        self._retries = retries or Retries()
        self._pause = pause

    def send(self, operation: Operation[T]) -> T:
        """Send an operation, again where that may help, and return the answer. Raises `RiverfrontError`."""
        tries = Tries(self._retries)
        while True:
            try:
                response = self._http.request(**operation.arguments())
            except httpx.TransportError as error:
                self._pause(tries.pause_after_error(error))
                continue
            pause = tries.pause_after(response)
            if pause is None:
                return operation.read(response)
            self._pause(pause)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

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

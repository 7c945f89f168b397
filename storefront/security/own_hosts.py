"""The names that a shop answers to. A request for another is refused before any page, picture or socket is looked at.

Without it another site could have its own name lead to the shop (DNS rebinding), and read as a page of the same origin.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")

REFUSAL = b"This shop does not answer to that name. Whoever runs it can add the name to RIVERFRONT_HOSTS.\n"

_HOST = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9.-]{1,253}))(?::[0-9]{1,5})?")

HEALTH, METRICS = "/healthz", "/metrics"


class OwnHosts:
    """Tells the shop's own names from others.

    Parameters
    ----------
    names
        Host names and addresses. One that starts with a dot stands for all below it; an address for "all of this
        machine" (``0.0.0.0``, ``::``) stands for any address: a name that leads here by a trick is none.
    """

    def __init__(self, names: Iterable[str]) -> None:
        written = {without_port(name).lower() for name in names if name}
        found = {name: _address(name) for name in written}
        self._addresses = frozenset(address for address in found.values() if address)
        self._takes_addresses = any(address.is_unspecified for address in self._addresses)
        named = {in_ascii(name) for name, address in found.items() if address is None}
        self._suffixes = tuple(name for name in named if name.startswith("."))
        # Addresses, too, as they are written: most requests need not be read further.
        self._names = named | {name.strip("[]") for name in written} | {suffix[1:] for suffix in self._suffixes}

    def __contains__(self, host: object) -> bool:
        """Return whether a ``Host`` header, whose port does not matter, names this shop."""
        found = _HOST.fullmatch(host) if isinstance(host, str) else None
        if found is None:
            return False
        name = (found["address"] or found["name"]).lower()
        if name in self._names or name.endswith(self._suffixes):
            return True
        address = _address(name)
        return address is not None and (self._takes_addresses or address in self._addresses)


class HostCheck:
    """A WSGI application that answers requests for the shop's own names alone; others get 400 in words.

    Health checks come by whatever name the machine has, and so do metrics that are asked for with a token.
    """

    def __init__(self, application: "WSGIApplication", own: OwnHosts) -> None:
        self._application = application
        self._own = own

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        host = environ.get("HTTP_HOST", environ.get("SERVER_NAME", ""))
        if host in self._own or _is_of_machines(environ):
            return self._application(environ, start_response)
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(REFUSAL)))]
        start_response("400 Bad Request", headers)
        return (REFUSAL,)


def _is_of_machines(environ: "WSGIEnvironment") -> bool:
    path: str = environ.get("PATH_INFO", "")
    return path in (HEALTH, f"{HEALTH}/ready") or (path == METRICS and "HTTP_AUTHORIZATION" in environ)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def in_ascii(name: str) -> str:
    """Write a name as browsers send it. Raises `ValueError` for what no name can be.

    >>> in_ascii("bücher.example"), in_ascii(".shop.example")
    ('xn--bcher-kva.example', '.shop.example')
    """
    dot = "." if name.startswith(".") else ""
    written = name.removeprefix(".").encode("idna").decode("ascii")
    if not _HOST.fullmatch(written):
        raise ValueError(f"no name of a host: {name!r}")
    return dot + written


def without_port(name: str) -> str:
    """Return a host without the port that may stand behind it.

    >>> [without_port(name) for name in ("shop.example:8000", "[::1]:8000", "::1", "shop.example")]
    ['shop.example', '[::1]', '::1', 'shop.example']
    """
    host, colon, port = name.rpartition(":")
    is_port = colon and port.isdecimal() and (":" not in host or host.endswith("]"))
    return host if is_port else name

"""Where the shop and its storefronts listen: a single one at the shop's own port, several behind a proxy that does."""

import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from connections.environment import read_variable
from infra.programs.binaries import find_nginx
from infra.programs.ports import LOOPBACK, listen
from infra.programs.program import Program
from infra.proxy.server import plan_proxy, proxy_program
from infra.stack.home import Home
from infra.stack.settings import StackSettings
from storefront.settings import prefix_of


class Storefronts:
    """The storefronts of one stack, at the shop's ``port``.

    Attributes
    ----------
    address
        Where the shop answers a browser on this machine.
    addresses
        Each storefront's own ``host:port``, by its name. They stay the same from one start to the next.
    """

    def __init__(self, settings: StackSettings, home: Home, port: int, count: int) -> None:
        self._settings = settings
        self._home = home
        self._port = port
        self._reached_at = f"{as_host(settings.host)}:{port}"
        self.address = f"http://{self._reached_at}"
        self._proxy_secret = secrets.token_hex(32)
        self.addresses = {"Storefront": self._reached_at}
        if count > 1:
            names = {f"Storefront {number}": f"storefront-{number}" for number in range(1, count + 1)}
            self.addresses = {name: f"{LOOPBACK}:{home.port(key)}" for name, key in names.items()}

    @property
    def has_proxy(self) -> bool:
        """Whether there are several."""
        return len(self.addresses) > 1

    def program_settings(self, name: str, environment: dict[str, str]) -> dict[str, Any]:
        """Return how one storefront's program differs from others, which have this environment."""
        if not self.has_proxy:
            listener = listen(self._port, self._settings.host)
            return {
                "environment": environment | {"RIVERFRONT_LISTEN_FD": str(listener.fileno())},
                "listener": listener,
            }
        # Nobody keeps their sockets: where a connection is refused, the proxy goes to the next one at once.
        host, _, port = self.addresses[name].rpartition(":")
        own = {
            "RIVERFRONT_HOST": host,
            "RIVERFRONT_PORT": port,
            "RIVERFRONT_ADDRESS": read_variable("RIVERFRONT_ADDRESS", os.environ) or self.address,
            # Visitors come to the proxy's address, not to the storefront's own.
            "RIVERFRONT_HOSTS": ",".join(
                filter(None, (read_variable("RIVERFRONT_HOSTS", os.environ), self._settings.host))
            ),
            "RIVERFRONT_TRUSTED_PROXIES": str(self._settings.trusted_proxies + 1),
            "RIVERFRONT_BEHIND_PROXY": "1",
            "RIVERFRONT_PROXY_SECRET": self._proxy_secret,
        }
        return {"environment": environment | own}

    def proxy_program(self) -> Program:
        """Describe the proxy. Raises `CannotRun`."""
        settings, home = self._settings, self._home
        addresses = tuple(self.addresses.values())
        trusted, secret, prefix = settings.trusted_proxies, self._proxy_secret, prefix_here(os.environ)
        proxy = plan_proxy(settings.host, self._port, addresses, home.proxy, trusted, secret, prefix)
        return proxy_program(find_nginx(), proxy, self._reached_at, home.log("proxy"))


def prefix_here(environment: Mapping[str, str]) -> str:
    """Return the path below which the storefronts of an environment are."""
    return prefix_of(*(read_variable(name, environment) for name in ("RIVERFRONT_PREFIX", "RIVERFRONT_ADDRESS")))


def as_host(listens_on: str) -> str:
    """Return the host by which this machine reaches a server that listens there.

    >>> as_host("0.0.0.0"), as_host("::1"), as_host("shop.local")
    ('127.0.0.1', '[::1]', 'shop.local')
    """
    if listens_on in ("0.0.0.0", "::"):  # noqa: S104 - compared
        return LOOPBACK
    return f"[{listens_on}]" if ":" in listens_on else listens_on


def answers_http(address: str) -> bool:
    """Say whether a page answers with success now."""
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False

"""Where the public reaches the shop: what every address begins with that leaves it."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """The shop's public address, without a slash at its end.

    Without a setting it is the name that the request came by. Requests for names that are not the shop's own never get
    this far (`storefront.security.own_hosts`), and only trusted proxies say by which name they were asked.
    """

    configured: str = ""

    def __call__(self) -> str:
        """Return the address for this request."""
        return self.configured or request.host_url.rstrip("/")


def absolute(site: str, address: str) -> str:
    """Return an address as others need it; nothing for none.

    >>> absolute("https://shop.example", "/pictures/p.svg"), absolute("https://shop.example", "")
    ('https://shop.example/pictures/p.svg', '')
    >>> absolute("https://shop.example", "https://cdn.example/p.jpg")
    'https://cdn.example/p.jpg'
    """
    return f"{site}{address}" if address.startswith("/") else address

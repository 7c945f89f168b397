"""Where a catalog's pictures may be: on hosts that the operator names, and at no address inside a network.

Browsers fetch them. They read an address more generously than most programs: as a number, in hexadecimal, with dots of
other scripts. What is not plainly a public name or a public address is refused.
"""

import re
import socket
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from connections.environment import InvalidSetting, variable

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))+\Z")
_PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "onion")
_NAT64 = ip_network("64:ff9b::/96")


class InvalidPicture(ValueError):
    """No browser should be sent to this address. The message completes: the picture, or the host, …."""


def check_picture(address: str) -> None:
    """Check that a picture is on this shop's own host, or on a public one. Raises `InvalidPicture`."""
    if not address.startswith(("/", "\\")):
        picture_host(address)
    elif "\\" in address or address.startswith("//"):
        raise InvalidPicture("is neither a path of the shop nor a web address")


def picture_host(address: str) -> str:
    """Return the host of a picture's web address, with its port if it has one. Raises `InvalidPicture`."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise InvalidPicture("cannot be read as a web address") from None
    if "@" in parts.netloc or "\\" in parts.netloc or not parts.hostname:
        raise InvalidPicture("cannot be read as a web address")
    host = public_host(parts.hostname)
    shown = f"[{host}]" if ":" in host else host
    return f"{shown}:{port}" if port and port != (443 if parts.scheme == "https" else 80) else shown


def public_host(host: str) -> str:
    """Return a public host as browsers read it. Raises `InvalidPicture` for all others.

    Examples
    --------
    >>> public_host("CDN.Example.com.")
    'cdn.example.com'
    """
    plain = unicodedata.normalize("NFKC", host).replace("\u3002", ".").casefold().rstrip(".")
    if not plain.isascii():
        try:
            plain = plain.encode("idna").decode()
        except UnicodeError:
            raise InvalidPicture("has a host that no browser can find") from None
    literal = _address(plain)
    if literal is not None:
        if not _is_public(literal):
            raise InvalidPicture("is at a private address, which nobody's browser should be sent to")
        return str(literal)
    if not _NAME.match(plain) or plain.rsplit(".", 1)[-1].isdigit():
        raise InvalidPicture("has a host that no browser outside of this network can find")
    if any(plain == name or plain.endswith(f".{name}") for name in _PRIVATE_NAMES):
        raise InvalidPicture("is at a name of a private network, which nobody's browser should be sent to")
    return plain


def allowed_hosts(names: Iterable[str]) -> tuple[str, ...]:
    """Read the hosts that settings name: a host, with a port perhaps, or with a dot before it all hosts below it.

    Raises
    ------
    InvalidSetting
        If one is no public host.

    Examples
    --------
    >>> allowed_hosts(["https://CDN.example.com/", ".pictures.example"])
    ('cdn.example.com', '.pictures.example')
    """
    return tuple(map(_allowed_host, names))


def hosts_of(pictures: Iterable[str]) -> tuple[str, ...]:
    """Return the hosts of those pictures that are not the shop's own, in order. Private ones are left out."""
    found = set()
    for address in pictures:
        if address.startswith(("http://", "https://")):
            with suppress(InvalidPicture):
                found.add(picture_host(address))
    return tuple(sorted(found))


def missing_hosts(pictures: Iterable[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """Return the hosts of pictures that no name allows; a name that starts with a dot allows all below it."""
    return tuple(host for host in hosts_of(pictures) if not any(_allows(name, host) for name in allowed))


def _allowed_host(name: str) -> str:
    bare = name.removeprefix("https://").rstrip("/")
    dot = "." if bare.startswith(".") else ""
    try:
        if "/" in bare or "*" in bare:
            raise InvalidPicture("is no host")
        return dot + picture_host(f"https://{bare.removeprefix('.')}")
    except InvalidPicture as error:
        name_alone = "Name public hosts alone, such as cdn.example.com, or .example.com for all below it."
        raise InvalidSetting(f"{variable('picture_hosts')}: {name!r} {error}. {name_alone}") from None


def _allows(name: str, host: str) -> bool:
    return host.endswith(name) if name.startswith(".") else host == name


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Read an address of any form that browsers take for one; None for a name."""
    with suppress(ValueError):
        return ip_address(host.strip("[]"))
    # 2852039166, 0xa9fea9fe and 169.254.43518 are 169.254.169.254.
    with suppress(OSError):
        return IPv4Address(socket.inet_aton(host))
    return None


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _NAT64:
            within = IPv4Address(int(address) & 0xFFFF_FFFF)
        if within:
            return _is_public(within)
    return address.is_global and not address.is_multicast

"""Whose address a request comes from, as far as limits are concerned."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from flask import request


def network_of(address: str | None) -> str:
    """Return what one client is counted by: an IPv4 address, or the /64 of an IPv6 address, which one client owns."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed) >> 64 << 64, 64)))


def client_network() -> str:
    """Return the network of this request. Proxies are believed as far as the settings say."""
    return network_of(request.remote_addr)

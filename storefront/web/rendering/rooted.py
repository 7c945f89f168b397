"""Addresses of the shop's own as a page names them: below the path at which the shop is."""

from flask import request


def rooted(address: str) -> str:
    """Return a path of the shop with what stands before all its paths; any other address as it is."""
    return f"{request.script_root}{address}" if address.startswith("/") else address

"""The pictures that a row of a catalog names: only addresses that browsers may be sent to."""

import json
import re

from bootstrap.read.rows import UnusableRow, text_of
from connections.picture_hosts import InvalidPicture, check_picture

MOST_PICTURES = 10
"""Beside the first one, as in Google Merchant's feeds."""

_ADDRESS = re.compile(r"""((?i:https?)://|/)[^\s|"'<>]{1,490}""")
_BETWEEN = re.compile(r"""[\s|"'<>]+|,\s*(?=(?i:https?)://|/)""")


def read_pictures(*cells: str) -> tuple[str, ...]:
    """Return the addresses that some cells hold, each once: separated by blanks, commas or bars, or as a JSON list.

    Raises
    ------
    UnusableRow
        If no browser should be sent to one of them.

    Examples
    --------
    >>> read_pictures("https://a.example/1.jpg", "https://a.example/2.jpg,https://a.example/1.jpg")
    ('https://a.example/1.jpg', 'https://a.example/2.jpg')
    >>> read_pictures("none yet")
    ()
    """
    found = dict.fromkeys(address for cell in cells for address in _addresses(cell))
    return tuple(found)[: 1 + MOST_PICTURES]


def _addresses(text: str) -> list[str]:
    if text.startswith("["):
        try:
            text = text_of(json.loads(text))
        except (ValueError, RecursionError):
            text = text.strip("[]\"'")
    matches = [_ADDRESS.match(part) for part in _BETWEEN.split(text)]
    # A cell that begins with something else is a text that happens to name an address.
    return [_checked(match.group()) for match in matches if match] if matches[0] else []


def _checked(found: str) -> str:
    # Some shops' exports leave the scheme to the page.
    address = f"https:{found}" if found.startswith("//") else found
    address = re.sub("^https?:", lambda scheme: scheme.group().lower(), address, flags=re.IGNORECASE)
    try:
        check_picture(address)
    except InvalidPicture as error:
        raise UnusableRow(f"picture {address[:80]!r} {error}") from None
    return address

"""Recovery codes: ten, each for one use, in place of a code by time. The database holds their hashes.

The first group of a code finds its row, the rest is hashed like a password. So one hash is compared and not ten.
"""

import secrets
from typing import NamedTuple

COUNT = 10
GROUPS, GROUP_LENGTH = 4, 4
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without what is mistaken for something else: 0, 1, i, l, o."""

_LENGTH = GROUPS * GROUP_LENGTH


class RecoveryCode(NamedTuple):
    """A code's two parts."""

    lookup: str
    secret: str

    @property
    def text(self) -> str:
        """The code as people read it."""
        signs = self.lookup + self.secret
        return "-".join(signs[start : start + GROUP_LENGTH] for start in range(0, _LENGTH, GROUP_LENGTH))


def new_codes() -> list[RecoveryCode]:
    """Make a set of codes, no two of which have the same first group."""
    codes: dict[str, RecoveryCode] = {}
    while len(codes) < COUNT:
        signs = "".join(secrets.choice(ALPHABET) for _ in range(_LENGTH))
        codes[signs[:GROUP_LENGTH]] = RecoveryCode(signs[:GROUP_LENGTH], signs[GROUP_LENGTH:])
    return list(codes.values())


def parse_code(typed: str) -> RecoveryCode | None:
    """Read a code as it was typed; None if it is none.

    >>> parse_code(" ABCD-efgh jkmn-pqrs ")
    RecoveryCode(lookup='abcd', secret='efghjkmnpqrs')
    >>> parse_code("123456")
    """
    signs = "".join(sign for sign in typed.casefold() if sign not in " -\t")
    if len(signs) != _LENGTH or not set(signs) <= set(ALPHABET):
        return None
    return RecoveryCode(signs[:GROUP_LENGTH], signs[GROUP_LENGTH:])

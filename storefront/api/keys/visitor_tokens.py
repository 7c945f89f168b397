"""Tokens by which a shop's server says who its visitor is: JWTs, signed by HS256 with a secret of the browser's key.

The secret of each key is derived from the shop's own one, so it is stored nowhere, and ends with the key.
"""

import math
import time
from collections.abc import Callable, Sequence
from hmac import digest
from typing import Any

import jwt
import msgspec

from online_models.schema.own_visitors import OwnVisitor
from storefront.api.keys.api_key import ApiKey, Scope
from storefront.api.keys.grant import Grant
from storefront.api.keys.key_ring import KeyRing

LONGEST_SECONDS = 24 * 60 * 60
LEEWAY_SECONDS = 60
"""By how much the clocks of both servers may differ."""

MOST_LETTERS = 4_096
_ALGORITHM = "HS256"
_PURPOSE = b"riverfront visitor tokens\0"
_PREFIX = "rf_signing_"


class InvalidToken(Exception):
    """A token vouches for nobody. The text says why."""


class _Claims(msgspec.Struct, frozen=True):
    sub: OwnVisitor
    iss: str
    exp: float
    nbf: float = -math.inf


def signing_secret(secret: str, name: str) -> str:
    """Return the secret that signs the tokens of a browser's key, made of the shop's own secret and the key's name."""
    return _PREFIX + digest(secret.encode(), _PURPOSE + name.encode(), "sha256").hex()


class VisitorTokens:
    """Reads tokens: who signed them, whom they are for, and until when.

    Parameters
    ----------
    secrets
        The shop's own secrets, oldest first: tokens that are signed by what any of them makes are believed.
    now
        Unix seconds.
    """

    def __init__(self, key_ring: KeyRing, secrets: Sequence[str], now: Callable[[], float] = time.time) -> None:
        self._ring = key_ring
        self._secrets = tuple(reversed(secrets))
        self._now = now

    def read(self, token: str) -> Grant:
        """Return what a token grants. Raises `InvalidToken`, `DatabaseDown`."""
        if len(token) > MOST_LETTERS:
            raise InvalidToken("It is too long.")
        key = self._key_of(token)
        claims = self._claims(token, key)
        now = self._now()
        if claims.exp <= now - LEEWAY_SECONDS:
            raise InvalidToken("It has expired.")
        if not claims.exp <= now + LONGEST_SECONDS + LEEWAY_SECONDS:
            raise InvalidToken(f"`exp` is more than {LONGEST_SECONDS // 3600} hours ahead.")
        if claims.nbf > now + LEEWAY_SECONDS:
            raise InvalidToken("It is not valid yet.")
        return Grant(key=key, visitor=claims.sub, ends_at=claims.exp + LEEWAY_SECONDS)

    def _key_of(self, token: str) -> ApiKey:
        try:
            unverified = jwt.decode(token, options={"verify_signature": False})
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise InvalidToken("It is no JWT.") from None
        name = unverified.get("iss")
        key = self._ring.named(name) if isinstance(name, str) else None
        if key is None or key.scope is not Scope.BROWSER:
            raise InvalidToken("`iss` names no browser key in use.")
        return key

    def _claims(self, token: str, key: ApiKey) -> _Claims:
        # The times are compared here: by the shop's own clock, and with a bound.
        options: Any = {"require": ["exp", "iss", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        for secret in self._secrets:
            try:
                signed_by = signing_secret(secret, key.name)
                found = jwt.decode(token, signed_by, algorithms=[_ALGORITHM], issuer=key.name, options=options)
                return msgspec.convert(found, _Claims)
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, ValueError) as error:
                raise InvalidToken(_why(error)) from None
        raise InvalidToken("Another secret has signed it.")


def _why(error: Exception) -> str:
    if isinstance(error, jwt.InvalidAlgorithmError):
        return f"It is not signed by {_ALGORITHM}."
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"It has no `{error.claim}`."
    return "A claim has no valid value."

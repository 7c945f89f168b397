"""The keys in the database, by digest."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from online_models.schema.plain_text import one_line
from storefront.api.keys.api_key import DEFAULT_RATE, MOST_A_SECOND, ApiKey, Scope, digest_of, new_name, new_token
from storefront.api.keys.origins import origin_of
from storefront.database.connection import Database
from storefront.database.tables import NAME_LENGTH, api_keys

MOST_KEYS = 1_000
MOST_ORIGINS = 20


class TooManyKeys(ValueError):
    """As many keys are in use as the shop keeps. Revoke one first."""


@dataclass(frozen=True, slots=True)
class KeyStore:
    """Makes, lists and revokes keys. Raises `DatabaseDown`."""

    database: Database
    now: Callable[[], float] = time.time

    def create(
        self, scope: Scope, label: str = "", rate: int = DEFAULT_RATE, origins: Sequence[str] = ()
    ) -> tuple[ApiKey, str]:
        """Make a key, and return it with the token that opens the API: it cannot be shown again.

        ``origins`` are those of the pages that may use it, such as ``https://shop.example``; none are all.

        Raises
        ------
        TooManyKeys
            If `MOST_KEYS` are in use.
        ValueError
            If the rate is not between 1 and `MOST_A_SECOND`, or an origin is none, or there are too many.
        """
        if not 1 <= rate <= MOST_A_SECOND:
            raise ValueError(f"a rate from 1 to {MOST_A_SECOND} a second")
        if len(origins) > MOST_ORIGINS:
            raise ValueError(f"at most {MOST_ORIGINS} origins")
        if len(self.in_use()) >= MOST_KEYS:
            raise TooManyKeys(f"{MOST_KEYS} keys are in use")
        token = new_token(scope)
        key = ApiKey(
            name=new_name(),
            digest=digest_of(token),
            scope=scope,
            label=one_line(label)[:NAME_LENGTH].strip(),
            rate=rate,
            created_at=self.now(),
            origins=tuple(dict.fromkeys(map(origin_of, origins))),
        )
        with self.database.begin() as connection:
            connection.execute(insert(api_keys).values(**_row(key)))
        return key, token

    def revoke(self, name: str) -> bool:
        """Revoke a key. Returns whether there was one of that name in use."""
        revoked = update(api_keys).where(api_keys.c.name == name, api_keys.c.revoked_at.is_(None))
        with self.database.begin() as connection:
            return bool(connection.execute(revoked.values(revoked_at=self.now())).rowcount)

    def in_use(self) -> list[ApiKey]:
        """Return the keys that are not revoked, oldest first."""
        return [key for key in self.all() if key.revoked_at is None]

    def all(self) -> list[ApiKey]:
        """Return all keys, oldest first."""
        asked = select(*api_keys.c).order_by(api_keys.c.created_at, api_keys.c.name)
        with self.database.read() as connection:
            return [_key(dict(row)) for row in connection.execute(asked).mappings()]


def _row(key: ApiKey) -> dict[str, object]:
    row = {name: getattr(key, name) for name in key.__struct_fields__}
    return row | {"scope": key.scope.value, "origins": " ".join(key.origins)}


def _key(row: dict[str, object]) -> ApiKey:
    scope, origins = Scope(str(row.pop("scope"))), tuple(str(row.pop("origins")).split())
    return ApiKey(scope=scope, origins=origins, **row)  # type: ignore[arg-type]  # a row has the key's fields

"""The URL of a PostgreSQL, checked before anything connects. Its query holds libpq's own options, as for TLS."""

import os
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
SYSTEM = "system"
"""In place of a file: the authorities that the system trusts."""


class InvalidURL(ValueError):
    """The URL cannot be used. The message says why, without the password."""


def check_url(url: str) -> None:
    """Raise `InvalidURL` for an option or a mode of TLS that there is not, and for a file that is missing."""
    try:
        query = make_url(url).query
    except (ArgumentError, ValueError):
        raise InvalidURL("it is not of the form postgresql://user:password@host:port/name?option=value") from None
    options = {name: value if isinstance(value, str) else ",".join(value) for name, value in query.items()}
    try:
        make_conninfo(**options)
    except psycopg.Error as error:
        raise InvalidURL(str(error).strip()) from error
    if (mode := options.get("sslmode", MODES[0])) not in MODES:
        raise InvalidURL(f"sslmode must be {', '.join(MODES[:-1])} or {MODES[-1]}, not {mode!r}")
    for name in FILES:
        path = options.get(name)
        if path and path != SYSTEM and not (Path(path).is_file() and os.access(path, os.R_OK)):
            raise InvalidURL(f"{name} must name a file that can be read, not {path!r}")


def refusal_of(error: BaseException) -> str:
    """Say what to correct where a server is there and refuses the connection; nothing where it does not answer."""
    text = " ".join(str(error).split("\n(Background")[0].split())
    if "password authentication failed" in text or "no password supplied" in text:
        return f"PostgreSQL does not let the user in: {text}. Check the user and password in RIVERFRONT_DATABASE."
    if any(word in text for word in ("SSL error", "support SSL", "certificate", "no encryption")):
        return (
            f"No TLS connection to PostgreSQL: {text}. Check sslmode and sslrootcert in RIVERFRONT_DATABASE, and that "
            "the server's certificate names its host."
        )
    return ""

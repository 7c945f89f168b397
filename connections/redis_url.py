"""The URL of a Redis, checked before anything connects: its query holds redis-py's own options, as for TLS."""

import re
from urllib.parse import parse_qs, urlsplit

_FILES = "ssl_ca_certs", "ssl_certfile", "ssl_keyfile"
_SIMPLE = re.compile(
    r"(redis://([^\s/?#@]*@)?[\w.-]+(:\d{1,5})?(/\d*)?|unix://([^\s/?#@]*@)?/[^\s?#]+)(\?db=\d+)?", re.ASCII
)
"""Without options that only redis-py knows. It is not imported for them: the storefront reads its settings before
gevent has patched what redis-py imports."""


def problem_of(url: str) -> str:
    """Say why no client could use the URL; nothing if one could. No password is repeated."""
    if _SIMPLE.fullmatch(url) and _has_port(url):
        return ""
    from redis import ConnectionPool, RedisError

    try:
        # Built, not connected.
        ConnectionPool.from_url(url).make_connection()
    except TypeError as error:
        return f"redis-py does not know an option of it ({str(error).rpartition(' ')[2]})"
    except (ValueError, RedisError) as error:
        return str(error).rstrip(".")
    authority, certificate, key = (parse_qs(urlsplit(url).query).get(name, [""])[0] for name in _FILES)
    return _problem_of_authority(authority) or _problem_of_certificate(certificate, key)


def _has_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _problem_of_authority(path: str) -> str:
    import ssl

    try:
        if path:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except (OSError, ValueError) as error:
        return f"ssl_ca_certs must name certificates as PEM, not {path!r}: {error}"
    return ""


def _problem_of_certificate(certificate: str, key: str) -> str:
    import ssl

    try:
        if certificate or key:
            # Without an answer for it, OpenSSL would ask the terminal for a passphrase.
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key or None, password=str)
    except (OSError, ValueError) as error:
        return f"ssl_certfile and ssl_keyfile must name a certificate as PEM and its key, without a passphrase: {error}"
    return ""

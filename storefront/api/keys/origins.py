"""Where pages come from, as browsers write it: scheme, host and port."""

from urllib.parse import urlsplit

from storefront.security.own_hosts import in_ascii

MOST_LETTERS = 300
_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(text: str) -> str:
    """Return an origin as browsers send it.

    Raises
    ------
    ValueError
        If the text is none: it has a path, or no scheme of the web, or no host.

    Examples
    --------
    >>> origin_of("https://Shop.example:443/"), origin_of("http://127.0.0.1:9000")
    ('https://shop.example', 'http://127.0.0.1:9000')
    """
    parts = urlsplit(text.strip().rstrip("/"))
    is_origin = parts.scheme in _DEFAULT_PORTS and parts.hostname and text.strip().rstrip("/").count("/") == 2
    if not is_origin or "@" in parts.netloc or len(text) > MOST_LETTERS:
        raise ValueError("an origin has a scheme and a host, as https://shop.example")
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else in_ascii(str(parts.hostname))
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"

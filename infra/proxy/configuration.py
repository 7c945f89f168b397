"""nginx's configuration: visitors stay on one storefront, and requests go past one that is away.

It is written for any nginx from 1.20 on. Storefronts that are given by name are looked up again every second, which
takes 1.27.3.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from string import Template

from storefront.security.proxy_proof import HEADER

TEMPLATE = Path(__file__).with_name("nginx.conf.template")

WAITS_MS = (200, 400, 800, 1_400)
"""While no storefront answers, a request is tried again after each of these: 2.8 s in all. nginx passes a request on
ten times at most, and each wait takes two."""

MAX_CONNECTIONS = 20_000
"""Each page's socket takes two: one to the page, one to its storefront."""

OWN_FILES = 64
PAGE_PART = 4
"""A quarter of the connections is left to pages, whatever the number of sockets."""

MAX_BODY_BYTES = 512 * 1024
"""More than a storefront takes, so that it is the storefront that says what is too large."""

MAX_API_BODY_BYTES = 5 * 1024 * 1024
"""The same of the API's, whose batches are larger."""

_HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})")

REPEATABLE = (
    r"/interactions$",
    r"/basket/lines(/[^/]+)?$",
    r"/basket/order$",
    r"/wishlist(/removals)?$",
    r"/orders/[^/]+/again$",
    r"/products/[^/]+/(rating|dismissal|like|review)$",
    r"/account/recommendations/(forgotten|dismissed|reset|profiling)$",
)
"""Forms and reports with an id of their own, of the event or the order: sent to a second storefront, because the first
died over them, they count once. Other forms are not sent twice."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """What the proxy is to do.

    Attributes
    ----------
    host, port
        Where visitors reach it.
    storefronts
        Each as ``host:port``. A name stands for every address that it has.
    folder
        For its own files. It must exist.
    trusted_proxies
        How many proxies in front of it are believed about who asks. None: whoever connects is the client.
    user
        Whom its worker runs as, where the proxy itself runs as root.
    resolver
        The name server for storefronts that are given by name.
    max_files
        How many files a process may have open here.
    secret
        What it shows to storefronts, so that they believe it alone about who asks.
    prefix
        The path below which the shop is, such as ``/shop``; requests may come without it, too.
    """

    host: str
    port: int
    storefronts: Sequence[str]
    folder: Path
    trusted_proxies: int = 0
    user: str | None = None
    resolver: str | None = None
    max_files: int = MAX_CONNECTIONS + OWN_FILES
    secret: str = field(default="", repr=False)
    prefix: str = ""

    def __post_init__(self) -> None:
        if not self.storefronts:
            raise ValueError("a proxy needs a storefront")
        for storefront in self.storefronts:
            if not _HOST_AND_PORT.fullmatch(storefront):
                raise ValueError(f"a storefront is host:port, not {storefront!r}")
        if re.search(r'["\\$\n;{}]', str(self.folder)):
            raise ValueError(f"nginx cannot keep its files in a folder of this name: {self.folder}")
        if re.search(r"[^\w.~+/=-]", self.secret, re.ASCII):
            raise ValueError("the secret of a proxy is of letters and digits")
        if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", self.prefix):
            raise ValueError(f"a prefix is a path such as /shop, not {self.prefix!r}")


def build_configuration(proxy: Proxy) -> str:
    """Write the configuration file."""
    connections = max(min(MAX_CONNECTIONS, proxy.max_files - OWN_FILES), 2 * PAGE_PART)
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        user=f"user {proxy.user};" if proxy.user else "",
        files=connections + OWN_FILES,
        connections=connections,
        sockets=(connections - connections // PAGE_PART) // 2,
        folder=proxy.folder,
        body=MAX_BODY_BYTES,
        api_body=MAX_API_BODY_BYTES,
        listen=f"[{proxy.host}]:{proxy.port}" if ":" in proxy.host else f"{proxy.host}:{proxy.port}",
        resolver=f"resolver {proxy.resolver} valid=1s; resolver_timeout 2s;" if proxy.resolver else "",
        # One failure, and for a second only one request tries it again: it costs nobody a page, who goes to the next.
        servers=_servers(proxy.storefronts, "max_fails=1 fail_timeout=1s"),
        waiting_servers=_servers(proxy.storefronts, "max_fails=0"),
        forwarded="\n        ".join(
            (*_forwarded(proxy.trusted_proxies), f'proxy_set_header {HEADER} "{proxy.secret}";')
        ),
        repeatable="|".join(f"({_below(proxy.prefix)}{pattern})" for pattern in REPEATABLE),
        sockets_at=f"~ {_below(proxy.prefix)}/socket[.]io/" if proxy.prefix else "^~ /socket.io/",
        waits=_waits(),
    )


def has_names(storefronts: Sequence[str]) -> bool:
    """Say whether any storefront is given by name.

    >>> has_names(["127.0.0.1:8001", "[::1]:8001"]), has_names(["storefront:8000"])
    (False, True)
    """
    return any(_is_name(storefront) for storefront in storefronts)


def _below(prefix: str) -> str:
    return f"^(?:{re.escape(prefix)})?" if prefix else "^"


def _servers(storefronts: Sequence[str], options: str) -> str:
    lines = (f"server {one} {options}{' resolve' if _is_name(one) else ''};" for one in storefronts)
    return "\n        ".join(lines)


def _is_name(storefront: str) -> bool:
    try:
        ip_address(storefront.rpartition(":")[0].strip("[]"))
    except ValueError:
        return True
    return False


def _forwarded(trusted: int) -> tuple[str, ...]:
    if trusted:  # Each adds what it saw; storefronts believe one more.
        return (
            "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
            'proxy_set_header X-Forwarded-Proto "$http_x_forwarded_proto, $scheme";',
            'proxy_set_header X-Forwarded-Host "$http_x_forwarded_host, $http_host";',
        )
    return (
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header X-Forwarded-Host $http_host;",
    )


def _waits() -> str:
    nexts = [f"@wait_{number + 1}" for number in range(1, len(WAITS_MS))] + ["@closed"]
    return "\n".join(
        f"""
        location @wait_{number} {{
            if ($may_wait = no) {{
                return 503;
            }}
            auth_request /.wait;
            auth_delay {milliseconds}ms;
            error_page 401 = @try_{number};
            error_page 503 = @closed;
        }}
        location @try_{number} {{
            error_page 502 = {after};
            error_page 504 = @closed;
            proxy_pass http://any_storefront;
        }}"""
        for number, (milliseconds, after) in enumerate(zip(WAITS_MS, nexts, strict=True), 1)
    )

"""What a shop must have that others can reach: all that is missing is said at once, before anything is served.

``RIVERFRONT_ALLOW`` names what may be missing all the same, one by one, as on a private network; each is logged at
every start. Nothing else gets around the check. A demo (``RIVERFRONT_DEMO=1``) does without it.
"""

from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qs, urlsplit

from connections.environment import InvalidSetting, read_environment, variable
from storefront.settings import CONSOLE, StorefrontSettings, check_values, secret_problem

SHORTEST_PASSWORD = 12
LOGINS_ELSEWHERE = ("PGPASSWORD", "PGPASSFILE", "PGSSLCERT")
"""By what PostgreSQL's client may know how to log in, beside its URL."""


class Exemption(StrEnum):
    """What `RIVERFRONT_ALLOW` may name."""

    PLAIN_HTTP = "plain-http"
    CONSOLE_MAIL = "console-mail"
    OPEN_SERVERS = "open-servers"
    OPEN_OPS = "open-ops"


CONSEQUENCES = {
    Exemption.PLAIN_HTTP: "passwords and cookies go over the network in clear text",
    Exemption.CONSOLE_MAIL: "no email is sent: passwords cannot be reset, and addresses are not confirmed",
    Exemption.OPEN_SERVERS: "whoever reaches Redis, Kafka, the database or the mail server needs no password",
    Exemption.OPEN_OPS: "everybody may see the operators' page and the metrics",
}


def read_served_settings(environment: Mapping[str, str]) -> StorefrontSettings:
    """Read the settings of a shop that is about to serve.

    Raises
    ------
    InvalidSetting
        If a value cannot be used. Outside of a demo also if something is missing: the message has a line for each.
    """
    settings = read_environment(StorefrontSettings, environment)
    if not settings.demo and (missing := list(missing_of(settings, environment))):
        raise InvalidSetting("\n".join([*missing, ADVICE]))
    check_values(settings)
    return settings


ADVICE = (
    "The shop does not start for others (RIVERFRONT_DEMO is not 1) before all of this is done. `riverfront secret "
    "--env` prints these settings with new secrets; docs/security.md, Running it in production, explains them. To try "
    "the shop on this machine, set RIVERFRONT_DEMO=1 instead."
)


def missing_of(settings: StorefrontSettings, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what is missing, a sentence each with what to do."""
    unknown = [word for word in settings.allow if word not in tuple(Exemption)]
    if unknown:
        yield f"RIVERFRONT_ALLOW names {', '.join(unknown)}: it may name {', '.join(Exemption)}."
    yield from _secrets(settings)
    yield from _address(settings)
    yield from _mail(settings)
    if settings.ops_open and Exemption.OPEN_OPS not in settings.allow:
        yield "RIVERFRONT_OPS_OPEN is 1: set it to 0, and grant the role with `riverfront operator grant`. " + _or(
            Exemption.OPEN_OPS
        )
    if Exemption.OPEN_SERVERS not in settings.allow:
        yield from (f"{problem} {_or(Exemption.OPEN_SERVERS)}" for problem in _open_servers(settings, environment))


def exemptions(settings: StorefrontSettings) -> Iterator[str]:
    """Yield what the shop does without, for the log."""
    for exemption in Exemption:
        if exemption in settings.allow and not settings.demo:
            yield f"RIVERFRONT_ALLOW={exemption}: {CONSEQUENCES[exemption]}"


def _secrets(settings: StorefrontSettings) -> Iterator[str]:
    if problem := secret_problem(settings.secret, "secret"):
        yield problem
    yield from filter(None, (secret_problem(old, "secret_old") for old in settings.secret_old))
    token = settings.metrics_token
    if token and (problem := secret_problem(token, "metrics_token")):
        yield problem
    if settings.proxy_secret and (problem := secret_problem(settings.proxy_secret, "proxy_secret")):
        yield problem
    if token and token in (settings.secret, *settings.secret_old):
        yield "RIVERFRONT_METRICS_TOKEN is the key of the cookies too: print another with `riverfront secret`."


def _address(settings: StorefrontSettings) -> Iterator[str]:
    is_plain = Exemption.PLAIN_HTTP in settings.allow and not settings.tls
    if not is_plain:
        if not settings.tls:
            yield (
                "RIVERFRONT_TLS is not 1: put a proxy with TLS before the shop, and set it, so that cookies go over "
                f"HTTPS only. {_or(Exemption.PLAIN_HTTP)}"
            )
        if settings.trusted_proxies <= settings.behind_proxy:
            yield (
                "RIVERFRONT_TRUSTED_PROXIES is 0: say how many proxies are before the shop, such as 1 for the one with "
                "TLS. Without it, all visitors count as one network."
            )
    wanted = "http" if is_plain else "https"
    if not settings.address:
        yield (
            f"RIVERFRONT_ADDRESS is not set: give the shop's public address, such as {wanted}://shop.example. Links in "
            "emails start with it."
        )
        if not settings.hosts:
            yield (
                "RIVERFRONT_HOSTS is not set: name the hosts that the shop answers to, such as shop.example. That of "
                "RIVERFRONT_ADDRESS need not be named again."
            )
    elif not is_plain and not settings.address.startswith("https://"):
        yield f"RIVERFRONT_ADDRESS must start with https://, not http://. {_or(Exemption.PLAIN_HTTP)}"


def _mail(settings: StorefrontSettings) -> Iterator[str]:
    if Exemption.CONSOLE_MAIL in settings.allow and settings.mail == CONSOLE:
        return
    if settings.mail == CONSOLE:
        yield (
            "RIVERFRONT_MAIL is console, which writes emails to the log: name a mail server, such as "
            f"smtps://user:password@mail.example. {_or(Exemption.CONSOLE_MAIL)}"
        )
    _name, sender = parseaddr(settings.mail_from)
    domain = sender.rpartition("@")[2]
    if "." not in domain:
        yield "RIVERFRONT_MAIL_FROM is not set: give the sender of emails, such as Shop <shop@shop.example>."


def _open_servers(settings: StorefrontSettings, environment: Mapping[str, str]) -> Iterator[str]:
    redis = _split(settings.redis)
    if redis.scheme != "unix" and not _is_here(redis.hostname) and (problem := _weak(redis.password)):
        yield f"RIVERFRONT_REDIS {problem}: redis://user:password@host:6379/0, or rediss:// for TLS."
    kafka = [server.rpartition(":")[0] for server in settings.kafka.split(",")]
    if not all(map(_is_here, kafka)):
        if settings.kafka_security_protocol.has_sasl:
            problem = _weak(settings.kafka_password)
        else:
            problem = "" if settings.kafka_certificate_file else "names servers on other machines, and nobody logs in"
        if problem:
            yield (
                f"RIVERFRONT_KAFKA {problem}: set RIVERFRONT_KAFKA_SECURITY_PROTOCOL to SASL_SSL or SASL_PLAINTEXT, "
                "with RIVERFRONT_KAFKA_USER and RIVERFRONT_KAFKA_PASSWORD."
            )
    database = _split(settings.database)
    options = parse_qs(database.query)
    hosts = [*(database.hostname or "").split(","), *",".join(options.get("host", [])).split(",")]
    is_remote = database.scheme != "sqlite" and not all(map(_is_here, hosts))
    is_known_elsewhere = any(environment.get(name) for name in LOGINS_ELSEWHERE) or "sslcert" in options
    password = database.password or "".join(options.get("password", []))
    if is_remote and not is_known_elsewhere and (problem := _weak(password)):
        yield f"RIVERFRONT_DATABASE {problem}: postgresql://user:password@host/name."
    mail = _split("" if settings.mail == CONSOLE else settings.mail)
    if mail.scheme == "smtp" and not _is_here(mail.hostname) and not mail.username:
        yield (
            "RIVERFRONT_MAIL has no user, so emails would go out without TLS: smtp://user:password@host for STARTTLS, "
            "or smtps:// for TLS from the start."
        )


def _split(url: str) -> SplitResult:
    """Return a URL in its parts; nothing of one that is none: who connects says what is wrong with it."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _weak(password: str | None) -> str:
    """Return what is wrong with a server's password; empty if nothing is."""
    if not password:
        return "has no password, and its server is on another machine"
    is_guessable = len(password) < SHORTEST_PASSWORD or len(set(password)) < SHORTEST_PASSWORD // 2
    return "has a password that can be guessed" if is_guessable else ""


def _is_here(host: str | None) -> bool:
    """Say whether a host is this machine, by loopback or a unix socket."""
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _or(exemption: Exemption) -> str:
    return f"Or, on a private network, {variable('allow')}={exemption}: {CONSEQUENCES[exemption]}."

"""Answers 429 with `Retry-After` where a limit is reached."""

from typing import NoReturn

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import TooManyRequests

from storefront.limits.client_address import client_network
from storefront.limits.leaky_buckets import Limit
from storefront.limits.limits import Limits, Verdict


def check_limit(limits: Limits, limit: Limit, key: str | None = None) -> None:
    """Count this request, or answer it with 429. Counted by ``key``, or else by the client's network."""
    verdict = limits.allow(limit, client_network() if key is None else key)
    if not verdict.allowed:
        refuse(verdict)


def refuse(verdict: Verdict) -> NoReturn:
    """Answer with 429, and say when to come back."""
    raise TooManyRequests(waiting(verdict), retry_after=verdict.retry_after)


def waiting(verdict: Verdict) -> str:
    """Return what to tell somebody who has to wait."""
    return str(_("Too many attempts. Try again %(when)s.", when=when(verdict)))


def when(verdict: Verdict) -> str:
    """Return in how long it is worth another try."""
    seconds = verdict.retry_after
    if seconds <= 90:
        return str(ngettext("in %(num)s second", "in %(num)s seconds", max(seconds, 1)))
    return str(ngettext("in %(num)s minute", "in %(num)s minutes", -(-seconds // 60)))

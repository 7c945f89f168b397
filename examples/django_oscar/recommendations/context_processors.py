"""What the shop's pages need for riverfront.js."""

from django.conf import settings
from django.http import HttpRequest


def riverfront(_request: HttpRequest) -> dict[str, object]:
    """Return the address of Riverfront, and its key for browsers."""
    return {"riverfront": {"url": settings.RIVERFRONT_URL, "key": settings.RIVERFRONT_BROWSER_KEY}}

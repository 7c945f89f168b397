"""Whether the visitor lets the shop learn from what they do. It is their browser's choice, kept in a cookie of its own.

Without profiling, lists are popular or follow from the open product and the basket, and what somebody looks at is
neither kept nor published.
"""

from flask import Response, has_request_context, request

COOKIE = "riverfront_profiling"
ONE_YEAR = 365 * 24 * 60 * 60
OFF = "off"


class ProfilingChoice:
    """Reads and writes the choice.

    Parameters
    ----------
    secure
        The shop is served over TLS: the cookie goes over nothing else, and no other host can set it.
    """

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        self.cookie = f"__Host-{COOKIE}" if secure else COOKIE

    def is_off(self) -> bool:
        """Return whether this request's browser, or the one that opened this socket, has turned profiling off."""
        return has_request_context() and request.cookies.get(self.cookie) == OFF

    def set_cookie(self, response: Response, *, is_off: bool) -> None:
        """Keep the choice for a year, whoever signs in or out; without a cookie profiling is on."""
        if is_off:
            response.set_cookie(self.cookie, OFF, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=self._secure)
        else:
            response.delete_cookie(self.cookie, httponly=True, samesite="Lax", secure=self._secure)

"""Whether the visitor lets the shop learn from what they do. It is their browser's choice, kept in a cookie of its own.

Without profiling, lists are popular or follow from the open product and the basket, and what somebody looks at is
neither kept nor published.
"""

from flask import Response, has_request_context, request

from storefront.cookie_scope import CookieScope

COOKIE = "riverfront_profiling"
ONE_YEAR = 365 * 24 * 60 * 60
OFF = "off"


class ProfilingChoice:
    """Reads and writes the choice.

    Parameters
    ----------
    secure, prefix
        Where the cookie goes (`CookieScope`).
    """

    def __init__(self, *, secure: bool, prefix: str = "") -> None:
        self._scope = CookieScope(secure, prefix)
        self.cookie = self._scope.name(COOKIE)

    def is_off(self) -> bool:
        """Return whether this request's browser, or the one that opened this socket, has turned profiling off."""
        return has_request_context() and request.cookies.get(self.cookie) == OFF

    def set_cookie(self, response: Response, *, is_off: bool) -> None:
        """Keep the choice for a year, whoever signs in or out; without a cookie profiling is on."""
        secure, path = self._scope.secure, self._scope.path
        if is_off:
            response.set_cookie(
                self.cookie, OFF, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=secure, path=path
            )
        else:
            response.delete_cookie(self.cookie, httponly=True, samesite="Lax", secure=secure, path=path)

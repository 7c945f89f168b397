"""Which requests the shop's cookies go with: those over TLS alone, and below the shop's own path."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CookieScope:
    """How the cookies of one shop are named and where they go.

    Attributes
    ----------
    secure
        The shop is served over TLS: its cookies go over nothing else.
    prefix
        The path below which the shop is, such as ``/shop``; empty where it has its host for itself.

    Examples
    --------
    >>> CookieScope(secure=True).name("visitor"), CookieScope(secure=True, prefix="/shop").name("visitor")
    ('__Host-visitor', '__Secure-visitor')
    >>> CookieScope(secure=False).path, CookieScope(secure=False, prefix="/shop").path
    ('/', '/shop')
    """

    secure: bool
    prefix: str = ""

    @property
    def path(self) -> str:
        """The path of the cookies."""
        return self.prefix or "/"

    def name(self, plain: str) -> str:
        """Return a cookie's name, by which browsers hold it to its scope: no other host can set it."""
        if not self.secure:
            return plain
        return f"__Secure-{plain}" if self.prefix else f"__Host-{plain}"

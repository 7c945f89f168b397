"""Parts of addresses that stay one part, whatever they hold."""

from urllib.parse import quote

from werkzeug.routing import UnicodeConverter


class OneSegment(UnicodeConverter):
    """Quotes slashes too: an item's id, which comes with the catalog, cannot make a link or a form lead elsewhere."""

    def to_url(self, value: object) -> str:
        """Return the part as it stands in an address.

        >>> OneSegment(None).to_url("../account/sign-out")
        '..%2Faccount%2Fsign-out'
        """
        return quote(str(value), safe="")

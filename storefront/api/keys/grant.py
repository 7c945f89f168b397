"""What a request may do by what it brought: a key, or a token of the shop's server that vouches for one visitor."""

import math
import re

import msgspec

from online_models.schema.own_visitors import OwnVisitorId
from storefront.api.keys.api_key import ApiKey

_ANONYMOUS = re.compile(r"anon-[0-9a-f]{32}\Z")


def is_anonymous(own_id: str) -> bool:
    """Return whether an id is one that a page made up: of 128 random bits, so whoever knows it is that visitor.

    >>> is_anonymous("anon-" + 32 * "0"), is_anonymous("customer-17")
    (True, False)
    """
    return _ANONYMOUS.match(own_id) is not None


class Grant(msgspec.Struct, frozen=True, kw_only=True):
    """What opened a request.

    Attributes
    ----------
    key
        The key, or the one whose secret signed the token.
    visitor
        Whom a token vouches for.
    ends_at
        When the token expires, Unix seconds.
    """

    key: ApiKey
    visitor: OwnVisitorId | None = None
    ends_at: float = math.inf

    def covers(self, own_id: str) -> bool:
        """Return whether it opens this visitor's list and takes their events.

        A server's key covers everybody, a token its visitor, and a browser's key those who are anonymous.
        """
        if self.key.is_trusted:
            return True
        return is_anonymous(own_id) if self.visitor is None else own_id == self.visitor

    def may_merge(self, source: str, account: str) -> bool:
        """Return whether it may say that one visitor turned out to be another one.

        Pages may with a token: the anonymous visitor that they were is the one whom it vouches for.
        """
        return self.key.is_trusted or (self.visitor == account and is_anonymous(source))

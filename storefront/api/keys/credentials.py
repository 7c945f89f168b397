"""What requests bring to be let in: a key, or a visitor's token. One text stands for either."""

from dataclasses import dataclass

from storefront.api.keys.grant import Grant
from storefront.api.keys.key_ring import KeyRing
from storefront.api.keys.visitor_tokens import VisitorTokens


@dataclass(frozen=True, slots=True)
class Credentials:
    """Finds what a text grants."""

    key_ring: KeyRing
    visitor_tokens: VisitorTokens

    def read(self, text: str) -> Grant | None:
        """Return it; None where it is no key in use. Raises `InvalidToken`, `DatabaseDown`."""
        if text.count(".") == 2:
            return self.visitor_tokens.read(text)
        key = self.key_ring.find(text)
        return None if key is None else Grant(key=key)

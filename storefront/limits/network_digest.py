"""The digest of a client's network that an event carries: the same all day, and another one tomorrow."""

from hashlib import blake2b

from storefront.limits.network_keys import NetworkKeys

_BYTES = 6


class NetworkDigest:
    """Says which events come from one network, and not which network that is.

    It takes the shop's secret and the key of the day (UTC). That key is random and is deleted when the day is over:
    then not even the shop itself can tell the network of a digest, or whether digests of two days are of one network.

    Examples
    --------
    >>> digest = NetworkDigest("a secret", NetworkKeys())
    >>> today = digest.of("192.0.2.7", now=1.7e9)
    >>> len(today), today == digest.of("192.0.2.7", now=1.7e9 + 60), today == digest.of("192.0.2.7", now=1.7e9 + 86_400)
    (12, True, False)
    """

    def __init__(self, secret: str, keys: NetworkKeys) -> None:
        self._secret = blake2b(secret.encode(), person=b"network").digest()
        self._keys = keys

    def of(self, network: str, now: float) -> str:
        """Return the digest of a network (`client_address`) at a time in Unix seconds."""
        key = blake2b(self._keys.of(now), key=self._secret).digest()
        return blake2b(network.encode(), key=key, digest_size=_BYTES).hexdigest()

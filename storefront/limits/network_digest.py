"""The digest of a client's network that an event carries: the same all day, and another one tomorrow."""

from hashlib import blake2b

from online_models.schema.keyspace import DAY

_BYTES = 6


class NetworkDigest:
    """Says which events come from one network, and not which network that is.

    The key follows from the shop's secret and the day (UTC), so that storefronts agree and two days have nothing in
    common for whoever does not know the secret.

    Examples
    --------
    >>> digest = NetworkDigest("a secret")
    >>> today = digest.of("192.0.2.7", now=1.7e9)
    >>> len(today), today == digest.of("192.0.2.7", now=1.7e9 + 60), today == digest.of("192.0.2.7", now=1.7e9 + DAY)
    (12, True, False)
    """

    def __init__(self, secret: str) -> None:
        self._secret = blake2b(secret.encode(), person=b"network").digest()
        self._day, self._key = -1, b""

    def of(self, network: str, now: float) -> str:
        """Return the digest of a network (`client_address`) at a time in Unix seconds."""
        day = int(now // DAY)
        if day != self._day:
            self._day, self._key = day, blake2b(day.to_bytes(8, "big"), key=self._secret).digest()
        return blake2b(network.encode(), key=self._key, digest_size=_BYTES).hexdigest()

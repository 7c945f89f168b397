"""The ``Idempotency-Key`` header: the same key stands for the same request for a day."""

import re
from hashlib import blake2b
from typing import Any

from flask import request
from redis import Redis

from connections.circuit import Circuit
from online_models.schema import keyspace
from storefront.api.keys.api_key import ApiKey
from storefront.api.problems import ProblemType, fail

HEADER = "Idempotency-Key"
KEY_PATTERN = r"^[!#-\[\]-~]{1,255}$"
"""Of a key as it is best sent; it may also stand in quotation marks."""

_KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')


class IdempotencyKeys:
    """Remembers which body each key came with. While Redis is down nothing is remembered, and no key is refused."""

    def __init__(self, redis: Redis, circuit: Circuit | None = None) -> None:
        self._redis: Any = redis
        self._circuit = circuit or Circuit()

    def claim(self, owner: ApiKey, body: bytes) -> str:
        """Return a name for this request, the same for each that brings its key; empty where it brings none.

        Raises `Problem` where the key is none, or came with another body before.
        """
        sent = request.headers.get(HEADER)
        if sent is None:
            return ""
        found = _KEY.fullmatch(sent.strip())
        if found is None:
            fail(ProblemType.INVALID_PARAMETER, "Expected up to 255 visible characters, quoted or not.", field=HEADER)
        name = _digest(f"{owner.name} {request.method} {request.path} {found[1]}".encode())
        digest = _digest(body)
        kept = self._circuit.ask(lambda: self._keep(keyspace.idempotency(name), digest), otherwise=digest)
        if kept != digest:
            fail(ProblemType.REUSED_KEY, field=HEADER)
        return name

    def _keep(self, key: str, digest: str) -> str:
        """Keep a body's digest unless another is kept, and return the one that is kept."""
        if self._redis.set(key, digest, nx=True, ex=keyspace.IDEMPOTENCY_TTL):
            return digest
        kept = self._redis.get(key)
        return kept.decode() if kept else digest


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=16).hexdigest()

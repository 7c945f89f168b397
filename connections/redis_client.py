"""Redis clients that give up early.

redis-py retries ten times with growing pauses unless told otherwise, and waits for an answer without end. So every
client is built here, says how long it waits, and tries again at most once.
"""

from redis import ConnectionError as RedisConnectionError
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_SECONDS = 0.3


def connect(
    url: str,
    timeout: float = TIMEOUT_SECONDS,
    *,
    connect_timeout: float | None = None,
    retries: int = 1,
    decode_responses: bool = False,
    protocol: int | None = None,
) -> Redis:
    """Build a client. It connects with its first command.

    Parameters
    ----------
    url
        A ``redis://``, ``rediss://`` or ``unix://`` URL.
    timeout
        Seconds to wait for an answer. A command without one raises `redis.TimeoutError`, and is not sent again.
    connect_timeout
        Seconds to wait for a connection, where that is not ``timeout``.
    retries
        How often a command is sent again over a new connection because the old one was closed, as by a restart.
    decode_responses
        Whether answers are text instead of bytes.
    protocol
        The version of Redis' protocol; None for redis-py's own choice.
    """
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout if connect_timeout is None else connect_timeout,
        retry=Retry(NoBackoff(), retries, supported_errors=(RedisConnectionError,)),
        health_check_interval=30,
        decode_responses=decode_responses,
        **({} if protocol is None else {"protocol": protocol}),
    )

"""Redis clients that give up early.

redis-py retries ten times with growing pauses unless told otherwise, so each client here says how long it waits and
how often it tries again.
"""

from redis import ConnectionError as RedisConnectionError
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

TIMEOUT_SECONDS = 0.3


def connect(url: str, timeout: float = TIMEOUT_SECONDS, *, decode_responses: bool = False) -> Redis:
    """Build a client whose connection attempts and answers take at most ``timeout`` seconds each.

    It connects with its first command. A command on a connection that a restart of Redis has closed is sent once more
    over a new one. One that gets no answer in time is not: it raises `redis.TimeoutError`.
    """
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        health_check_interval=30,
        decode_responses=decode_responses,
    )

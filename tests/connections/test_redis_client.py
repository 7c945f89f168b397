import pytest
from redis import ConnectionError as RedisConnectionError
from redis import TimeoutError as RedisTimeoutError

from connections.redis_client import connect
from tests.connections.silent_server import SilentServer


def test_a_server_that_does_not_answer_is_asked_once() -> None:
    with SilentServer() as server, connect(f"redis://127.0.0.1:{server.port}", 0.05) as client:
        with pytest.raises(RedisTimeoutError):
            client.ping()
        assert server.accepted == 1


@pytest.mark.parametrize("retries", [0, 1])
def test_a_connection_that_was_closed_is_tried_again_as_often_as_told(retries: int) -> None:
    with (
        SilentServer(hangs_up=True) as server,
        connect(f"redis://127.0.0.1:{server.port}", 5.0, retries=retries) as client,
    ):
        with pytest.raises(RedisConnectionError):
            client.ping()
        # Connecting, which speaks too, is tried again in its own right.
        assert 1 + retries <= server.accepted <= (1 + retries) ** 2


@pytest.mark.integration
def test_answers_are_bytes_unless_text_is_asked_for(empty_redis: str) -> None:
    with connect(empty_redis, 5.0) as client, connect(empty_redis, 5.0, decode_responses=True) as text_client:
        client.set("greeting", "hello")
        assert (client.get("greeting"), text_client.get("greeting")) == (b"hello", "hello")

"""Fetching a file from a real server, which may fail, hang up or give something else."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request

import pytest

from infra.setup.commands import Failed
from infra.setup.download import TRIES, fetch
from tests.infra.setup.file_server import CONTENT, FileServer

SHA512 = hashlib.sha512(CONTENT).hexdigest()


@pytest.fixture
def server() -> Iterator[FileServer]:
    server = FileServer()
    yield server
    server.close()


def a_request(server: FileServer) -> Request:
    return Request(f"{server.address}/kafka.jar")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "tools" / "kafka.jar"


def test_a_file_is_fetched(server: FileServer, target: Path) -> None:
    fetch(a_request(server), target, SHA512)
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == ["kafka.jar"]


@pytest.mark.parametrize("status", [500, 503, 429, 0])
def test_a_server_that_stumbles_is_asked_again(server: FileServer, target: Path, status: int) -> None:
    server.plan = [status, 200]
    pauses: list[float] = []
    fetch(a_request(server), target, SHA512, pause=pauses.append)
    assert target.read_bytes() == CONTENT
    assert pauses == [2.0]


def test_a_server_that_never_gives_it_is_asked_a_few_times(server: FileServer, target: Path) -> None:
    server.plan = [503]
    with pytest.raises(Failed, match=r"kafka\.jar could not be fetched: .*503"):
        fetch(a_request(server), target, SHA512, pause=lambda seconds: None)
    assert len(server.requests) == TRIES


@pytest.mark.parametrize("status", [401, 404])
def test_a_refusal_is_final(server: FileServer, target: Path, status: int) -> None:
    server.plan = [status]
    with pytest.raises(Failed, match=str(status)):
        fetch(a_request(server), target, SHA512)
    assert len(server.requests) == 1


def test_a_file_with_another_hash_is_not_kept(server: FileServer, target: Path) -> None:
    with pytest.raises(Failed, match=r"is not the file it should be: its SHA-512 is [0-9a-f]{128}, not 00"):
        fetch(a_request(server), target, "00")
    assert list(target.parent.iterdir()) == []


def test_nobody_who_answers_is_an_error_that_names_the_address(server: FileServer, target: Path) -> None:
    request = a_request(server)
    server.close()
    with pytest.raises(Failed, match=r"http://127\.0\.0\.1:.* could not be fetched"):
        fetch(request, target, SHA512, pause=lambda seconds: None)

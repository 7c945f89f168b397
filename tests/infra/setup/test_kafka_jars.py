"""Kafka's jars: what is fetched, and that a folder of jars is whole or not there."""

import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from infra.programs.binaries import ROOT
from infra.setup import kafka_jars
from infra.setup.clone import Clone
from infra.setup.commands import Failed
from infra.setup.maven_repository import Repository
from tests.infra.setup.file_server import CONTENT, FileServer

SHA512 = hashlib.sha512(CONTENT).hexdigest()
WANTED = {f"org/shop/part{number}/1/part{number}-1.jar": SHA512 for number in range(9)}


@pytest.fixture
def server() -> Iterator[FileServer]:
    server = FileServer()
    yield server
    server.close()


def test_all_jars_come_into_one_folder_and_their_share_is_told(server: FileServer, tmp_path: Path) -> None:
    shares: list[float] = []
    trusted = ssl.create_default_context()
    kafka_jars.fetch_all(Repository(f"{server.address}/maven/"), WANTED, tmp_path, trusted, shares.append)
    assert {path.name for path in tmp_path.iterdir()} == {Path(path).name for path in WANTED}
    assert sorted(server.requests) == sorted(f"/maven/{path}" for path in WANTED)
    assert shares == [number / 9 for number in range(1, 10)]


def test_a_jar_that_cannot_be_had_is_named(server: FileServer, tmp_path: Path) -> None:
    server.plan = [200, 200, 404]
    with pytest.raises(Failed, match=r"part\d-1\.jar could not be fetched: .*404"):
        kafka_jars.fetch_all(
            Repository(server.address), WANTED, tmp_path, ssl.create_default_context(), lambda share: None
        )


def test_the_lock_holds_what_the_pom_asks_for() -> None:
    clone = Clone(ROOT)
    locked = kafka_jars.read_lock(clone.lock("kafka"))
    assert all(path.endswith(".jar") and len(sha512) == 128 for path, sha512 in locked.items())
    assert len({Path(path).name for path in locked}) == len(locked)
    pom = ElementTree.parse(ROOT / "infra" / "kafka" / "pom.xml").getroot()
    versions = {f"${{{element.tag.rpartition('}')[2]}}}": element.text for element in pom.iterfind("{*}properties/*")}
    for dependency in pom.iterfind("{*}dependencies/{*}dependency"):
        group, name, version = (
            dependency.findtext(f"{{*}}{field}", "") for field in ("groupId", "artifactId", "version")
        )
        number = versions[version]
        assert f"{group.replace('.', '/')}/{name}/{number}/{name}-{number}.jar" in locked


def test_the_jars_that_are_there_are_those_of_the_lock() -> None:
    clone = Clone(ROOT)
    locked = kafka_jars.read_lock(clone.lock("kafka"))
    found = {
        path.name: hashlib.sha512(path.read_bytes()).hexdigest() for path in kafka_jars.folder_of(clone).glob("*.jar")
    }
    assert found == {Path(path).name: sha512 for path, sha512 in locked.items()}

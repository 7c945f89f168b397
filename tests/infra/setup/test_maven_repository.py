"""Which Maven repository a user's environment and settings name."""

import base64
from pathlib import Path

import pytest

from infra.setup.commands import Failed
from infra.setup.maven_repository import Repository, named_repository, read_mirror

SETTINGS = """<?xml version="1.0"?>
<settings{namespace}>
  <mirrors>
    <mirror><id>other</id><mirrorOf>jboss</mirrorOf><url>https://other.example</url></mirror>
    <mirror><id>house</id><mirrorOf>{pattern}</mirrorOf><url>https://house.example/maven/</url></mirror>
  </mirrors>
  <servers><server><id>house</id><username>mary</username><password>${{env.WORD}}</password></server></servers>
</settings>
"""


def write_settings(folder: Path, pattern: str = "*", namespace: str = "") -> Path:
    path = folder / "settings.xml"
    path.write_text(SETTINGS.format(pattern=pattern, namespace=namespace), encoding="utf-8")
    return path


@pytest.mark.parametrize("pattern", ["*", "central", "external:*", "jboss, central", "*,!jboss"])
@pytest.mark.parametrize("namespace", ["", ' xmlns="http://maven.apache.org/SETTINGS/1.2.0"'])
def test_a_mirror_of_the_public_repository_is_taken(tmp_path: Path, pattern: str, namespace: str) -> None:
    mirror = read_mirror(write_settings(tmp_path, pattern, namespace), {"WORD": "secret"})
    assert mirror == Repository("https://house.example/maven/", "mary", "secret")


@pytest.mark.parametrize("pattern", ["jboss", "*,!central", "external:http:*"])
def test_a_mirror_of_something_else_is_not_taken(tmp_path: Path, pattern: str) -> None:
    assert read_mirror(write_settings(tmp_path, pattern), {}) is None


def test_the_environment_comes_before_the_settings(tmp_path: Path) -> None:
    path = write_settings(tmp_path)
    environment = {"MVNW_REPOURL": "https://wrapper.example", "MVNW_USERNAME": "mary", "MVNW_PASSWORD": "secret"}
    assert named_repository(environment, path) == Repository("https://wrapper.example", "mary", "secret")
    assert named_repository({}, path) == Repository("https://house.example/maven/", "mary", "")


def test_without_settings_nothing_is_named(tmp_path: Path) -> None:
    assert named_repository({}, tmp_path / "settings.xml") is None


def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.xml"
    path.write_text("<settings>", encoding="utf-8")
    with pytest.raises(Failed, match=r"settings\.xml cannot be read"):
        named_repository({}, path)


def test_a_request_says_who_asks_only_if_somebody_does() -> None:
    request = Repository("https://house.example/maven/", "mary", "secret").request("a/b.jar")
    assert request.full_url == "https://house.example/maven/a/b.jar"
    assert request.get_header("Authorization") == "Basic " + base64.b64encode(b"mary:secret").decode()
    assert not Repository("https://house.example").request("a").has_header("Authorization")


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Failed, match="file:///tmp is no address of a Maven repository"):
        Repository("file:///tmp").request("a")

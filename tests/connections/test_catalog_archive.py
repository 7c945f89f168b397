from collections.abc import Iterator
from pathlib import Path

import pytest

from connections.catalog_archive import CatalogArchive
from connections.catalog_publication import Batch


def batches(*values: bytes) -> list[Batch]:
    return [Batch("riverfront:catalogue:v:products", "hash", (b"item", value)) for value in values]


def content(archive: CatalogArchive) -> tuple[str, list[Batch]]:
    kept = archive.read()
    assert kept
    return kept.version, list(kept.batches())


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    archive = CatalogArchive(tmp_path / "catalog")
    assert archive.version() is None
    assert archive.read() is None


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    archive = CatalogArchive(tmp_path / "catalog")
    archive.keep("v1", batches(b"one", b"", b"x" * 3_000_000))
    assert archive.version() == "v1"
    assert content(archive) == ("v1", batches(b"one", b"", b"x" * 3_000_000))


def test_no_more_than_two_are_kept(tmp_path: Path) -> None:
    archive = CatalogArchive(tmp_path)
    for number in range(5):
        archive.keep(f"v{number}", batches(b"%d" % number))
    assert content(archive) == ("v4", batches(b"4"))
    assert len(list(tmp_path.iterdir())) == 2


def test_the_one_before_is_used_where_the_newest_is_damaged(tmp_path: Path) -> None:
    archive = CatalogArchive(tmp_path)
    archive.keep("v1", batches(b"one"))
    archive.keep("v2", batches(b"two"))
    damage(tmp_path / "catalog.bin")
    assert content(archive) == ("v1", batches(b"one"))


@pytest.mark.parametrize("length", [0, 10, 30, -1])
def test_a_file_that_was_cut_is_none(tmp_path: Path, length: int) -> None:
    archive = CatalogArchive(tmp_path)
    archive.keep("v1", batches(b"one", b"two"))
    whole = (tmp_path / "catalog.bin").read_bytes()
    (tmp_path / "catalog.bin").write_bytes(whole[:length])
    assert archive.read() is None


def test_a_version_that_breaks_off_leaves_those_before(tmp_path: Path) -> None:
    def broken() -> Iterator[Batch]:
        yield from batches(b"one")
        raise ConnectionError("the cable was pulled")

    archive = CatalogArchive(tmp_path)
    archive.keep("v1", batches(b"one"))
    with pytest.raises(ConnectionError):
        archive.keep("v2", broken())
    assert content(archive) == ("v1", batches(b"one"))
    assert [path.name for path in tmp_path.iterdir()] == ["catalog.bin"]


def test_the_same_version_kept_twice_leaves_the_one_before(tmp_path: Path) -> None:
    archive = CatalogArchive(tmp_path)
    for version in ("v1", "v2", "v2"):
        archive.keep(version, batches(version.encode()))
    damage(tmp_path / "catalog.bin")
    assert content(archive) == ("v1", batches(b"v1"))

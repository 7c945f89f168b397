"""What is near in meaning, from the file that was published."""

import io
from pathlib import Path

import numpy as np
import pytest

from online_models.schema.search_terms import VECTORS_FILE
from storefront.search.index import word_vectors
from storefront.search.index.index_folder import UnusableIndex
from storefront.search.index.word_vectors import WordVectors, read_word_vectors

WORDS = ("cosy", "engine", "warm", "winter")
OF_WORDS = np.array([[100, 0], [0, 100], [80, 10], [90, 5]], np.int8)
OF_PRODUCTS = np.array([[127, 0], [0, 127], [90, 90]], np.int8)


def file_of(**changed: object) -> bytes:
    arrays: dict[str, object] = {
        "words": np.frombuffer("\n".join(WORDS).encode(), np.uint8),
        "word_values": OF_WORDS,
        "word_steps": np.full(len(OF_WORDS), 0.01, np.float32),
        "product_values": OF_PRODUCTS,
        "product_steps": np.full(len(OF_PRODUCTS), 1 / 127, np.float32),
    }
    kept = {name: array for name, array in {**arrays, **changed}.items() if array is not None}
    buffer = io.BytesIO()
    np.savez(buffer, **kept)  # type: ignore[arg-type]  # arrays
    return buffer.getvalue()


def read(folder: Path, content: bytes, products: int = 3) -> WordVectors:
    (folder / VECTORS_FILE).write_bytes(content)
    vectors = read_word_vectors(folder, products)
    assert vectors is not None
    return vectors


def test_the_nearest_come_first_with_their_cosines(tmp_path: Path) -> None:
    found = read(tmp_path, file_of()).find(("cosy", "winter"))
    assert found.docs.tolist() == [0, 2]
    assert found.scores == pytest.approx([1.0, 0.72], abs=0.02)


def test_products_of_another_meaning_are_not_found(tmp_path: Path) -> None:
    assert read(tmp_path, file_of()).find(("engine",)).docs.tolist() == [1, 2]


@pytest.mark.parametrize("terms", [(), ("qwzx",), ("cosy", "qwzx", "zyxw")], ids=["none", "unknown", "most unknown"])
def test_what_has_no_known_meaning_finds_nothing(tmp_path: Path, terms: tuple[str, ...]) -> None:
    assert not len(read(tmp_path, file_of()).find(terms).docs)


def test_one_unknown_word_beside_a_known_one_is_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, file_of()).find(("cosy", "qwzx")).docs.tolist() == [0, 2]


def test_no_more_are_found_than_a_page_shows_whatever_the_size_of_the_shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_vectors, "BLOCK", 7)
    monkeypatch.setattr(word_vectors, "MOST_FOUND", 20)
    many = file_of(product_values=np.tile(OF_PRODUCTS, (10, 1)), product_steps=np.full(30, 1 / 127, np.float32))
    found = read(tmp_path, many, products=30).find(("cosy",))
    assert found.docs.tolist() == [*range(0, 30, 3), *range(2, 30, 3)][:20]


def test_a_version_without_the_file_has_no_vectors(tmp_path: Path) -> None:
    assert read_word_vectors(tmp_path, 3) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 cut off",
        file_of()[:-40],
        file_of(words=None),
        file_of(words=np.frombuffer(b"cosy", np.uint8)),
        file_of(words=np.frombuffer(b"\xff\n\xff\n\xff\n\xff", np.uint8)),
        file_of(words=np.array(["cosy"], object)),
        file_of(product_values=OF_PRODUCTS.astype(np.float64)),
        file_of(product_values=OF_PRODUCTS[:2]),
        file_of(product_values=np.zeros((3, 3), np.int8)),
        file_of(product_values=np.zeros(3, np.int8)),
        file_of(product_steps=np.full(3, np.nan, np.float32)),
        file_of(word_steps=np.zeros((4, 1), np.float32)),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnusableIndex, match="vectors"):
        read(tmp_path, content)


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_vectors, "_MOST_BYTES", 2**20)
    with pytest.raises(UnusableIndex, match="1 MB"):
        read(tmp_path, bytes(2**20 + 1))

"""What the bootstrap writes for search by meaning."""

import io
import sys
from typing import Any

import numpy as np
import pytest

from bootstrap.index.word_vectors import build_word_vectors
from online_models.schema.search_terms import VECTORS, VECTORS_FILE
from tests.storefront.search.builders import a_product

PRODUCTS = (a_product("S1", "Knitted Scarf"), a_product("N1", "  "))


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    files = build_word_vectors(PRODUCTS)
    assert list(files) == [VECTORS_FILE]
    with np.load(io.BytesIO(files[VECTORS_FILE]), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def vectors(arrays: dict[str, np.ndarray], name: str) -> Any:
    return arrays[f"{name}_values"].astype(np.float32) * arrays[f"{name}_steps"][:, None]


def words(arrays: dict[str, np.ndarray]) -> list[str]:
    return arrays["words"].tobytes().decode().split("\n")


def test_there_are_the_words_that_people_use(arrays: dict[str, np.ndarray]) -> None:
    assert set(VECTORS) == set(arrays)
    known = words(arrays)
    assert {"cozy", "winter", "gift", "grandmother", "scarf"} <= set(known)
    assert known == sorted(set(known))


def test_products_have_vectors_of_one_length_and_one_without_words_has_none(arrays: dict[str, np.ndarray]) -> None:
    lengths = np.linalg.norm(vectors(arrays, "product"), axis=1)
    assert lengths == pytest.approx([1, 0], abs=0.02)


def test_words_of_like_meaning_are_nearer(arrays: dict[str, np.ndarray]) -> None:
    known, of_words = words(arrays), vectors(arrays, "word")

    def cosine(word: str) -> float:
        vector = of_words[known.index(word)]
        return float(vector @ vectors(arrays, "product")[0] / np.linalg.norm(vector))

    assert cosine("winter") > cosine("engine")
    assert cosine("clothing") > cosine("engine")


def test_the_same_products_have_the_same_file() -> None:
    assert build_word_vectors(PRODUCTS) == build_word_vectors(PRODUCTS)


def test_a_shop_without_products_has_words_alone() -> None:
    with np.load(io.BytesIO(build_word_vectors(())[VECTORS_FILE]), allow_pickle=False) as file:
        assert file["product_values"].shape[0] == 0
        assert file["word_values"].shape[0] > 10_000


def test_without_the_model_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wordllama", None)
    assert build_word_vectors(PRODUCTS) == {}

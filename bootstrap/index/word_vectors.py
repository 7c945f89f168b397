"""Word vectors for search by meaning: of the words that people may search with, and of the products' titles.

The storefront needs neither the model nor its tokenizer: it averages the vectors of the words that were typed.
"""

import io
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bootstrap.enrich.icons import KEYWORDS
from online_models.schema.product import Product
from online_models.schema.search_terms import VECTORS, VECTORS_FILE, terms_of

DIMENSIONS = 128
"""Of 256 that the model has, the first: it is trained so that they can stand alone."""

LISTS = {"english_wikipedia": 20_000, "us_tv_and_film": 14_000, "passwords": 8_000, "surnames": 6_000}
"""How many words of each of zxcvbn's frequency lists, which have a word but once: "winter" is among the passwords."""

log = logging.getLogger(__name__)

_WORD = re.compile(r"[a-z]{2,20}")
_BEGINS_A_WORD = "\u2581"

Vectors = NDArray[np.float32]


def build_word_vectors(products: Sequence[Product]) -> Mapping[str, bytes]:
    """Return the file of word vectors by its name; none where WordLlama is not installed, as on Python 3.14.

    The words are the commonest of English text, talk and names, the whole words among the model's tokens, and the
    keywords of emoji; what else stands in titles, such as abbreviations, has no meaning that the model knows. A word's
    vector is the mean of the static vectors of its tokens (WordLlama: token vectors of a language model, trained so
    that sentences of like meaning are near). A product's is the mean of its title's words, scaled to length 1; zeros
    where there is no word.

    Parameters
    ----------
    products
        Best sellers first, as in the search index.

    References
    ----------
    Kusupati, A. et al. (2022). Matryoshka representation learning. NeurIPS.
    """
    try:
        model = _load()
    except ModuleNotFoundError as error:
        log.warning("The search does without word vectors: %s is not installed", error.name)
        return {}
    words = _common_words(model.tokenizer.get_vocab())
    of_words: Vectors = model.embed(words)
    numbers = {word: number for number, word in enumerate(words)}
    of_products = np.zeros((len(products), DIMENSIONS), np.float32)
    for vector, product in zip(of_products, products, strict=True):
        known = [number for term in terms_of(product.title) if (number := numbers.get(term)) is not None]
        if known:
            vector[:] = _normalized(of_words[known].mean(axis=0))
    arrays: Any = (np.frombuffer("\n".join(words).encode(), np.uint8), *_quantized(of_words), *_quantized(of_products))
    buffer = io.BytesIO()
    np.savez(buffer, **dict(zip(VECTORS, arrays, strict=True)))
    return {VECTORS_FILE: buffer.getvalue()}


def _load() -> Any:
    # Imported late: it costs time that commands which build nothing need not spend.
    import wordllama

    # The package carries the model: nothing is fetched.
    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, trunc_dim=DIMENSIONS, disable_download=True)


def _common_words(tokens: Iterable[str]) -> list[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    words = {word for name, count in LISTS.items() for word in FREQUENCY_LISTS[name][:count]}
    words.update(token[1:].lower() for token in tokens if token.startswith(_BEGINS_A_WORD))
    words.update(_WORD.findall(KEYWORDS.read_text(encoding="utf-8").lower()))
    return sorted(word for word in words if _WORD.fullmatch(word))


def _quantized(vectors: Vectors) -> tuple[NDArray[np.int8], Vectors]:
    """Return vectors in a byte a number, shape (n, dimensions), and what a step is worth in each, shape (n,)."""
    steps = np.abs(vectors).max(axis=1, initial=0) / np.float32(127)
    values = np.rint(vectors / np.where(steps > 0, steps, 1)[:, None])
    return values.astype(np.int8), steps.astype(np.float32)


def _normalized(vector: Vectors) -> Vectors:
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else vector

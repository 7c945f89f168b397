"""How text becomes terms."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.schema.events import ItemId
from online_models.schema.product import Product
from online_models.schema.search_terms import (
    FIELDS,
    LONGEST_TERM,
    MOST_TEXT,
    fields_of,
    fold,
    joined_pairs,
    term_of,
    terms_of,
    word_spans,
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("  -- ... ", []),
        ("Women's T-Light", ["womens", "t", "light"]),
        ("Crème brûlée", ["creme", "brulee"]),
        ("30cm x 40", ["30cm", "x", "40"]),
        ("snake_case", ["snake", "case"]),
        ("\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL S}ale", ["sale"]),
        ("İstanbul Łódź", ["istanbul", "lodz"]),
    ],
)
def test_terms_are_words_without_accents_case_and_apostrophes(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_each_word_of_a_text_has_its_span(text: str) -> None:
    spans = word_spans(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@given(st.from_regex(r"[A-Za-z0-9']{1,60}", fullmatch=True))
def test_a_term_is_bounded(word: str) -> None:
    assert len(term_of(word)) <= LONGEST_TERM
    assert all(len(term) <= LONGEST_TERM for term in terms_of(word))


def test_neighboring_words_are_joined() -> None:
    assert joined_pairs(["tea"]) == joined_pairs([]) == []
    assert joined_pairs(["tea", "cup"]) == ["teacup"]


def test_a_product_is_indexed_under_every_field() -> None:
    product = Product(
        item=ItemId("85123A"),
        title="Tea Cup",
        price=1,
        category="cups",
        tags=("tea", "white"),
        colour="white",
        brand="Spode",
        description="A cup. " * MOST_TEXT,
    )
    fields = fields_of(product, "Cups & Saucers")
    assert set(fields) == set(FIELDS)
    assert fields["item"] == "85123a"
    assert fields["title"] == "tea cup"
    assert fields["joined"] == "teacup"
    assert fields["tags"] == "tea white cups saucers spode"
    assert len(fields["text_stem"]) <= MOST_TEXT

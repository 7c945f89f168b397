"""What is found for what is typed."""

from pathlib import Path

import pytest

from online_models.schema.events import VisitorId
from storefront.search.engine import Results, Search
from storefront.search.selection import Selection
from tests.storefront.search.builders import a_catalog, a_product, a_reader, a_search

VISITOR = VisitorId("v1")


def find(search: Search, text: str) -> Results:
    return search.find(Selection(text=text), VISITOR)


def items(results: Results) -> list[str]:
    return [hit.product.item for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("mug", "M1"),
        ("MUG", "M1"),
        ("mugs", "M2"),
        ("heart mug", "M1"),
        ("mug heart", "M1"),
        ("teacup", "T2"),
        ("tea cup", "T1"),
        ("t-light", "85123A"),
        ("tlight", "85123A"),
        ("85123a", "85123A"),
        ("creme brulee", "B2"),
        ("CRÈME BRÛLÉE", "B2"),
        ("childrens", "B1"),
        ("children's aprons", "B1"),
        ("a mug with a heart", "M1"),
        ("candles", "C1"),
    ],
)
def test_the_best_match_comes_first(search: Search, text: str, best: str) -> None:
    results = find(search, text)

    assert items(results)[0] == best
    assert not results.corrected
    assert not results.is_relaxed


def test_one_word_or_two_find_the_same(search: Search) -> None:
    assert set(items(find(search, "teacup"))) == set(items(find(search, "tea cup"))) == {"T1", "T2"}


def test_the_word_itself_comes_before_its_forms_and_the_title_before_tags_and_description(search: Search) -> None:
    assert items(find(search, "mug")) == ["M1", "M2", "B1", "T1", "T2"]
    assert items(find(search, "candle"))[-1] == "B2"


def test_a_longer_word_counts_less_than_a_form_of_the_word_and_that_less_than_the_word(tmp_path: Path) -> None:
    titles = {"typo": "Caxdle", "begun": "Candlestick", "form": "Candles", "exact": "Candle"}
    products = [a_product(item, title) for item, title in titles.items()]
    search = a_search(a_reader(a_catalog(products)), tmp_path)

    suggested = [hit.product.item for hit in search.suggest("candle", VISITOR).hits]

    assert suggested == ["exact", "form", "begun"]


@pytest.mark.parametrize(
    ("text", "meant"), [("candel", "candle"), ("haert", "heart"), ("vanila candle", "vanilla candle")]
)
def test_a_typing_error_is_corrected_and_said(search: Search, text: str, meant: str) -> None:
    results = find(search, text)

    assert results.corrected == meant
    assert items(results) == items(find(search, meant))


def test_what_was_probably_meant_does_not_hide_what_was_typed(tmp_path: Path) -> None:
    candles = [a_product(f"C{number}", f"Candle {number}") for number in range(12)]
    search = a_search(a_reader(a_catalog([*candles, a_product("A1", "Candelabra")])), tmp_path)

    meant = find(search, "candel")
    typed = search.find(meant.selection.as_typed(), VISITOR)

    assert (meant.corrected, meant.total, meant.as_typed) == ("candle", 12, 1)
    assert (typed.corrected, items(typed)) == ("", ["A1"])


def test_an_exact_search_is_not_corrected(search: Search) -> None:
    assert find(search, "candel").as_typed == 0
    assert search.find(Selection(text="candel", is_exact=True), VISITOR).total == 0


@pytest.mark.parametrize("text", ["85124A", "mub", "1234567"])
def test_numbers_and_short_words_are_not_guessed(search: Search, text: str) -> None:
    assert find(search, text).total == 0


def test_where_no_product_has_all_words_those_with_most_are_shown(search: Search) -> None:
    results = find(search, "red heart mug xyzzy")

    assert results.is_relaxed
    assert items(results)[0] == "M1"


def test_the_beginning_of_a_word_is_enough_where_the_word_is_not_known(search: Search) -> None:
    assert set(items(find(search, "regen"))) == {"T1"}


def test_of_equal_matches_the_best_seller_comes_first(search: Search) -> None:
    assert items(find(search, "heart"))[:2] == ["85123A", "M1"]


def test_nothing_is_found_for_nothing(search: Search) -> None:
    assert find(search, "").total == find(search, " !? ").total == 0


def test_suggestions_complete_words_and_name_shelves_and_products(search: Search) -> None:
    offered = search.suggest("cand", VISITOR)

    assert offered.words[0] == "candle"
    assert offered.categories == ("candles",)
    assert offered.hits[0].product.item in {"C1", "C2"}
    assert len(offered.words) + len(offered.categories) + len(offered.hits) <= 8


def test_suggestions_keep_the_words_before(search: Search) -> None:
    assert search.suggest("vanilla cand", VISITOR).words == ("vanilla candle",)


def test_however_many_products_begin_so_the_best_match_is_suggested_first(tmp_path: Path) -> None:
    many = [a_product(f"I{number}", f"Mugwort {number}", sold=9_000 - number) for number in range(1_200)]
    search = a_search(a_reader(a_catalog([*many, a_product("M", "Mug")])), tmp_path)
    assert [hit.product.item for hit in search.suggest("mug", VISITOR).hits][:2] == ["M", "I0"]


@pytest.fixture(scope="module")
def by_meaning(tmp_path_factory: pytest.TempPathFactory) -> Search:
    products = [
        a_product("S1", "Knitted Woollen Scarf"),
        a_product("H1", "Hot Water Bottle Fleece Cover"),
        a_product("P1", "Garden Spade"),
        a_product("N1", "Silver Necklace"),
        a_product("E1", "Earrings Silver Hearts"),
    ]
    return a_search(a_reader(a_catalog(products), with_vectors=True), tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize(
    ("text", "best"),
    [("jewelry", "N1"), ("something for the yard", "P1"), ("something warm for winter", "H1")],
)
def test_what_no_product_is_called_is_found_by_meaning(by_meaning: Search, text: str, best: str) -> None:
    results = find(by_meaning, text)
    assert results.is_by_meaning
    assert items(results)[0] == best
    assert not results.is_relaxed


def test_words_that_products_have_are_found_by_the_words_alone(by_meaning: Search) -> None:
    results = find(by_meaning, "silver hearts")
    assert items(results) == ["E1"]
    assert not results.is_by_meaning


@pytest.mark.parametrize("text", ["qwzxv", "qwzxv zzkrt"])
def test_what_means_nothing_finds_nothing(by_meaning: Search, text: str) -> None:
    assert not items(find(by_meaning, text))


def test_a_search_for_the_words_as_typed_is_not_answered_by_meaning(by_meaning: Search) -> None:
    assert not items(by_meaning.find(Selection(text="jewelry", is_exact=True), VISITOR))


def test_while_typing_only_words_are_looked_for(by_meaning: Search) -> None:
    assert not by_meaning.suggest("jewelry", VISITOR).hits

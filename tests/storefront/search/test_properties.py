"""Promises that hold for whatever a visitor types, picks or writes into the address."""

import html
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from online_models.schema.events import VisitorId
from storefront import create_app
from storefront.database.connection import Database
from storefront.limits.limits import Limits
from storefront.search.engine import PAGE, Search
from storefront.search.highlight import highlight, matched_spans
from storefront.search.index.words import LONGEST_TEXT, MOST_TERMS, parse
from storefront.search.selection import FACETS, Selection, read_selection
from storefront.settings import StorefrontSettings
from tests.storefront.in_memory import MemoryEventPublisher, MemoryServingReader, MemoryViewed
from tests.storefront.search.builders import a_catalog, a_product, a_reader, a_search
from tests.storefront.search.conftest import GIFTS

VISITOR = VisitorId("v1")
COLOURS = ("red", "blue", "green", None)

texts = st.one_of(
    st.text(max_size=300), st.sampled_from([product.title for product in GIFTS]), st.from_regex(r"[a-e ]{1,9}")
)
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
arguments = st.lists(
    st.tuples(
        st.sampled_from(["q", "category", "colour", "price", "rating", "sort", "page", "other"]),
        st.one_of(
            st.text(max_size=30),
            st.sampled_from(
                ["", "1", "2", "0-300", "300-", "9-1", "4", "3", "red", "mugs", "price", "newest", "plain"]
            ),
        ),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def large() -> Any:
    """A shop of three hundred bags and mugs in three colours."""
    products = [
        a_product(
            f"i{number}",
            f"{'Bag' if number % 3 else 'Mug'} number {number}",
            category="bags" if number % 3 else "mugs",
            colour=COLOURS[number % 4],
            price=50 + number * 7 % 1900,
            tags=("gift",),
        )
        for number in range(300)
    ]
    reader = a_reader(a_catalog(products))
    reader.stars = {product.item: (0, 1, number % 3, number % 5, 2) for number, product in enumerate(products[:150])}
    with TemporaryDirectory() as folder:
        yield a_search(reader, Path(folder))


@pytest.fixture
def app(reader: MemoryServingReader, tmp_path: Path) -> Flask:
    database = f"sqlite:///{tmp_path}/shop.db"
    return create_app(
        {
            "TESTING": True,
            "SETTINGS": StorefrontSettings(home=tmp_path, database=database, secret="a secret of the tests", demo=True),
            "SERVING_READER": reader,
            "EVENT_PUBLISHER": MemoryEventPublisher(),
            "VIEWED": MemoryViewed(),
            "DATABASE": Database(database),
            "LIMITS": Limits(clock=iter(range(0, 10**9, 60)).__next__),
            "MESSAGE_QUEUE": "",
            "SOCKET_MODE": "threading",
            "START_ASIDE": lambda task: task(),
        }
    )


@many
@given(text=texts)
def test_any_text_gets_a_page_and_suggestions(app: Flask, text: str) -> None:
    client = app.test_client()

    assert client.get("/search", query_string={"q": text}).status_code in {200, 302}
    assert client.get("/search/suggestions", query_string={"q": text}).status_code == 200


@many
@given(pairs=arguments)
def test_any_address_gets_a_page_or_there_is_none(app: Flask, pairs: list[tuple[str, str]]) -> None:
    client = app.test_client()

    for path in ("/search", "/categories/mugs"):
        assert client.get(path, query_string=MultiDict(pairs)).status_code in {200, 302, 404}


@many
@given(pairs=arguments)
def test_a_selection_has_one_address_which_says_it(pairs: list[tuple[str, str]]) -> None:
    selection = read_selection(MultiDict(pairs))
    again = read_selection(MultiDict(parse_qsl(selection.query)))

    assert again.query == selection.query
    assert all(value for _, value in parse_qsl(selection.query, keep_blank_values=True))


@many
@given(text=st.text(max_size=2_000))
def test_what_is_typed_is_bounded(text: str) -> None:
    words = parse(text)

    assert len(words.text) <= LONGEST_TEXT
    assert len(words.terms) <= MOST_TERMS


@many
@given(title=st.text(max_size=60), text=texts)
def test_marks_are_the_only_markup_in_a_title(title: str, text: str) -> None:
    spans = matched_spans(title, parse(text), lambda term: term)
    marked = str(highlight(title, spans))

    plain = re.sub("</?mark>", "", marked)
    assert "<" not in plain
    assert ">" not in plain
    assert html.unescape(plain) == html.unescape(html.escape(title))
    assert all(start < end for start, end in spans)


chosen = st.fixed_dictionaries(
    {},
    optional={
        "category": st.lists(st.sampled_from(["bags", "mugs", "none"]), max_size=2, unique=True).map(tuple),
        "colour": st.lists(st.sampled_from(["red", "blue", "green"]), max_size=3, unique=True).map(tuple),
        "price": st.lists(st.sampled_from(["0-500", "500-1000", "1000-"]), max_size=3, unique=True).map(tuple),
        "rating": st.sampled_from([(), ("3",), ("4",)]),
    },
)
sorts = st.sampled_from(["relevance", "plain", "price", "price-desc", "best-selling", "top-rated", "newest"])


@many
@given(chosen=chosen, sort=sorts, text=st.sampled_from(["bag", "gift", "mug number"]))
def test_pages_visit_every_hit_once(large: Search, chosen: Any, sort: Any, text: str) -> None:
    first = large.find(Selection(text=text, chosen=chosen, sort=sort), VISITOR)
    pages = [
        large.find(Selection(text=text, chosen=chosen, sort=sort, page=page), VISITOR)
        for page in range(1, first.pages + 1)
    ]
    seen = [hit.product.item for page in pages for hit in page.hits]

    assert len(seen) == len(set(seen)) == first.total
    assert all(len(page.hits) == PAGE for page in pages[:-1])


@many
@given(chosen=chosen)
def test_a_count_is_what_picking_that_value_alone_in_its_facet_shows(large: Search, chosen: Any) -> None:
    results = large.find(Selection(text="gift", chosen=chosen), VISITOR)

    for facet in FACETS:
        for option in results.options[facet]:
            alone = {**chosen, facet: (option.value,)}
            assert large.find(Selection(text="gift", chosen=alone), VISITOR).total == option.size


@many
@given(chosen=chosen)
def test_counts_of_a_facet_without_a_choice_add_up(large: Search, chosen: Any) -> None:
    free = {**chosen, "category": ()}
    results = large.find(Selection(text="gift", chosen=free), VISITOR)

    assert sum(option.size for option in results.options["category"]) == results.total

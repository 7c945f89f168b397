"""The tantivy index that the bootstrap has built, its queries, and the latest answers, kept for filters and pages."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import tantivy
from numpy.typing import NDArray
from tantivy import Occur, Query

from online_models.schema.product import Product
from online_models.schema.search_terms import FIELDS, PLACE, fields_of, joined_pairs
from storefront.search.index.columns import DocIds
from storefront.search.index.words import Words, typos_allowed

FEW = 5
"""A word that fewer products have may also be the beginning of longer ones."""

SHORTEST_BEGUN = 3

MOST_JOINED = 4
"""In a search with more terms, no two are joined into one word."""

MOST_TYPED = 1_000
"""How many products are collected while a word is being typed. Ties go to the best sellers."""

# The score of a term by where it is found: the title tells most, a description least; the word itself most, then its
# other forms, longer words, and words with a typing error. A product counts with the best field for each term.
EXACT, STEM, BEGUN = 10.0, 9.0, 8.0
TAG_EXACT, TAG_STEM, TAG_BEGUN, TEXT = 5.0, 4.5, 4.0, 2.0
JOINED, TYPO, TAG_TYPO = 6.0, 1.5, 1.0
PHRASE, ITEM = 4.0, 100.0

MEMORY = 15_000_000
"""Bytes for writing an index in memory: the least that is allowed."""

MOST_KEPT, MOST_DOCS = 1_000, 500_000
"""The most answers kept, and the most documents in all of them: about 8 MB."""


@dataclass(frozen=True, slots=True)
class Found:
    """The products that match, with how well."""

    docs: DocIds = field(default_factory=lambda: np.empty(0, np.int64))
    scores: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))


class AnswerCache:
    """Keeps what was found for the latest words. The least recently used answer goes first."""

    def __init__(self, most: int = MOST_KEPT, most_docs: int = MOST_DOCS) -> None:
        self._most, self._most_docs = most, most_docs
        self._kept: OrderedDict[Words, Found] = OrderedDict()
        self._docs = 0

    def get(self, words: Words, find: Callable[[Words], Found]) -> Found:
        """Return the answer for these words, cached or found now."""
        found = self._kept.get(words)
        if found is not None:
            self._kept.move_to_end(words)
            return found
        found = find(words)
        found.docs.flags.writeable = found.scores.flags.writeable = False
        self._docs += len(found.docs)
        self._kept[words] = found
        while len(self._kept) > self._most or self._docs > self._most_docs:
            self._docs -= len(self._kept.popitem(last=False)[1].docs)
        return found


def open_index(folder: Path) -> "TextIndex":
    """Open one version's index. Raises `ValueError` if the folder does not hold one."""
    return TextIndex(tantivy.Index.open(str(folder)))


def empty_index() -> "TextIndex":
    """Return an index without products, for a shop whose products have all come since."""
    builder = tantivy.SchemaBuilder()
    for name, (tokenizer, kept) in FIELDS.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option=kept)
    builder.add_integer_field(PLACE, fast=True)
    return TextIndex(tantivy.Index(builder.build()))


class TextIndex:
    """What finds products by their words."""

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._answers = AnswerCache()
        self._stemmer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english")).build()
        )

    @property
    def size(self) -> int:
        """How many products it holds."""
        return int(self._searcher.num_docs)

    def index_beside(self, products: Iterable[tuple[int, Product]], names: Mapping[str, str]) -> "TextIndex":
        """Return an index of the same kind, in memory, of products by number; ``names`` are those of categories."""
        index = tantivy.Index(self._schema)
        writer = index.writer(MEMORY, 1)
        for number, product in products:
            document = tantivy.Document(**fields_of(product, names.get(product.category, product.category)))
            document.add_integer(PLACE, number)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return TextIndex(index)

    def stem(self, term: str) -> str:
        """Return the stem of a term, under which the index has all its forms."""
        return str(self._stemmer.analyze(term)[0]) if term else ""

    def find_exact(self, words: Words) -> Found:
        """Find products with all the words. The last may be only begun if it is being typed, or is rare as it is."""
        return self._answers.get(words, self._find_exact) if words.terms else Found()

    def _find_exact(self, words: Words) -> Found:
        if words.is_typing:
            return self._ask(self._all_of(words, self._exact_ways(words, is_begun=True)), MOST_TYPED)
        if not self.knows(words.terms[-1]):
            return self._ask(self._all_of(words, self._exact_ways(words, is_begun=True)))
        found = self._ask(self._all_of(words, self._exact_ways(words, is_begun=False)))
        if len(found.docs) >= FEW or not words.terms[-1].isalpha() or len(words.terms[-1]) < SHORTEST_BEGUN:
            return found
        return self._ask(self._all_of(words, self._exact_ways(words, is_begun=True)))

    def find_loose(self, words: Words) -> Found:
        """Find products with all the words, typing errors allowed."""
        return self._ask(self._all_of(words, {term: self._loose(term, words) for term in words.terms}))

    def find_most(self, words: Words) -> Found:
        """Find products with two thirds of the words."""
        queries = [(Occur.Should, query) for query in self._exact_ways(words, is_begun=False).values()]
        if len(queries) < 2:
            return Found()
        return self._ask(Query.boolean_query(queries, minimum_number_should_match=max(1, len(queries) * 2 // 3)))

    def complete(self, words: Words, most: int) -> list[str]:
        """Return words of titles that begin as the last term does, the most frequent first."""
        *before, last = words.terms
        within = Query.boolean_query([(Occur.Must, self._exact(term, False)) for term in before]) if before else None
        found = self._searcher.terms_with_prefix("title", last, filter_query=within, limit=most)
        return [str(term) for term, _ in found]

    def knows(self, term: str) -> bool:
        """Whether some product has a word, in any of its forms."""
        stem = self.stem(term)
        return any(self._searcher.doc_freq(name, stem) for name in ("title_stem", "tags_stem", "text_stem"))

    def _ask(self, query: Query, most: int | None = None) -> Found:
        limit = max(1, self.size if most is None else most)
        hits: Sequence[tuple[float, Any]] = self._searcher.search(query, limit=limit, count=False).hits
        docs = self._searcher.fast_field_values(PLACE, [address for _, address in hits])
        return Found(np.array(docs, np.int64), np.array([score for score, _ in hits], np.float64))

    def _all_of(self, words: Words, queries: dict[str, Query]) -> Query:
        """Match every term, or two neighboring terms joined into one word; or the item of that id."""
        terms = words.terms
        ways = [Query.boolean_query([(Occur.Must, query) for query in queries.values()])]
        if len(terms) > 1:
            phrase = Query.phrase_query(self._schema, "title_stem", [self.stem(term) for term in terms], slop=1)
            ways[0] = Query.boolean_query(
                [(Occur.Must, ways[0]), (Occur.Should, Query.const_score_query(phrase, PHRASE))]
            )
        if 1 < len(terms) <= MOST_JOINED:
            for index, joined in enumerate(joined_pairs(list(terms))):
                others = [queries[term] for term in (*terms[:index], *terms[index + 2 :])]
                both = self._term("title", joined, JOINED)
                ways.append(Query.boolean_query([(Occur.Must, query) for query in (both, *others)]))
        ways.append(self._term("item", words.item, ITEM))
        return Query.disjunction_max_query(ways)

    def _exact(self, term: str, is_begun: bool) -> Query:
        stem = self.stem(term)
        ways = [
            self._term("title", term, EXACT),
            self._term("title_stem", stem, STEM),
            self._term("joined", term, JOINED),
            self._term("tags", term, TAG_EXACT),
            self._term("tags_stem", stem, TAG_STEM),
            self._term("text_stem", stem, TEXT),
            self._term("item", term, EXACT),
        ]
        if is_begun:
            ways += [self._near("title", term, 0, BEGUN, is_begun), self._near("tags", term, 0, TAG_BEGUN, is_begun)]
        return Query.disjunction_max_query(ways)

    def _exact_ways(self, words: Words, *, is_begun: bool) -> dict[str, Query]:
        return {term: self._exact(term, is_begun and term == words.terms[-1]) for term in words.terms}

    def _loose(self, term: str, words: Words) -> Query:
        is_begun = words.is_typing and term == words.terms[-1]
        exact, most = self._exact(term, is_begun), typos_allowed(term)
        if not most:
            return exact
        near = [self._near("title", term, most, TYPO, is_begun), self._near("tags", term, most, TAG_TYPO, is_begun)]
        return Query.disjunction_max_query([exact, *near])

    def _term(self, name: str, term: str, worth: float) -> Query:
        return Query.const_score_query(Query.term_query(self._schema, name, term, "basic"), worth)

    def _near(self, name: str, term: str, typos: int, worth: float, is_begun: bool) -> Query:
        near = Query.fuzzy_term_query(self._schema, name, term, distance=typos, prefix=is_begun)
        return Query.const_score_query(near, worth)

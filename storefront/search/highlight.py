"""Which words of a title a search has matched."""

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from online_models.schema.search_terms import joined_pairs, term_of, word_spans
from storefront.search.index.words import Words, distance, typos_allowed

Span = tuple[int, int]


def matched_spans(title: str, words: Words, stem: Callable[[str], str]) -> list[Span]:
    """Return the spans of a title's matched words, in order. Of a word being typed, only its beginning."""
    stems = {stem(term) for term in words.terms}
    exact = {*words.terms, *joined_pairs(list(words.terms))}
    spans: list[Span] = []
    missed: list[tuple[str, Span]] = []
    for start, end in word_spans(title):
        term = term_of(title[start:end])
        if term in exact or stem(term) in stems:
            spans.append((start, end))
        elif words.terms and term.startswith(words.terms[-1]):
            letters = len(words.terms[-1])
            is_plain = len(term) == end - start
            spans.append((start, start + letters if is_plain else end))
        else:
            missed.append((term, (start, end)))
    if not spans:
        spans = [span for term, span in missed if _is_near(term, words.terms)]
    return spans


def highlight(title: str, spans: Sequence[Span]) -> Markup:
    """Mark the spans of a title; everything else is escaped."""
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += [escape(title[at:start]), Markup("<mark>"), escape(title[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(title[at:])])


def _is_near(term: str, terms: Sequence[str]) -> bool:
    return any((most := typos_allowed(asked)) and distance(asked, term, most) <= most for asked in terms)

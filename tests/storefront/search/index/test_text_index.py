"""What was found lately is kept for filters and pages, within bounds."""

import numpy as np

from storefront.search.index.text_index import AnswerCache, Found
from storefront.search.index.words import Words, parse


class Index:
    """Finds so many products for every text, and notes what it was asked."""

    def __init__(self, size: int = 10) -> None:
        self.size = size
        self.asked: list[str] = []

    def find(self, words: Words) -> Found:
        self.asked.append(words.text)
        return Found(np.arange(self.size), np.ones(self.size))


def ask(lately: AnswerCache, index: Index, *texts: str) -> list[str]:
    for text in texts:
        assert len(lately.get(parse(text), index.find).docs) == index.size
    return index.asked


def test_the_same_words_are_found_once() -> None:
    assert ask(AnswerCache(), Index(), "red mug", "red  mug", "mug") == ["red mug", "mug"]


def test_words_being_typed_are_others() -> None:
    lately, index = AnswerCache(), Index()
    lately.get(parse("mug", is_typing=True), index.find)
    lately.get(parse("mug"), index.find)
    assert index.asked == ["mug", "mug"]


def test_what_was_not_asked_for_longest_makes_room() -> None:
    assert ask(AnswerCache(most=2), Index(), "a1", "b2", "a1", "c3", "a1", "b2") == ["a1", "b2", "c3", "b2"]


def test_answers_with_many_products_make_room_sooner() -> None:
    assert ask(AnswerCache(most_docs=25), Index(10), "a1", "b2", "c3", "b2", "a1") == ["a1", "b2", "c3", "a1"]


def test_an_answer_too_large_to_keep_is_given_all_the_same() -> None:
    assert ask(AnswerCache(most_docs=5), Index(10), "mug", "mug") == ["mug", "mug"]

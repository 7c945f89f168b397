"""Phrases among the words of a name."""

from bootstrap.enrich.phrases import PhraseBook, book_of, words_of


def meanings(book: PhraseBook[str], text: str) -> list[str]:
    return [match.meaning for match in book.find(words_of(text))]


BOOK = PhraseBook([("tea towel", "towel"), ("tea", "drink"), ("towel", "bath"), ("mugs", "mug")])


def test_longer_phrases_win_and_none_overlap() -> None:
    assert meanings(BOOK, "Tea Towel") == ["towel"]
    assert meanings(BOOK, "Tea for a towel") == ["drink", "bath"]


def test_words_match_in_the_singular_and_in_order() -> None:
    assert meanings(BOOK, "Towels, mugs & TEA") == ["bath", "mug", "drink"]


def test_the_first_meaning_of_a_phrase_counts() -> None:
    assert meanings(PhraseBook([("cup", "a"), ("cups", "b")]), "cup") == ["a"]


def test_a_match_says_where_it_is() -> None:
    (match,) = BOOK.find(words_of("A red tea towel"))
    assert (match.start, match.end) == (2, 4)


def test_nothing_is_found_where_nothing_is_known() -> None:
    assert meanings(BOOK, "") == []
    assert meanings(BOOK, "Lamp") == []
    assert meanings(book_of({}), "Lamp") == []


def test_numbers_and_signs_are_words_only_where_they_say_something() -> None:
    assert words_of("Set/4 T-LIGHTS & (Cherry) Boxes!") == ["set", "4", "t-light", "cherry", "box"]
    assert words_of("£ — !") == []

"""What people wrote, as it is stored: every script, and nothing that hides or turns."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from online_models.schema.plain_text import MOST_MARKS, is_one_line, one_line, several_lines

TRICKS = {
    "right-to-left override": "Ann\u202egnp.exe",
    "isolates": "\u2066Ann\u2069 \u2067b\u2069",
    "marks of direction": "\u200fAnn\u200e\u061c",
    "zero width": "A\u200bd\ufeffm\u2060in",
    "soft hyphen": "Ad\u00admin",
    "joiners in Latin": "A\u200cd\u200dmin",
    "tags": "Ann\U000e0041\U000e007f",
    "fillers": "\u3164\u115f\u1160\uffa0\u2800",
    "private use": "Ann\ue000\U000f0000",
    "half a character": "Ann\ud800",
    "no characters": "Ann\ufffe\ufdd0\U0001ffff",
    "control characters": "A\x00n\x07n\x7f\x9b",
    "annotations": "Ann\ufff9b\ufffa\ufffb",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_what_nobody_sees_is_dropped(trick: str) -> None:
    for kept in (one_line(TRICKS[trick]), several_lines(TRICKS[trick])):
        assert all(sign.isprintable() for sign in kept), trick
        assert not {"\u2800", "\u3164", "\u115f", "\u1160", "\uffa0"} & set(kept)


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Müller-Łukasiewicz",
        "O’Connor",
        "José María",
        "Nguyễn Thị Hạnh",
        "Дарья Ёлкина",
        "Αλέξης",
        "محمد",
        "می‌خواهم",
        "שָׁלוֹם",
        "क्‍ष अनुष्का",
        "ශ්‍රී",
        "山田太郎",
        "葛\U000e0100城",
        "김민준",
        "👩‍🚀 Ann",
        "❤️‍🔥",
        "1️⃣",
        "👍🏽",
        "สุดา ตั้งใจ",
    ],
)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert one_line(name) == unicodedata.normalize("NFC", name)
    assert is_one_line(unicodedata.normalize("NFC", name))


def test_a_heap_of_marks_becomes_a_letter_with_a_few() -> None:
    heap = "Z" + "\u0300\u0301\u0302\u0303\u0304\u0305\u0306" * 40 + "oe"
    kept = one_line(heap)
    assert 3 <= len(kept) <= 3 + MOST_MARKS
    assert one_line("e" + "\u0301" * 60) == "é"
    assert one_line("\u0301\u0302Ann") == "Ann", "marks stand on a letter"


def test_a_line_is_one_and_lines_are_kept_where_there_may_be_some() -> None:
    assert one_line("a\nb\r\n\u2028c\u2029\td\u00a0 e") == "a b c d e"
    assert several_lines("a\r\nb\u2028c\x85\n\n\n\nd") == "a\nb\nc\n\nd"


@given(st.text(max_size=60))
def test_twice_is_once(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert several_lines(several_lines(text)) == several_lines(text)
    assert is_one_line(one_line(text))

"""Text that people wrote: what is left of it before it is stored, searched or shown.

One place for names, reviews, searches and titles. Letters of every script stay. Control characters go, and so does all
that turns the reading direction of the text beside it, letters that nobody can see, and heaps of marks.
"""

import re
import unicodedata

MOST_MARKS = 4
"""Marks on one letter, as Unicode's security mechanisms (UTS 39) advise. No language stacks more."""

_LINE_ENDS = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_MANY_LINES = re.compile(r"\n[ \t]*\n\s*")
_JOINERS = frozenset("\u200c\u200d")
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u2800\u3164\uffa0")
"""What draws nothing, though it counts as a letter, a mark or a symbol."""

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs"})
_MARKS = frozenset({"Mn", "Me"})
_KEYCAPS = frozenset("0123456789#*")


def one_line(text: str | None) -> str:
    r"""Return a text as one line, without space at its ends or doubled.

    Examples
    --------
    >>> one_line(" Ann\u202e \n\x00 Miller ")
    'Ann Miller'
    >>> one_line(None)
    ''
    """
    text = text or ""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(" " if sign.isspace() else sign for sign in text)
    return " ".join(_readable(spaced).split())


def several_lines(text: str) -> str:
    r"""Return a text with its lines, and at most one empty line in a row.

    Examples
    --------
    >>> several_lines("  Lovely\x00 mug.\r\n\r\n\r\n\r\nTwice. ")
    'Lovely mug.\n\nTwice.'
    """
    lines = _LINE_ENDS.sub("\n", text)
    return _MANY_LINES.sub("\n\n", _readable(lines)).strip()


def is_one_line(text: str) -> bool:
    """Return whether a text is one line already, and shows all that is in it."""
    return one_line(text) == text


def _readable(text: str) -> str:
    # Decomposed, so that a mark counts however it was typed.
    letters = unicodedata.normalize("NFD", "".join(sign for sign in text if _is_seen(sign)))
    return unicodedata.normalize("NFC", _without_stray_joiners(_without_heaps(letters)))


def _is_seen(sign: str) -> bool:
    if sign in _JOINERS or sign in "\n\t":
        return True
    return unicodedata.category(sign) not in _UNSEEN and sign not in _BLANKS and not _is_nothing(ord(sign))


def _is_nothing(code: int) -> bool:
    """Return whether a code stands for no character, or is set aside for what is not drawn."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xFFF0 <= code <= 0xFFF8 or code in _TAGS


_TAGS = frozenset(range(0xE0000, 0xE0100))


def _without_heaps(text: str) -> str:
    """Drop marks that stand on nothing, that repeat the one before, and those above `MOST_MARKS`."""
    kept: list[str] = []
    base, last, count = "", "", 0
    for sign in text:
        if unicodedata.category(sign) in _MARKS:
            if not base or sign == last or count == MOST_MARKS or (_is_variation(sign) and not _has_variations(base)):
                continue
            last, count = sign, count + 1
        elif sign not in _JOINERS:
            base, last, count = "" if sign.isspace() else sign, "", 0
        kept.append(sign)
    return "".join(kept)


def _is_variation(sign: str) -> bool:
    code = ord(sign)
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F


def _has_variations(base: str) -> bool:
    """Return whether a character has forms to choose from: emoji, ideographs, Mongolian letters."""
    return base in _KEYCAPS or (ord(base) >= 0x1800 and _joins(base)) or unicodedata.category(base) == "So"


def _without_stray_joiners(text: str) -> str:
    """Drop joiners that join nothing: emoji and the scripts of Asia need them, and Latin letters hide them."""
    kept: list[str] = []
    for index, sign in enumerate(text):
        if sign in _JOINERS:
            following = text[index + 1 : index + 2]
            if not (kept and _joins(kept[-1]) and following and _joins(following)):
                continue
        kept.append(sign)
    return "".join(kept)


def _joins(sign: str) -> bool:
    code = ord(sign)
    return code >= 0x590 and not 0x1D00 <= code <= 0x1FFF and unicodedata.category(sign)[0] in "LMS"

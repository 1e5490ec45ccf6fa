"""Numbers in words, by text2num: cardinals and ordinals of English, French, Spanish, Portuguese, German, Dutch,
Italian and Danish.

The library is asked about each distinct word once; it reads whole only the runs of words it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, partial
from operator import is_

from ..errors import MissingExtra
from .figure import Found, exact
from .traps import is_number_here, never_numbers
from .words import words_of

WORD = re.compile(r"[^\W\d_]+")
TOKEN = re.compile(r"[^\W\d_]+|[\W\d_]+")
HYPHENS = "-\u2010\u2011"
LONGEST = 60
LARGEST = 2**53


class Word(str):
    """A token, as the library wants it: nothing but its text tells tokens apart, and what one is.

    The library calls these methods and breaks down when one is interrupted: none of them runs Python code.
    """

    text = str.__str__
    nt_separated = staticmethod(partial(is_, None))
    not_a_number_part = bool


SPACE = Word(" ")
TWO = {
    language: Word(said)
    for language, said in zip(
        ("en", "fr", "es", "pt", "de", "nl", "it", "da"),
        ("two", "deux", "dos", "dois", "zwei", "twee", "due", "to"),
        strict=True,
    )
}


def find_spelled(text: str, language: str) -> Iterator[Found]:
    """Every number in words, left to right."""
    known = re.split(r"[-_]", language.lower())[0]
    if known not in TWO:
        return
    said = _number_words(text, known)
    for start, end in _runs(text, said, _gap(known)):
        yield from _read(text, start, end, known)


@cache
def _gap(language: str) -> re.Pattern[str]:
    """What may stand between the words of one number."""
    return re.compile(rf"[ \u00a0]|[{HYPHENS}]|\s(?:{words_of(language).glue})\s|\n")


def _number_words(text: str, language: str) -> set[str]:
    distinct = {match.group() for match in WORD.finditer(text)}
    passed = never_numbers(language)
    return {word for word in distinct if word.lower() not in passed and _is_number(word.lower(), language)}


def _is_number(word: str, language: str) -> bool:
    """Alone, or as a scale after another number: `milioni` alone is none."""
    if len(word) > LONGEST:
        return False
    if _found([Word(word)], language):
        return True
    return [(end, value >= 1000) for _, end, value, _ in _found([TWO[language], SPACE, Word(word)], language)] == [
        (3, True)
    ]


def _found(tokens: list[Word], language: str) -> list[tuple[int, int, float, bool]]:
    """What the library finds: first and last token (exclusive), the value, whether it is an ordinal."""
    try:
        from text_to_num import find_numbers
    except ImportError:
        raise MissingExtra("text2num", "text") from None
    found = find_numbers(tokens, language, threshold=0)
    return [(one.start, one.end, one.value, one.is_ordinal) for one in found]


def _runs(text: str, words: set[str], gap: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Stretches of number words with nothing between them but a space, a hyphen or a word that joins numbers."""
    start = end = -1
    for match in WORD.finditer(text):
        if match.group() not in words:
            continue
        if start >= 0 and match.start() - end <= 12 and gap.fullmatch(text, end, match.start()):
            end = match.end()
            continue
        if start >= 0:
            yield start, end
        start, end = match.span()
    if start >= 0:
        yield start, end


def _read(text: str, start: int, end: int, language: str) -> Iterator[Found]:
    places = [match.span() for match in TOKEN.finditer(text, start, end)]
    tokens = [Word(text[a:b].lower()) for a, b in places]
    for first, last, value, ordinal in _found(tokens, language):
        a, b = places[first][0], places[last - 1][1]
        if is_number_here(text, a, b, language):
            yield Found(
                a, b, kind="ordinal" if ordinal else "cardinal", value=_value(value), bare=not ordinal, spelled=True
            )


def _value(value: float) -> Decimal | None:
    if not abs(value) < LARGEST:
        return None
    return exact(str(int(value) if value == int(value) else value))

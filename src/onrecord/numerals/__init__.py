"""Numerals of a text: numbers in digits and in words, ordinals, shares, money, durations, years, vague quantities.

Every numeral is found, whether or not it can be read; a value is given only where the words
and the language decide it. English is read in full; what of other languages is read stands in
`words`, what marks and names they use comes from CLDR.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .digits import find_digits
from .figure import Found, share
from .grammar import DECADE_WORDS, DOZEN, ROMAN, Grammar, grammar_of
from .growth import GLOSS, NOUN, grow
from .modifiers import modify
from .spelled import find_spelled

ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Numeral:
    """One numeral: where it stands, and what it says as a figure.

    `start` and `end` are the numeral itself, the unit of coverage; `verbatim` is the span of its
    words with those that modify it (`over 30,000`, `between 30 and 40`). `value`, `lower` and
    `upper` follow the rules for figures; they are None where the words do not decide them.
    """

    start: int
    end: int
    kind: str
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    comparator: str
    approximate: bool
    unit: str | None
    verbatim: tuple[int, int]


def find_numerals(text: str, language: str = "en", start: int = 0, end: int | None = None) -> list[Numeral]:
    """The numerals between two offsets, in text order; none overlaps another."""
    said = text[start:end]
    grammar = grammar_of(language)
    grown = grow(said, _atoms(said, language, grammar), grammar)
    return [_numeral(said, one, grammar, max(start, 0)) for one in grown]


def _atoms(text: str, language: str, grammar: Grammar) -> list[Found]:
    """Bare numbers of every sort; of two at one place the longer one, of equals the one named first here."""
    finders = (_parts, _vague, _dozens, _decades, _romans)
    found = [one for finder in finders for one in finder(text, grammar)]
    found += find_digits(text, grammar.marks)
    found += find_spelled(text, language)
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _vague(text: str, grammar: Grammar) -> Iterator[Found]:
    for match in grammar.vague.finditer(text) if grammar.vague else ():
        kind = str(match.lastgroup)
        unit = _vague_unit(match.group(), grammar) if kind == "duration" else None
        yield Found(match.start(), match.end(), kind, approximate=True, unit=unit, bare=kind == "cardinal")


def _vague_unit(said: str, grammar: Grammar) -> str | None:
    units = grammar.marks.units or {}
    return next((units[word] for word in said.lower().replace("-", " ").split() if word in units), None)


def _parts(text: str, grammar: Grammar) -> Iterator[Found]:
    for match in grammar.parts.finditer(text) if grammar.parts else ():
        part = share(1, int(str(match.lastgroup)[1:]), match.start(), match.end())
        part.bare = match.group().lower() == "half"
        yield part


def _dozens(text: str, grammar: Grammar) -> Iterator[Found]:
    for match in grammar.dozen.finditer(text):
        yield Found(match.start(), match.end(), value=Decimal(DOZEN), spelled=True)


def _decades(text: str, _: Grammar) -> Iterator[Found]:
    """`the nineties`: which century, or whether an age, the word does not say."""
    for match in DECADE_WORDS.finditer(text):
        yield Found(match.start(), match.end(), "year", unit="year", bare=False)


def _romans(text: str, _: Grammar) -> Iterator[Found]:
    """Roman numerals from II to XXXIX after a word; others are too easily taken for letters."""
    for match in ROMAN.finditer(text):
        yield Found(match.start(), match.end(), "ordinal", _roman(match.group()), bare=False)


def _roman(said: str) -> Decimal:
    values = [ROMAN_VALUES[letter] for letter in said]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return Decimal(sum(-value if value < following else value for value, following in pairs))


def _numeral(text: str, one: Found, grammar: Grammar, offset: int) -> Numeral:
    modify(text, one, grammar)
    unit, right = _gloss(text, one)
    lower, upper = _bounds(one)
    span = (offset + (one.start if one.left is None else one.left), offset + right)
    place = (offset + one.start, offset + one.end)
    return Numeral(*place, one.kind, one.value, lower, upper, one.comparator, one.approximate, unit, span)


def _gloss(text: str, one: Found) -> tuple[str | None, int]:
    """The few nouns whose unit is beyond doubt: `first time`, `40 people`."""
    right = max(one.right or 0, one.end)
    noun = NOUN.match(text, one.end) if one.unit is None and right == one.end else None
    if not noun or noun[1] not in GLOSS or (noun[1] == "time") != (one.kind == "ordinal"):
        return one.unit, right
    return GLOSS[noun[1]], noun.end() if noun[1] == "time" else right


def _bounds(one: Found) -> tuple[Decimal | None, Decimal | None]:
    """What comparator and value say about the true amount, as rule OR503 wants it."""
    if one.value is None:
        return one.lower, one.upper
    if one.comparator == "=":
        return (None, None) if one.approximate else (one.value, one.value)
    return (one.value, None) if one.comparator in (">", ">=") else (None, one.value)

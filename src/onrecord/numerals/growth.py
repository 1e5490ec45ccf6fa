"""From a bare number to a figure: scale, fraction, decade, unit of time, per cent, currency, and the other end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from .digits import ascii_digits
from .figure import Found, exact, share, times
from .grammar import STATES, SYMBOL_NAMES, Grammar

WINDOW = 40
JOINED = re.compile(r"[ \u00a0\u202f-]")
SCALES = {Decimal(10) ** n for n in (2, 3, 6, 9, 12)} | {Decimal(12)}
PARTS = range(1, 101)
HALVES = re.compile(r" and a (half|quarter)\b", re.IGNORECASE)
OF = re.compile(r" (?:in|out of) ", re.IGNORECASE)
WHOLES = {*range(2, 13), 15, 20, 25, 50, 100, 1000}
MONEY_SCALES = {"m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12, "tn": 10**12, "k": 1000}
SHORT_SCALE = re.compile(r"(mn|bn|tn|[mbtk])(?!\w)", re.IGNORECASE)
DECADE = re.compile(r"['’]?s(?!\w)")
AGE = re.compile(r"\b(?:his|her|their|my|your|our|its)\s(?:(?:early|mid|late)[ -])?$", re.IGNORECASE)
CHANGE = re.compile(
    r"\b(?:r[io]ses?|risen|fall(?:s|en)?|fell|grew|grown?s?|increas\w+|decreas\w+|dropp?\w*|climb\w+|jump\w+|cut|"
    r"rais\w+|reduc\w+|went|goes|chang\w+|up|down)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
ARTICLE = re.compile(r" an? ", re.IGNORECASE)
A = re.compile(r"(?<!\w)a $", re.IGNORECASE)
A_PART = re.compile(r" of (?!January|February|March|April|May|June|July|August|September|October|November|December)")
HOUR = re.compile(r"\s?[ap]\.?m(?!\w)", re.IGNORECASE)
GLOSS = {"time": "occasion", "people": "person", "persons": "person", "person": "person"}
NOUN = re.compile(r"\s([a-z]+)\b")


def grow(text: str, atoms: list[Found], grammar: Grammar) -> list[Found]:
    """Each number with what belongs to it; numbers swallowed by another are gone."""
    grown: list[Found] = []
    for place, one in enumerate(atoms):
        if grown and one.start < grown[-1].end:
            continue
        following = atoms[place + 1] if place + 1 < len(atoms) else None
        grown.append(_grown(text, one, following, grammar, grown[-1].end if grown else 0))
    return list(_ends_joined(text, grown, grammar))


def _grown(text: str, one: Found, following: Found | None, grammar: Grammar, free: int) -> Found:
    """`free` is where the number before it ends: what lies before that is not to be had."""
    if one.kind == "share" and one.bare:
        return _half(text, one, following, grammar)
    if one.kind == "ordinal" and one.spelled:
        return _part(text, one)
    if not one.bare:
        return one
    if not one.spelled and (suffixed := _suffixed(text, one, grammar)) is not None:
        return suffixed
    following = _scaled(text, one, following, grammar)
    if following and (part := _fraction(text, one, following)):
        return part
    return _with_unit(text, one, grammar, free)


def _half(text: str, one: Found, following: Found | None, grammar: Grammar) -> Found:
    """`half a dozen`, `half a million`, `half an hour`."""
    article = ARTICLE.match(text, one.end)
    if article and following and following.start == article.end() and following.value in SCALES and following.spelled:
        value = times(following.value, Decimal("0.5"))
        return Found(one.start, following.end, value=value, spelled=True)
    unit = grammar.duration.match(text, article.end() - 1) if article else None
    if unit:
        name = (grammar.marks.units or {})[unit["unit"].lower()]
        return Found(one.start, unit.end(), "duration", one.value, unit=name)
    return one


def _part(text: str, one: Found) -> Found:
    """`a fifth of`: a share, where `the fifth of` is a place in an order."""
    if one.value is None or one.value < 3 or not A.search(text, max(0, one.start - 3), one.start):
        return one
    return share(1, int(one.value), one.start, one.end) if A_PART.match(text, one.end) else one


def _suffixed(text: str, one: Found, grammar: Grammar) -> Found | None:
    """Digits with letters that make them an ordinal (`21st`) or a decade (`1980s`)."""
    if one.kind == "range" or not text[one.start : one.end].isdigit():
        return None
    decade = DECADE.match(text, one.end)
    digits = ascii_digits(text[one.start : one.end])
    if decade and digits.endswith("0") and len(digits) in (2, 4):
        return _decade(text, one, decade.end(), digits)
    if match := grammar.ordinal.match(text, one.end):
        return Found(one.start, match.end(), "ordinal", one.value or exact(digits), bare=False)
    return None


def _decade(text: str, one: Found, end: int, digits: str) -> Found:
    """A decade has its first and last year; two digits do not say which century, unless they are an age."""
    start = one.start - (one.start > 0 and text[one.start - 1] in "'’")
    first = Decimal(digits)
    if len(digits) == 4:
        return Found(start, end, "year", lower=first, upper=first + 9, unit="year", bare=False)
    if AGE.search(text[max(0, start - WINDOW) : start]):
        return Found(start, end, "range", lower=first, upper=first + 9, unit="year", bare=False)
    return Found(start, end, "year", unit="year", bare=False)


def _scaled(text: str, one: Found, following: Found | None, grammar: Grammar) -> Found | None:
    """Multiply by the scales that follow (`3 million`, `two dozen`, `three and a half`)."""
    if half := HALVES.match(text, one.end):
        one.end = half.end()
        one.value = (
            None if one.value is None else exact(one.value + Decimal("0.5" if half[1].lower() == "half" else "0.25"))
        )
    if following and following.spelled and following.value in SCALES and _adjacent(text, one, following):
        _multiply(one, following.value or Decimal(1), following.end)
        return None
    if match := grammar.scale.match(text, one.end):
        _multiply(one, Decimal(_factor(match[1], grammar)), match.end())
        return None
    return following


def _factor(said: str, grammar: Grammar) -> int:
    return grammar.words.scales[said.lower()]


def _adjacent(text: str, one: Found, other: Found) -> bool:
    return other.start - one.end == 1 and bool(JOINED.match(text, one.end))


def _multiply(one: Found, factor: Decimal, end: int) -> None:
    one.end, one.scale, one.kind = end, factor, "range" if one.kind == "range" else "cardinal"
    one.value, one.lower, one.upper = times(one.value, factor), times(one.lower, factor), times(one.upper, factor)


def _fraction(text: str, one: Found, other: Found) -> Found | None:
    """`two thirds`, `one-fifth`, `three quarters`; and years said in two numbers, `nineteen eighty-eight`."""
    if one.value is None or not _adjacent(text, one, other):
        return None
    if other.kind == "share" and other.lower and one.value in PARTS:
        return share(int(one.value), int((1 / other.lower).to_integral_value()), one.start, other.end)
    if other.value is None:
        return None
    if other.kind == "ordinal" and other.value >= 3 and one.value == 1:
        return share(1, int(other.value), one.start, other.end)
    if one.spelled and other.spelled and 10 <= one.value <= 20 and 10 <= other.value <= 99 and other.kind == "cardinal":
        return Found(one.start, other.end, "year", one.value * 100 + other.value, bare=False)
    return None


def _with_unit(text: str, one: Found, grammar: Grammar, free: int) -> Found:
    """The unit in which it counts, where its words stand beside it."""
    if HOUR.match(text, one.end) and not one.spelled:
        return Found(one.start, one.end, "date", bare=False)
    if _money(text, one, grammar, free):
        return one
    if match := grammar.percent.match(text, one.end):
        beyond = one.value is not None and one.value > 100
        one.kind = one.kind if one.kind == "range" else "cardinal" if beyond else "share"
        one.unit, one.end = "percent", match.end()
    elif match := grammar.duration.match(text, one.end):
        one.kind = one.kind if one.kind == "range" and one.unit is None else "duration"
        one.unit, one.end = (grammar.marks.units or {})[match["unit"].lower()], match.end()
    elif one.kind in {"cardinal", "range"} and (match := grammar.measure.match(text, one.end)):
        _measured(one, match, grammar)
    elif one.kind != "year" and _day_of_a_month(text, one, grammar):
        one.kind, one.value = "date", None
    elif one.kind == "year" and _counts(text, one):
        one.kind = "cardinal"
    return one


def _measured(one: Found, match: re.Match[str], grammar: Grammar) -> None:
    """`30 metres`; `30m` may be metres or millions, and has no value."""
    if match.group() == "m":
        one.value = one.lower = one.upper = None
    else:
        one.unit, one.right = (grammar.marks.measures or {})[match["unit"]], match.end()


def _money(text: str, one: Found, grammar: Grammar, free: int) -> bool:
    before = grammar.money_before.search(text, max(free, one.start - WINDOW), one.start)
    if before and not one.spelled and (short := SHORT_SCALE.match(text, one.end)):
        _multiply(one, Decimal(MONEY_SCALES[short[1].lower()]), short.end())
    after = None if before else grammar.money_after.match(text, one.end)
    if not before and not after:
        return False
    one.kind = "range" if one.kind == "range" else "money"
    if before:
        one.start, one.unit = before.start(), _currency(before, grammar)
    elif after and (after["symbol"] or after["code"]):
        one.end, one.unit = after.end(), _currency(after, grammar)
    elif after:
        one.right, one.unit = after.end(), _currency(after, grammar)
    return True


def _currency(match: re.Match[str], grammar: Grammar) -> str:
    said = match.groupdict()
    state = said.get("state")
    if said["code"]:
        return said["code"].upper()
    if said["symbol"]:
        return STATES.get((state or "").upper(), "") + SYMBOL_NAMES.get(said["symbol"], said["symbol"])
    name = next(grammar.words.currencies[key] for key in _chosen(said, grammar))
    return f"{state.replace('.', '')} {name}" if state else name


def _chosen(said: dict[str, str | None], grammar: Grammar) -> Iterator[str]:
    return (key for n, key in enumerate(grammar.words.currencies) if said[f"c{n}"])


def _day_of_a_month(text: str, one: Found, grammar: Grammar) -> bool:
    if one.value is None or not 1 <= one.value <= 31 or one.spelled:
        return False
    before = text[max(0, one.start - WINDOW) : one.start]
    return bool(grammar.month_before.search(before) or grammar.month_after.match(text, one.end))


def _counts(text: str, one: Found) -> bool:
    """A round number before a plural counts (`2000 people`); any other of four digits is a year."""
    noun = NOUN.match(text, one.end)
    round_number = one.value is not None and one.value % 500 == 0
    return bool(noun and round_number and (noun[1].endswith("s") or noun[1] in GLOSS) and noun[1] not in {"was", "is"})


def _ends_joined(text: str, found: list[Found], grammar: Grammar) -> Iterator[Found]:
    """Two numbers that are the ends of one amount become a range."""
    kept: Found | None = None
    for one in found:
        if kept is not None:
            joined = _range(text, kept, one, grammar)
            if joined is not None:
                kept = joined
                continue
            yield kept
        kept = one
    if kept is not None:
        yield kept


def _range(text: str, one: Found, other: Found, grammar: Grammar) -> Found | None:
    kinds = {one.kind, other.kind}
    if one.value is None or other.value is None or kinds & {"ordinal", "date", "range"} or other.start - one.end > 10:
        return None
    if OF.fullmatch(text, one.end, other.start):
        return _so_many_of(one, other)
    gap = grammar.through.fullmatch(text, one.end, other.start)
    opening = grammar.between and grammar.between.search(text, max(0, one.start - WINDOW), one.start)
    if not gap or not _is_through(text, gap, opening, one, other):
        return None
    low = times(one.value, other.scale) if other.scale and not one.scale else one.value
    if one.unit not in (None, other.unit) or low is None or low >= other.value:
        return None
    unit = "year" if kinds == {"year"} else other.unit
    left = opening.start() if opening else None
    return Found(
        one.start, other.end, "range", lower=low, upper=other.value, unit=unit, bare=False, left=left, right=other.right
    )


def _so_many_of(one: Found, other: Found) -> Found | None:
    """`one in five`, `three out of four`."""
    value = one.value or Decimal(0)
    plain = one.unit is other.unit is None and one.kind == other.kind == "cardinal" and value in PARTS
    if not plain or other.value not in WHOLES or value >= (other.value or 0):
        return None
    return share(int(value), int(other.value or 1), one.start, other.end)


def _is_through(text: str, gap: re.Match[str], opening: re.Match[str] | None, one: Found, other: Found) -> bool:
    """`and` joins ends only after `between`; `rose from 30 to 40` is a change, not a range; `or` joins neighbours."""
    word = (gap["word"] or "").lower()
    if word in {"and", "und", "et", "y", "e", "en", "og", "и"}:
        return opening is not None and opening.group().strip().lower() != "from"
    if opening and CHANGE.search(text, max(0, opening.start() - WINDOW), opening.start()):
        return False
    if word in {"or", "oder", "ou", "o", "of", "eller", "или"}:
        return "year" not in (one.kind, other.kind) and other.value == (one.value or 0) + 1
    return (one.kind == "year") == (other.kind == "year")

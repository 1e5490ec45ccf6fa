"""Numbers in digits of any script, with the marks of any locale. A value only where marks and language decide it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal

from .figure import Found, exact, share
from .marks import Marks, plain_mark

SPACES = "\u00a0\u202f\u2009"
DASHES = r"\-" "\u2010\u2011\u2012\u2013\u2212"
GROUPS = rf".,'’٬٫，．{SPACES}"
VULGAR = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
CLUSTER = re.compile(
    rf"\d++(?:[{GROUPS}:/⁄{DASHES}]\d++|[ ]\d{{3}}(?!\d))*+(?:[ ]?[{VULGAR}])?|[{VULGAR}]",
)
NUMBER = re.compile(rf"\d+(?:[{GROUPS} ]\d+)*")
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|\d{4}\.\d\d\.\d\d")
DAY_DATE = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d\d)")
CLOCK = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?")
TWO_ENDS = re.compile(rf"([^{DASHES}/]+)([{DASHES}/])([^{DASHES}/]+)")
FRACTION = re.compile(r"(\d+)[/⁄](\d+)")
PARTS = re.compile(rf"[^{DASHES}/⁄:]+")
LONG = 64
DENOMINATORS = {2, 3, 4, 5, 6, 8, 10, 100}
YEARS = range(1000, 2101)
SUPERSCRIPT = set("⁰¹²³⁴⁵⁶⁷⁸⁹")


def find_digits(text: str, marks: Marks) -> Iterator[Found]:
    """Every number in digits, left to right. Digits within a word (`H1N1`, `9f3a`) are part of its name."""
    for match in CLUSTER.finditer(text):
        if not _in_a_word(text, match.start(), match.end()):
            yield from _read(text, match.start(), match.end(), marks)


def ascii_digits(said: str) -> str:
    """The same with the digits 0 to 9 of ASCII."""
    return "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in said)


def number(said: str, marks: Marks) -> Decimal | None:
    """The value of digits with marks; None where the marks can be read in two ways."""
    said = "".join(c if c.isdigit() else _folded(c) for c in ascii_digits(said))
    kinds = sorted({c for c in said if not c.isdigit()}, key=said.index)
    if not kinds:
        return exact(said)
    head, _, tail = said.rpartition(kinds[-1])
    if len(kinds) == 2 and kinds[0] not in tail and kinds[1] not in head and kinds[1] in ".,٫":
        return exact(f"{head.replace(kinds[0], '')}.{tail}") if _grouped(head, kinds[0]) else None
    if len(kinds) > 1:
        return None
    if said.count(kinds[0]) > 1 or kinds[0] in " '٬":
        return exact(said.replace(kinds[0], "")) if _grouped(said, kinds[0]) else None
    return _one_mark(head, kinds[0], tail, marks)


def _folded(mark: str) -> str:
    return plain_mark(unicodedata.normalize("NFKC", mark) if mark in "，．" else mark)


def _one_mark(head: str, mark: str, tail: str, marks: Marks) -> Decimal | None:
    """One point or comma: between thousands, or before decimals."""
    if mark == "٫" or set(head) == {"0"}:
        return exact(f"{head}.{tail}")
    if len(tail) == 3 and len(head) <= 3:
        if marks.divided or mark not in (marks.group, marks.decimal):
            return None
        return exact(head + tail) if mark == marks.group else exact(f"{head}.{tail}")
    return None if mark == marks.group and not marks.divided else exact(f"{head}.{tail}")


def _grouped(said: str, mark: str) -> bool:
    """In threes, or as in India in twos with three at the end."""
    first, *rest = (len(group) for group in said.split(mark))
    threes = 1 <= first <= 3 and all(size == 3 for size in rest)
    twos = 1 <= first <= 2 and len(rest) > 1 and rest[-1] == 3 and all(size == 2 for size in rest[:-1])
    return threes or (twos and mark == ",")


def _cased(letter: str) -> bool:
    return letter.isalpha() and (letter.islower() or letter.isupper())


def _in_a_word(text: str, start: int, end: int) -> bool:
    if start and _cased(text[start - 1]):
        return True
    tail = text[end : end + 3]
    return bool(re.match(r"[^\W\d_]+\d", text[end : end + 12])) or bool(re.match(r"[DG](?!\w)", tail))


def _read(text: str, start: int, end: int, marks: Marks) -> Iterator[Found]:
    """One run of digits and marks: a date, a number, a fraction, a range; otherwise its parts."""
    said = text[start:end]
    if len(said) > LONG:
        yield from (Found(start + m.start(), start + m.end(), value=exact(ascii_digits(m[0]))) for m in _runs(said))
    elif " " in said and not _spaced(said, marks):
        cut = start + said.rindex(" ")
        yield from _read(text, start, cut, marks)
        yield from _read(text, cut + 1, end, marks)
    else:
        whole = _whole(said, start, end, marks)
        if whole is None:
            for part in PARTS.finditer(said):
                inner = _whole(part[0], start + part.start(), start + part.end(), marks)
                yield inner or Found(start + part.start(), start + part.end())
        else:
            yield whole if text[end : end + 1] not in SUPERSCRIPT else Found(start, end)


def _runs(said: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"\d+", said)


def _spaced(said: str, marks: Marks) -> bool:
    """Plain spaces stand between thousands where the language does so, or where three noughts follow each."""
    if said[-1] in VULGAR:
        return True
    groups = said.split(" ")
    return groups[0].isdigit() and len(groups[0]) <= 3 and (marks.spaced or set(groups[1:]) == {"000"})


def _whole(said: str, start: int, end: int, marks: Marks) -> Found | None:
    """All of it as one number, or None."""
    if said[-1] in VULGAR:
        return _vulgar(said, start, end, marks)
    plain = ascii_digits(said)
    if ISO_DATE.fullmatch(plain) or DAY_DATE.fullmatch(plain) or CLOCK.fullmatch(plain):
        return Found(start, end, kind="date", bare=False)
    if NUMBER.fullmatch(said):
        value = number(said, marks)
        return Found(start, end, value=value, kind="year" if _is_year(plain) else "cardinal")
    if (parts := FRACTION.fullmatch(plain)) and (found := _fraction(int(parts[1]), int(parts[2]), start, end)):
        return found
    return _range(plain, start, end, marks)


def _is_year(plain: str) -> bool:
    return len(plain) == 4 and plain.isdigit() and int(plain) in YEARS


def _vulgar(said: str, start: int, end: int, marks: Marks) -> Found | None:
    """`½` alone is a share; after a whole number it is part of it."""
    top, bottom = unicodedata.normalize("NFKC", said[-1]).split("⁄")
    before = said[:-1].strip()
    if not before:
        return share(int(top), int(bottom), start, end)
    if not NUMBER.fullmatch(before):
        return None
    whole, part = number(before, marks), share(int(top), int(bottom), start, end)
    return Found(start, end, value=None if whole is None or part.value is None else exact(str(whole + part.value)))


def _fraction(top: int, bottom: int, start: int, end: int) -> Found | None:
    return share(top, bottom, start, end) if 0 < top < bottom and bottom in DENOMINATORS else None


def _range(plain: str, start: int, end: int, marks: Marks) -> Found | None:
    """Two ends with a dash, or two years with a dash or stroke: `30-40`, `1988–90`."""
    ends = TWO_ENDS.fullmatch(plain)
    if not ends or not NUMBER.fullmatch(ends[1]) or not NUMBER.fullmatch(ends[3]):
        return None
    years = _is_year(ends[1]) and (_is_year(ends[3]) or len(ends[3]) == 2)
    if not years and ends[2] == "/":
        return None
    last = ends[1][:2] + ends[3] if years and len(ends[3]) == 2 else ends[3]
    low, high = number(ends[1], marks), number(last, marks)
    if low is None or high is None or low >= high:
        return None
    return Found(start, end, kind="range", lower=low, upper=high, unit="year" if years else None)

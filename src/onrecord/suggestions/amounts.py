"""Figures and times of a sentence, as the numerals and dates found in it say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..dates import DateMention, find_dates
from ..numerals import Numeral, find_numerals
from .records import Place, Suggestion

NOT_SAID = "not said"
_NOUN = re.compile(r"[ \u00a0-]((?:[^\W\d_]+[ \u00a0-]?){1,6})")
_BORDER = re.compile(
    r"(?i)\b(?:of|in|on|at|by|to|for|from|with|who|which|that|and|or|but|were|was|are|is|had|have|has|will|would|"
    r"down|back|off|away|earlier|later|ago|before|after|near|under|over|during|since|until|while|as|than|speak)\b"
)
_LABEL = re.compile(r"(?:[^\W\d_a-z][\w’'-]*|\b(?:page|chapter|number|article|section|phase|no|not))[ \u00a0]\Z")
_PLURALS = {"ies": "y", "sses": "ss", "ches": "ch", "shes": "sh", "xes": "x", "ss": "ss", "us": "us", "s": ""}
_PEOPLE = {"people": "person", "men": "man", "women": "woman", "children": "child", "tonnes": "tonne", "lives": "life"}


def figures_in(text: str, start: int, end: int, language: str, dates: list[DateMention]) -> Iterator[Suggestion]:
    """A figure for each numeral that is part of no date."""
    for one in find_numerals(text, language, start, end):
        dated = any(one.start < date.end and date.start < one.end for date in dates)
        if one.kind not in ("year", "date") and not dated and not _is_label(text, start, one):
            yield _figure(text, one, max(end, one.verbatim[1]))


def _is_label(text: str, start: int, one: Numeral) -> bool:
    """Whether a numeral names rather than counts: `Basin Four`, `page 3`, `no one`."""
    if one.verbatim != (one.start, one.end) or one.unit:
        return False
    alone = not text[start : one.start].strip() and text[one.end : one.end + 1] in ("", "\n")
    return alone or bool(_LABEL.search(text, start, one.start))


def _figure(text: str, one: Numeral, end: int) -> Suggestion:
    first, last = one.verbatim
    counted = _counted(text, max(last, one.end), end)
    unit = one.unit or (_singular(counted.split()[-1]) if counted else NOT_SAID)
    said = {
        "suggested": True,
        "kind": one.kind,
        "verbatim": " ".join(text[first:last].split()),
        "comparator": one.comparator,
        "approximate": one.approximate,
        "value": one.value,
        "lower": one.lower,
        "upper": one.upper,
        "unit": unit,
        "counted": counted or NOT_SAID,
        "anchor": Place(((first, last),)),
    }
    return {key: value for key, value in said.items() if value is not None}


def _counted(text: str, at: int, end: int) -> str:
    """The noun after a numeral, with what stands before it: up to the next border of a phrase."""
    found = _NOUN.match(text, at, end)
    if not found:
        return ""
    border = _BORDER.search(found[1])
    return " ".join(found[1][: border.start() if border else None].split()[:3])


def _singular(word: str) -> str:
    """An English noun in the singular, by its ending; others stay as they are."""
    if word.lower() in _PEOPLE:
        return _PEOPLE[word.lower()]
    ending = next((old for old in _PLURALS if word.endswith(old) and len(word) > len(old) + 1), "")
    return word.removesuffix(ending) + _PLURALS.get(ending, "")


def times_in(text: str, dates: list[DateMention]) -> Iterator[Suggestion]:
    """A time for each date; what the words alone do not resolve stays unresolved."""
    for one in dates:
        said = {
            "suggested": True,
            "verbatim": " ".join(text[one.start : one.end].split()),
            "edtf": one.edtf,
            "earliest": one.earliest.isoformat() if one.earliest else None,
            "latest": one.latest.isoformat() if one.latest else None,
            "basis": one.basis,
            "anchor": Place(((one.start, one.end),)),
        }
        yield {key: value for key, value in said.items() if value is not None}


def dates_in(text: str, start: int, end: int, language: str) -> list[DateMention]:
    """The dates of a sentence."""
    return find_dates(text, language, start, end)

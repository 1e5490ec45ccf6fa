"""Words that compare or blur: `over`, `at least`, `about`, `or more`. They widen the words, never the numeral."""

from __future__ import annotations

import re

from .figure import Found
from .grammar import COMPARATORS, Grammar

WINDOW = 40
STACKED = 3
CLEAR_OVER = re.compile(r"\b(?:of|for|after|than|just|well|since|by|took|lasted|lasting|with)\s$", re.IGNORECASE)
SIGN = re.compile(r"(?:^|[\s(\[])(?:\u2212|-|minus )$", re.IGNORECASE)
TOWARDS_A_YEAR = {"about", "around", "circa", "ca.", "ca", "~", "up to", "bis zu", "fino a", "hasta", "até", "до", "um"}
NOT_MODIFIED = {"ordinal", "date"}


def modify(text: str, one: Found, grammar: Grammar) -> None:
    """Read the modifiers before and behind a numeral."""
    one.left = one.start if one.left is None else one.left
    one.right = one.end if one.right is None else one.right
    if one.kind in NOT_MODIFIED:
        return
    _sign(text, one)
    _behind(text, one, grammar)
    for _ in range(STACKED):
        if not _before(text, one, grammar):
            break
    if one.left == one.start and grammar.article:
        _article(text, one, grammar.article)


def _before(text: str, one: Found, grammar: Grammar) -> bool:
    left = one.left or 0
    window = max(0, left - WINDOW)
    match = grammar.before.search(text[window:left]) if grammar.before else None
    if not match or _is_a_place_or_time(text, window + match.start(), match, one):
        return False
    one.left = window + match.start()
    _say(one, str(match.lastgroup))
    return True


def _is_a_place_or_time(text: str, start: int, match: re.Match[str], one: Found) -> bool:
    """`over` before a length of time may mean during it; only a count is more or less than another, not a year."""
    said = match.group().strip().lower()
    if one.kind == "year":
        if one.value is None or said in TOWARDS_A_YEAR:
            return match.lastgroup != "about"
        one.kind = "cardinal"
    during = one.kind == "duration" and said == "over"
    return during and not CLEAR_OVER.search(text, max(0, start - WINDOW), start)


def _behind(text: str, one: Found, grammar: Grammar) -> None:
    match = grammar.after.match(text, one.right or one.end) if grammar.after and one.kind != "year" else None
    if match:
        one.right = match.end()
        _say(one, str(match.lastgroup))


def _say(one: Found, meaning: str) -> None:
    """The word nearest to the number compares; any of them can blur."""
    sign = COMPARATORS[meaning]
    one.approximate = one.approximate or sign.endswith("~")
    compares = sign.removesuffix("~")
    if compares and one.comparator == "=" and one.value is not None:
        one.comparator = compares


def _sign(text: str, one: Found) -> None:
    match = SIGN.search(text, max(0, one.start - 7), one.start)
    if match and one.value is not None and one.kind in {"cardinal", "money", "share"} and not one.spelled:
        one.value, one.left = -one.value, match.end() - len(match.group().lstrip(" \n\t([\u00a0"))


def _article(text: str, one: Found, article: re.Pattern[str]) -> None:
    """`a million`, `a dozen`, `a few`: the article is part of the words."""
    match = article.search(text, max(0, one.start - WINDOW), one.start)
    if match and match.group().strip().lower() in {"a", "an"} and one.kind in {"cardinal", "share"}:
        one.left = match.start()

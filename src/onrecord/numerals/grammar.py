"""The patterns of one language: what may follow or precede a number, compiled once."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from .marks import Marks, marks_of
from .words import Words, words_of

SYMBOL_NAMES = {"€": "euro", "$": "dollar", "£": "pound"}
CODES = "USD|EUR|GBP|CHF|JPY|CNY|RUB|INR|IRR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|TRY|BRL|MXN|ZAR"
STATES = {"US": "US ", "A": "Australian ", "AU": "Australian ", "C": "Canadian ", "CA": "Canadian ",
          "NZ": "New Zealand ", "HK": "Hong Kong "}  # fmt: skip
DOZEN = 12
GAP = "[ \u00a0\u202f]?"
ROMAN = re.compile(
    r"(?<=[^\W\d_]{3} )(?:X{1,3}(?:IX|IV|V?I{1,3}|V)|X{2,3}|I{2,3}|IV|VI{1,3}|IX)(?![\w'’-])"
    r"(?! (?:drip|fluid|line|therapy))"
)
DECADE_WORDS = re.compile(
    r"(?<![\w-])(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)(?!\w)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """Everything one language says about numbers, ready to match."""

    marks: Marks
    words: Words
    vague: re.Pattern[str] | None
    parts: re.Pattern[str] | None
    dozen: re.Pattern[str]
    scale: re.Pattern[str]
    ordinal: re.Pattern[str]
    percent: re.Pattern[str]
    money_before: re.Pattern[str]
    money_after: re.Pattern[str]
    duration: re.Pattern[str]
    measure: re.Pattern[str]
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    through: re.Pattern[str]
    between: re.Pattern[str] | None
    article: re.Pattern[str] | None
    month_before: re.Pattern[str]
    month_after: re.Pattern[str]


NEVER = re.compile(r"(?!)")


@cache
def grammar_of(language: str) -> Grammar:
    """The grammar of a language tag; for an unknown language what needs no words."""
    marks, words = marks_of(language), words_of(language)
    units = _either(re.escape(unit) for unit in marks.units or ())
    percent = _either([*map(re.escape, marks.percent - {"%"}), *filter(None, [words.percent])])
    return Grammar(
        marks,
        words,
        _named(words.vague, r"(?<!\w)(?:{})(?!\w)"),
        _named({f"p{n}": said for said, n in words.parts.items()}, r"(?<!\w)(?:{})(?!\w)"),
        _plain(rf"(?<!\w)(?:{_either(said for said, size in words.scales.items() if size == DOZEN)})(?!\w)"),
        _plain(rf"{GAP}-?({_either(words.scales)})(?!\w)(?:\.(?= [^\W\d_]))?") if words.scales else NEVER,
        _plain(rf"{words.ordinal}(?!\w)") if words.ordinal else NEVER,
        _plain(rf"{GAP}(?:[%％٪﹪]|-?(?:{percent})(?!\w))"),
        re.compile(
            rf"(?:(?<!\w)(?P<state>US|AU?|CA?|NZ|HK))?(?P<symbol>[{symbols_of_money()}]){GAP}$|\b(?P<code>{CODES}){GAP}$"
        ),
        _plain(_money_after(words)),
        _plain(rf"(?: of)?[ \u00a0\u202f\n-]?(?P<unit>{units})(?:[- ](?:olds?|long))?(?!\w)") if marks.units else NEVER,
        re.compile(rf"{GAP}-?(?P<unit>{_either(map(re.escape, marks.measures))})(?!\w)") if marks.measures else NEVER,
        _named(_comparisons(words.before), rf"(?<![^\W_])(?:{{}})\s*(?:(?:{words.article or '(?!)'})\s+)?$"),
        _named(_comparisons(words.after), r"(?:{})(?!\w)"),
        _plain(rf"\s?[-\u2010-\u2013\u2212]\s?|\s(?P<word>{words.through or '(?!)'})\s"),
        _plain(rf"(?<!\w)(?:{words.between})\s$") if words.between else None,
        _plain(rf"(?<!\w)(?:{words.article})\s$") if words.article else None,
        _plain(rf"(?<!\w)(?:{_either(map(re.escape, marks.months))})\.?\s(?:the\s)?$") if marks.months else NEVER,
        _plain(rf"\.?\s(?:of\s|de\s)?(?:{_either(map(re.escape, marks.months))})(?!\w)") if marks.months else NEVER,
    )


@cache
def symbols_of_money() -> str:
    """Every sign that Unicode calls one of a currency."""
    return "".join(c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) == "Sc")


def _money_after(words: Words) -> str:
    names = "|".join(f"(?P<c{n}>{said})" for n, said in enumerate(words.currencies)) or "(?!)"
    state = r"(?:(?P<state>US|U\.S\.|Australian|Canadian|Hong Kong|New Zealand|American|Swiss)[ -])?"
    symbol = rf"(?P<symbol>[{symbols_of_money()}])(?!\d)"
    return rf"{GAP}(?:{symbol}|(?P<code>(?-i:{CODES}))\b|-?(?:d['’]|d[ei] )?{state}(?:{names})(?!\w))"


COMPARATORS = {"more": ">", "least": ">=", "less": "<", "most": "<=", "about": "~", "nearly": "<~"}


def _comparisons(said: dict[str, str]) -> dict[str, str]:
    names = {sign: name for name, sign in COMPARATORS.items()}
    return {names[sign]: phrases for sign, phrases in said.items()}


def _either(said: Iterable[str]) -> str:
    """The longest first, so that no phrase is cut short by a part of it."""
    return "|".join(sorted(said, key=len, reverse=True)) or "(?!)"


def _named(said: dict[str, str], frame: str) -> re.Pattern[str] | None:
    """An alternation with one named group for each meaning."""
    return _plain(frame.format("|".join(f"(?P<{name}>{one})" for name, one in said.items()))) if said else None


def _plain(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

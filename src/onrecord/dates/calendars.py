"""How one language writes dates: names from CLDR by Babel, inflected and relative words from dateparser's data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from ..errors import MissingExtra
from ..numerals.digits import CLOCK
from ..numerals.marks import locale_of
from ..numerals.words import SEASONS

if TYPE_CHECKING:
    from babel import Locale
    from dateparser.date import DateDataParser

MONTH_FIRST, DAY_FIRST = "MDY", "DMY"
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The order differs between the countries of these languages; only a region settles it.
UNORDERED = {"en"}
YEAR = r"\d{4}(?!\d)"
OF = r"(?:of|de|del|do|da|di|d['’])"
NUMBERS = (
    r"\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|several|"
    r"few|many|a few|a couple of"
)
UNITS = r"(?:second|minute|hour|day|night|week|weekend|fortnight|month|year|decade|century|centurie|summer|winter)s?"
# Phrases that rule OR525 knows as relative, and those that count from another event.
ENGLISH = (
    "now", "today", "tonight", "currently", "recently", "last night", "ever since",
    "the day before yesterday", "the day after tomorrow", rf"(?:the )?(?:past|last|next|coming|previous|recent) "
    rf"(?:(?:{NUMBERS}) )?{UNITS}", rf"this {UNITS}",
    r"(?:this|yesterday|tomorrow) (?:morning|afternoon|evening)", "yesterday", "tomorrow",
    r"(?:the|this|last|next) (?:weekend|spring|summer|autumn|winter)(?! of)",
    rf"(?:{NUMBERS}) {UNITS} (?:ago|later|earlier)",
    rf"(?:{UNITS.replace('s?', 's')}) (?:ago|later|earlier)",
    r"the (?:next|following|previous) (?:day|week|month|year)",
)  # fmt: skip
DECADES_AND_MORE = re.compile(r"\b(?:decade|centur|fortnight|night|weekend|summer|winter|hour|minute|second)")
TODAY_BY_WORD = re.compile(
    r"\b(?:now|currently|recently|ever since|later|earlier|past|previous|recent|coming|following)\b"
)
# A word for a day that is as often something else: the German for morning, the Spanish for it, the Italian for hour.
OTHER_SENSES = {
    "de": r"(?-i:Morgen$)|(?:heute|gestern|am)\smorgen$",
    "es": r"\bla mañana$",
    "it": r"(?:^|\W)ora$",
    "en": r"(?-i:[A-Z]\w+ Today$)|\bright now that$",
}
# Names of months have a capital here, which tells `May` from `may`.
CAPITALS = {"en", "de"}
# Years of another calendar are common here: 1367 may be a year of the hijra.
OTHER_ERAS = {"fa", "ar", "ps", "ur", "ckb", "az", "uz", "th"}
NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, eq=False, slots=True)
class Calendar:
    """The patterns of one language, and what its names mean."""

    language: str
    order: str | None
    month_numbers: dict[str, int]
    weekday_numbers: dict[str, int]
    season_numbers: dict[str, int]
    which: dict[str, str]
    named: re.Pattern[str]
    seasons: re.Pattern[str]
    relative: re.Pattern[str]
    figures: re.Pattern[str]
    other_sense: re.Pattern[str]
    capitals: bool
    eras: bool

    def parser(self, reference: dt.date) -> DateDataParser:
        """A dateparser that reads this language and knows no other day than the reference date."""
        return _parser(self.language, reference)

    def counts(self, said: str) -> bool:
        """False for words that give no day, week, month or year to count, or count from another event."""
        return not DECADES_AND_MORE.search(said) and not TODAY_BY_WORD.search(said)


@lru_cache(maxsize=32)
def _parser(language: str, reference: dt.date) -> DateDataParser:
    from dateparser.date import DateDataParser

    moment = dt.datetime.combine(reference, dt.time(12))
    return DateDataParser(
        languages=[language], settings={"RELATIVE_BASE": moment, "TIMEZONE": "UTC", "TO_TIMEZONE": "UTC"}
    )


@cache
def calendar_of(language: str) -> Calendar:
    """The calendar of a language tag; for an unknown language only what is written in figures."""
    plain = re.split(r"[-_]", language.lower())[0]
    locale, info = locale_of(language), _dateparser_info(plain)
    months = dict(_names(locale, info, "months", MONTHS))
    weekdays = dict(_names(locale, info, "days", WEEKDAYS))
    seasons = SEASONS.get(plain, {})
    return Calendar(
        language=plain,
        order=_order(locale),
        month_numbers=months,
        weekday_numbers=weekdays,
        season_numbers=seasons,
        which={"last": "last", "next": "next"},
        named=_named(months, weekdays) if months else NEVER,
        seasons=_plain(rf"(?<!\w)(?P<season>{_either(seasons)})\s(?:{OF}\s)?(?P<year>{YEAR})") if seasons else NEVER,
        relative=_relative(locale, info, plain),
        figures=_figures(),
        other_sense=_plain(OTHER_SENSES[plain]) if plain in OTHER_SENSES else NEVER,
        capitals=plain in CAPITALS,
        eras=plain in OTHER_ERAS,
    )


def _dateparser_info(language: str) -> dict[str, Any]:
    """dateparser's words of a language; nothing where it does not know the language."""
    try:
        from dateparser.languages import default_loader
    except ImportError:
        raise MissingExtra("dateparser", "text") from None
    try:
        return dict(default_loader.get_locale(language).info)
    except ValueError:
        return {}


def _names(locale: Locale | None, info: dict[str, Any], what: str, keys: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Names and short names with their numbers; what two of them share is left out."""
    first = 1 if what == "months" else 0
    said: dict[str, set[int]] = {}
    for context in getattr(locale, what).values() if locale else ():
        for width in ("wide", "abbreviated"):
            for number, name in context.get(width, {}).items():
                said.setdefault(_folded(str(name)), set()).add(int(number))
    for number, key in enumerate(keys, first):
        for name in info.get(key, ()):
            said.setdefault(_folded(name), set()).add(number)
    yield from ((name, min(found)) for name, found in said.items() if len(found) == 1 and _is_name(name))


def _folded(name: str) -> str:
    return name.lower().rstrip(".")


def _is_name(name: str) -> bool:
    """Names of one letter and names with digits in them (`3月`) are no names."""
    return len(name) > 1 and not any(c.isdigit() for c in name)


def _order(locale: Locale | None) -> str | None:
    """The order of day, month and year in short dates, where the language or its region settles it."""
    if locale is None or (locale.language in UNORDERED and locale.territory is None):
        return None
    letters = re.sub(r"'[^']*'|[^dMy]", "", locale.date_formats["short"].pattern)
    return "".join(dict.fromkeys(letters)).upper()


def _named(months: dict[str, int], weekdays: dict[str, int]) -> re.Pattern[str]:
    """Day and month in either order, with or without weekday and year; month and year; a month after a preposition."""
    month, long = _either(months), _either(name for name in months if len(name) > 3)
    name = rf"(?:(?<!\w)(?P<{{}}>{_either(weekdays)})\.?,?\s(?:(?:the|den|le|el|il|o|dem)\s)?)?"
    first = r"(?P<day1>\d{1,2})"
    day = r"(?<![\d.,:/-])(?<!\w){}(?:st|nd|rd|th|er|re|º|ª|°|[.](?=\s)|-го|-е|e)?"
    return _plain(
        rf"{name.format('weekday1')}{day.format(first)}\s?(?:{OF}\s?)?(?<=[\s’'.])(?P<month1>{month})(?!\w)"
        rf"(?:\.?,?\s(?:{OF}\s)?(?P<year1>{YEAR}))?"
        rf"|{name.format('weekday2')}(?<!\w)(?P<month2>{month})\.?\s(?:the\s)?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:%])(?![.,]\d)"
        rf"(?:,?\s(?P<year2>{YEAR}))?"
        rf"|(?<!\w)(?P<month3>{month})\.?,?\s(?:{OF}\s)?(?P<year3>{YEAR})"
        rf"|(?:(?<=\bin )|(?<=\bsince )|(?<=\buntil )|(?<=\blast )|(?<=\bnext )|(?<=\bearly )|(?<=\blate )|(?<=\bby ))"
        rf"(?P<month4>{long})(?!\w)"
    )


def _relative(locale: Locale | None, info: dict[str, Any], language: str) -> re.Pattern[str]:
    """Weekdays, and words that mean another day whenever they are said."""
    days = locale.days["format"]["wide"].values() if locale else ()
    alone = locale.days["stand-alone"]["wide"].values() if locale else ()
    weekdays = {_folded(str(name)) for name in (*days, *alone)} | {
        _folded(name) for key in WEEKDAYS for name in info.get(key, ()) if len(name) > 4
    }
    parts = "(?: (?:morning|afternoon|evening|night))?" if language == "en" else ""
    said = [rf"(?:(?P<which>last|next) )?(?P<weekday>{_either(weekdays)})s?{parts}"]
    said += ENGLISH if language == "en" else _phrases(info)
    phrases = "|".join(said).replace(" ", r"\s")
    return _plain(rf"(?<![\w-])(?:{phrases})(?![\w-])")


def _phrases(info: dict[str, Any]) -> Iterator[str]:
    """dateparser's own phrases, longest first; those of one or two letters are left out."""
    fixed = {phrase for phrases in info.get("relative-type", {}).values() for phrase in phrases}
    yield from (
        re.escape(phrase).replace("\\ ", " ") for phrase in sorted(fixed, key=len, reverse=True) if len(phrase) > 2
    )
    for key, phrases in info.get("relative-type-regex", {}).items():
        if re.search("day|week|month|year|decade", key):
            yield from (f"{phrase.replace('(', '(?:')}" for phrase in phrases if len(phrase.split()[-1]) > 2)


def _figures() -> re.Pattern[str]:
    lone = r"(?<![\w.,:/-])"
    return _plain(
        rf"{lone}(?P<y>\d{{4}})(?P<s>[-/.])(?P<m>\d\d)(?P=s)(?P<d>\d\d)(?![\w-])"
        rf"|{lone}(?P<a>\d{{1,2}})(?P<t>[./-])(?P<b>\d{{1,2}})(?P=t)(?P<c>\d{{4}}|\d\d)(?![\w-])"
        r"|(?P<cy>\d{4})\s?[年년]\s?(?P<cm>\d{1,2})\s?[月월](?:\s?(?P<cd>\d{1,2})\s?[日일])?"
        rf"|{lone}(?P<clock>{CLOCK.pattern}(?:\s?[ap]\.?m\b\.?)?|(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b\.?)(?![\w:])"
    )


def _either(said: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(said, key=len, reverse=True)) or "(?!)"


def _plain(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)

"""Dates and times of a text: found by the names and orders of CLDR, resolved only by what their words say.

Nothing is taken from today. Without a reference date a weekday, a day without a year or `last week`
stays unresolved; with one it is inferred. Where words fit several dates (a weekday may be the one
before or the one after), the EDTF says that it is one of these.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..chronology import edtf_bounds
from ..numerals import Numeral, find_numerals
from ..numerals.digits import ascii_digits
from .calendars import DAY_FIRST, MONTH_FIRST, Calendar, calendar_of

STATED, INFERRED, UNRESOLVED = "stated", "inferred", "unresolved"
YEARS = range(1000, 2101)
SEASON_WITHOUT_BOUNDS = "24"
"""Winter lies in two years; the standard does not say in which."""
PERIODS = {"day": 10, "week": 10, "month": 7, "year": 4}
"""How much of a day's ISO form each unit leaves."""
CACHED = 65536
OTHER_ERA = re.compile(r"\s?(?:AH|A\.H\.|BCE?|B\.C\.(?:E\.)?|SH|AP|v\. ?Chr\.|av\. J\.)(?!\w)")
PART_OF_DAY = re.compile(r" (?:morning|afternoon|evening)$")
NEW_YEARS = 1500
"""Where years of another calendar are common, an earlier one may be a year of that calendar."""


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date or time as the text gives it: its words, and what they resolve to by themselves."""

    start: int
    end: int
    edtf: str | None
    earliest: dt.date | None
    latest: dt.date | None
    basis: str


def find_dates(
    text: str, language: str = "en", start: int = 0, end: int | None = None, *, reference: dt.date | None = None
) -> list[DateMention]:
    """The dates and times between two offsets, in text order; none overlaps another."""
    said = text[start:end]
    calendar = calendar_of(language)
    found = [*_in_words(said, calendar, reference), *_in_figures(said, calendar), *_years(said, language, calendar)]
    kept: list[DateMention] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    offset = max(start, 0)
    return [_moved(one, offset) for one in kept]


def _moved(one: DateMention, offset: int) -> DateMention:
    return DateMention(one.start + offset, one.end + offset, one.edtf, one.earliest, one.latest, one.basis)


def _in_words(text: str, calendar: Calendar, reference: dt.date | None) -> Iterator[DateMention]:
    """Dates with a name in them, seasons, and words that count from when they are said."""
    for match in calendar.named.finditer(text):
        if not calendar.capitals or _month(match)[0].isupper():
            yield _named(match, calendar, reference)
    for match in calendar.seasons.finditer(text):
        season = calendar.season_numbers[match["season"].lower()]
        yield _mention(match, f"{ascii_digits(match['year'])}-{season}", STATED)
    for match in calendar.relative.finditer(text):
        if not calendar.other_sense.search(text, max(0, match.start() - 12), match.end()):
            yield _relative(match, calendar, reference)


def _named(match: re.Match[str], calendar: Calendar, reference: dt.date | None) -> DateMention:
    """Day, month and year as far as they stand there."""
    said = match.groupdict()
    month = calendar.month_numbers[_month(match).lower()]
    day, year = _number(said["day1"] or said["day2"]), _number(said["year1"] or said["year2"] or said["year3"])
    if day is not None and not _agrees(year, month, day, said["weekday1"] or said["weekday2"], calendar):
        return _mention(match, None, UNRESOLVED)
    if year is not None and not _is_of_our_era(match.string, match.end(), year, calendar):
        return _mention(match, None, UNRESOLVED)
    if year is not None:
        return _mention(match, f"{year:04}-{month:02}" + (f"-{day:02}" if day else ""), STATED)
    if reference is None:
        return _mention(match, None, UNRESOLVED)
    return _mention(match, _one_of_years(month, day, reference), INFERRED)


def _month(match: re.Match[str]) -> str:
    return next(name for n in "1234" if (name := match[f"month{n}"]))


def _agrees(year: int | None, month: int, day: int, weekday: str | None, calendar: Calendar) -> bool:
    """There is such a day, and it is the weekday that stands beside it."""
    if not _exists(2000 if year is None else year, month, day):
        return False
    return (
        not weekday or year is None or dt.date(year, month, day).weekday() == calendar.weekday_numbers[weekday.lower()]
    )


def _is_of_our_era(text: str, end: int, year: int, calendar: Calendar) -> bool:
    return year in YEARS and not OTHER_ERA.match(text, end) and not (calendar.eras and year < NEW_YEARS)


def _one_of_years(month: int, day: int | None, reference: dt.date) -> str | None:
    """A day or month without its year: the last one up to the reference date, or the next one after it."""
    stem = f"-{month:02}" + (f"-{day:02}" if day else "")
    years = [year for year in range(reference.year - 8, reference.year + 9) if _exists(year, month, day or 1)]
    today = (reference.month, reference.day if day else 0)
    before = [year for year in years if (year, month, day or 0) <= (reference.year, *today)]
    after = [year for year in years if year not in before]
    return _one_of([f"{year:04}{stem}" for year in (*before[-1:], *after[:1])])


def _one_of(choices: list[str]) -> str | None:
    return f"[{','.join(choices)}]" if len(choices) > 1 else next(iter(choices), None)


def _relative(match: re.Match[str], calendar: Calendar, reference: dt.date | None) -> DateMention:
    """A weekday, or words such as `yesterday`; without a reference date they resolve to nothing."""
    edtf = None
    if reference is not None:
        weekday = match["weekday"]
        edtf = (
            _one_of_weeks(calendar.weekday_numbers[weekday.lower()], match["which"], calendar, reference)
            if weekday
            else _counted(" ".join(match.group().lower().split()), calendar, reference)
        )
    return _mention(match, edtf, INFERRED if edtf else UNRESOLVED)


def _one_of_weeks(weekday: int, which: str | None, calendar: Calendar, reference: dt.date) -> str | None:
    """The weekdays that may be meant: `last` and `next` each leave two, none of them one on either side."""
    back = (reference.weekday() - weekday) % 7
    turns = {None: (-7, 0, 7) if back == 0 else (0, 7), "last": (-7, 0) if back else (-14, -7), "next": (7, 14)}
    said = calendar.which.get((which or "").lower()) if which else None
    if which and said is None:
        return None
    days = (reference.toordinal() - back + turn for turn in turns[said])
    return _one_of([dt.date.fromordinal(day).isoformat() for day in days if 0 < day <= dt.date.max.toordinal()])


@lru_cache(maxsize=CACHED)
def _counted(said: str, calendar: Calendar, reference: dt.date) -> str | None:
    """By dateparser, counted from the reference date alone; only as exact as the unit that the words count in."""
    if not calendar.counts(said):
        return None
    said = PART_OF_DAY.sub("", said).replace("this", "today") if PART_OF_DAY.search(said) else said
    data = calendar.parser(reference).get_date_data(said)
    if data.date_obj is None or data.period not in PERIODS:
        return None
    day = data.date_obj.date()
    if data.period == "week":
        return _week(day)
    return str(day)[: PERIODS[data.period]]


def _week(day: dt.date) -> str:
    """The week of a day from Monday to Sunday, as ISO 8601 counts."""
    monday = max(day.toordinal() - day.weekday(), 1)
    sunday = min(monday + 6, dt.date.max.toordinal())
    return f"{dt.date.fromordinal(monday)}/{dt.date.fromordinal(sunday)}"


def _in_figures(text: str, calendar: Calendar) -> Iterator[DateMention]:
    """`2024-03-28`, `28.03.2024`, `2024年3月28日`, `12:30`."""
    for match in calendar.figures.finditer(text):
        said = match.groupdict()
        if said["clock"]:
            yield _mention(match, None, UNRESOLVED)
        elif said["y"]:
            yield _calendar_day(match, *(_number(said[part]) or 0 for part in "ymd"))
        elif said["cy"]:
            yield _east_asian(match, _number(said["cy"]) or 0, _number(said["cm"]) or 0, _number(said["cd"]))
        else:
            yield _ordered(match, calendar)


def _calendar_day(match: re.Match[str], year: int, month: int, day: int) -> DateMention:
    right = _exists(year, month, day)
    return _mention(match, f"{year:04}-{month:02}-{day:02}" if right else None, STATED if right else UNRESOLVED)


def _east_asian(match: re.Match[str], year: int, month: int, day: int | None) -> DateMention:
    if day is not None:
        return _calendar_day(match, year, month, day)
    right = 1 <= month <= 12
    return _mention(match, f"{year:04}-{month:02}" if right else None, STATED if right else UNRESOLVED)


def _ordered(match: re.Match[str], calendar: Calendar) -> DateMention:
    """Two numbers and a year: which is the day, the numbers or the language's order must decide."""
    first, second = _number(match["a"]) or 0, _number(match["b"]) or 0
    year = _number(match["c"]) or 0
    readings = {MONTH_FIRST: (first, second), DAY_FIRST: (second, first)}
    possible = {said for said in readings.values() if len(match["c"]) == 4 and _exists(year, *said)}
    if len(possible) > 1 and calendar.order in readings:
        possible = {readings[calendar.order]}
    if len(possible) != 1:
        return _mention(match, None, UNRESOLVED)
    return _calendar_day(match, year, *possible.pop())


def _years(text: str, language: str, calendar: Calendar) -> Iterator[DateMention]:
    """Years, decades and spans of years, as the numerals say."""
    for one in find_numerals(text, language):
        if (edtf := _edtf_of_years(one)) and _is_of_our_era(text, one.end, int(one.lower or one.value or 0), calendar):
            yield _resolved(one.start, one.end, edtf, STATED)
        elif one.kind == "year":
            yield DateMention(one.start, one.end, None, None, None, UNRESOLVED)


def _edtf_of_years(one: Numeral) -> str | None:
    if one.kind == "year" and one.value is not None:
        return f"{int(one.value):04}" + ("~" if one.approximate else "") if int(one.value) in YEARS else None
    if one.unit != "year" or one.lower is None or one.upper is None or int(one.lower) not in YEARS:
        return None
    if one.kind == "year":
        return f"{int(one.lower) // 10:03}X"
    return f"{int(one.lower):04}/{int(one.upper):04}" if one.kind == "range" and int(one.upper) in YEARS else None


def _mention(match: re.Match[str], edtf: str | None, basis: str) -> DateMention:
    return _resolved(match.start(), match.end(), edtf, basis)


def _resolved(start: int, end: int, edtf: str | None, basis: str) -> DateMention:
    if edtf is None:
        return DateMention(start, end, None, None, None, UNRESOLVED)
    return DateMention(start, end, edtf, *_bounds(edtf), basis)


@lru_cache(maxsize=CACHED)
def _bounds(edtf: str) -> tuple[dt.date | None, dt.date | None]:
    """The same bounds that the rules on times expect."""
    if edtf[7:] == SEASON_WITHOUT_BOUNDS or edtf[5:] == SEASON_WITHOUT_BOUNDS:
        return None, None
    return edtf_bounds(edtf)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _number(said: str | None) -> int | None:
    return int(ascii_digits(re.sub(r"\D", "", said))) if said else None

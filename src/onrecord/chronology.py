"""EDTF expressions (ISO 8601-2) to the days they can mean, by a library that implements the standard."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import time
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from .tables import as_line, from_json_lines

_PLAIN = re.compile(
    r"(?P<year>[0-9]{4})(-(?P<season>2[1-4])|-(?P<month>0[1-9]|1[0-2])(-(?P<day>0[1-9]|[12][0-9]|3[01]))?)?"
)
EDTF_COLUMNS = (("times", "edtf"), ("documents", "published_edtf"), ("replies", "asked_at"))  # table, column
EDTF_SCHEMA = pa.schema(
    [
        pa.field("edtf", pa.string(), nullable=False),
        pa.field("valid", pa.bool_(), nullable=False),
        pa.field("earliest", pa.date32()),
        pa.field("latest", pa.date32()),
    ]
)


def edtf_bounds(expression: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day an EDTF expression can mean; None where it is open or beyond the calendar.

    Raises ValueError when the expression is not EDTF.
    """
    plain = _PLAIN.fullmatch(expression)
    try:
        if plain and plain["year"] != "0000":  # most are plain; the library needs 30 ms for each, and longer to load
            if plain["season"]:
                return _season_bounds(int(plain["year"]), int(plain["season"]) - 21)
            return _plain_bounds(*(int(part or 0) for part in plain.group("year", "month", "day")))
        return _parsed_bounds(expression)
    except (ValueError, AttributeError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not an EDTF expression: {expression}") from error


def _parsed_bounds(expression: str) -> tuple[dt.date | None, dt.date | None]:
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed: Any = parse_edtf(expression)
    except EDTFParseException as error:
        raise ValueError(str(error)) from error
    return _day(parsed.lower_strict()), _day(parsed.upper_strict())


def _plain_bounds(year: int, month: int, day: int) -> tuple[dt.date, dt.date]:
    """The bounds of a year, month or day; what is left out is 0."""
    if day:
        return dt.date(year, month, day), dt.date(year, month, day)
    last = calendar.monthrange(year, month or 12)[1]
    return dt.date(year, month or 1, 1), dt.date(year, month or 12, last)


def _season_bounds(year: int, number: int) -> tuple[dt.date, dt.date]:
    """The bounds of a season, from spring as 0; the library has winter end with its year, and so does this."""
    first = 3 * number + 3
    last = min(first + 2, 12)
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _day(moment: Any) -> dt.date | None:
    if not isinstance(moment, time.struct_time) or not dt.MINYEAR <= moment.tm_year <= dt.MAXYEAR:
        return None
    last = calendar.monthrange(moment.tm_year, moment.tm_mon)[1]
    return dt.date(moment.tm_year, moment.tm_mon, min(moment.tm_mday, last))


def edtf_table(expressions: Iterable[str]) -> pa.Table:
    """One row per distinct expression: whether it is EDTF, and its bounds. Rules join to it."""
    return from_json_lines([as_line(_row(said)) for said in sorted(set(expressions))], EDTF_SCHEMA)


def _row(expression: str) -> dict[str, Any]:
    try:
        earliest, latest = edtf_bounds(expression)
    except ValueError:
        return {"edtf": expression, "valid": False, "earliest": None, "latest": None}
    return {"edtf": expression, "valid": True, "earliest": earliest, "latest": latest}

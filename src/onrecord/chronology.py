"""EDTF expressions (ISO 8601-2) to the days they can mean, by a library that implements the standard."""

from __future__ import annotations

import calendar
import datetime as dt
import time
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from .tables import as_line, from_json_lines

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
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed: Any = parse_edtf(expression)
        return _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, ValueError, AttributeError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"not an EDTF expression: {expression}") from error


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

"""Figures and times: the words as printed and what they mean, drawn together so that they agree."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from onrecord.chronology import edtf_bounds

from . import columns as c
from . import world
from .chance import Bools, Ints, pick
from .columns import digits, joined, line, said, text, words

BILLION = 1_000_000_000
# What stands before and after the number, the kind, the comparator, whether it is approximate, the unit.
FORMS = (
    ("", "", "cardinal", "=", False, None),
    ("about ", "", "cardinal", "=", True, None),
    ("more than ", "", "cardinal", ">", False, None),
    ("at least ", "", "cardinal", ">=", False, None),
    ("up to ", "", "cardinal", "<=", False, None),
    ("several", "", "cardinal", "=", True, None),
    ("", " to ", "range", "=", False, None),
    ("", " per cent", "share", "=", False, "per cent"),
    ("", " days", "duration", "=", False, "day"),
    ("$", "", "money", "=", False, "USD"),
    ("", "th", "ordinal", "=", False, "place"),
)
SHARES = (30, 14, 9, 6, 5, 6, 5, 10, 7, 5, 3)
EXACT, ABOUT, MORE, LEAST, UP_TO, SEVERAL, RANGE, SHARE, DURATION, MONEY, ORDINAL = range(len(FORMS))

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# Few, since the library that reads them takes milliseconds for each; all before 2000.
UNUSUAL = (
    "1985~", "1990?", "198X", "1988-08~", "1979/1983", "1988-03/1988-05", "1987-22", "1994-12-24~", "196X",
    "1971-06-03/1971-06-09", "1999-11?", "[1981,1984]",
)  # fmt: skip
DAY, MONTH, YEAR, OTHER, INFERRED, UNRESOLVED = range(6)


@dataclass(frozen=True, slots=True)
class Printed:
    """Columns of figures or of times, and the length of the words of each."""

    columns: dict[str, pa.Array]
    lengths: Ints


def figures(chance: Generator, form: Ints, linked: Bools, quantity: Ints) -> Printed:
    """Figures of these forms; those that are linked measure the quantity named beside them."""
    total = len(form)
    value = np.exp(chance.normal(4, 2, total)).astype(np.int64).clip(2, 99_999)
    value = np.where(form == SHARE, value % 99 + 1, np.where(form == ORDINAL, value % 17 + 4, value))
    half = (form == SHARE) & (chance.random(total) < 0.3)
    upper_end = value + 1 + value // 4
    wide = (form == ABOUT) & (chance.random(total) < 0.3)
    number = pc.if_else(
        pa.array((value >= 1000) & (form <= ABOUT)), line(said(value // 1000), ",", text(digits(value % 1000, 3))),
        said(value),
    )  # fmt: skip
    number = pc.if_else(pa.array(form == SEVERAL), "", number)
    ends = pc.if_else(pa.array(form == RANGE), said(upper_end), pc.if_else(pa.array(half), ".5", ""))
    before, after = words([one[0] for one in FORMS], form), words([one[1] for one in FORMS], form)
    verbatim = pc.if_else(pa.array(form == SHARE), line(number, ends, after), line(before, number, after, ends))
    exactly = value * BILLION + half * (BILLION // 2)
    own_unit = words([one[5] for one in FORMS], form)
    unit = pc.coalesce(own_unit, words(world.UNITS, world.quantity_units(quantity)))
    at_least = np.isin(form, (MORE, LEAST))
    made = {
        "quantity_id": c.where(linked, text(world.quantity_ids(quantity))),
        "kind": words([one[2] for one in FORMS], form),
        "verbatim": verbatim,
        "comparator": words([one[3] for one in FORMS], form),
        "approximate": pa.array(np.array([one[4] for one in FORMS])[form]),
        "value": c.decimals(exactly, np.isin(form, (SEVERAL, RANGE))),
        "lower": c.decimals(np.where(wide, value - value // 10, value) * BILLION, ~(at_least | wide | (form == RANGE))),
        "upper": c.decimals(
            np.where(wide | (form == RANGE), upper_end, value) * BILLION, ~(wide | np.isin(form, (UP_TO, RANGE)))
        ),
        "unit": unit,
        "counted": line(unit, " as the report counts"),
    }
    return Printed(made, pc.utf8_length(verbatim).to_numpy().astype(np.int64))


def times(chance: Generator, published: Ints) -> Printed:
    """Times not after the day on which their document was published."""
    total = len(published)
    form = pick((40, 12, 15, 3, 18, 12), chance.random(total))
    day = published - (chance.random(total) ** 3 * 8000).astype(np.int64)
    unusual = chance.integers(0, len(UNUSUAL), total)
    resolved = resolutions(day, form, unusual)
    relative = words(("last week", "on Monday", "this year", "two days ago"), chance.integers(0, 4, total))
    vague = words(("recently", "one morning", "in those days"), chance.integers(0, 3, total))
    year, month, date = calendar(day)
    in_month = line(words(MONTHS, month - 1), " ", said(year))
    verbatim = pc.choose(
        pa.array(form), line(said(date), " ", in_month), in_month, said(year), words(UNUSUAL, unusual), relative, vague
    )
    basis = np.array([0, 0, 0, 0, 1, 2])[form]
    note = words((None, None, None, None, "Counted from the words before it.", "Nothing says when."), form)
    made = {"verbatim": verbatim, "basis": words(("stated", "inferred", "unresolved"), basis), "note": note, **resolved}
    return Printed(made, pc.utf8_length(verbatim).to_numpy().astype(np.int64))


def calendar(day: Ints) -> tuple[Ints, Ints, Ints]:
    """Year, month and day of the month of days counted from 1970."""
    date = day.astype("datetime64[D]")
    months = date.astype("datetime64[M]").astype(np.int64)
    return months // 12 + 1970, months % 12 + 1, (date - date.astype("datetime64[M]")).astype(np.int64) + 1


def resolutions(day: Ints, form: Ints, unusual: Ints | None = None) -> dict[str, pa.Array]:
    """What times of each form mean, in EDTF and as first and last day."""
    year, month, date = calendar(day)
    months, years = day.astype("datetime64[D]").astype("datetime64[M]"), (year - 1970).astype("datetime64[Y]")
    unusual = np.zeros(len(day), np.int64) if unusual is None else unusual
    first_other, last_other = (bounds[unusual] for bounds in _unusual())
    known = np.array([0, 1, 2, 3, 0, 4])[form]
    first = np.choose(known, [day, _days(months), _days(years), first_other, day])
    last = np.choose(known, [day, _days(months + 1) - 1, _days(years + 1) - 1, last_other, day])
    written = [
        text(joined(digits(year, 4), "-", digits(month, 2), "-", digits(date, 2))),
        text(joined(digits(year, 4), "-", digits(month, 2))),
        text(digits(year, 4)),
        words(UNUSUAL, unusual),
        pa.nulls(len(day), pa.string()),
    ]
    return {
        "edtf": pc.choose(pa.array(known), *written),
        "earliest": c.days(first, known == 4),
        "latest": c.days(last, known == 4),
    }


def _days(dates: np.ndarray) -> Ints:
    return dates.astype("datetime64[D]").astype(np.int64)


@cache
def _unusual() -> tuple[Ints, Ints]:
    """First and last day of the unusual expressions."""
    bounds = [edtf_bounds(expression) for expression in UNUSUAL]
    if any(day is None for pair in bounds for day in pair):
        raise ValueError("an expression without bounds is not among the unusual ones")
    found = np.array(bounds, dtype="datetime64[D]").astype(np.int64)
    return found[:, 0], found[:, 1]

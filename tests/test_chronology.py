"""EDTF expressions to days, by the library that implements the standard."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord import chronology
from onrecord.chronology import edtf_bounds, edtf_table


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("1988", (1988, 1, 1), (1988, 12, 31)),
        ("1988-02", (1988, 2, 1), (1988, 2, 29)),
        ("2021-03-03", (2021, 3, 3), (2021, 3, 3)),
        ("1988-22", (1988, 6, 1), (1988, 8, 31)),
        ("198X", (1980, 1, 1), (1989, 12, 31)),
        ("1988-08-17/1988-08-25", (1988, 8, 17), (1988, 8, 25)),
    ],
)
def test_bounds_are_the_first_and_last_day(said: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    assert edtf_bounds(said) == (dt.date(*first), dt.date(*last))


@pytest.mark.parametrize(
    "said", ["summer 1988", "17/08/1988", "1988-13", "yesterday", "", "1988-02-30x", "1988-02-30", "1989-02-29"]
)
def test_what_is_not_edtf_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="not an EDTF expression"):
        edtf_bounds(said)


@given(st.dates(), st.sampled_from([4, 7, 10]))
def test_plain_dates_have_the_bounds_that_the_library_gives(day: dt.date, length: int) -> None:
    said = day.isoformat()[:length]
    assert edtf_bounds(said) == chronology._parsed_bounds(said)


@given(st.integers(1, 9999), st.sampled_from(["21", "22", "23", "24"]))
def test_seasons_have_the_bounds_that_the_library_gives(year: int, season: str) -> None:
    said = f"{year:04}-{season}"
    assert edtf_bounds(said) == chronology._parsed_bounds(said)


def test_year_nought_is_left_to_the_library() -> None:
    assert edtf_bounds("0000-22") == chronology._parsed_bounds("0000-22")


def test_table_has_a_row_per_expression() -> None:
    rows = edtf_table(["1988", "1988", "no date"]).to_pylist()
    assert [(row["edtf"], row["valid"]) for row in rows] == [("1988", True), ("no date", False)]


def test_bound_beyond_the_calendar_is_open() -> None:
    assert edtf_bounds("Y-17000") == (None, None)

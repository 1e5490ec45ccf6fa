"""The constraints of a column over the values of a block at once: which of them fit, and what they are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...column import Column
from ...vocabulary import terms_of

_WRITTEN = {
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "datetime": r"^[0-9]{4}(?:-[0-9]{2}){2}T(?:[0-9]{2}:){2}[0-9]{2}Z$",
}
_READ: dict[str, Any] = {"date": dt.date.fromisoformat, "datetime": dt.datetime.fromisoformat}
_STORED = {"date": pa.date32(), "datetime": pa.timestamp("ms", tz="UTC")}

_YEAR_ONE = -62_135_596_800  # its first second, from 1970


def judged(col: Column, values: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Values as they are stored, and a mask of those that do not fit; None where all do."""
    masks = [] if col.nullable or col.default is not None or not values.null_count else [pc.is_null(values)]
    if col.kind in _WRITTEN:
        values, odd = _read(col.kind, values)
        masks.append(odd)
    elif values.null_count < len(values):
        masks += _odd(col, values)
    if col.default is not None:
        values = pc.fill_null(values, col.default)
    wrong = [mask for mask in masks if pc.any(mask, min_count=0).as_py()]
    if not wrong:
        return values, None
    all_wrong = wrong[0]
    for mask in wrong[1:]:
        all_wrong = pc.or_kleene(all_wrong, mask)
    return values, pc.fill_null(all_wrong, False)


def _odd(col: Column, values: pa.Array) -> list[pa.Array]:
    masks = []
    if col.vocabulary is not None:
        masks.append(pc.and_(pc.is_valid(values), pc.invert(pc.is_in(values, value_set=_terms(col.vocabulary)))))
    if col.pattern is not None:
        masks.append(pc.invert(pc.match_substring_regex(values, col.pattern)))
    if col.max_length is not None and pc.max(pc.binary_length(values)).as_py() > col.max_length:
        masks.append(pc.greater(pc.utf8_length(values), col.max_length))
    if col.min_length is not None:
        masks.append(pc.less(pc.utf8_length(values), col.min_length))
    if col.minimum is not None:
        masks.append(pc.less(values, pa.scalar(Decimal(col.minimum)).cast(values.type)))
    if col.maximum is not None:
        masks.append(pc.greater(values, pa.scalar(Decimal(col.maximum)).cast(values.type)))
    return masks


@cache
def _terms(vocabulary: str) -> pa.Array:
    return pa.array(terms_of(vocabulary), pa.string())


def _read(kind: str, values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Days or instants that were read as text, and a mask of what is none; null where there is nothing."""
    odd = pc.invert(pc.match_substring_regex(values, _WRITTEN[kind]))
    fitting = pc.if_else(odd, pa.scalar(None, pa.string()), values)
    try:
        said = fitting.cast(_STORED[kind])
        if not _before_calendar(said):
            return said, odd
    except pa.ArrowInvalid:
        pass
    read = [_one(kind, said) for said in fitting.to_pylist()]
    said = pa.array(read, pa.string()).cast(_STORED[kind])
    return said, pc.or_kleene(odd, pc.and_(pc.is_valid(fitting), pc.is_null(said)))


def _before_calendar(said: pa.Array) -> bool:
    """Whether some day is in the year 0, which Arrow knows and the calendar does not."""
    first = pc.min(said).cast(pa.timestamp("s")).cast(pa.int64()).as_py()
    return first is not None and first < _YEAR_ONE


def _one(kind: str, said: str | None) -> str | None:
    try:
        return said if said is None or _READ[kind](said) else None
    except ValueError:
        return None

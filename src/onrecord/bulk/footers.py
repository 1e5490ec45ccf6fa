"""What the footer of a Parquet file says, held against the model: columns, types, rows, growth.

Types of other writers are taken where every value they can hold is a value of the model's type
and means the same. What only some values of a type satisfy is looked at value by value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ..formats import growth_limit
from ..tables import arrow_schema
from .listing import Misfit, Part

MAX_ROWS_PER_BYTE = 100  # every row has a key of its own: honest files need some bytes for each
FEW_ROWS = 10_000_000
_DAMAGED = (OSError, ValueError, pa.ArrowException)


@dataclass(frozen=True, slots=True)
class Footer:
    """A file as its footer describes it."""

    part: Part
    rows: int
    schema: pa.Schema


def footer(table: str, part: Part) -> Footer | Misfit:
    """Read the footer of a file; what keeps it from being read is a misfit."""
    if unclear := _unclear(part.path.absolute().as_posix()):
        return Misfit(table, unclear, part.name)
    try:
        said = pq.read_metadata(part.path)
        size = part.path.stat().st_size
        grown = sum(said.row_group(number).total_byte_size for number in range(said.num_row_groups))
        if grown > growth_limit(part.path) or said.num_rows > max(FEW_ROWS, MAX_ROWS_PER_BYTE * size):
            return Misfit(table, f"its {size:,} bytes would grow beyond all measure", part.name)
        return Footer(part, said.num_rows, said.schema.to_arrow_schema())
    except _DAMAGED as error:
        return Misfit(table, f"it is cut short, damaged or not Parquet ({_first_line(error)})", part.name)


def _unclear(path: str) -> str | None:
    """Why the engine cannot be told of a path: it takes `\\` for `/` as soon as there is anything of a pattern."""
    if any("\ud800" <= sign <= "\udfff" for sign in path):
        return "its path is not UTF-8; rename it"
    if "\\" in path and any(sign in path for sign in "*?["):
        return "its path has a backslash beside `*`, `?` or `[`; rename it"
    return None


def _first_line(error: BaseException) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return text.strip().split("\n")[0].split(". ")[0][:200] or type(error).__name__


def misfits(table: str, there: Footer) -> Iterator[Misfit]:
    """What in a file does not fit the table of the model."""
    names, wanted = there.schema.names, arrow_schema(table)
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Misfit(table, f"column `{name}` stands there {names.count(name)} times", there.part.name)
    for name in names:
        if name not in wanted.names:
            yield Misfit(table, f"column `{name}` is none of the table's columns", there.part.name)
    for field in wanted:
        if names.count(field.name) == 1:
            yield from _column(table, there, field)
        elif field.name not in names and field.name not in there.part.keys:
            yield Misfit(table, f"column `{field.name}` is missing", there.part.name)
    yield from _path(table, there)


def _column(table: str, there: Footer, wanted: pa.Field) -> Iterator[Misfit]:
    kind = there.schema.field(wanted.name).type
    if not fits(wanted.type, kind):
        yield Misfit(table, f"column `{wanted.name}` is of the type {kind}, not {wanted.type}", there.part.name)
    elif not exact(wanted.type, kind) and not _casts(there, wanted):
        yield Misfit(table, f"column `{wanted.name}` has times that no whole millisecond tells", there.part.name)


def _path(table: str, there: Footer) -> Iterator[Misfit]:
    """Values that the names of folders state: of the column's type, and the same as in the file."""
    schema = arrow_schema(table)
    for name, value in there.part.keys.items():
        if name not in schema.names:
            continue  # folders can be in an order of their own
        try:
            meant = pa.scalar(value, pa.string()).cast(schema.field(name).type)
        except pa.ArrowException:
            yield Misfit(table, f"`{name}={value}` is not of the type {schema.field(name).type}", there.part.name)
            continue
        if there.schema.names.count(name) == 1 and not _says_only(there, schema.field(name), meant):
            yield Misfit(
                table, f"its folder says `{name}={value}`, and the file itself says otherwise", there.part.name
            )


def _says_only(there: Footer, column: pa.Field, meant: pa.Scalar) -> bool:
    if not fits(column.type, there.schema.field(column.name).type):
        return True  # which is told already
    values = _values(there, column.name)
    return values is None or all(value.cast(column.type).equals(meant) for value in values.unique())


def _casts(there: Footer, column: pa.Field) -> bool:
    """Whether all values of a column can be cast without loss."""
    values = _values(there, column.name)
    try:
        return values is None or values.cast(column.type) is not None
    except pa.ArrowException:
        return False


def _values(there: Footer, name: str) -> pa.ChunkedArray | None:
    """A column; None when it cannot be read, which the rules will run into."""
    try:
        return pq.ParquetFile(there.part.path).read([name]).column(0)
    except _DAMAGED:
        return None


def fits(wanted: pa.DataType, there: pa.DataType) -> bool:
    """Whether a column of one type can stand for one of the model's type, for every or for some values."""
    kind = there.value_type if pa.types.is_dictionary(there) else there
    same: bool = kind == wanted or pa.types.is_null(kind) or _means(wanted, kind)
    return same


def _means(wanted: pa.DataType, kind: pa.DataType) -> Any:
    """Whether values of another type mean the same."""
    if pa.types.is_string(wanted):
        return pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    if pa.types.is_integer(wanted):
        return pa.types.is_integer(kind) and kind != pa.uint64()
    if pa.types.is_decimal(wanted):
        whole = wanted.precision - wanted.scale
        number = pa.types.is_decimal(kind) and kind.scale <= wanted.scale and kind.precision - kind.scale <= whole
        return number or pa.types.is_integer(kind)
    if pa.types.is_timestamp(wanted):
        return pa.types.is_timestamp(kind) and kind.tz is not None
    return pa.types.is_date(wanted) and pa.types.is_date(kind)


def exact(wanted: pa.DataType, there: pa.DataType) -> bool:
    """Whether every value of a fitting type is a value of the model's type: not so for microseconds."""
    return not (pa.types.is_timestamp(wanted) and pa.types.is_timestamp(there) and there.unit in ("us", "ns"))

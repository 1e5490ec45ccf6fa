"""NumPy to Arrow without a Python object for each value: ids, hashes, words from a list, exact decimals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.tables import arrow_schema

from .chance import Bools, Bytes, Ints

DECIMAL = pa.decimal128(38, 9)
_INSTANT = pa.timestamp("ms", tz="UTC")


def digits(numbers: Ints, width: int) -> Bytes:
    """Numbers as text of a fixed width, with leading zeros: one row of bytes for each."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def joined(*pieces: str | Bytes) -> Bytes:
    """Texts of a fixed width, piece by piece; a plain text is the same in every row."""
    count = next(len(piece) for piece in pieces if not isinstance(piece, str))
    made = [
        np.broadcast_to(np.frombuffer(piece.encode(), np.uint8), (count, len(piece.encode())))
        if isinstance(piece, str)
        else piece
        for piece in pieces
    ]
    return np.concatenate(made, axis=1)


def text(rows: Bytes, absent: Bools | None = None) -> pa.Array:
    """Texts of a fixed width as an Arrow column; null where they are absent."""
    count, width = rows.shape
    offsets = np.arange(count + 1, dtype=np.int32) * np.int32(width)
    buffers = [_validity(absent), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(rows))]
    return pa.Array.from_buffers(pa.string(), count, buffers)


def _validity(absent: Bools | None) -> pa.Buffer | None:
    if absent is None or not absent.any():
        return None
    return pa.py_buffer(np.packbits(~absent, bitorder="little"))


def words(choices: Sequence[str | None], places: Ints) -> pa.Array:
    """One of a few texts in each row."""
    return pa.array(choices, pa.string()).take(pa.array(places))


def where(chosen: Bools, column: pa.Array) -> pa.Array:
    """A column, with null where it is not chosen."""
    return pc.if_else(pa.array(chosen), column, pa.scalar(None, column.type))


def said(numbers: Ints) -> pa.Array:
    """Numbers as they are written."""
    return pa.array(numbers).cast(pa.string())


def line(*pieces: str | pa.Array) -> pa.Array:
    """Texts joined without a space, row by row."""
    return pc.binary_join_element_wise(*pieces, "")


def decimals(billionths: Ints, absent: Bools | None = None) -> pa.Array:
    """Exact decimals, given in units of their last place."""
    wide = np.zeros((len(billionths), 2), dtype="<i8")
    wide[:, 0], wide[:, 1] = billionths, billionths >> 63
    return pa.Array.from_buffers(DECIMAL, len(billionths), [_validity(absent), pa.py_buffer(wide)])


def integers(numbers: Ints, absent: Bools | None = None) -> pa.Array:
    """Whole numbers."""
    return pa.array(numbers, pa.int64(), mask=absent)


def days(numbers: Ints, absent: Bools | None = None) -> pa.Array:
    """Days, counted from 1970."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())


def instants(seconds: Ints) -> pa.Array:
    """Instants, counted in seconds from 1970."""
    return pa.array(seconds * 1000, pa.int64()).cast(_INSTANT)


def table(name: str, columns: Mapping[str, pa.Array]) -> pa.Table:
    """The rows of a table; what is not given is null."""
    schema = arrow_schema(name)
    count = len(next(iter(columns.values())))
    made = [columns[field.name] if field.name in columns else pa.nulls(count, field.type) for field in schema]
    return pa.Table.from_arrays(made, schema=schema)


def merged(rows: Sequence[pa.Table], keys: Sequence[Ints]) -> pa.Table:
    """Tables one after another, in the order of their keys, which agree with the order of their ids."""
    order = np.argsort(np.concatenate(keys), kind="stable")
    return pa.concat_tables(rows).take(pa.array(order)).combine_chunks()

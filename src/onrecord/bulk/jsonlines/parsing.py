"""Lines to columns by Arrow's reader, and which lines it cannot read."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.json as pj

from .nested import line_schema

_ROW = re.compile(r"in row ([0-9]+)")


def parsed(lines: Sequence[bytes], block: bytes | None = None) -> tuple[pa.Table, list[int]]:
    """The rows of lines that are objects, and the numbers of the lines that make them; others have no row.

    `block` is the same lines joined, where that is at hand.
    """
    numbers = list(range(len(lines)))
    rows = _read(block if block is not None else b"\n".join(lines), len(lines))
    while not isinstance(rows, pa.Table):
        bad = _bad([lines[number] for number in numbers], rows)
        numbers = [number for place, number in enumerate(numbers) if place not in bad]
        rows = _read(b"\n".join(lines[number] for number in numbers), len(numbers))
    return rows, numbers


def _read(block: bytes, wanted: int) -> pa.Table | int | None:
    """The rows of a block; else the number of the row at fault where it is known, else None."""
    if not wanted:
        return line_schema().empty_table()
    # The reader cuts a block where it ends; one that is larger than the text is never cut.
    reading = pj.ReadOptions(use_threads=False, block_size=len(block) + 1)
    parsing = pj.ParseOptions(explicit_schema=line_schema(), unexpected_field_behavior="error")
    try:
        rows = pj.read_json(pa.BufferReader(block), read_options=reading, parse_options=parsing)
    except pa.ArrowInvalid as error:
        row = _ROW.search(str(error))
        return int(row[1]) if row else None
    return rows if rows.num_rows == wanted else None


def _bad(lines: Sequence[bytes], suspect: int | None) -> set[int]:
    """The numbers of lines without which the others can be read, as far as one look at each half can tell."""
    if suspect is not None and suspect < len(lines):
        later = lines[suspect + 1 :]
        rest = _read(b"\n".join(later), len(later))
        found = set() if isinstance(rest, pa.Table) else _bad(later, rest)
        return {suspect, *(suspect + 1 + number for number in found)}
    if len(lines) == 1:
        return {0}
    half = len(lines) // 2
    found = set[int]()
    for start, some in ((0, lines[:half]), (half, lines[half:])):
        rows = _read(b"\n".join(some), len(some))
        if not isinstance(rows, pa.Table):
            found |= {start + number for number in _bad(some, rows)}
    return found

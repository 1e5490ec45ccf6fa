"""What rows say as one hash, whatever the memory they lie in looks like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..formats import PART_FORMAT
from ..tables import arrow_schema

_WIDTH_OF_OFFSETS = 4


class Content:
    """The hash of the rows of one part, added group by group.

    It begins with everything else that decides what the file is like: the schema, how it is
    written and by which library. So the same hash means the same bytes.
    """

    def __init__(self, table: str, said: Mapping[str, str]) -> None:
        self._digest = hashlib.sha256(_recipe(table, said))

    def add(self, rows: pa.Table) -> None:
        """Add rows; the same rows have to come in the same groups."""
        self._digest.update(f"{rows.num_rows}\n".encode())
        for column in rows.columns:
            for piece in _canonical(column.combine_chunks()):
                self._digest.update(piece)

    @property
    def hash(self) -> str:
        """SHA-256 with the name of the algorithm before it."""
        return f"sha256:{self._digest.hexdigest()}"


def _recipe(table: str, said: Mapping[str, str]) -> bytes:
    schema = [[field.name, str(field.type), field.nullable] for field in arrow_schema(table)]
    told = {"pyarrow": pa.__version__, "format": {k: str(v) for k, v in PART_FORMAT.items()}, "said": dict(said)}
    return json.dumps([table, schema, told], sort_keys=True).encode()


def _canonical(values: pa.Array) -> Iterator[Any]:
    """The bytes of an array that say something: which values are null, how long texts are, the values."""
    if values.null_count:
        yield b"n"
        yield _numbers(values.is_null().cast(pa.uint8()), 1)
        values = values.fill_null(_nothing(values.type))
    if pa.types.is_string(values.type):
        yield _numbers(pc.binary_length(values), _WIDTH_OF_OFFSETS)
        yield _letters(values)
    elif pa.types.is_boolean(values.type):
        yield _numbers(values.cast(pa.uint8()), 1)
    else:
        yield _numbers(values, values.type.bit_width // 8)


def _nothing(kind: pa.DataType) -> pa.Scalar:
    """What stands where nothing is said."""
    if pa.types.is_string(kind):
        return pa.scalar("")
    return pa.scalar(0, pa.int32() if kind.bit_width == 32 else pa.int64()).cast(kind)


def _numbers(values: pa.Array, width: int) -> memoryview:
    return memoryview(values.buffers()[1])[values.offset * width : (values.offset + len(values)) * width]


def _letters(values: pa.Array) -> Any:
    _, offsets, letters = values.buffers()
    if letters is None or not len(values):
        return b""
    places = memoryview(offsets).cast("i")
    return memoryview(letters)[places[values.offset] : places[values.offset + len(values)]]

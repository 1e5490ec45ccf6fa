"""The nested form of a line, derived from the sections of records files: keys, Arrow types, order."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from ...column import DECIMAL_DIGITS, DECIMAL_PLACES, Column, columns
from ...form import DIGESTS, DOCUMENT_FILES, SHARED_FILES, Section

DOCUMENT = "document"
SHARED = tuple(section for sections in SHARED_FILES.values() for section in sections)
OF_DOCUMENT = tuple(section for sections in DOCUMENT_FILES.values() for section in sections)
SECTIONS = (*SHARED, *OF_DOCUMENT)
KEYS = (*(section.key for section in SECTIONS), DIGESTS)

# Days and instants are read as text: how they are written is a part of what is checked.
_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "date": pa.string(),
    "datetime": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(DECIMAL_DIGITS, DECIMAL_PLACES),
    "boolean": pa.bool_(),
}


def is_log(section: Section) -> bool:
    """Whether the records of a section are numbered over all lines: those of a log that documents share."""
    return section in SHARED and any(col.origin == "position" for col in columns(section.model))


def is_place(section: Section) -> bool:
    """Whether the records of a section are themselves places in the text, written as an anchor."""
    return any(col.origin == "span" for col in columns(section.model))


def written(section: Section) -> tuple[Column, ...]:
    """The columns of a section's records that are written as values, not as anchors."""
    return tuple(col for col in columns(section.model) if col.origin == "written")


def anchored(section: Section) -> tuple[Column, ...]:
    """The columns of a section's records that are written as anchors."""
    return tuple(col for col in columns(section.model) if col.origin == "anchor")


@cache
def item_type(section: Section) -> pa.StructType:
    """The Arrow type of one record of a section, with what is nested in it."""
    fields = [pa.field(col.name, _TYPES[col.kind]) for col in written(section)]
    fields += [pa.field(col.written_as, pa.string()) for col in anchored(section)]
    if is_place(section):
        fields.append(pa.field("anchor", pa.string()))
    fields += [pa.field(child.key, pa.list_(item_type(child))) for child in section.children]
    return pa.struct(fields)


@cache
def line_schema() -> pa.Schema:
    """The Arrow schema of a line."""
    fields = [pa.field(s.key, pa.list_(item_type(s)) if s.many else item_type(s)) for s in SECTIONS]
    return pa.schema([*fields, pa.field(DIGESTS, pa.list_(pa.string()))])


def keys_of(kind: str) -> tuple[str, ...]:
    """The keys, on any level, whose values are of a kind: `decimal` or `integer`."""

    def within(section: Section) -> set[str]:
        own = {col.name for col in written(section) if col.kind == kind}
        return own.union(*(within(child) for child in section.children))

    return tuple(sorted(set().union(*map(within, SECTIONS))))

"""Rows in columns, nested as they were written, to rows of the tables.

Each section is laid flat, with the line, the record around it and the place in its list beside
each record. What follows from these (ids of nested records, inherited columns, positions) is then
made for a whole block at once, as `records.py` makes it for one record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from ...column import Column, columns
from ...form import DIGESTS, Section
from ...model import Anchor
from ...tables import arrow_schema
from .fitting import judged
from .hashes import Found, Hashes
from .nested import DOCUMENT, OF_DOCUMENT, SECTIONS, SHARED, anchored, is_log, is_place, written

CODED = pa.dictionary(pa.int32(), pa.string())  # the ids of a block's documents are few


@cache
def part_schema(table: str) -> pa.Schema:
    """The schema of a table's rows in a block: that of the table, the ids of documents as numbers of a list."""
    schema = arrow_schema(table)
    for place, col in enumerate(columns_of(table)):
        if col.name == "document_id" and col.origin == "inherited":
            schema = schema.set(place, schema.field(place).with_type(CODED))
    return schema


@cache
def columns_of(table: str) -> tuple[Column, ...]:
    """The columns of a table."""
    from ...model import TABLES

    return columns(TABLES[table])


@dataclass(slots=True)
class Items:
    """The records of a section in a block, one below the other."""

    section: Section
    values: pa.StructArray
    row: pa.Array
    """The row, and so the line, that each stands in."""
    of: Items | None = None
    """The records that they are nested in ..."""
    around: pa.Array | None = None
    """... and the number of the one that each is nested in."""
    lists: pa.Array | None = None
    before: pa.Array | None = None
    """By row, how many records of the section are counted before those of the row."""
    stored: dict[str, pa.Array] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def said(self, key: str) -> pa.Array:
        """What is written under a key."""
        return self.values.field(key)

    def number(self) -> pa.Array:
        """The place of each in its list, from 1."""
        assert self.lists is not None
        lengths = pc.fill_null(pc.list_value_length(self.lists), 0).cast(pa.int64())
        before = pc.subtract(pc.cumulative_sum(lengths), lengths)
        counted = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), len(self)))
        around = self.row if self.around is None else self.around
        number = pc.subtract(counted, before.take(around))
        return number if self.before is None else pc.add(number, self.before.take(self.row))


class Nested:
    """The records of a block, laid flat and judged."""

    def __init__(self, rows: pa.Table) -> None:
        self.size = rows.num_rows
        self.bad_rows: list[pa.Array] = []
        self._columns = {name: _one_chunk(rows.column(name)) for name in rows.column_names}
        self._mark_without_document()
        self.hashes = Hashes(self._columns[DIGESTS])
        self.bad_rows += self.hashes.bad_rows
        ids = pc.struct_field(self._columns[DOCUMENT], "id")
        self.documents = pc.dictionary_encode(ids)
        self.items = [one for section in SECTIONS for one in self._laid_flat(section)]
        self._wanted: list[tuple[Items, str]] = []
        for one in self.items:
            self._judge(one)
        self._look_up()

    def _mark_without_document(self) -> None:
        alone = pc.is_null(self._columns[DOCUMENT])
        if not pc.any(alone, min_count=0).as_py():
            return
        for key in (*(section.key for section in OF_DOCUMENT), DIGESTS):
            self._mark(pc.and_(alone, pc.is_valid(self._columns[key])))

    def _mark(self, bad: pa.Array, row: pa.Array | None = None) -> None:
        """Note which rows are for the models: those of the records at fault, or these themselves."""
        if pc.any(bad, min_count=0).as_py():
            self.bad_rows.append(_counted(self.size).filter(bad) if row is None else row.filter(bad))

    def _laid_flat(self, section: Section) -> Iterator[Items]:
        column = self._columns[section.key]
        if section.many:
            items = Items(section, pc.list_flatten(column), pc.list_parent_indices(column), lists=column)
        else:
            there = pc.is_valid(column)
            items = Items(section, column.filter(there), _counted(self.size).filter(there))
        if len(items):
            yield items
            yield from self._nested(items)

    def _nested(self, items: Items) -> Iterator[Items]:
        for child in items.section.children:
            lists = items.said(child.key)
            around = pc.list_parent_indices(lists)
            inner = Items(child, pc.list_flatten(lists), items.row.take(around), items, around, lists)
            if len(inner):
                yield inner
                yield from self._nested(inner)

    def _judge(self, items: Items) -> None:
        if items.values.null_count:
            self._mark(pc.is_null(items.values), items.row)
        for col in written(items.section):
            items.stored[col.name], odd = judged(col, items.said(col.name))
            if odd is not None:
                self._mark(odd, items.row)
        for col in anchored(items.section):
            self._want(items, col.written_as, col.nullable)
        if is_place(items.section):
            self._want(items, "anchor", nullable=False)

    def _want(self, items: Items, key: str, nullable: bool) -> None:
        anchors = items.said(key)
        if not nullable and anchors.null_count:
            self._mark(pc.is_null(anchors), items.row)
        if anchors.null_count < len(anchors):
            self._wanted.append((items, key))

    def _look_up(self) -> None:
        """Look up all anchors of the block at once."""
        if not self._wanted:
            return
        rows = pa.concat_arrays([items.row for items, _ in self._wanted])
        found = self.hashes.find(pa.concat_arrays([items.said(key) for items, key in self._wanted]), rows)
        self._mark(found.missed, rows)
        start = 0
        for items, key in self._wanted:
            items.found[key] = found.slice(start, len(items))
            start += len(items)

    def bad(self) -> set[int]:
        """The rows in which something is amiss."""
        return set().union(*(rows.to_pylist() for rows in self.bad_rows))

    def _good(self) -> pa.Array | None:
        """By row, whether it is sound; None when all are."""
        bad = self.bad()
        return pa.array([row not in bad for row in range(self.size)], pa.bool_()) if bad else None

    def identities(self) -> Iterator[tuple[str, pa.Array, list[int]]]:
        """The ids of documents and shared records that are sound, by table, and the rows they stand in."""
        good = self._good()
        for items in self.items:
            if items.section.key == DOCUMENT or items.section in SHARED:
                there = None if good is None else good.take(items.row)
                ids, rows = (one if there is None else one.filter(there) for one in (items.stored["id"], items.row))
                yield items.section.model.table, ids, rows.to_pylist()

    def tables(self, before: Mapping[str, Mapping[int, int]]) -> Iterator[tuple[str, pa.Table]]:
        """The rows of the tables, without those that come from bad rows.

        `before` has, by log and row, the number of entries before those of the row.
        """
        good = self._good()
        for items in self.items:
            if items.section in SHARED and is_log(items.section):
                by_row = before[items.section.key]
                items.before = pa.array([by_row.get(row, 0) for row in range(self.size)], pa.int64())
            names = self._names(items)
            yield items.section.model.table, _kept(self._rows(items, names), items.row, good)
            for key, found in items.found.items():
                if not is_place(items.section):
                    yield Anchor.table, self._anchors(items, key, found, names, good)

    def _names(self, items: Items) -> pa.Array:
        """The ids of records, or the names their anchors go by where they have none of their own."""
        if "id" in items.stored:
            return items.stored["id"]
        around = self._documents_of(items.row) if items.of is None else self._names(items.of).take(items.around)
        letter = next((col.letter for col in columns(items.section.model) if col.origin == "child-id"), "a")
        number = items.stored["level"] if "level" in items.stored else items.number()
        return pc.binary_join_element_wise(around.cast(pa.string()), number.cast(pa.string()), f".{letter}")

    def _documents_of(self, row: pa.Array) -> pa.DictionaryArray:
        return pa.DictionaryArray.from_arrays(self.documents.indices.take(row), self.documents.dictionary)

    def _rows(self, items: Items, names: pa.Array) -> pa.Table:
        table = items.section.model.table
        arrays = [self._column(items, col, names) for col in columns(items.section.model)]
        return pa.Table.from_arrays(arrays, schema=part_schema(table))

    def _column(self, items: Items, col: Column, names: pa.Array) -> pa.Array:
        match col.origin:
            case "written":
                return items.stored[col.name]
            case "child-id":
                return names
            case "position":
                return items.number()
            case "anchor":
                return self._anchor_ids(items.said(col.written_as), col.written_as, names)
            case "inherited" if col.name == "document_id":
                return self._documents_of(items.row)
            case "inherited":
                return self._parents(items)
        return getattr(self.hashes, col.name).take(items.found["anchor"].place)

    def _parents(self, items: Items) -> pa.Array:
        if items.of is None:
            return pa.nulls(len(items), pa.string())
        return self._names(items.of).take(items.around)

    @staticmethod
    def _anchor_ids(anchors: pa.Array, key: str, names: pa.Array) -> pa.Array:
        if key != "anchor":
            names = pc.binary_join_element_wise(names, "." + key.removesuffix("_anchor"), "")
        return pc.if_else(pc.is_valid(anchors), names, pa.scalar(None, pa.string())) if anchors.null_count else names

    def _anchors(self, items: Items, key: str, found: Found, names: pa.Array, good: pa.Array | None) -> pa.Table:
        there = pc.is_valid(found.place)
        place, row, own = found.place.filter(there), items.row.filter(there), names.filter(there)
        said = {
            "id": self._anchor_ids(place, key, own),
            "document_id": self._documents_of(row),
            "start": self.hashes.start.take(place),
            "end": self.hashes.end.take(place),
            "fragments": self.hashes.fragments.take(place),
            "text_sha256": self.hashes.text_sha256.take(place),
            "excerpt": found.excerpt.filter(there),
        }
        schema = part_schema(Anchor.table)
        return _kept(pa.Table.from_arrays([said[name] for name in schema.names], schema=schema), row, good)


def _kept(rows: pa.Table, row: pa.Array, good: pa.Array | None) -> pa.Table:
    return rows if good is None else rows.filter(good.take(row))


def _counted(size: int) -> pa.Array:
    """The numbers from 0, as many as are wanted."""
    return pc.subtract(pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int64()), size)), 1)


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()

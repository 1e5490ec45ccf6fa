"""What became of each record from one set of tables to another: SELECTs, whatever the number of rows.

Records are met by their key, values column by column. A record whose words are the same at other
offsets has moved, and so has one that is the same under another key. `changes` is left out, since
it is made of differences, and `overview`, which is computed from the other tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Literal

import pyarrow as pa

from .engine import Engine
from .errors import LoadError
from .model import TABLES, Change, Overview, Review
from .pairs import Kept, Pair, joined, quoted
from .tables import empty

COMPARED = tuple(table for table in TABLES if table not in (Change.table, Overview.table))
FOUND = pa.schema(
    [(name, pa.string()) for name in ("record_table", "record_id", "change", "field", "old", "new", "reason")]
)
WITHDRAWN = "('superseded', 'retracted')"
# What is nested in one of these has its id, with a letter or a level behind it; its review speaks for both.
_OWNERS = "('statements', 'claims', 'attributions', 'figures', 'times', 'roles', 'mentions', 'caveats', 'replies')"
_NESTED = "('attributions', 'figures', 'times', 'anchors', 'relations')"


class Bump(IntEnum):
    """Which part of the version number a change of the data asks for."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """A table or a column that only one side has, or that is another one there."""

    table: str
    column: str | None
    change: Literal["added", "removed", "reordered", "retyped"]
    old: str | None = None
    new: str | None = None

    @property
    def bump(self) -> Bump:
        """A table more breaks nobody's reading; whatever else changes in a schema may."""
        return Bump.MINOR if self.column is None and self.change == "added" else Bump.MAJOR

    def __str__(self) -> str:
        what = f"table {self.table}" if self.column is None else f"column {self.table}.{self.column}"
        sides = f" ({self.old} to {self.new})" if self.old and self.new else ""
        return f"{what} {self.change}{sides}"


@dataclass(frozen=True)
class Difference:
    """What differs between two sets of tables: their schemas, and records and fields as rows of `FOUND`."""

    schema: tuple[SchemaChange, ...]
    changes: pa.Table

    def __bool__(self) -> bool:
        return bool(self.schema or self.changes.num_rows)

    @cached_property
    def counts(self) -> dict[tuple[str, str], int]:
        """How many records of each table were added, corrected, retracted, removed or moved."""
        rows = _select({"found": self.changes}, _COUNTS).to_pylist()
        found = {(row["record_table"], row["change"]): row["records"] for row in rows}
        return {
            (table, change): found[table, change] for table in TABLES for change in KINDS if (table, change) in found
        }

    @cached_property
    def bump(self) -> Bump:
        """Which part of the data's version number has to rise."""
        return max((why for why, _ in self.reasons), default=Bump.NONE)

    @cached_property
    def reasons(self) -> list[tuple[Bump, str]]:
        """What asks for which part of the version number, the greatest first."""
        found = [(change.bump, str(change)) for change in self.schema]
        renamed = {
            row["record_table"]: row["records"] for row in _select({"found": self.changes}, _RENAMED).to_pylist()
        }
        for (table, change), records in self.counts.items():
            rest = records
            if change == "moved" and table in renamed:
                found.append((Bump.MAJOR, f"{table}: {renamed[table]:,} under another key"))
                rest -= renamed[table]
            if rest:
                found.append((KINDS[change], f"{table}: {rest:,} {change}"))
        return sorted(found, key=lambda one: -one[0])


# What became of a record, and the part of the version number that has to rise for it.
KINDS = {
    "added": Bump.MINOR,
    "corrected": Bump.PATCH,
    "retracted": Bump.MINOR,
    "removed": Bump.MAJOR,
    "moved": Bump.PATCH,
}
_COUNTS = """
    SELECT record_table, change, CAST(count(DISTINCT record_id) AS BIGINT) AS records
    FROM found GROUP BY record_table, change
"""
_RENAMED = """
    SELECT record_table, CAST(count(DISTINCT record_id) AS BIGINT) AS records
    FROM found WHERE change = 'moved' AND field IN ('id', 'statement_id') GROUP BY record_table
"""


def difference(old: Kept, new: Kept) -> Difference:
    """What became of the records of one set of tables in another. Only columns that both have are compared.

    Raises LoadError when a table has two records with one key: nobody could say which is which.
    """
    return Difference(tuple(_schema_changes(old, new)), _with_reasons(old, new, _found(old, new)))


def _select(tables: Kept, sql: str) -> pa.Table:
    with Engine(tables) as engine:
        return engine.select(sql)


# Schemas


def _schema_changes(old: Kept, new: Kept) -> Iterable[SchemaChange]:
    for table in (*old, *(name for name in new if name not in old)):
        if table not in new or table not in old:
            yield SchemaChange(table, None, "added" if table in new else "removed")
        else:
            yield from _column_changes(table, old[table].schema, new[table].schema)


def _column_changes(table: str, old: pa.Schema, new: pa.Schema) -> Iterable[SchemaChange]:
    for name in old.names:
        if name not in new.names:
            yield SchemaChange(table, name, "removed")
    for name in new.names:
        if name not in old.names:
            yield SchemaChange(table, name, "added")
        elif _type(old.field(name)) != _type(new.field(name)):
            yield SchemaChange(table, name, "retyped", _type(old.field(name)), _type(new.field(name)))
    before = [name for name in old.names if name in new.names]
    after = [name for name in new.names if name in old.names]
    for place, (was, now) in enumerate(zip(before, after, strict=True), 1):
        if was != now:
            yield SchemaChange(table, now, "reordered", f"place {before.index(now) + 1}", f"place {place}")


def _type(field: pa.Field) -> str:
    return f"{field.type}{'' if field.nullable else ' not null'}"


# Records


def _found(old: Kept, new: Kept) -> pa.Table:
    pairs = [Pair(table, old, new) for table in COMPARED if table in old and table in new]
    pairs = [pair for pair in pairs if pair.comparable]
    sides = {
        f"{side}_{name}": tables[name]
        for side, tables in (("old", old), ("new", new))
        for name in TABLES
        if name in tables
    }
    with Engine(sides) as engine:
        for pair in pairs:
            for side in ("old", "new"):
                _refuse_twins(engine, pair, side)
        parts = [engine.select(pair.select()).cast(FOUND) for pair in pairs]
        if _reviewed(old) and _reviewed(new):
            parts.append(engine.select(_retracted("number" in new[Review.table].column_names)).cast(FOUND))
    return pa.concat_tables(parts) if parts else empty(FOUND)


def _refuse_twins(engine: Engine, pair: Pair, side: str) -> None:
    """A key that stands twice, or is not there, meets nothing for certain."""
    keys = ", ".join(quoted(key) for key in pair.key)
    lacking = " OR ".join(f"{quoted(key)} IS NULL" for key in pair.key)
    found = engine.select(
        f"SELECT {joined(pair.key, 't')} AS said FROM {side}_{pair.table} t "
        f"GROUP BY {keys} HAVING count(*) > 1 OR {lacking} LIMIT 1"
    ).to_pylist()
    if found:
        said = found[0]["said"]
        fault = f"more than one record with the key `{said}`" if said else "a record without a key"
        raise LoadError(
            f"{pair.table} of the {side} side has {fault}",
            help="`onrecord verify` lists the faults of a package, `onrecord check` those of records",
        )


def _reviewed(tables: Kept) -> bool:
    wanted = {"id", "record_table", "record_id", "status", "reviewed_at", "note"}
    return Review.table in tables and wanted <= set(tables[Review.table].column_names)


def _retracted(numbered: bool) -> str:
    """The records whose newest review withdraws them now, and did not before."""
    known = "SELECT 1 FROM old_reviews o WHERE o.id = r.id"
    order = "reviewed_at DESC, number DESC, id DESC" if numbered else "reviewed_at DESC, id DESC"

    def latest(side: str, order: str) -> str:
        place = f"row_number() OVER (PARTITION BY record_table, record_id ORDER BY {order})"
        return f"SELECT * FROM (SELECT *, {place} AS place FROM {side}_reviews) WHERE place = 1"

    return f"""
        SELECT r.record_table, r.record_id, 'retracted' AS change, 'review_status' AS field,
               coalesce(b.status, 'draft') AS old, r.status AS new, CAST(NULL AS VARCHAR) AS reason
        FROM ({latest("new", order)}) r
        LEFT JOIN ({latest("old", "reviewed_at DESC, id DESC")}) b
          ON b.record_table = r.record_table AND b.record_id = r.record_id
        WHERE r.status IN {WITHDRAWN} AND coalesce(b.status, 'draft') NOT IN {WITHDRAWN} AND NOT EXISTS ({known})
    """


# Reasons


def _with_reasons(old: Kept, new: Kept, found: pa.Table) -> pa.Table:
    """The changes in order, each with the note of the newest review since that is about it."""
    if not (_reviewed(old) and _reviewed(new)):
        return _select({"found": found, **_ranks()}, f"SELECT f.* FROM found f {_ORDER}").cast(FOUND)
    order = "number DESC" if "number" in new[Review.table].column_names else "reviewed_at DESC, id DESC"
    tables = {"found": found, "before": old[Review.table], "log": new[Review.table], **_ranks()}
    return _select(tables, _REASONS.format(order=order)).cast(FOUND)


def _ranks() -> dict[str, pa.Table]:
    return {"ranks": pa.table({"name": list(TABLES), "rank": list(range(len(TABLES)))})}


_ORDER = """
    LEFT JOIN ranks k ON k.name = f.record_table
    ORDER BY k.rank, f.record_id, f.change, f.field NULLS FIRST
"""
_REASONS = f"""
    WITH noted AS MATERIALIZED (
        SELECT record_table, record_id, note FROM (
            SELECT *, row_number() OVER (PARTITION BY record_table, record_id ORDER BY {{order}}) AS place
            FROM log ANTI JOIN before ON log.id = before.id WHERE note IS NOT NULL) WHERE place = 1
    ), owners AS MATERIALIZED (
        SELECT record_id, min(note) AS note FROM noted WHERE record_table IN {_OWNERS}
        GROUP BY record_id HAVING count(DISTINCT note) = 1
    ), f AS (
        SELECT *, CASE WHEN record_table IN {_NESTED} THEN record_id END AS one,
               CASE WHEN record_table IN {_NESTED} THEN regexp_replace(record_id, '[./][^./]*$', '') END AS two,
               CASE WHEN record_table IN {_NESTED}
                    THEN regexp_replace(record_id, '[./][^./]*[./][^./]*$', '') END AS three
        FROM found
    )
    SELECT f.record_table, f.record_id, f.change, f.field, f.old, f.new,
           coalesce(own.note, a.note, b.note, c.note) AS reason
    FROM f
    LEFT JOIN noted own ON own.record_table = f.record_table AND own.record_id = f.record_id
    LEFT JOIN owners a ON a.record_id = f.one
    LEFT JOIN owners b ON b.record_id = f.two
    LEFT JOIN owners c ON c.record_id = f.three
    {_ORDER}
"""

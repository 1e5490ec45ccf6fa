"""One table as two sides have it, and the SELECT that says what became of its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyarrow as pa

from .column import Column, columns
from .model import TABLES

Kept = Mapping[str, pa.Table]

SPAN, WORDS = ("start", "end", "fragments"), "text_sha256"


def quoted(name: str) -> str:
    """A name from a package, which may be anybody's, as SQL takes it."""
    return '"' + name.replace('"', '""') + '"'


def joined(key: Iterable[str], side: str) -> str:
    """The key of a row as one text, as reviews name it."""
    return f"concat_ws('/', {', '.join(f'CAST({side}.{quoted(part)} AS VARCHAR)' for part in key)})"


def _text(value: str, kind: pa.DataType) -> str:
    """A value as the CSV files have it."""
    if pa.types.is_decimal(kind):
        said = f"CAST({value} AS VARCHAR)"
        return f"CASE WHEN contains({said}, '.') THEN rtrim(rtrim({said}, '0'), '.') ELSE {said} END"
    if pa.types.is_timestamp(kind):
        return f"strftime({value} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')"
    return f"CAST({value} AS VARCHAR)"


class Pair:
    """A table as both sides have it."""

    def __init__(self, table: str, old: Kept, new: Kept) -> None:
        self.table, self.old, self.new = table, old, new
        self.key = TABLES[table].primary_key
        self.model: dict[str, Column] = {column.name: column for column in columns(TABLES[table])}
        names = new[table].column_names
        self.both = [name for name in names if name in old[table].column_names and name not in self.key]

    @property
    def comparable(self) -> bool:
        """Whether both sides have the columns of the key."""
        return all(set(self.key) <= set(side[self.table].column_names) for side in (self.old, self.new))

    @property
    def same_key(self) -> str:
        """What holds of two rows, `o` and `n`, with one key."""
        return " AND ".join(
            " = ".join(self._alike(part, f"o.{quoted(part)}", f"n.{quoted(part)}")) for part in self.key
        )

    def select(self) -> str:
        """Every record of the table that is not what it was, as rows of `FOUND` without their reasons."""
        return f"""
            WITH gone AS MATERIALIZED ({self._alone("o")}),
            fresh AS MATERIALIZED ({self._alone("n")}),
            renamed AS MATERIALIZED ({self.renamed("gone", "fresh")}),
            changed AS MATERIALIZED ({self._changed()}),
            added AS (SELECT {joined(self.key, "n")} AS key FROM fresh n),
            removed AS (SELECT {joined(self.key, "o")} AS key FROM gone o)
            SELECT '{self.table}' AS record_table, * FROM ({" UNION ALL ".join(self._branches())})
        """

    def _branches(self) -> Iterable[str]:
        nothing = "CAST(NULL AS VARCHAR)"
        for change, side in (("added", "new_key"), ("removed", "old_key")):
            yield f"""SELECT key AS record_id, '{change}' AS change, {nothing} AS field, {nothing} AS old,
                      {nothing} AS new, {nothing} AS reason FROM {change} ANTI JOIN renamed ON key = {side}"""
        yield f"SELECT new_key, 'moved', '{self.key[0]}', old_key, new_key, {nothing} FROM renamed"
        for place, name in enumerate(self.both):
            old, new = (_text(f"{side}{place}", self._kind(name, side)) for side in ("o", "n"))
            yield f"""SELECT key, {self._change(name)}, '{name.replace("'", "''")}', {old}, {new}, {nothing}
                      FROM changed WHERE {self._differs(name, f"o{place}", f"n{place}")}"""

    def _changed(self) -> str:
        """The records that both sides have, with another value in one column at least."""
        if not self.both:
            return "SELECT CAST(NULL AS VARCHAR) AS key WHERE false"
        values = [f"o.{quoted(name)} AS o{place}, n.{quoted(name)} AS n{place}" for place, name in enumerate(self.both)]
        differs = " OR ".join(self._differs(name, f"o.{quoted(name)}", f"n.{quoted(name)}") for name in self.both)
        return f"""SELECT {joined(self.key, "n")} AS key, {", ".join(values)}
                   FROM old_{self.table} o JOIN new_{self.table} n ON {self.same_key} WHERE {differs}"""

    def _kind(self, name: str, side: str) -> pa.DataType:
        return (self.old if side == "o" else self.new)[self.table].schema.field(name).type

    def _differs(self, name: str, old: str, new: str) -> str:
        return " IS DISTINCT FROM ".join(self._alike(name, old, new))

    def _alike(self, name: str, old: str, new: str) -> tuple[str, str]:
        """Two values of a column as values of one type: as text, where the sides have different ones."""
        one, other = self._kind(name, "o"), self._kind(name, "n")
        return (old, new) if one == other else (_text(old, one), _text(new, other))

    def _change(self, name: str) -> str:
        """Whether another value of a column corrects a record, or only says that it stands elsewhere."""
        if name in self.model and self.model[name].origin == "position":
            return "'moved'"
        if name in SPAN and WORDS in self.both:
            words = self.both.index(WORDS)
            return f"CASE WHEN o{words} = n{words} THEN 'moved' ELSE 'corrected' END"
        return "'corrected'"

    # A record under another key: one that is gone and one that is new, and no other, say all the same.

    def renamed(self, gone: str = "", fresh: str = "") -> str:
        """The keys of records that are the same under another key: old_key, new_key."""
        if not self._can_be_renamed:
            return "SELECT CAST(NULL AS VARCHAR) AS old_key, CAST(NULL AS VARCHAR) AS new_key WHERE false"
        old = self._singly("o", gone or f"({self._alone('o')})")
        new = self._singly("n", fresh or f"({self._alone('n')})")
        return f"SELECT g.key AS old_key, f.key AS new_key FROM ({old}) g JOIN ({new}) f ON g.said = f.said"

    @property
    def _can_be_renamed(self) -> bool:
        return self.key == ("id",) or self._parent() is not None

    @property
    def _compared(self) -> list[str]:
        """The columns that say what a record is, whatever its key."""
        return [name for name in (*self.key, *self.both) if self._counts(name)]

    def _alone(self, side: str) -> str:
        """The records of one side that the other lacks, with the columns that are needed of them."""
        here, there, other = ("old", "new", "n") if side == "o" else ("new", "old", "o")
        needed = dict.fromkeys((*self.key, *(self._compared if self._can_be_renamed else ())))
        return f"""SELECT {", ".join(f"{side}.{quoted(name)}" for name in needed)}
                   FROM {here}_{self.table} {side} ANTI JOIN {there}_{self.table} {other} ON {self.same_key}"""

    def _singly(self, side: str, alone: str) -> str:
        """Of the records that only one side has, by what they say, those of which no two say the same."""
        said = ", ".join(f"coalesce({self._said(name, side)}, chr(30))" for name in self._compared)
        return f"""SELECT min(key) AS key, said FROM (
                     SELECT {joined(self.key, side)} AS key, concat_ws(chr(31), {said}) AS said FROM {alone} {side})
                   GROUP BY said HAVING count(*) = 1"""

    def _counts(self, name: str) -> bool:
        """Whether a column is part of what a record says: not its id, nor its place in a list."""
        origin = self.model[name].origin if name in self.model else "written"
        return name != "id" and origin not in ("position", "child-id")

    def _said(self, name: str, side: str) -> str:
        """What a column of one side says: an anchor its words, a parent its key on the new side."""
        value, column = f"{side}.{quoted(name)}", self.model.get(name)
        here = "old" if side == "o" else "new"
        tables = self.old if side == "o" else self.new
        if column and column.origin == "anchor" and WORDS in columns_of(tables, "anchors"):
            return f"(SELECT min(a.{WORDS}) FROM {here}_anchors a WHERE a.id = {value})"
        parent = self._parent()
        if side == "o" and parent and name == parent[0]:
            return f"coalesce((SELECT min(new_key) FROM ({parent[1].renamed()}) WHERE old_key = {value}), {value})"
        return _text(value, self._kind(name, side))

    def _parent(self) -> tuple[str, Pair] | None:
        """The column that names the record in which a record is nested, and that record's table."""
        for name, column in self.model.items():
            table = column.references
            if column.origin == "inherited" and table and table != "documents" and name in (*self.both, *self.key):
                pair = Pair(table, self.old, self.new) if table in self.old and table in self.new else None
                return (name, pair) if pair and pair.comparable else None
        return None


def columns_of(tables: Kept, table: str) -> list[str]:
    """The columns of a table; none while there is no such table."""
    return list(tables[table].column_names) if table in tables else []

"""A difference between two datasets for people and for programs: text, JSON, Markdown, Arrow.

Values are data from anywhere: hidden characters are shown, and in Markdown nothing is read as markup.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyarrow as pa

from .difference import Difference, difference
from .lettering import as_json, counted, visible, wrapped
from .sides import Side

Row = dict[str, Any]

MARKS = {"added": "+", "corrected": "~", "retracted": "!", "removed": "-", "moved": ">"}
NO_DIFFERENCE = "no difference"
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
# What an address begins with, and the sign in one of mail: readers of Markdown make links of bare addresses.
_ADDRESS = re.compile(r"(?i)(https?|ftp|mailto|xmpp|www)(?=[:.])|@")


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two sides and what differs between them."""

    old: Side
    new: Side
    found: Difference

    @property
    def asks(self) -> str:
        """Which part of the data's version number the differences ask for."""
        return self.found.bump.name.lower()

    @property
    def total(self) -> str:
        """How many records became what, on one line."""
        sums: dict[str, int] = {}
        for (_, change), records in self.found.counts.items():
            sums[change] = sums.get(change, 0) + records
        said = [f"{sums[change]:,} {change}" for change in MARKS if change in sums]
        columns = [counted(len(self.found.schema), "difference") + " of schema"] if self.found.schema else []
        return ", ".join([*columns, *said]) or NO_DIFFERENCE


def contrast(old: Side, new: Side) -> Contrast:
    """What became of one side's records in the other. Raises LoadError when a key is not unique."""
    return Contrast(old, new, difference(old.tables, new.tables))


def _records(found: Difference) -> Iterator[tuple[str, str, str, list[Row]]]:
    """Each record that changed: its table, its key, what became of it, its fields."""
    rows = (row for batch in found.changes.to_batches(max_chunksize=8192) for row in batch.to_pylist())
    for (table, key, change), fields in groupby(
        rows, lambda row: (row["record_table"], row["record_id"], row["change"])
    ):
        yield table, key, change, list(fields)


def _named(side: Side) -> str:
    return f"{side.name} ({side.version or 'no version'})"


def as_text(said: Contrast) -> Iterator[str]:
    """A difference as lines: what differs in the schema, each record with its fields and the reason, totals."""
    yield visible(f"from {_named(said.old)} to {_named(said.new)}")
    if said.found.schema:
        yield "schema, of which only the columns that both have are compared:"
        yield from (visible(f"  {change}") for change in said.found.schema)
    last = None
    for table, key, change, fields in _records(said.found):
        if table != last:
            last = table
            yield table
        yield visible(f"  {MARKS[change]} {key} {change}")
        yield from (
            visible(f"      {row['field']}: {_side(row['old'])} -> {_side(row['new'])}")
            for row in fields
            if row["field"]
        )
        if fields[0]["reason"]:
            yield from (f"      {line}" for line in wrapped(f"because: {fields[0]['reason']}", "  "))
    yield said.total
    if said.found:
        yield f"the version of the data rises by: {said.asks}"


def _side(value: str | None) -> str:
    return "nothing" if value is None else value


def as_data(said: Contrast) -> Iterator[str]:
    """A difference as JSON: both sides, the schema, every change as a row, the counts."""
    yield as_json(
        {
            "old": {"name": said.old.name, "version": said.old.version},
            "new": {"name": said.new.name, "version": said.new.version},
            "bump": said.asks,
            "schema": [
                {"table": one.table, "column": one.column, "change": one.change, "old": one.old, "new": one.new}
                for one in said.found.schema
            ],
            "counts": [
                {"table": table, "change": change, "records": records}
                for (table, change), records in said.found.counts.items()
            ],
            "changes": said.found.changes.to_pylist(),
        }
    )


def as_markdown(said: Contrast) -> Iterator[str]:
    """A difference as Markdown: a heading and a table of changes for each table of records."""
    yield f"# From {escaped(_named(said.old))} to {escaped(_named(said.new))}"
    yield ""
    yield f"{escaped(said.total)}."
    if said.found.schema:
        yield from ("", "## Schema", "")
        yield from (f"- {escaped(str(change))}" for change in said.found.schema)
    last = None
    for table, key, change, fields in _records(said.found):
        if table != last:
            last = table
            yield from ("", f"## {escaped(table)}", "")
            yield from ("| record | change | field | old | new | reason |", "|---|---|---|---|---|---|")
        for row in fields:
            cells = (key, change, row["field"], row["old"], row["new"], row["reason"])
            yield f"| {' | '.join('' if cell is None else escaped(cell) for cell in cells)} |"


def escaped(text: str) -> str:
    """A text in which Markdown finds nothing to read as markup, also not a link."""
    said = _MARKUP.sub(r"\\\1", html.escape(visible(text), quote=False))
    return _ADDRESS.sub(r"\g<0>&#8203;", said)


def as_arrow(said: Contrast) -> bytes:
    """The changes as an Arrow IPC file; what differs in the schema stands in the schema's metadata."""
    metadata = {
        "old": said.old.name,
        "new": said.new.name,
        "old_version": said.old.version or "",
        "new_version": said.new.version or "",
        "bump": said.asks,
        "schema": "\n".join(map(str, said.found.schema)),
    }
    rows = said.found.changes.replace_schema_metadata(metadata)
    out = io.BytesIO()
    with pa.ipc.new_file(out, rows.schema) as writer:
        writer.write_table(rows)
    return out.getvalue()

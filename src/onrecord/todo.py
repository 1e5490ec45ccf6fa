"""What of a dataset waits for somebody: drafts, work needed, conflicts, and what nobody looked at for long.

Every statement is to be reviewed. A record of another table waits once the review log says so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from .column import columns
from .constraints import key_of
from .dataset import Dataset
from .lettering import counted, visible, wrapped
from .model import TABLES, Document, Overview, Record, Statement
from .verdicts import DRAFT, WITHDRAWN, instant, write_instant

OPEN = ("conflict", "work-needed", DRAFT)
NOT_LOOKED_AT = "not-looked-at"
WHYS = {"conflict": "in conflict", "work-needed": "with work needed", DRAFT: "in draft", NOT_LOOKED_AT: "not looked at"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A record that waits, why, and the review that counts, if there is one."""

    table: str
    document: str | None
    id: str
    why: str
    status: str
    reviewer: str | None
    reviewed_at: dt.datetime | None
    note: str | None

    def plain(self) -> dict[str, Any]:
        """The same as plain values."""
        at = write_instant(self.reviewed_at) if self.reviewed_at else None
        said = ("table", "document", "id", "why", "status", "reviewer")
        return {name: getattr(self, name) for name in said} | {"reviewed_at": at, "note": self.note}

    def lines(self) -> Iterator[str]:
        """The record on a line, with the review and its note."""
        by = f" by {self.reviewer}, {self.reviewed_at:%Y-%m-%d}" if self.reviewed_at else ""
        since = ", not looked at since" if self.why == NOT_LOOKED_AT else ""
        note = f": {self.note}" if self.note else ""
        yield from wrapped(f"    {self.id}  {self.status}{by}{since}{note}", "      ")


def todo(dataset: Dataset, since: dt.date | str | None = None) -> list[Waiting]:
    """The records that wait, by table and document; with `since` also those not reviewed from that day on."""
    limit = None if since is None else instant(since)
    rows = dataset.sql(_SELECT, {"since": limit}).to_pylist()
    place = {table: number for number, table in enumerate(TABLES)}
    found = [Waiting(**row) for row in rows]
    return sorted(found, key=lambda one: (place[one.table], one.document or "", one.id))


def draw_todo(found: Iterable[Waiting]) -> Iterator[str]:
    """The records that wait under their tables and documents, and how many there are of each sort."""
    counts: Counter[str] = Counter()
    for table, of_table in groupby(found, key=lambda one: one.table):
        yield table
        for document, same in groupby(of_table, key=lambda one: one.document):
            if document is not None:
                yield visible(f"  {document}")
            for one in same:
                counts[one.why] += 1
                yield from one.lines()
    said = ", ".join(f"{counts[why]:,} {words}" for why, words in WHYS.items() if counts[why])
    total = sum(counts.values())
    yield f"{counted(total, 'record')} to look at: {said}" if total else "nothing is waiting"


def _document(model: type[Record]) -> str:
    """The SQL expression for the document that a record is of."""
    names = {col.name for col in columns(model)}
    if model is Document:
        return "id"
    if "document_id" in names:
        return "document_id"
    if "statement_id" in names:
        return "(SELECT document_id FROM statements WHERE id = statement_id)"
    return "CAST(NULL AS VARCHAR)"


_RECORDS = "\nUNION ALL\n".join(
    f'SELECT \'{table}\' AS "table", {_document(model)} AS document, {key_of(model)} AS id FROM "{table}"'
    for table, model in TABLES.items()
    if model is not Overview
)
_SELECT = f"""
SELECT r."table", r.document, r.id,
       CASE WHEN coalesce(l.status, '{DRAFT}') IN {OPEN} THEN coalesce(l.status, '{DRAFT}')
            ELSE '{NOT_LOOKED_AT}' END AS why,
       coalesce(l.status, '{DRAFT}') AS status, l.reviewer, l.reviewed_at, l.note
FROM ({_RECORDS}) r
LEFT JOIN latest_reviews l ON l.record_table = r."table" AND l.record_id = r.id
WHERE (l.status IS NULL AND r."table" = '{Statement.table}')
   OR l.status IN {OPEN}
   OR (l.reviewed_at < CAST($since AS TIMESTAMPTZ) AND l.status NOT IN {WITHDRAWN})
"""

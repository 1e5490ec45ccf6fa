"""Where one part of a table ends and the next begins: said by the ids themselves.

Documents are in the order of their ids. A document begins a part when its hash says so, and with
it what belongs to it. So where the cuts are depends on which documents there are and on nothing
else: a document that is added or removed touches the parts around it, and no others move. Tables
without documents are cut the same way by their keys.
"""

from __future__ import annotations

import hashlib
import re

from ..descriptor import TABLES_FOLDER
from ..model import TABLES, Document, Statement
from ..staging import is_plain

DOCUMENTS = 4096
"""One document in so many begins a part: about two row groups of the longest table."""
COARSE = 16
"""Tables that are short, or have no documents, are cut that much more rarely."""
PLACES = "document_places"
"""The table that knows the part of each document: id, fine, coarse."""
_FINE = frozenset(
    ("passages", "units", "mentions", "statements", "attributions", "figures", "times", "anchors", "overview")
)
_NAME = re.compile(r"[^a-z0-9._-]")
_LONGEST = 80


def limit(every: int) -> str:
    """What the first 16 hex digits of a hash stay below for one key in so many."""
    return f"{2**64 // every:016x}" if every > 1 else "g"


def begins(key: str, every: int) -> str:
    """As SQL: whether a key begins a part. Plain comparison of text, which every engine knows."""
    return f"substr(sha256({key}), 1, 16) < '{limit(every)}'"


def begins_part(key: str, every: int) -> bool:
    """Whether a key begins a part."""
    return hashlib.sha256(key.encode("utf-8")).hexdigest()[:16] < limit(every)


def places(every: int) -> str:
    """SELECT of the part of each document: numbered from 0 in the order of their ids, finely and coarsely."""
    counted = (
        f"sum(CASE WHEN {begins('id', step)} THEN 1 ELSE 0 END) OVER (ORDER BY id)" for step in (every, every * COARSE)
    )
    fine, coarse = counted
    return f"SELECT id, CAST({fine} AS BIGINT) AS fine, CAST({coarse} AS BIGINT) AS coarse FROM documents ORDER BY id"


def column_of(table: str) -> str | None:
    """Which column of the documents' places says where a table is cut; None for a table without documents."""
    if not _belongs(table):
        return None
    return "fine" if table in _FINE else "coarse"


def _belongs(table: str) -> bool:
    names = TABLES[table].model_fields
    return table == Document.table or "document_id" in names or "statement_id" in names


def rows_in_order(table: str, source: str, every: int, done: tuple[int, ...] = ()) -> str:
    """SELECT of a table's rows by part and key, with the part's number, or whether a row begins one, as `cut`.

    `source` is the table or a SELECT in brackets; `done` are parts that are not asked for.
    """
    key = TABLES[table].primary_key
    order = ", ".join(f't."{name}"' for name in key)
    if not _belongs(table):
        said = " || '/' || ".join(f't."{name}"' for name in key)
        return f"SELECT t.*, {begins(said, every * COARSE)} AS cut FROM {source} t ORDER BY {order}"
    place = f"d.{column_of(table)}"
    left = f" WHERE {place} NOT IN ({', '.join(map(str, done))})" if done else ""
    return f"SELECT t.*, {place} AS cut FROM {source} t {_joined(table)}{left} ORDER BY {place}, {order}"


def _joined(table: str) -> str:
    if table == Document.table:
        return f"JOIN {PLACES} d ON d.id = t.id"
    if "document_id" in TABLES[table].model_fields:
        return f"JOIN {PLACES} d ON d.id = t.document_id"
    return f"JOIN {Statement.table} s ON s.id = t.statement_id JOIN {PLACES} d ON d.id = s.document_id"


def part_file(table: str, first: str) -> str:
    """The path of the part that begins with a document or key: its name, where that is a safe name for a file."""
    name = _NAME.sub("-", first)[:_LONGEST]
    if name != first:
        name = f"{name}-{hashlib.sha256(first.encode('utf-8')).hexdigest()[:8]}"
    path = f"{TABLES_FOLDER}/{table}/{name}.parquet"
    return path if is_plain(path) else f"{TABLES_FOLDER}/{table}/part-{name.lstrip('._-')}.parquet"

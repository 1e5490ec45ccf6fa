"""A record as one string to put under a sentence that uses it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import TABLES

# What a reader knows a record by, beside its key.
NAMES = ("proposition", "name", "title", "label")


def citation(
    table: str,
    row: Mapping[str, Any],
    document: Mapping[str, Any] | None,
    said: Mapping[str, Any],
    status: str | None = None,
) -> str:
    """The record, the place it is about, the dataset and its version, the licence; white space is collapsed.

    `document` is the row of the record's document, `said` the dataset's descriptor, `status` what
    a reader must know of a record that was taken back.
    """
    withdrawn = f"This record is {status}." if status else ""
    parts = [_record(table, row), withdrawn, _place(row, document), f"{_dataset(said)}.", _licence(said)]
    return " ".join(" ".join(parts).split())


def _record(table: str, row: Mapping[str, Any]) -> str:
    model = TABLES[table]
    kind = model.__name__.removesuffix("Record")
    key = "/".join(str(row[name]) for name in model.primary_key)
    name = next((row[column] for column in NAMES if row.get(column)), None)
    return f"{kind} {key}" + (f", “{str(name).rstrip('.')}”" if name else "") + "."


def _place(row: Mapping[str, Any], document: Mapping[str, Any] | None) -> str:
    if document is None:
        return ""
    at = f", code points {row['start']}-{row['end']}" if row.get("end") else ""
    return f"In “{document['title']}” (document {document['id']}{at})."


def _dataset(said: Mapping[str, Any]) -> str:
    name = said.get("title") or said.get("name") or "A dataset without a name"
    return f"{name}, version {said['version']}" if said.get("version") else f"{name}, no version"


def _licence(said: Mapping[str, Any]) -> str:
    licences = said.get("licenses")
    first = licences[0] if isinstance(licences, list) and licences else None
    if not isinstance(first, Mapping):
        return "Licence not stated."
    name = first.get("name") or first.get("title") or first.get("path")
    return f"Licence: {name}."

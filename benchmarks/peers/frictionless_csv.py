"""frictionless over the CSV files, with the Table Schemas of the model.

Its schemas say `unique` of a column that is the primary key by itself; frictionless would check
that twice, so `unique` is left out here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from frictionless import Package

from onrecord.schemas import table_schema
from onrecord.tables import STORED, arrow_schema, empty

from . import KEY, LENGTH, PATTERN, RANGE, REFERENCE, REQUIRED, VOCABULARY, Fault
from .data import csv_file
from .subset import key_columns, key_of

_KINDS = {
    "required": REQUIRED,
    "pattern": PATTERN,
    "maxLength": LENGTH,
    "minimum": RANGE,
    "maximum": RANGE,
    "enum": VOCABULARY,
}


def _schema(table: str) -> dict[str, Any]:
    said = table_schema(table, empty(arrow_schema(table)))
    for field in said["fields"]:
        field.get("constraints", {}).pop("unique", None)
    said.pop("uniqueKeys", None)  # no part of the subset
    return said


def _package(folder: Path) -> Package:
    resources = [
        {
            "name": table,
            "type": "table",
            "path": csv_file(table),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"csv": {"lineTerminator": "\r\n"}},
            "schema": _schema(table),
        }
        for table in STORED
    ]
    return Package.from_descriptor({"name": "rows", "resources": resources}, basepath=str(folder))


def check(folder: Path) -> int:
    """How many errors frictionless reports."""
    report = _package(folder).validate()
    return int(report.stats["errors"])


def faults(folder: Path) -> set[Fault]:
    """The errors, each by the key of its row."""
    report = _package(folder).validate(limit_errors=1_000_000)
    found: set[Fault] = set()
    for task in report.tasks:
        table, places = task.name, task.labels
        for error in task.errors:
            row = dict(zip(places, error.cells, strict=True))
            key = key_of(tuple(row[name] or None for name in key_columns(table)))
            if error.type == "constraint-error":
                kind = next(kind for said, kind in _KINDS.items() if f'constraint "{said}"' in error.note)
                found.add((kind, table, error.field_name, key))
            elif error.type == "primary-key":
                found.add((KEY, table, "", key))
            elif error.type == "foreign-key":
                found.add((REFERENCE, table, error.field_names[0], key))
            else:
                found.add((error.type, table, getattr(error, "field_name", ""), key))
    return found

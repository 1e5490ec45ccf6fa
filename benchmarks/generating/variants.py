"""Faults to plant: every rule's own bad example or, where a rule is about all columns, one for each of them.

A variant is a whole small dataset, rows by table: the example that all rules share, with one
fault. What the rules find in it is asked of them, once; it is all that they may find of it in
a package, since nothing in a package refers to it.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import yaml

from onrecord.column import TEXT, Column, columns
from onrecord.model import TABLES
from onrecord.records import load_texts
from onrecord.rules import RULES
from onrecord.rules.example import BASE, ROWS, filled, laid_over
from onrecord.tables import STORED, to_tables

Row = dict[str, Any]
Rows = dict[str, list[Row]]
LOGS = ("reviews", "matches", "changes")
TABLED = tuple(table for table in STORED if table != "terms")
CODES = tuple(rule.code for rule in RULES if rule.select)
# Faults that the nested form cannot say: numbers follow from the place there, anchors from their records,
# and a document has one full hash for a span.
NEVER_NESTED = {"OR208", "OR305", "OR314", "OR315"}
_KEYS = {"id", "number", "statement_id", "level"}
_ON_WHICH_ALL_RESTS = {"start", "end", "version", "reviewed_at", "answered_at", "record_table", "record_id"}


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to be at fault: its rule, the rows, and whether the nested form can say it."""

    code: str
    rows: Rows
    nested: bool = True
    where: str = ""


@cache
def variants(code: str) -> tuple[Variant, ...]:
    """Every way to plant a fault of this rule. Raises ValueError for a code of no rule with a SELECT."""
    rule = next((rule for rule in RULES if rule.code == code and rule.select), None)
    if rule is None:
        raise ValueError(f"{code} is no rule that can be broken in tables")
    if code in _EDITS:
        return tuple(_edited(code))
    return (Variant(code, rows_of(rule.bad), code not in NEVER_NESTED),)


@cache
def _base() -> Rows:
    return rows_of("")


def rows_of(patch: str) -> Rows:
    """The example dataset as rows by table, with a patch laid over it."""
    said = yaml.load(filled(patch), yaml.CSafeLoader) or {}
    own = said.pop(ROWS, {})
    files = dict(_base_files())
    for name, sections in said.items():
        files[name] = _written(laid_over(_base_said().get(name, {}), sections))
    tables = to_tables(load_texts(files, pad_digests=True).records)
    rows = {table: tables[table].to_pylist() for table in TABLED}
    for table, new in own.items():
        there = {row["id"]: row for row in rows[table]}
        empty = dict.fromkeys(tables[table].column_names)
        there.update({row["id"]: there.get(row["id"], empty) | row for row in new})
        rows[table] = list(there.values())
    return rows


@cache
def _base_said() -> dict[str, Any]:
    said: dict[str, Any] = yaml.load(filled(BASE), yaml.CSafeLoader)
    return said


@cache
def _base_files() -> dict[str, bytes]:
    return {name: _written(sections) for name, sections in _base_said().items()}


def _written(sections: dict[str, Any]) -> bytes:
    return yaml.dump(sections, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, encoding="utf-8")


def _edited(code: str) -> Iterator[Variant]:
    """The example with one value changed, for every column that the rule is about."""
    for table in TABLED:
        for col in columns(TABLES[table]):
            value = _EDITS[code](table, col)
            places = [n for n, row in enumerate(_base()[table]) if row[col.name] is not None]
            places = places or list(range(len(_base()[table])))
            if value is _KEEP or not places:
                continue
            rows = copy.deepcopy(_base())
            if code == "OR201":
                rows[table].append(dict(rows[table][places[-1]]))
            else:
                rows[table][places[-1]][col.name] = value
            nested = col.origin == "written" and (code != "OR201" or table in _TWICE)
            yield Variant(code, rows, nested, f"{table}.{col.name}")


_KEEP = object()
# Records that can stand twice in a list and bring nothing with them, neither a number nor an anchor.
_TWICE = {"agents", "topics", "quantities", "units", "caveats", "replies"}


def _free(col: Column) -> bool:
    """Whether a column can be changed without changing what a record is."""
    return col.name not in _KEYS | _ON_WHICH_ALL_RESTS and not col.references


def _nothing(table: str, col: Column) -> Any:
    return None if not col.nullable and _free(col) and table not in LOGS else _KEEP


def _no_term(_: str, col: Column) -> Any:
    return "no-such-term" if col.vocabulary else _KEEP


def _no_id(table: str, col: Column) -> Any:
    return "crane.C_1" if (table, col.name) == ("caveats", "id") else _KEEP


def _ragged(_: str, col: Column) -> Any:
    return "Ragged at its end. " if col.pattern == TEXT and _free(col) else _KEEP


def _long(_: str, col: Column) -> Any:
    suits = col.pattern == TEXT and col.max_length is not None and _free(col)
    return "x" * (col.max_length or 0) + "." if suits else _KEEP


def _beyond(table: str, col: Column) -> Any:
    return {("agreement", "n"): -1, ("matches", "score"): Decimal("1.5")}.get((table, col.name), _KEEP)


def _nowhere(table: str, col: Column) -> Any:
    return "nowhere" if col.references and (table, col.name) not in _NOT_ALONE else _KEEP


def _again(table: str, col: Column) -> Any:
    return True if col.name == TABLES[table].primary_key[0] and table not in LOGS else _KEEP


_NOT_ALONE = {("attributions", "statement_id"), ("matches", "undoes_id")}
_EDITS = {
    "OR101": _nothing,
    "OR104": _no_term,
    "OR105": _no_id,
    "OR106": _ragged,
    "OR107": _beyond,
    "OR108": _long,
    "OR201": _again,
    "OR202": _nowhere,
}

"""The constraints that every peer is given, read from the model: nothing of them is written by hand.

Required values, patterns, greatest lengths, ranges and vocabularies of columns, primary keys and
references to other tables.

    python -m peers.subset

prints how many there are of each kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from onrecord.column import Column, columns
from onrecord.model import TABLES
from onrecord.tables import STORED
from onrecord.vocabulary import terms_of

from . import KEY, KINDS, LENGTH, PATTERN, RANGE, REFERENCE, REQUIRED, VOCABULARY

NOTHING = "(null)"  # stands for a part of a key that is missing


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint on one column; `limit` is the pattern, length, range, terms or table it speaks of."""

    kind: str
    column: str
    limit: Any = None


@cache
def constraints(table: str) -> tuple[Constraint, ...]:
    """The constraints on the single values of a table, references among them."""

    def said(col: Column) -> list[Constraint | None]:
        bounded = (col.minimum, col.maximum) != (None, None)
        return [
            None if col.nullable else Constraint(REQUIRED, col.name),
            Constraint(PATTERN, col.name, col.pattern) if col.pattern else None,
            Constraint(LENGTH, col.name, col.max_length) if col.max_length is not None else None,
            Constraint(RANGE, col.name, (col.minimum, col.maximum)) if bounded else None,
            Constraint(VOCABULARY, col.name, tuple(terms_of(col.vocabulary))) if col.vocabulary else None,
            Constraint(REFERENCE, col.name, col.references) if col.references else None,
        ]

    return tuple(one for col in columns(TABLES[table]) for one in said(col) if one)


def row_constraints(table: str) -> tuple[Constraint, ...]:
    """Those that a row can be judged by alone."""
    return tuple(one for one in constraints(table) if one.kind != REFERENCE)


def references(table: str) -> tuple[Constraint, ...]:
    """Those that need another table; what they refer to has one column as its key."""
    return tuple(one for one in constraints(table) if one.kind == REFERENCE)


def key_columns(table: str) -> tuple[str, ...]:
    """The primary key of a table."""
    return TABLES[table].primary_key


def key_column(table: str) -> str:
    """The only column of the primary key of a table that is referred to."""
    (name,) = key_columns(table)
    return name


def key_of(values: tuple[Any, ...]) -> str:
    """The key of a row, as findings name it."""
    return "/".join(NOTHING if value is None else str(value) for value in values)


def used_columns(table: str) -> list[str]:
    """The columns that the constraints of a table speak of, in their order."""
    wanted = {one.column for one in constraints(table)} | {*key_columns(table)}
    return [col.name for col in columns(TABLES[table]) if col.name in wanted]


def counted() -> dict[str, int]:
    """How many constraints there are of each kind."""
    said = [one.kind for table in STORED for one in constraints(table)] + [KEY] * len(STORED)
    return {kind: said.count(kind) for kind in KINDS}


if __name__ == "__main__":
    print(json.dumps(counted()))

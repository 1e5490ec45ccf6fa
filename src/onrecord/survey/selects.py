"""The SELECT of a rule as a survey runs it: each finding once, without what refers to records that were lost."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from ..rules.references import UNKNOWN_REFERENCE
from ..rules.rule import Rule
from ..tables import STORED
from ..views import VIEWS

if TYPE_CHECKING:
    import pyarrow as pa

UNREAD = "unread"  # the table of the ids of lost records
_KEY = "coalesce(nullif(CAST(record_id AS VARCHAR), ''), '(null)')"
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@cache
def select_of(rule: Rule, lost: bool = False) -> str:
    """A row for each finding of a rule, the columns of its key first; rows that say the same count once.

    With `lost`, a reference to a record that could not be read, or to one nested in it, is left out.
    """
    found = rule.select or ""
    if lost and rule is UNKNOWN_REFERENCE:
        found = _without_lost(found)
    names = told_columns(rule)
    groups = [_KEY if name == "record_id" else f'"{name}"' for name in names]
    columns = [f'{group} AS "{name}"' for group, name in zip(groups, names, strict=True)]
    other = ["min(other_id) AS other_id"] if _has(rule, "other_id") and "other_id" not in names else []
    return f"SELECT {', '.join([*columns, *other])} FROM ({found}) AS rows GROUP BY {', '.join(groups)}"


def told_columns(rule: Rule) -> tuple[str, ...]:
    """The columns of a rule's SELECT that its findings tell, those of the key first."""
    braces = {name for text in (rule.message, rule.mend) for _, name, _, _ in string.Formatter().parse(text) if name}
    if "nearest" in braces:
        braces = braces - {"nearest"} | {"value", "options", "options_table"}
    key = ["record_table", "record_id", "record_column"]
    return tuple(name for name in (*key, *sorted(braces - set(key))) if _has(rule, name))


def _has(rule: Rule, name: str) -> bool:
    return re.search(rf"\b{name}\b", rule.select or "") is not None


def _without_lost(found: str) -> str:
    """The rows whose value is not the id of a lost record, nor begins with one and a dot."""
    return f"""
        WITH found AS ({found}), sought AS (
            SELECT value, string_split(value, '.') AS pieces
            FROM (SELECT DISTINCT CAST(value AS VARCHAR) AS value FROM found)
        ), counted AS (
            SELECT value, pieces, unnest(range(1, len(pieces) + 1)) AS number FROM sought
        ), beginnings AS (
            SELECT value, array_to_string(pieces[1:number], '.') AS id FROM counted
        )
        SELECT * FROM found ANTI JOIN (
            SELECT beginnings.value AS gone FROM beginnings JOIN {UNREAD} ON {UNREAD}.id = beginnings.id
        ) ON CAST(found.value AS VARCHAR) = gone
    """


def unread_table(ids: Iterable[str]) -> pa.Table:
    """The ids of lost records as a table."""
    import pyarrow as pa

    return pa.table({"id": pa.array(sorted(ids), pa.string())})


@cache
def readers(rule: Rule) -> frozenset[str]:
    """The tables that a rule reads, through views too."""
    return _tables(rule.select or "")


def _tables(sql: str) -> frozenset[str]:
    words = set(_WORD.findall(sql))
    through = (_tables(VIEWS[name]) for name in words & set(VIEWS))
    return frozenset(words & set(STORED)).union(*through)

"""Records found by their key or by a column: in tables held in memory, or in files of which little is read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Protocol

from .errors import RecordNotFound

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.dataset import Dataset

_NUMBER = re.compile("0|[1-9][0-9]{0,17}")
MANY = 100_000  # ids among which nobody looks for one that is like another
Row = dict[str, Any]


class Lookup(Protocol):
    """Finds rows."""

    def rows(self, table: str, column: str | None, value: str) -> list[Row]:
        """The rows that have a value in a column, or in their key."""

    def has(self, table: str, key: str) -> bool:
        """Whether a table has a record of that key."""

    def known(self, table: str, /) -> list[str]:
        """The keys of a table, to name one that is like another; none where there are too many."""


class InMemory:
    """Tables held in memory, with an index of each column that was asked for."""

    def __init__(self, table: Callable[[str], pa.Table]) -> None:
        self._table = table
        self._indexes: dict[tuple[str, str | None], dict[str, list[int]]] = {}

    def rows(self, table: str, column: str | None, value: str) -> list[Row]:
        """The rows that have a value in a column, or in their key."""
        rows = self._table(table)
        return [rows.slice(number, 1).to_pylist()[0] for number in self._index(table, column).get(value, ())]

    def has(self, table: str, key: str) -> bool:
        """Whether a table has a record of that key."""
        return key in self._index(table, None)

    def known(self, table: str) -> list[str]:
        """The keys of a table."""
        return list(self._index(table, None))

    def _index(self, table: str, column: str | None) -> Mapping[str, list[int]]:
        """The row numbers of each value of a column, or of each key."""
        if (table, column) not in self._indexes:
            from .model import TABLES

            names = TABLES[table].primary_key if column is None else (column,)
            columns = [self._table(table).column(name).to_pylist() for name in names]
            index: dict[str, list[int]] = defaultdict(list)
            for number, parts in enumerate(zip(*columns, strict=True)):
                index["/".join(map(str, parts))].append(number)
            self._indexes[table, column] = dict(index)
        return self._indexes[table, column]


class InFiles:
    """Tables that lie in files, sorted by their keys: a record takes one row group of one file.

    `select` runs SQL for what is not looked for by key; without it, the column is read through.
    """

    def __init__(
        self,
        table: Callable[[str], Dataset],
        select: Callable[[str, Mapping[str, Any]], pa.Table] | None,
        guarded: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._table, self._select, self._guarded = table, select, guarded

    def rows(self, table: str, column: str | None, value: str) -> list[Row]:
        """The rows that have a value in a column, or in their key."""
        from .model import TABLES

        key = TABLES[table].primary_key
        if column is None:
            return self._of_key(table, dict(zip(key, _split(value, len(key)), strict=True)), None)
        if column in (key[0], "document_id") or self._select is None:
            found = self._of_key(table, {column: value}, None)
            return sorted(found, key=lambda row: [row[name] for name in key])
        query = f'SELECT * FROM {table} WHERE "{column}" = $value ORDER BY ' + ", ".join(f'"{name}"' for name in key)
        return list(self._select(query, {"value": value}).to_pylist())

    def has(self, table: str, key: str) -> bool:
        """Whether a table has a record of that key."""
        from .model import TABLES

        names = TABLES[table].primary_key
        return bool(self._of_key(table, dict(zip(names, _split(key, len(names)), strict=True)), list(names)))

    def known(self, _: str) -> list[str]:
        """None: there may be millions."""
        return []

    def _of_key(self, table: str, wanted: Mapping[str, str], columns: list[str] | None) -> list[Row]:
        import pyarrow as pa
        import pyarrow.compute as pc

        source = self._table(table)
        condition = pc.scalar(True)
        for name, said in wanted.items():
            value: Any = said
            if pa.types.is_integer(source.schema.field(name).type):
                if not _NUMBER.fullmatch(said):
                    return []
                value = int(said)
            condition &= pc.field(name) == value
        with self._guarded(table):
            return list(source.to_table(columns=columns, filter=condition).to_pylist())


def _split(key: str, parts: int) -> list[str]:
    """The parts of a key that are joined by `/`; what is missing is empty."""
    said = key.split("/", parts - 1)
    return said + [""] * (parts - len(said))


def not_found(key: str, known: list[str], said: str) -> RecordNotFound:
    """The error for an id that nothing has, with those that are like it."""
    near = get_close_matches(key, dict.fromkeys(known), n=3, cutoff=0.5) if len(known) <= MANY else []
    help = (
        "did you mean " + " or ".join(f"`{id}`" for id in near) + "?"
        if near
        else "`sql` and `table` show what there is"
    )
    return RecordNotFound(f"{said} `{key}`", help=help)

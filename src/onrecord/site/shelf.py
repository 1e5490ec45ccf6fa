"""The tables of a dataset as rows, read once and found by any column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from ..dataset import Dataset
from ..opening import opened
from ..verdicts import Status, status_of

Row = dict[str, Any]


class Shelf:
    """What all page makers read from. Rows are in the order of the tables; nobody changes them."""

    def __init__(self, dataset: Dataset, there: Collection[str] = ()) -> None:
        self.dataset = dataset
        self.there = there
        """The files that come from the project itself, to which pages may link."""
        self._rows: dict[str, list[Row]] = {}
        self._found: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def rows(self, table: str) -> list[Row]:
        """All rows of a table; none when the package does not hold it."""
        if table not in self._rows:
            held = table in self.dataset.tables
            self._rows[table] = self.dataset.table(table).to_pylist() if held else []
        return self._rows[table]

    def where(self, table: str, column: str, value: object) -> list[Row]:
        """The rows of a table with this value in a column, in order."""
        if (table, column) not in self._found:
            index: dict[Any, list[Row]] = defaultdict(list)
            for row in self.rows(table):
                index[row[column]].append(row)
            self._found[table, column] = dict(index)
        return self._found[table, column].get(value, [])

    def one(self, table: str, key: str, column: str = "id") -> Row:
        """The row with this key. Raises LookupError: a package that was checked has no unknown references."""
        found = self.where(table, column, key)
        if not found:
            raise LookupError(f"{table} holds no `{key}`")
        return found[0]

    def maybe(self, table: str, key: str | None, column: str = "id") -> Row | None:
        """The row with this key; None for None."""
        return None if key is None else self.one(table, key, column)

    def chain(self, statement_id: str) -> list[Row]:
        """The voices of a statement, the document's own first."""
        return sorted(self.where("attributions", "statement_id", statement_id), key=lambda row: row["level"])

    def status(self, table: str, key: str) -> Status:
        """The review status of a record, with its history."""
        return status_of(table, key, self.where("reviews", "record_id", key))

    def standing(self, claim_id: str | None = None) -> list[Row]:
        """The statements that no review took back, in order: all of them, or those of a claim."""
        found = self.where("statements", "claim_id", claim_id) if claim_id else self.rows("statements")
        return [row for row in found if not self.status("statements", row["id"]).withdrawn]

    def label(self, vocabulary: str, term: str | None) -> str:
        """The plain words for a term, as the package's own vocabulary has them; the term itself if it has none."""
        return "" if term is None else self._labels.get((vocabulary, term), term)

    @cached_property
    def description(self) -> Mapping[str, Any]:
        """What the package says of itself: name, title, version, licences."""
        return opened(self.dataset.root).describe()

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str]:
        return {(row["vocabulary"], row["term"]): row["label"] for row in self.rows("terms")}

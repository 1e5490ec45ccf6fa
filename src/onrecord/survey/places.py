"""On which line of which file a record stands, when it came from JSON Lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..column import Column, columns
from ..finding import Location
from ..model import TABLES
from ..tables import Source

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

Key = tuple[str, str]  # a table and the key of a record in it


class Places:
    """Looks up the places of records: a line holds a document with all that is in it, or shared records."""

    def __init__(self, tables: Mapping[str, Source], lines: Dataset | None) -> None:
        self._tables, self._lines = tables, lines

    def of(self, keys: Iterable[Key]) -> dict[Key, list[Location]]:
        """The places of these records, in the order of the files; those without a known place are left out."""
        if self._lines is None:
            return {}
        sought: dict[str, set[str]] = defaultdict(set)
        for table, key in keys:
            sought[table].add(key)
        return {
            (table, key): places
            for table, wanted in sought.items()
            for key, places in self._of_table(table, wanted).items()
        }

    def _of_table(self, table: str, keys: set[str]) -> dict[str, list[Location]]:
        parent = _parent(table)
        if parent is None:
            return self._on_lines(table, keys)
        owners = self._owners(table, parent, keys)
        places = self._of_table(str(parent.references), {owner for known in owners.values() for owner in known})
        found = {
            key: sorted({place for owner in known for place in places.get(owner, ())}) for key, known in owners.items()
        }
        return {key: known for key, known in found.items() if known}

    def _owners(self, table: str, parent: Column, keys: set[str]) -> dict[str, list[str]]:
        """The ids of the records that hold these records; their key begins with it where it is composite."""
        import pyarrow.compute as pc
        import pyarrow.dataset as pads

        own = TABLES[table].primary_key
        if own[0] == parent.name:
            return {key: [key.rpartition("/")[0]] for key in keys}
        rows = pads.dataset(self._tables[table]) if not hasattr(self._tables[table], "scanner") else self._tables[table]
        some = rows.to_table(columns=[own[0], parent.name], filter=pc.field(own[0]).isin(sorted(keys)))
        owners: dict[str, list[str]] = defaultdict(list)
        for key, owner in zip(*(column.to_pylist() for column in some.columns), strict=True):
            owners[key].append(owner)
        return owners

    def _on_lines(self, table: str, keys: set[str]) -> dict[str, list[Location]]:
        import pyarrow.compute as pc

        assert self._lines is not None
        wanted = (pc.field("record_table") == table) & pc.field("record_id").isin(sorted(keys))
        places: dict[str, list[Location]] = defaultdict(list)
        for row in self._lines.to_table(columns=["record_id", "file", "line"], filter=wanted).to_pylist():
            places[row["record_id"]].append(Location(row["file"], row["line"]))
        return {key: sorted(found) for key, found in places.items()}


def _parent(table: str) -> Column | None:
    """The column by which a record belongs to the record that it is written in; None where it stands by itself."""
    if table not in TABLES:
        return None
    return next((col for col in columns(TABLES[table]) if col.origin == "inherited" and col.references), None)

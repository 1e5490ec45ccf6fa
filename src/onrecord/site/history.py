"""Pages on how far the data can be relied on: the agreement of coders, and what changed between versions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ..version import code_version
from . import references
from .pages import Page, page
from .prose import link
from .shelf import Row, Shelf

AGREEMENT, CHANGES = "agreement.md", "changes.md"
MOST = 2_000  # changes listed one by one; the table has them all


def pages(shelf: Shelf) -> Iterator[Page]:
    """The page of agreement, where two coders encoded a document, and that of versions."""
    if shelf.rows("agreement"):
        codebook = link("codebook", "codebook.md", AGREEMENT, shelf.there)
        yield page(AGREEMENT, AGREEMENT, pairs=[*_pairs(shelf)], codebook=codebook)
    said = shelf.rows("changes")
    version, code = shelf.dataset.version, code_version()
    yield page(CHANGES, CHANGES, versions=[*_versions(said)], version=version, code=code, most=MOST)


def _pairs(shelf: Shelf) -> Iterator[dict[str, object]]:
    def pair(row: Row) -> tuple[str, str, str]:
        return row["document_id"], row["first"], row["second"]

    for (document, first, second), rows in groupby(sorted(shelf.rows("agreement"), key=pair), pair):
        measured = sorted(rows, key=_order)
        yield {
            "document": references.document(shelf, AGREEMENT, document),
            "first": first,
            "second": second,
            "derived": "reconciled" in (first, second),
            "rows": [_measure(row) for row in measured],
            "methods": [(row["measure"], row["field"] or "all", row["method"]) for row in measured],
        }


def _order(row: Row) -> int:
    return int(row["id"].rpartition(".k")[2])


def _measure(row: Row) -> tuple[str, ...]:
    interval = "" if row["lower"] is None else f"{row['lower']:.2f} to {row['upper']:.2f}"
    value = "" if row["value"] is None else f"{row['value']:.3f}"
    return row["measure"], row["field"] or "all", value, interval, f"{row['n']:,}"


def _versions(said: list[Row]) -> Iterator[dict[str, object]]:
    for version, rows in groupby(said, key=lambda row: row["version"]):
        changes = list(rows)
        listed = [
            (
                one["record_id"],
                one["change"],
                one["field"] or "",
                one["old"] or "",
                one["new"] or "",
                one["reason"] or "",
            )
            for one in changes[:MOST]
        ]
        yield {"version": version, "number": len(changes), "rows": listed}

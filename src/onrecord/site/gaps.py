"""Pages on what to be careful about: caveats, and what of each document is recorded, waived or open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from markupsafe import Markup

from ..vocabulary import entries_of
from . import references
from .encoding import encoded
from .ledger import counts, open_units
from .pages import Page, page
from .shelf import Row, Shelf

CAVEATS, COVERAGE = "caveats.md", "coverage.md"


def pages(shelf: Shelf) -> Iterator[Page]:
    """The page of caveats and that of coverage."""
    yield page(CAVEATS, CAVEATS, kinds=[*_kinds(shelf)])
    bare = open_units(shelf)
    rows = [_covered(shelf, row, bare) for row in shelf.rows("documents")]
    yield page(COVERAGE, COVERAGE, rows=rows, waivers=_waivers(shelf), opened=[*_opened(shelf, bare)])


def _kinds(shelf: Shelf) -> Iterator[dict[str, object]]:
    for one in entries_of("caveat-kind"):
        rows = shelf.where("caveats", "kind", one.term)
        if rows:
            said = [_caveat(shelf, row) for row in rows]
            yield {"term": one.term, "label": one.label, "definition": one.definition, "rows": said}


def _caveat(shelf: Shelf, row: Row) -> tuple[object, ...]:
    statement = row["statement_id"]
    where = (
        references.statement(shelf, CAVEATS, statement)
        if statement
        else references.document(shelf, CAVEATS, row["document_id"])
    )
    anchor = shelf.maybe("anchors", row["anchor_id"])
    words = anchor["excerpt"] if anchor else None
    said = Markup('<br><q class="excerpt">{}</q>').format(encoded(words)) if words else Markup()
    return encoded(row["note"]) + said, where


def _covered(shelf: Shelf, document: Row, bare: Collection[str]) -> tuple[object, ...]:
    units = counts(shelf, document["id"], bare)
    return (
        references.document(shelf, COVERAGE, document["id"]),
        f"{len(shelf.where('units', 'document_id', document['id'])):,}",
        f"{sum(one.covered for one in units):,}",
        f"{sum(one.waived for one in units):,}",
        f"{sum(one.open for one in units):,}",
        f"{len(shelf.where('statements', 'document_id', document['id'])):,}",
    )


def _waivers(shelf: Shelf) -> list[tuple[str, str]]:
    counts = Counter(row["waiver"] for row in shelf.rows("units") if row["waiver"])
    return [(shelf.label("waiver", term), f"{number:,}") for term, number in counts.most_common()]


def _opened(shelf: Shelf, bare: Collection[str]) -> Iterator[tuple[object, ...]]:
    for row in shelf.rows("units"):
        if row["id"] in bare:
            place = f"{row['start']}-{row['end']}"
            yield references.document(shelf, COVERAGE, row["document_id"]), row["passage_id"], row["kind"], place

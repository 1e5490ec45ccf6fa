"""The pages of documents: a list of them, and a page for each with all its statements in reading order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from ..lettering import counted
from .addresses import address, path_of
from .charts import coverage_strip
from .ledger import counts, open_units, strips
from .pages import Page, page
from .replies import answers
from .shelf import Row, Shelf
from .statements import Stated, by_weight, particular, points, stated, timed, warned


def pages(shelf: Shelf) -> Iterator[Page]:
    """The list of documents and a page for each."""
    bare = open_units(shelf)
    rows = shelf.rows("documents")
    yield page("documents/index.md", "documents.md", documents=[_listed(shelf, row, bare) for row in rows])
    for row in rows:
        yield _page(shelf, row, bare)


def _listed(shelf: Shelf, row: Row, bare: Collection[str]) -> Row:
    """A document with its words and numbers for the list."""
    statements = shelf.where("statements", "document_id", row["id"])
    units = counts(shelf, row["id"], bare)
    return _described(shelf, row) | {
        "statements": len(statements),
        "claims": len({one["claim_id"] for one in statements} - {None}),
        "speakers": len({said["agent_id"] for one in statements for said in shelf.chain(one["id"])}),
        "covered": sum(one.covered for one in units),
        "waived": sum(one.waived for one in units),
        "open": sum(one.open for one in units),
    }


def _described(shelf: Shelf, row: Row) -> Row:
    """A row of `documents` in words, with the addresses of what it names."""
    publisher = shelf.maybe("agents", row["publisher_id"])
    return row | {
        "address": address("documents", row),
        "medium_words": shelf.label("document-medium", row["medium"]),
        "publisher": publisher,
        "publisher_address": address("agents", publisher) if publisher else "",
        "published": _published(row),
    }


def _published(row: Row) -> str:
    if row["published_verbatim"] is None:
        return "not stated"
    resolved = row["published_edtf"]
    return f"“{row['published_verbatim']}”" + (f" = {resolved}" if resolved else ", which does not resolve")


def _page(shelf: Shelf, row: Row, bare: Collection[str]) -> Page:
    id = row["id"]
    statements = [stated(shelf, one) for one in _in_order(shelf, id)]
    caveats = by_weight(shelf.where("caveats", "document_id", id))
    return page(
        path_of("documents", id),
        "document.md",
        document=_described(shelf, row),
        unstated=[*_unstated(shelf, row, caveats)],
        general=[warned(shelf, one) for one in caveats if not particular(one)],
        particular=[warned(shelf, one) for one in caveats if particular(one)],
        kinds=_kinds(shelf, [one for one in caveats if particular(one)]),
        map=_map(shelf, id, statements, bare),
        passages=[*_passages(statements)],
        statements=statements,
        times=[timed(shelf, one) | _placed(shelf, one) for one in _loose_times(shelf, id)],
        replies=answers(shelf, "document_id", id),
        cites=[*_cites(shelf, "document_id", "cited_id", id)],
        cited=[*_cites(shelf, "cited_id", "document_id", id)],
        counts=counts(shelf, id, bare),
        citation=shelf.dataset.cite(f"documents/{id}"),
    )


def _passages(statements: Sequence[Stated]) -> Iterator[tuple[str, str, list[Stated]]]:
    """The passages that statements stand in: in words, by the end of the id, as notes name them, and the statements."""
    for (words, id), held in groupby(statements, key=lambda one: (one.passage, one.passage_id)):
        yield words, id.rpartition(".")[2], [*held]


def _in_order(shelf: Shelf, document_id: str) -> list[Row]:
    return sorted(shelf.where("statements", "document_id", document_id), key=lambda row: row["number"])


def _unstated(shelf: Shelf, row: Row, caveats: Sequence[Row]) -> Iterator[str]:
    """What the document does not state, as far as the tables say."""
    if row["publisher_id"] is None:
        yield "It does not say who publishes it."
    if row["published_verbatim"] is None:
        yield "It states no date of its own."
    elif row["published_edtf"] is None:
        yield "The words of its date do not resolve to a day, month or year."
    if row["source_url"] is None:
        yield "No address is on record under which it was published."
    elif row["source_url_basis"] == "located":
        yield "It does not give its own address; the one shown was located elsewhere."
    times = shelf.where("times", "document_id", row["id"])
    open_ended = sum(time["basis"] == "unresolved" for time in times)
    if open_ended:
        yield f"{open_ended:,} of its {counted(len(times), 'time')} cannot be resolved from the document."
    unsourced = sum(one["kind"] == "unsourced-figure" for one in caveats)
    if unsourced:
        yield f"For {counted(unsourced, 'figure')} it gives no source: the caveats say which."


def _kinds(shelf: Shelf, caveats: Sequence[Row]) -> list[tuple[str, int]]:
    """How many caveats of each kind, in their order."""
    return [*Counter(shelf.label("caveat-kind", one["kind"]) for one in caveats).items()]


def _map(shelf: Shelf, id: str, statements: Sequence[Stated], bare: Collection[str]) -> Markup | None:
    passages = strips(shelf, id, statements, bare)
    return coverage_strip(id, id, passages).figure() if passages else None


def _loose_times(shelf: Shelf, document_id: str) -> list[Row]:
    """Times that belong to the document and to no statement."""
    return [row for row in shelf.where("times", "document_id", document_id) if row["statement_id"] is None]


def _placed(shelf: Shelf, row: Row) -> Row:
    return {"place": points(shelf.one("anchors", row["anchor_id"]))}


def _cites(shelf: Shelf, mine: str, theirs: str, id: str) -> Iterator[Row]:
    """The documents that this one passes on, or that pass it on."""
    for row in shelf.where("cites", mine, id):
        other = shelf.one("documents", row[theirs])
        yield {"id": other["id"], "title": other["title"], "address": address("documents", other), "note": row["note"]}

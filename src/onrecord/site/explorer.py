"""The page on which all statements are searched and filtered, and the data it reads.

The data are the overview in columns, with the ids of speakers and topics. A column whose values recur
holds each once, in `values`, and numbers in `codes`; `labels` are the plain words for the values and `at`
their addresses from the site's root. A column with `of` shows the labels of another one.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..formats import write_csv
from ..vocabulary import terms_of
from .addresses import address
from .pages import Page, page
from .shelf import Row, Shelf

FORM = "onrecord-statements/1"
DATA, TABLE = "data/statements.json", "data/overview.csv"

# Column of the overview -> what the page calls it, in the order in which the page offers them.
LABELS = {
    "proposition": "Claim",
    "speaker": "Speaker",
    "speaker_role": "Role as stated",
    "act": "Act",
    "factuality": "Certainty",
    "narrator_factuality": "Certainty of the document",
    "mode": "Mode",
    "figure": "Figures",
    "excerpt": "Words",
    "kind": "Kind",
    "topic": "Topic",
    "chain": "Chain",
    "document_id": "Document",
    "start": "From",
    "end": "To",
    "review_status": "Review",
    "claim_id": "Claim’s id",
    "speaker_id": "Speaker’s id",
    "topic_id": "Topic’s id",
    "statement_id": "Statement",
}
# Column -> the vocabulary of its terms.
_TERMS = {
    "kind": "claim-kind",
    "act": "act",
    "mode": "mode",
    "factuality": "factuality",
    "narrator_factuality": "factuality",
    "review_status": "review-status",
}
# Column -> the column of ids whose labels it shows.
_LABELLED = {"proposition": "claim_id", "speaker": "speaker_id", "topic": "topic_id"}
# Column of ids -> the table of the records and the column that names them.
_RECORDS = {
    "document_id": ("documents", "title"),
    "claim_id": ("claims", "proposition"),
    "speaker_id": ("agents", "name"),
    "topic_id": ("topics", "label"),
}
_ADDRESSED = ("documents", "claims", "agents")


def pages(shelf: Shelf) -> Iterator[Page]:
    """The page and its data."""
    yield page("explorer/index.md", "explorer.md", total=len(shelf.rows("overview")), table=TABLE)
    yield from files(shelf)


def files(shelf: Shelf) -> Iterator[Page]:
    """The data: for the page as JSON, for readers without JavaScript as the overview's CSV."""
    said = json.dumps(statements(shelf), ensure_ascii=False, separators=(",", ":"))
    yield Page.of(DATA, said)
    table = io.BytesIO()
    write_csv(shelf.dataset.table("overview"), table)
    yield Page(TABLE, table.getvalue())


def statements(shelf: Shelf) -> dict[str, Any]:
    """All statements in reading order, in columns."""
    rows = [row | _ids(shelf, row) for row in shelf.rows("overview")]
    return {
        "form": FORM,
        "dataset": {"name": shelf.dataset.name, "version": shelf.dataset.version},
        "count": len(rows),
        "columns": [_column(shelf, name, rows) for name in LABELS],
    }


def _ids(shelf: Shelf, row: Row) -> dict[str, str | None]:
    """The ids that the overview leaves out: of the innermost source and of the topic."""
    claim = shelf.maybe("claims", row["claim_id"])
    return {
        "speaker_id": shelf.chain(row["statement_id"])[-1]["agent_id"],
        "topic_id": claim and claim["topic_id"],
    }


def _column(shelf: Shelf, name: str, rows: list[Row]) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "label": LABELS[name]}
    if name in _LABELLED:
        return said | {"of": _LABELLED[name]}
    cells = [row[name] for row in rows]
    values = _distinct(name, cells)
    if name not in _RECORDS and name not in _TERMS and 2 * len(values) > len(cells):
        return said | {"cells": cells}
    code = {value: number for number, value in enumerate(values)}
    said |= {"values": values, "codes": [code.get(cell, -1) for cell in cells]}
    return said | _described(shelf, name, values)


def _distinct(name: str, cells: Iterable[Any]) -> list[Any]:
    """The values of a column, each once: terms in the order of their vocabulary, others as they come."""
    found = dict.fromkeys(cell for cell in cells if cell is not None)
    order: Mapping[str, int] = {term: at for at, term in enumerate(terms_of(_TERMS[name]))} if name in _TERMS else {}
    return sorted(found, key=lambda value: order.get(value, len(order)))


def _described(shelf: Shelf, name: str, values: list[Any]) -> dict[str, Any]:
    """The plain words for a column's values, and where the records they name have pages."""
    if name in _TERMS:
        return {"labels": [shelf.label(_TERMS[name], value) for value in values], "terms": True}
    if name not in _RECORDS:
        return {}
    table, label = _RECORDS[name]
    records = [shelf.one(table, value) for value in values]
    at = {"at": [address(table, record) for record in records]} if table in _ADDRESSED else {}
    return {"labels": [record[label] for record in records], **at}

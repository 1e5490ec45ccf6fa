"""What the viewer knows of each document before a reader gives it a text: places, hashes, records; never the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..source import FORM
from ..span import read_spans
from .addresses import address, stem
from .encoding import plain
from .pages import Page, page
from .shelf import Row, Shelf
from .statements import amount

FOLDER = "data/viewer"
# The vocabularies whose labels the browser shows beside the terms.
LABELLED = ("factuality", "mode", "act", "stance")

Fact = tuple[str, str]


def pages(shelf: Shelf) -> Iterator[Page]:
    """The page of the viewer, and its data."""
    yield page("viewer.md", "viewer.md", documents=len(shelf.rows("documents")))
    yield from files(shelf)


def files(shelf: Shelf) -> Iterator[Page]:
    """The viewer's data: a list of the documents with the hashes of their texts, and a file for each."""
    listed = []
    for document in shelf.rows("documents"):
        data = _encoded(document_data(shelf, document))
        name = f"{stem(document['id'])}.json"
        listed.append(_entry(document) | {"data": name, "bytes": len(data)})
        yield Page(f"{FOLDER}/{name}", data)
    labels = {name: _labels(shelf, name) for name in LABELLED}
    yield Page(f"{FOLDER}/index.json", _encoded({"form": FORM, "labels": labels, "documents": listed}))


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _labels(shelf: Shelf, vocabulary: str) -> dict[str, str]:
    return {row["term"]: plain(row["label"]) for row in shelf.where("terms", "vocabulary", vocabulary)}


def _entry(document: Row) -> Row:
    """What tells one document from the others; its title belongs to the work and is on its page."""
    known = {"sha256": document["text_sha256"], "form": document["text_form"], "length": document["text_length"]}
    page_of = address("documents", document)
    return {"id": document["id"], "medium": document["medium"], "language": document["language"], **known} | {
        "page": page_of
    }


def document_data(shelf: Shelf, document: Row) -> dict[str, Any]:
    """Everything on record about one document that has a place in its text."""
    return _Desk(shelf, document["id"]).data() | _entry(document)


@dataclass
class _Desk:
    """One document while its data is put together. Places and voices are referred to by their number."""

    shelf: Shelf
    key: str
    voices: list[Row] = field(default_factory=list)
    _voice_at: dict[str, int] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        anchors = self._mine("anchors")
        self._place_at = {row["id"]: number for number, row in enumerate(anchors)}
        self._statements = self._mine("statements")
        records = [*self._of_statements(), *self._of_document()]
        return {
            "blocks": [_block(row) for table in ("passages", "units") for row in self._mine(table)],
            "places": [_place(row) for row in anchors],
            "voices": self.voices,
            "records": [record for record in records if record["marks"]],
        }

    def _mine(self, table: str) -> list[Row]:
        return self.shelf.where(table, "document_id", self.key)

    def _voice(self, agent_id: str) -> int:
        """The number of a voice; it is added when it is met for the first time."""
        if agent_id not in self._voice_at:
            agent = self.shelf.one("agents", agent_id)
            self._voice_at[agent_id] = len(self.voices)
            known = {"id": agent_id, "name": plain(agent["name"]), "kind": agent["kind"]}
            self.voices.append(known | {"page": address("agents", agent)})
        return self._voice_at[agent_id]

    def _record(self, layer: str, row: Row, head: str, facts: Iterable[Fact], **more: Any) -> dict[str, Any]:
        marks = [] if row.get("anchor_id") is None else [[layer, self._place_at[row["anchor_id"]]]]
        said = [[label, plain(value)] for label, value in facts if value]
        return {"id": row["id"], "layer": layer, "head": plain(head), "facts": said, "marks": marks} | more

    # Statements, and what belongs to them

    def _of_statements(self) -> Iterator[dict[str, Any]]:
        for row in self._statements:
            yield self._statement(row)
            yield from map(self._figure, self.shelf.where("figures", "statement_id", row["id"]))

    def _statement(self, row: Row) -> dict[str, Any]:
        claim = self.shelf.maybe("claims", row["claim_id"])
        chain = self.shelf.chain(row["id"])
        record = self._record(
            "statement",
            row,
            claim["proposition"] if claim else "No claim has been chosen yet.",
            self._statement_facts(row, claim),
            chain=[self._level(level) for level in chain],
            claim=claim and address("claims", claim),
            page=address("statements", row),
        )
        record["marks"] += [
            [layer, self._place_at[level[f"{layer}_anchor_id"]]]
            for level in chain
            for layer in ("cue", "source")
            if level[f"{layer}_anchor_id"] is not None
        ]
        return record

    def _statement_facts(self, row: Row, claim: Row | None) -> Iterator[Fact]:
        status = self.shelf.status("statements", row["id"])
        yield "Kind of claim", self.shelf.label("claim-kind", claim["kind"]) if claim else ""
        yield "Presupposed", "yes: the words take it for granted" if row["presupposed"] else ""
        yield "Note", row["note"] or ""
        for caveat in self.shelf.where("caveats", "statement_id", row["id"]):
            yield "Caveat", caveat["note"]
        yield "Review", self.shelf.label("review-status", status.status)
        yield "Reason", (status.reason or "") if status.withdrawn else ""
        yield "In its place", status.successor_id or ""

    def _level(self, level: Row) -> Row:
        addressee = self.shelf.maybe("agents", level["addressee_id"])
        said = {name: level[name] for name in ("mode", "act", "factuality", "stance") if level[name]}
        said |= {"to": plain(addressee["name"])} if addressee else {}
        return {"voice": self._voice(level["agent_id"]), **said} | (
            {"medium": plain(level["medium"])} if level["medium"] else {}
        )

    def _figure(self, row: Row) -> dict[str, Any]:
        facts = [
            ("Counts", row["counted"]),
            ("Read as", amount(self.shelf, row)),
            ("Kind", self.shelf.label("figure-kind", row["kind"])),
            ("In statement", row["statement_id"]),
        ]
        return self._record(
            "figure",
            row,
            row["verbatim"],
            facts,
            page=address("statements", self.shelf.one("statements", row["statement_id"])),
        )

    # What belongs to the document

    def _of_document(self) -> Iterator[dict[str, Any]]:
        for row in self._mine("times"):
            yield self._record("time", row, row["verbatim"], self._time_facts(row))
        for row in self._mine("roles"):
            holder, body = self.shelf.one("agents", row["agent_id"]), self.shelf.maybe("agents", row["body_id"])
            yield self._record(
                "role", row, row["title"], [("Of", holder["name"]), ("At", body["name"] if body else "")]
            )
        for row in self._mine("mentions"):
            named = self.shelf.one("agents", row["agent_id"])["name"]
            yield self._record("mention", row, named, [("Form", self.shelf.label("mention-form", row["form"]))])
        for row in self._mine("caveats"):
            facts = [("Kind", self.shelf.label("caveat-kind", row["kind"])), ("About", row["statement_id"] or "")]
            yield self._record("caveat", row, row["note"], facts)
        for row in self._mine("cites"):
            yield self._record("link", row, f"Passes on {row['cited_id']}", [("Note", row["note"] or "")])
        for row in self._mine("replies"):
            yield self._record("link", row, self._asked(row), [("Note", row["note"] or "")])

    def _time_facts(self, row: Row) -> Iterator[Fact]:
        bounds = [str(day) if day else "open" for day in (row["earliest"], row["latest"])]
        yield "Date (EDTF)", row["edtf"] or ""
        yield "Bounds", " to ".join(bounds) if bounds != ["open", "open"] else ""
        yield "Basis", self.shelf.label("time-basis", row["basis"])
        yield "Note", row["note"] or ""
        yield "In statement", row["statement_id"] or ""

    def _asked(self, row: Row) -> str:
        party = self.shelf.one("agents", row["party_id"])["name"]
        return f"{party}: {self.shelf.label('response', row['response'])}"


def _spans(row: Row) -> list[list[int]]:
    said = row.get("fragments")
    return [list(span) for span in read_spans(said)] if said else [[row["start"], row["end"]]]


def _block(row: Row) -> Row:
    return {"id": row["id"], "spans": _spans(row), "sha256": row["text_sha256"]}


def _place(row: Row) -> Row:
    return _block(row) | ({} if row["excerpt"] is None else {"excerpt": row["excerpt"]})

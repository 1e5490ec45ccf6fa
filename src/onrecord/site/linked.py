"""Linked data in pages, as schema.org has it: the dataset, and each claim with where it appears."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from .encoding import plain
from .shelf import Row, Shelf

# A person, a body; whatever else speaks is just something that has a name.
_KINDS = {"person": "Person", "organisation": "Organization", "body": "Organization", "government": "Organization"}
_ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&'`"}


def dataset_data(shelf: Shelf) -> Markup:
    """The dataset as a schema.org Dataset."""
    said = shelf.description
    licences = [one.get("path") or one.get("name") for one in said.get("licenses", ())]
    return _script(
        {
            "@type": "Dataset",
            "name": said.get("title") or said.get("name"),
            "description": said.get("description"),
            "version": said.get("version"),
            "license": licences,
            "keywords": said.get("keywords"),
            "creator": [{"@type": "Organization", "name": one.get("title")} for one in said.get("contributors", ())],
            "isAccessibleForFree": True,
        }
    )


def claim_data(shelf: Shelf, claim: Row) -> Markup:
    """A claim as a schema.org Claim; its statements in somebody's own words as Quotations."""
    stated = shelf.where("statements", "claim_id", claim["id"])
    return _script(
        {
            "@type": "Claim",
            "identifier": claim["id"],
            "text": claim["proposition"],
            "appearance": [_appearance(shelf, row) for row in stated],
        }
    )


def _appearance(shelf: Shelf, statement: Row) -> dict[str, Any]:
    innermost = shelf.chain(statement["id"])[-1]
    speaker = shelf.one("agents", innermost["agent_id"])
    document = shelf.one("documents", statement["document_id"])
    excerpt = shelf.one("anchors", statement["anchor_id"])["excerpt"]
    return {
        "@type": "Quotation" if innermost["mode"] == "direct" else "CreativeWork",
        "identifier": statement["id"],
        "text": excerpt if innermost["mode"] == "direct" else None,
        "abstract": _held(shelf, statement["id"]),
        "creator": {"@type": _KINDS.get(speaker["kind"], "Thing"), "name": speaker["name"]},
        "isPartOf": {"@type": "CreativeWork", "name": document["title"], "inLanguage": document["language"]},
    }


def _held(shelf: Shelf, statement_id: str) -> str:
    """How sure each voice is, the source first: without it an appearance would look like an assertion."""
    voices = reversed(shelf.chain(statement_id))
    return "; through ".join(
        f"{shelf.one('agents', one['agent_id'])['name']}: {shelf.label('factuality', one['factuality'])}"
        f" ({one['factuality']}), {shelf.label('mode', one['mode'])}"
        for one in voices
    )


def _script(said: dict[str, Any]) -> Markup:
    """A block of data, on one line; what HTML or Markdown could read as its own is escaped, empty values left out."""
    text = json.dumps({"@context": "https://schema.org", **_stated(said)}, ensure_ascii=True).translate(_ESCAPES)
    return Markup('<script type="application/ld+json">' + text + "</script>")


def _stated(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stated(one) for name, one in value.items() if one not in (None, "", [], ())}
    if isinstance(value, list | tuple):
        return [_stated(one) for one in value]
    return plain(value) if isinstance(value, str) else value

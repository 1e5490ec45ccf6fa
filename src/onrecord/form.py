"""The YAML form of the records, derived from the model: which file holds what, nested how.

A record's form has the fields that a curator writes; the rest follows from where it stands.
What stands at the top of a file has an id of its own; what is nested in a record gets that
record's id, a letter and a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from . import model as m
from .column import AnchorText, Column, columns
from .model import Record

SUGGESTED = "suggested"  # marks a record that a program proposed and nobody has confirmed
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One key of a records file: the model of the records under it and what is nested in them."""

    key: str
    model: type[Record]
    children: tuple[Section, ...] = ()
    many: bool = True


SHARED_FILES: dict[str, tuple[Section, ...]] = {
    "agents.yaml": (Section("agents", m.Agent),),
    "claims.yaml": (
        Section("topics", m.Topic),
        Section("quantities", m.Quantity),
        Section("claims", m.Claim, (Section("relations", m.Relation),)),
    ),
    "reviews.yaml": (Section("reviews", m.Review),),
    "matches.yaml": (Section("matches", m.Match),),
    "changes.yaml": (Section("changes", m.Change),),
}
DOCUMENT_FILES: dict[str, tuple[Section, ...]] = {
    "document.yaml": (
        Section("document", m.Document, many=False),
        Section("passages", m.Passage),
        Section("times", m.Time),
        Section("cites", m.Cite),
    ),
    "ledger.yaml": (Section("units", m.Unit),),
    "mentions.yaml": (Section("roles", m.Role), Section("mentions", m.Mention)),
    "statements.yaml": (
        Section(
            "statements",
            m.Statement,
            (Section("attributions", m.Attribution), Section("figures", m.Figure), Section("times", m.Time)),
        ),
    ),
    "caveats.yaml": (Section("caveats", m.Caveat),),
    "replies.yaml": (Section("replies", m.Reply),),
    "agreement.yaml": (Section("agreement", m.Agreement),),
}
FILES = SHARED_FILES | DOCUMENT_FILES


def with_nested(sections: Iterable[Section]) -> Iterator[Section]:
    """Sections, each followed by those nested in it."""
    for section in sections:
        yield section
        yield from with_nested(section.children)


def confirmed(section: Section, item: dict[str, Any], at: Path = ()) -> tuple[dict[str, Any], list[tuple[Path, Any]]]:
    """A record as it would be were it confirmed, and where in it marks of a suggestion stand, with their values."""
    marks = [((*at, SUGGESTED), item[SUGGESTED])] if SUGGESTED in item else []
    rest = {key: value for key, value in item.items() if key != SUGGESTED}
    for child in section.children:
        if isinstance(rest.get(child.key), list):
            inner = [
                confirmed(child, one, (*at, child.key, number)) if isinstance(one, dict) else (one, [])
                for number, one in enumerate(rest[child.key])
            ]
            rest[child.key] = [one for one, _ in inner]
            marks += [mark for _, found in inner for mark in found]
    return rest, marks


class Written(BaseModel):
    """A record as a curator writes it. Its validator is built when first needed: what is nested has none of its own."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", defer_build=True)


def _written_fields(model: type[Record]) -> Iterator[tuple[str, Any]]:
    for col in columns(model):
        if col.origin == "written":
            info = model.model_fields[col.name]
            default = ... if info.is_required() else info.default
            yield col.name, (info.rebuild_annotation(), Field(default, title=col.title, description=col.description))
        elif col.origin == "anchor":
            yield col.written_as, _anchor_field(col)
        elif col.name == "text_sha256" and col.origin == "span":
            yield "anchor", (AnchorText, Field(description="Its place: `start-end` and 16 hex digits of its SHA-256."))


def _anchor_field(col: Column) -> Any:
    said = Field(None if col.nullable else ..., title=col.title.removesuffix(" ID"), description=col.description)
    return (AnchorText | None if col.nullable else AnchorText), said


@cache
def form(section: Section) -> type[Written]:
    """The Pydantic model of one record of a section, nested records included."""
    fields = dict(_written_fields(section.model))
    for child in section.children:
        fields[child.key] = (list[form(child)], Field([], description=child.model.__doc__))  # type: ignore[misc]
    doc = section.model.__doc__
    return create_model(f"{section.model.__name__}Form", __base__=Written, __doc__=doc, **fields)


DIGESTS = "digests"  # in a line: the lines of the document's `digests.sha256`, a text each


@cache
def line_form() -> type[Written]:
    """The Pydantic model of a line of JSON Lines: the sections of all files, and the digests of a document."""
    fields: dict[str, Any] = {}
    for section in (section for sections in FILES.values() for section in sections):
        shape: Any = list[form(section)] if section.many else form(section)  # type: ignore[misc]
        fields[section.key] = (shape | None, Field(None, description=section.model.__doc__))
    hashes = "The full hashes of the document's anchors, each a text: 64 hex digits, two spaces, the span."
    fields[DIGESTS] = (list[str] | None, Field(None, description=hashes))
    said = "A document with all its records, or records that documents share."
    return create_model("Line", __base__=Written, __doc__=said, **fields)


@cache
def file_form(name: str) -> type[Written]:
    """The Pydantic model of a whole records file; its JSON Schema is what editors complete from."""
    fields: dict[str, Any] = {}
    for section in FILES[name]:
        shape: Any = list[form(section)] if section.many else form(section)  # type: ignore[misc]
        fields[section.key] = (shape, Field([] if section.many else ..., description=section.model.__doc__))
    stem = name.removesuffix(".yaml")
    return create_model(f"{stem.capitalize()}File", __base__=Written, __doc__=f"Records file `{name}`.", **fields)

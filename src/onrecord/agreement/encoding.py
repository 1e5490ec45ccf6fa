"""Encodings of one document: the one on record, and what each coder made of the text beside it.

A coder's folder holds records files of its own. The document, its text and its passages are given to
every coder, so they are those on record; agents and claims too, where the folder has no files of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..anchor import document_named, spans_of, verify_anchors
from ..anchoring import Unreadable
from ..check import run_rules
from ..errors import LoadError
from ..finding import Finding, Location, Severity
from ..model import Document
from ..records import Loaded, load_texts
from ..rules import sourced
from ..rules.attribution import LEVEL_GAP, NARRATOR_MISSING
from ..rules.references import DUPLICATE_ID, UNKNOWN_REFERENCE
from ..source import Source
from ..span import Spans
from ..tables import to_tables
from ..verdicts import withdrawn
from ..yamltext import read_yaml

RECONCILED = "reconciled"  # the name of the encoding on record
CODERS = "coders"
OWN_SHARED = ("agents.yaml", "claims.yaml")
STATEMENTS, DOCUMENT, FILE = "statements.yaml", "document.yaml", "agreement.yaml"
# What is quoted is not compared, places are: an encoding is judged as it was made, slips of the pen included.
_QUOTED = {rule.code for rule in (sourced.OTHER_EXCERPT, sourced.OTHER_VERBATIM, sourced.OTHER_TITLE)}
_RULES = (DUPLICATE_ID, UNKNOWN_REFERENCE, NARRATOR_MISSING, LEVEL_GAP)


class AgreementError(LoadError):
    """There are no two encodings of a document to compare."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of a chain, with the places that introduce and name it."""

    agent_id: str
    mode: str
    act: str
    factuality: str
    cue: Spans
    source: Spans


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement as one coder encoded it."""

    id: str
    passage_id: str
    content: Spans
    proposition: str
    kind: str
    presupposed: bool
    voices: tuple[Voice, ...]

    @property
    def depth(self) -> int:
        """How many voices the document passes the content on from."""
        return len(self.voices) - 1

    @property
    def speaker(self) -> Voice:
        """The innermost voice."""
        return self.voices[-1]


@dataclass(frozen=True, slots=True)
class Given:
    """A figure or a time at one place, and how it was read."""

    spans: Spans
    passage_id: str
    reading: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What one coder made of a document."""

    coder: str
    statements: tuple[Stated, ...]
    figures: tuple[Given, ...]
    times: tuple[Given, ...]
    names: Mapping[str, str]
    narrators: frozenset[str]
    places: Mapping[str, tuple[Spans, ...]]


def coders_of(folder: Path) -> list[Path]:
    """The folders of the coders of a document, by name."""
    root = folder / CODERS
    return sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith(".")) if root.is_dir() else []


def on_record(loaded: Loaded, root: Path, id: str) -> Encoding:
    """The encoding on record. Raises Unreadable when records of it were lost to faults."""
    mine = {root / name for name in OWN_SHARED} | {p for p in (root / id).iterdir() if p.name != FILE}
    faults = [f for f in _errors(loaded) if f.location and Path(f.location.file) in mine]
    if faults:
        raise Unreadable(f"the records of `{id}` have faults; nothing is compared", faults)
    return _encoding(RECONCILED, loaded, id)


def by_coder(folder: Path, loaded: Loaded, source: Source, root: Path) -> Encoding:
    """A coder's encoding. Raises an error that carries findings when it is half-filled or has faults."""
    id = folder.parent.parent.name
    document = document_named(loaded.records, id)
    texts = _texts(folder)
    if STATEMENTS not in texts:
        raise AgreementError(
            f"the encoding in {folder} is half-filled: it has no {STATEMENTS}",
            help="finish it, or move the folder away until it is finished; nothing was written",
        )
    _refuse_other_edition(folder, texts.get(DOCUMENT), document)
    theirs = _loaded(folder, texts, root, id)
    faults = _faults(theirs, source, id)
    if faults:
        raise Unreadable(f"the encoding in {folder} has faults; nothing is compared", faults)
    found = _encoding(folder.name, theirs, id)
    if not found.statements:
        raise AgreementError(
            f"the encoding in {folder} is half-filled: its {STATEMENTS} has no statement",
            help="finish it, or move the folder away until it is finished; nothing was written",
        )
    return found


def _texts(folder: Path) -> dict[str, bytes]:
    try:
        return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix == ".yaml" and p.is_file()}
    except OSError as error:
        raise LoadError(f"cannot read {error.filename}: {error.strerror}", help="check the permissions") from error


def _refuse_other_edition(folder: Path, raw: bytes | None, document: Document) -> None:
    """What a coder says of the document is left aside, but for the text that the offsets count."""
    value = read_yaml(raw or b"", str(folder / DOCUMENT)).value
    said = value.get("document") if isinstance(value, dict) else None
    stated = said.get("text_sha256") if isinstance(said, dict) else None
    if stated not in (None, document.text_sha256):
        raise AgreementError(
            f"{folder} was made from another edition of {document.id}: its text has SHA-256 {stated}, "
            f"the one on record {document.text_sha256}",
            help="encode the edition on record; offsets in two editions cannot be compared",
        )


def _loaded(folder: Path, texts: Mapping[str, bytes], root: Path, id: str) -> Loaded:
    files = {name if name in OWN_SHARED else f"{id}/{name}": raw for name, raw in texts.items() if name != DOCUMENT}
    for name in OWN_SHARED:
        if name not in files and (root / name).is_file():
            files[name] = (root / name).read_bytes()
    files[f"{id}/{DOCUMENT}"] = (root / id / DOCUMENT).read_bytes()
    loaded = load_texts(files, prefix=str(folder), pad_digests=True)
    where = {name: root / name for name in OWN_SHARED} | {DOCUMENT: root / id / DOCUMENT}
    where |= {name: folder / name for name in texts if name != DOCUMENT}
    loaded.findings[:] = [replace(f, location=f.location and _there(f.location, where)) for f in loaded.findings]
    for key, places in loaded.places.items():
        loaded.places[key] = [_there(place, where) for place in places]
    return loaded


def _there(place: Location, where: Mapping[str, Path]) -> Location:
    """A place in the file that was read: a coder's folder has no folder of the document in it."""
    return replace(place, file=str(where[Path(place.file).name]))


def _errors(loaded: Loaded) -> list[Finding]:
    """Faults of reading; what nobody has confirmed yet is one, since it is nobody's encoding."""
    return sorted((f for f in loaded.findings if f.severity is Severity.ERROR), key=lambda f: f.order)


def _faults(loaded: Loaded, source: Source, id: str) -> list[Finding]:
    """What keeps an encoding from being compared: unreadable records, references to nothing, other words."""
    if errors := _errors(loaded):
        return errors
    found = run_rules(to_tables(loaded.records), _RULES, loaded)
    places = verify_anchors(source, loaded.records, id, place=loaded.place, prefix_only=True)
    found += [f for f in places if f.code not in _QUOTED]
    return sorted(found, key=lambda f: f.order)


def _encoding(coder: str, loaded: Loaded, id: str) -> Encoding:
    records: Mapping[str, Any] = loaded.records
    anchors = {a.id: spans_of(a) for a in records["anchors"] if a.document_id == id}
    statements = tuple(_stated(records, anchors, id))
    passages = {s.id: s.passage_id for s in statements}
    agents = records["agents"]
    return Encoding(
        coder,
        statements,
        tuple(_given(records["figures"], anchors, passages, _FIGURE)),
        tuple(_given(records["times"], anchors, passages, _TIME)),
        {a.id: a.name for a in agents},
        frozenset(a.id for a in agents if a.kind == "narrator"),
        _places(records, anchors, statements, id),
    )


_FIGURE = ("kind", "comparator", "approximate", "value", "lower", "upper")
_TIME = ("edtf", "earliest", "latest")


def _given(
    rows: Any, anchors: Mapping[str, Spans], passages: Mapping[str, str], fields: tuple[str, ...]
) -> Iterator[Given]:
    for row in rows:
        if row.statement_id in passages:
            yield Given(anchors[row.anchor_id], passages[row.statement_id], tuple(getattr(row, f) for f in fields))


def _stated(records: Mapping[str, Any], anchors: Mapping[str, Spans], id: str) -> Iterator[Stated]:
    claims = {claim.id: claim for claim in records["claims"]}
    chains: dict[str, list[Any]] = {}
    taken_back = withdrawn(records["reviews"], "statements")
    for voice in records["attributions"]:
        chains.setdefault(voice.statement_id, []).append(voice)
    for one in records["statements"]:
        if one.document_id != id or one.id not in chains or one.id in taken_back:
            continue
        claim = claims.get(one.claim_id)
        chain = sorted(chains[one.id], key=lambda voice: voice.level)
        yield Stated(
            one.id,
            one.passage_id,
            anchors[one.anchor_id],
            claim.proposition if claim else "",
            claim.kind if claim else "",
            one.presupposed,
            tuple(
                Voice(v.agent_id, v.mode, v.act, v.factuality, *(anchors.get(a, ()) for a in _named(v))) for v in chain
            ),
        )


def _named(voice: Any) -> tuple[str, str]:
    return voice.cue_anchor_id or "", voice.source_anchor_id or ""


def _places(
    records: Mapping[str, Any], anchors: Mapping[str, Spans], statements: tuple[Stated, ...], id: str
) -> dict[str, tuple[Spans, ...]]:
    """Where each agent is named: by its mentions, and by the words that name it as a source."""
    found: dict[str, set[Spans]] = {}
    for mention in records["mentions"]:
        if mention.document_id == id:
            found.setdefault(mention.agent_id, set()).add(anchors[mention.anchor_id])
    for statement in statements:
        for voice in statement.voices:
            if voice.source:
                found.setdefault(voice.agent_id, set()).add(voice.source)
    return {agent: tuple(sorted(spans)) for agent, spans in found.items()}

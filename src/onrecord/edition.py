"""A document's records moved to another edition of its text: what is certain is written, the rest is marked.

No anchor may come to rest on words other than its own, or on a lookalike. What is not settled is
written with `!` and the edition in which it stood, which `check` refuses until a person has chosen.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .anchor import FINDING_RULES, digest_lines, document_named, placement_said
from .descriptor import source_date
from .errors import BuildError, OnrecordError, RecordNotFound, SourceError
from .finding import Finding, Location
from .lettering import counted, visible
from .model import Document
from .places import places_of
from .proof import concerns
from .records import DIGESTS, Loaded, load_texts, read_texts, records_folder
from .relocation import Placement, State, fits, relocate
from .report import plain_finding, render_findings
from .source import Source, explain_form, find_source, read_source
from .span import Spans, read_anchor, read_spans, unsettled, write_spans
from .staging import publication
from .standing import placement_plain, pointers_of
from .tables import to_tables
from .version import code_version
from .yamledit import scalars, spliced

if TYPE_CHECKING:
    from rich.text import Text

LOG = "editions.jsonl"
CHOSEN = "chosen by a person"


class EditionRefused(OnrecordError):
    """Records that cannot be moved to another edition; `findings` says why, where records are at fault."""

    def __init__(self, message: str, findings: Iterable[Finding] = (), *, help: str = "") -> None:
        super().__init__(message, help=help)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Move:
    """One place of a document: its record, where that is written, where its words stand in the new edition."""

    table: str
    id: str
    at: Location
    placement: Placement

    @property
    def key(self) -> str:
        """Table and id, which together mean one place."""
        return f"{self.table}/{self.id}"

    @property
    def settled(self) -> bool:
        """Whether these are certainly its words."""
        return self.placement.settled and self.placement.spans is not None

    @property
    def stays(self) -> bool:
        """Whether nothing of it changes."""
        return self.settled and self.placement.spans == self.placement.pointer.spans

    def plain(self) -> dict[str, Any]:
        """Everything as plain values; no words are among them."""
        where = {"table": self.table, "id": self.id, "from": write_spans(self.placement.pointer.spans)}
        return where | {"state": self.placement.state.value} | placement_plain(self.placement)


@dataclass(frozen=True, slots=True)
class Plan:
    """What moving a document's records to another edition comes to. Nothing is written by making one."""

    document: Document
    folder: Path
    texts: Mapping[str, bytes]
    new: Source
    moves: tuple[Move, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether the text is the edition on record: then there is nothing to do."""
        return self.new.sha256 == self.document.text_sha256

    @property
    def open(self) -> list[Move]:
        """The places that wait for a person."""
        return [move for move in self.moves if not move.settled]

    @property
    def moved(self) -> list[Move]:
        """The places that are settled, and elsewhere."""
        return [move for move in self.moves if move.settled and not move.stays]

    def findings(self) -> list[Finding]:
        """A finding for every place that waits for a person."""
        found = [_finding(move, self.new.length) for move in self.open]
        return sorted(found, key=lambda finding: finding.order)

    def summary(self) -> str:
        """The states of all places on one line."""
        counts = Counter(move.placement.state for move in self.moves)
        said = ", ".join(f"{counts[state]:,} {state}" for state in State if counts[state])
        settled = len(self.moves) - len(self.open)
        total = counted(len(self.moves), "place")
        return f"{self.document.id}: {total}: {said or 'none'}; {settled:,} settled, {len(self.open):,} for a person"

    def lines(self) -> Iterator[Text | str]:
        """The plan for people: both editions, what moves where and why, what waits, what was written."""
        yield from self._editions()
        if self.same:
            yield f"{self.document.id}: nothing to do: this is the edition on record"
            return
        for move in self.moved:
            there, placement = write_spans(move.placement.spans or ()), move.placement
            yield visible(f"{move.id}: {write_spans(placement.pointer.spans)} -> {there} ({placement.evidence})")
        yield from render_findings(self.findings())
        yield visible(self.summary())
        yield self._outcome()

    def _editions(self) -> Iterator[str]:
        document, new = self.document, self.new
        yield f"on record: {document.text_sha256} ({document.text_length:,} code points, {document.text_form})"
        yield f"this text: {new.sha256} ({new.length:,} code points, {new.form})"
        forms = explain_form(document.text_form, new.form)
        if forms and not self.same:
            yield f"the forms differ: {forms}"

    def _outcome(self) -> str:
        if self.written:
            return f"written: {', '.join(self.written)} in {self.folder.name}; what moved is in {LOG}"
        marked = f", and marks {counted(len(self.open), 'anchor')} for a person" if self.open else ""
        moved = counted(len(self.moved), "new place")
        return f"nothing was written; --accept writes the new edition and {moved}{marked}"

    def plain(self) -> dict[str, Any]:
        """The plan as plain values; no words are among them."""
        counts = Counter(move.placement.state for move in self.moves)
        return {
            **_between(self.document, self.new),
            "same": self.same,
            "counts": {state.value: counts[state] for state in State},
            "places": [move.plain() for move in self.moves],
            "findings": [plain_finding(finding) for finding in self.findings()],
            "written": list(self.written),
        }


def _between(document: Document, new: Source) -> dict[str, Any]:
    old = {"sha256": document.text_sha256, "length": document.text_length, "form": document.text_form}
    return {"document": document.id, "from": old, "to": {"sha256": new.sha256, "length": new.length, "form": new.form}}


def _finding(move: Move, length: int) -> Finding:
    """What is in doubt about one place, and how a person says which is meant."""
    placement = move.placement
    state = State.MOVED if placement.state is State.EXACT else placement.state
    place = (placement.places or (placement.spans,))[0]
    mend = f"`--choose {move.id}={write_spans(place)}` settles it, if these are the words" if place else ""
    said = placement_said(placement, length) | {"mend": mend}
    return FINDING_RULES[state].finding(said, location=move.at, table=move.table, key=move.id)


# Making a plan


def plan(
    document: str,
    records: str | Path,
    new: str | Path,
    *,
    old: str | Path | None = None,
    choices: Sequence[str] = (),
    encoding: str | None = None,
) -> Plan:
    """Say where the words of a document's records stand in another edition of its text.

    `old` is the edition on record, a file or a folder that holds it; with it, repeats are told apart.
    `choices` are a person's own, each written KEY=SPANS. Raises EditionRefused, SourceError or
    RecordNotFound when there is nothing to go by.
    """
    texts, findings = read_texts(records)
    root = records_folder(Path(records))
    loaded = load_texts(texts, prefix=str(root))
    faults = [fault for fault in (*findings, *loaded.losses()) if concerns(fault, root / document)]
    said = _document(loaded, document, faults)
    text = read_source(new, encoding=encoding)
    made = Plan(said, root / document, texts, text)
    if not made.same:
        _refuse_faults(faults)
        before = _edition_on_record(old, said, encoding) if old is not None else None
        made = replace(made, moves=tuple(_moves(loaded, made, before)))
    return _chosen(made, choices)


def _document(loaded: Loaded, id: str, faults: list[Finding]) -> Document:
    try:
        return document_named(loaded.records, id)
    except RecordNotFound:
        _refuse_faults(faults)
        raise


def _refuse_faults(faults: list[Finding]) -> None:
    if faults:
        raise EditionRefused(
            f"{counted(len(faults), 'fault')} of the records keep them from being moved; nothing was written",
            faults,
            help="mend them first: only what can be read can be moved",
        )


def _edition_on_record(old: str | Path, document: Document, encoding: str | None) -> Source:
    source = find_source(old, document.text_sha256, document.text_form, encoding=encoding)
    if source.sha256 != document.text_sha256:
        forms = explain_form(document.text_form, source.form)
        raise SourceError(
            f"{old} has SHA-256 {source.sha256}, and {document.id} was recorded from {document.text_sha256}"
            + (f"; {forms}" if forms else ""),
            help="give the edition on record with --from, or leave it out: then fewer places can be settled",
        )
    return source


def _moves(loaded: Loaded, made: Plan, before: Source | None) -> Iterator[Move]:
    places = places_of(to_tables(loaded.records))[made.document.id]
    rows = range(len(places))
    found = relocate(made.new.text, pointers_of(places, rows), old=before.text if before else None)
    for row, placement in zip(rows, found, strict=True):
        table, id = places.key(row)
        yield Move(table, id, _place(loaded, table, id), placement)


def _place(loaded: Loaded, table: str, id: str) -> Location:
    """Where an anchor is written. Two records of one id could not be told apart."""
    at = loaded.place(table, id, None if table == "anchors" else "start")
    if len(at) > 1:
        raise EditionRefused(
            f"`{id}` is the id of two records: {at[0]} and {at[1]}", help="`onrecord check` names them; mend that first"
        )
    return at[0]


# Choices of a person


def _chosen(made: Plan, choices: Sequence[str]) -> Plan:
    """The plan with a person's choices in it; one choice counts for all records of the same words at one place."""
    for choice in choices:
        key, spans = _read_choice(choice)
        move = _move_named(made, key)
        if move.placement.evidence == CHOSEN and move.placement.spans != spans:
            raise EditionRefused(f"two places are chosen for the words of `{key}`", help="choose one")
        if not fits(made.new.text, replace(move.placement.pointer, spans=spans)):
            raise EditionRefused(
                f"the words at {write_spans(spans)} are not those of `{key}`",
                help="an anchor never comes to rest on other words; if these are meant, record them anew by hand",
            )
        placement = replace(move.placement, spans=spans, settled=True, evidence=CHOSEN)
        made = replace(made, moves=tuple(_resting(one, move, placement) for one in made.moves))
    return made


def _resting(one: Move, chosen: Move, placement: Placement) -> Move:
    pointer, meant = one.placement.pointer, chosen.placement.pointer
    if one is not chosen and (one.settled or (pointer.spans, pointer.digest) != (meant.spans, meant.digest)):
        return one
    state = State.EXACT if placement.spans == pointer.spans else State.MOVED
    return replace(one, placement=replace(placement, pointer=pointer, state=state))


def _read_choice(choice: str) -> tuple[str, Spans]:
    key, _, said = choice.rpartition("=")
    try:
        spans = read_spans(said)
        if not key or write_spans(spans) != said:
            raise ValueError(said)
        return key, spans
    except ValueError:
        raise EditionRefused(
            f"`{choice}` is not a choice", help="write the id, `=` and the place, such as `crane.m1=86-94`"
        ) from None


def _move_named(made: Plan, key: str) -> Move:
    found = [move for move in made.moves if key in (move.key, move.id)]
    if len(found) == 1:
        return found[0]
    if found:
        help = "write the table before it: " + " or ".join(f"`{move.key}`" for move in found)
        raise RecordNotFound(f"`{key}` is the id of several places", help=help)
    near = get_close_matches(key, [move.id for move in made.moves], n=3, cutoff=0.5)
    raise RecordNotFound(
        f"{made.document.id} has no place with the id `{key}`", help=f"most like it: {', '.join(near) or 'none'}"
    )


# Writing


def accept(made: Plan) -> Plan:
    """Write a plan: anchors, the document's edition, hashes and log, all of it or nothing.

    Raises EditionRefused when no place is settled: then it is another text, not another edition.
    """
    if made.same:
        return made
    if made.moves and len(made.open) == len(made.moves):
        raise EditionRefused(
            f"not one of {counted(len(made.moves), 'place')} of {made.document.id} is certain in this text",
            help="make sure that it is an edition of the document; --from and --choose make places certain",
        )
    files = dict(_files(made))
    try:
        with publication(made.folder) as stage:
            for name, data in files.items():
                stage.put(name, data)
            return replace(made, written=tuple(stage.publish()))
    except BuildError as error:
        message = f"cannot write the records of {made.document.id}: {error.message}"
        raise SourceError(message, help=error.help) from error


def _files(made: Plan) -> Iterator[tuple[str, bytes]]:
    """Every file that changes, by its name in the document's folder."""
    by_file: dict[str, list[Move]] = defaultdict(list)
    for move in made.moves:
        by_file[Path(move.at.file).name].append(move)
    for name in sorted({*by_file, "document.yaml"}):
        yield name, _moved_file(made, name, by_file[name])
    settled = [move.placement.spans for move in made.moves if move.settled and move.placement.spans]
    yield DIGESTS, digest_lines(made.new.text, settled).encode()
    yield LOG, _log(made)


def _moved_file(made: Plan, name: str, moves: list[Move]) -> bytes:
    """A records file with its anchors changed in place, and in `document.yaml` the edition."""
    raw = made.texts[f"{made.document.id}/{name}"]
    said = scalars(raw, str(made.folder / name))
    at = {(scalar.line, scalar.col): path for path, scalar in said.items()}
    changes = {}
    for move in moves:
        path = at[move.at.line, move.at.col]
        changes[path] = _anchor(made, move, said[path].value)
    if name == "document.yaml":
        edition = {"text_sha256": made.new.sha256, "text_length": str(made.new.length), "text_form": made.new.form}
        changes |= {("document", key): value for key, value in edition.items()}
    return spliced(raw, changes, str(made.folder / name))


def _anchor(made: Plan, move: Move, written: str) -> str:
    """An anchor as it is to be written: at its new place, or marked for a person."""
    _, rest = written.split(" ", 1)  # hash and excerpt are those of the words, wherever they stand
    pointer, spans = move.placement.pointer, move.placement.spans
    if read_anchor(written).spans != pointer.spans:
        raise EditionRefused(f"{move.at}: this is not the anchor of {move.id}", help="nothing was written")
    if not move.settled or spans is None:
        return unsettled(written, made.document.text_sha256)
    if not fits(made.new.text, replace(pointer, spans=spans)):
        raise EditionRefused(f"{move.id} would come to rest on other words", help="nothing was written; report this")
    return f"{write_spans(spans)} {rest}"


def _log(made: Plan) -> bytes:
    """The log with one line more: what moved from where to where, and why. It never holds words."""
    file = made.folder / LOG
    before = file.read_bytes() if file.exists() else b""
    moment = source_date() or dt.datetime.now(dt.UTC)
    changed = [move for move in made.moves if not move.stays]
    said = {
        "at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "code": code_version(),
        **_between(made.document, made.new),
        "stayed": len(made.moves) - len(changed),
        "places": [_logged(move) for move in changed],
    }
    return before + (b"\n" if before and not before.endswith(b"\n") else b"") + json.dumps(said).encode() + b"\n"


def _logged(move: Move) -> dict[str, Any]:
    said = {name: move.plain()[name] for name in ("table", "id", "from", "to", "state", "evidence")}
    return said if move.settled else said | {"to": None}

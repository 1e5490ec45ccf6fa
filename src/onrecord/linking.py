"""People's answers to proposed links: kept in `matches.yaml`, and where they say yes, statements given the claim.

Log and statements are written together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .answering import Answer, MatchRefused, Move, Plan, Planner
from .check import check_loaded
from .errors import BuildError, LoadError
from .finding import Finding, Severity
from .lettering import counted, visible
from .logend import project_of
from .matching import Candidate, Matcher, words_of
from .model import Match, Statement
from .opening import DESCRIPTOR
from .reassigning import reassigned
from .records import Loaded, load_texts, read_texts, records_folder
from .reviewing import turn
from .verdicts import write_instant
from .vocabulary import terms_of
from .yamledit import appended, double_quoted, scalar
from .yamltext import refuse_unwritable

LOG = "matches.yaml"
_SCHEMA = "# yaml-language-server: $schema=../../schema/matches.schema.json\n"
_HEAD = (
    "# Answers to proposed links, append-only: `onrecord match` adds them; each holds until a later one undoes it.\n"
)


@dataclass(frozen=True, slots=True)
class Proposals:
    """What waits for an answer; the statements of which no words are known, and documents without a copy."""

    candidates: tuple[Candidate, ...]
    silent: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Each candidate on three lines, then what could not be compared."""
        for one in self.candidates:
            yield from drawn(one)
        yield f"{counted(len(self.candidates), 'pair')} to answer"
        if self.silent:
            named = ", ".join(self.silent[:5]) + (", ..." if len(self.silent) > 5 else "")
            yield visible(f"no words on record of {counted(len(self.silent), 'statement')} without a claim: {named}")
            yield "  help: give your copy of the text with --source"
        if self.missing:
            yield visible(f"no copy of the text of {', '.join(self.missing)}")

    def plain(self) -> dict[str, Any]:
        """The same as plain values."""
        candidates = [one.plain() for one in self.candidates]
        return {"candidates": candidates, "without_words": list(self.silent), "without_copy": list(self.missing)}


def drawn(one: Candidate) -> Iterator[str]:
    """A candidate for people to judge: the two ids with their grade, and what each says."""
    like = "" if one.score is None else f", {one.score:.0%} alike"
    yield visible(f"{one.table}/{one.id} and claim {one.claim}: {one.grade}{like}")
    yield visible(f"    {one.said or '(no words known)'}")
    yield visible(f"    {one.proposition}")
    if one.opposite:
        yield "    only one of the two is negated: what affirms the one denies the other"


@dataclass(frozen=True, slots=True)
class Linked:
    """The entries that were appended, the statements that changed their claim, and the log."""

    entries: tuple[Match, ...]
    moves: tuple[Move, ...]
    file: Path
    packaged: bool
    emptied: str | None = None

    def lines(self) -> Iterator[str]:
        """What was appended and changed."""
        first = self.entries[0]
        undone = f", in place of {first.undoes_id}" if first.undoes_id else ""
        yield visible(f"{first.id}: {first.answer} to {first.record_id} and {first.claim_id}{undone}")
        for move in self.moves:
            yield visible(f"  {move.statement} states {move.after or 'no claim'}; it was {move.before or 'no claim'}")
        if self.emptied:
            said = f"onrecord review claims/{self.emptied} --status superseded --successor {first.claim_id}"
            yield visible(f"  nobody states {self.emptied} now: `{said}` says so with a reason")
        rest = "; `onrecord build` takes it into the package" if self.packaged else ""
        entries = "1 entry" if len(self.entries) == 1 else f"{len(self.entries):,} entries"
        yield visible(f"{entries} more in {self.file}") + rest

    def plain(self) -> dict[str, Any]:
        """The same as plain values."""
        moves = [{"statement_id": m.statement, "before": m.before, "after": m.after} for m in self.moves]
        return {"entries": [_plain(entry) for entry in self.entries], "moves": moves}


def _plain(entry: Match) -> dict[str, Any]:
    score = None if entry.score is None else float(entry.score)
    return entry.model_dump() | {"score": score, "answered_at": write_instant(entry.answered_at)}


def propose(records: Path, *, source: Path | None = None, limit: int = 3, least: float | None = None) -> Proposals:
    """The pairs to put before a person; at most `limit` claims for each record, none less like than `least`."""
    loaded = _whole(_read(records)[1])
    words = words_of(loaded, source)
    matcher = Matcher(loaded, words)
    return Proposals(tuple(matcher.candidates(limit, least)), tuple(matcher.silent()), tuple(words.missing))


def answer(id: str, claim: str, said: Answer, records: Path, *, source: Path | None = None) -> Linked:
    """Keep a person's answer about a statement or claim and a claim; after a yes, statements get the claim.

    Raises RecordNotFound, or MatchRefused when the answer cannot stand; then nothing is changed.
    """
    return _turned(records, said, lambda desk, asked: desk.answered(id, claim, asked, source))


def undo(id: str, said: Answer, records: Path) -> Linked:
    """Take an answer back and give another one in its place; statements that it moved get their claims back."""
    return _turned(records, said, lambda desk, asked: desk.undone(id, asked))


def _turned(records: Path, said: Answer, plan: Callable[[Planner, Answer], Plan]) -> Linked:
    root = records_folder(records)
    if not root.is_dir():
        read_texts(records)  # says what is wrong with it
    asked = _stripped(said)
    try:
        with ExitStack() as held:
            stage = turn(held, root)
            desk = _Desk(records)
            linked = desk.linked(plan(desk.planner, asked))
            for name, raw in desk.written(linked).items():
                stage.put(name, raw)
            stage.publish()
            return linked
    except BuildError as error:
        raise MatchRefused(f"nothing was written: {error.message}", help=error.help) from error


def _stripped(said: Answer) -> Answer:
    refuse_unwritable({"name of the coder": said.coder, "note": said.note}, MatchRefused)
    if said.answer not in terms_of("match-answer"):
        raise MatchRefused(f'"{said.answer}" is no answer', help=f"answer {', '.join(terms_of('match-answer'))}")
    coder, note = said.coder.strip(), (said.note or "").strip()
    if not coder:
        help = "give a role or a name that the coder agreed to have published"
        raise MatchRefused("an answer needs a coder", help=help)
    return Answer(said.answer, coder, note or None)


def _read(records: Path) -> tuple[dict[str, bytes], Loaded]:
    texts, unread = read_texts(records)
    loaded = load_texts(texts, prefix=str(records_folder(records)), pad_digests=True)
    loaded.findings[:0] = unread
    return texts, loaded


def _whole(loaded: Loaded) -> Loaded:
    """Refuse to match among records of which some cannot be read: the one that is meant may be among them."""
    lost = loaded.losses()
    if lost:
        raise MatchRefused(
            "some records cannot be read, so nothing is matched",
            help="mend them, then run this again",
            findings=sorted(lost, key=lambda finding: finding.order),
        )
    return loaded


class _Desk:
    """The records as they lie there, with what an answer changes in them."""

    def __init__(self, records: Path) -> None:
        self.root, self.project = records_folder(records), project_of(records)
        self.texts, loaded = _read(records)
        self.loaded = _whole(loaded)
        self.planner = Planner(self.loaded)

    def linked(self, plan: Plan) -> Linked:
        """What is appended and changed, with each entry's place in the log."""
        first = len(self.planner.log) + 1
        entries = tuple(one.model_copy(update={"number": first + n}) for n, one in enumerate(plan.entries))
        packaged = (self.project / DESCRIPTOR).is_file()
        return Linked(entries, tuple(plan.moves), self.root / LOG, packaged, plan.emptied)

    def written(self, linked: Linked) -> dict[str, bytes]:
        """The files that change, by name: the log with the entries at its end, and the statements."""
        raw = self.texts.get(LOG) or ((_SCHEMA if self.project != self.root.absolute() else "") + _HEAD).encode()
        changed = {LOG: appended(raw, Match.table, list(map(_yaml, linked.entries)), str(self.root / LOG))}
        moves: dict[str, dict[str, str | None]] = {}
        for move in linked.moves:
            moves.setdefault(self._file(move.statement), {})[move.statement] = move.after
        for name, claims in moves.items():
            changed[name] = reassigned(self.texts[name], claims, str(self.root / name))
        self._refuse_faults(changed)
        return dict(reversed(changed.items()))

    def _file(self, statement: str) -> str:
        place = self.loaded.place(Statement.table, statement)[0].file
        found = next((name for name in self.texts if f"{self.root}/{name}" == place), None)
        if found is None:
            raise LoadError(f"the file of `{statement}` cannot be found", help="run this on its records folder")
        return found

    def _refuse_faults(self, changed: dict[str, bytes]) -> None:
        """The records as they would be are judged by every rule: what is wrong now must not become more."""
        again = load_texts({**self.texts, **changed}, prefix=str(self.root), pad_digests=True)
        before = {_fault(finding) for finding in check_loaded(self.loaded).findings}
        found = [
            finding
            for finding in check_loaded(again).findings
            if finding.severity is Severity.ERROR and _fault(finding) not in before
        ]
        if found:
            raise MatchRefused(
                "with this answer the records would not be as they must be; nothing was written",
                help="mend what the findings name, or answer otherwise",
                findings=found,
            )


def _fault(finding: Finding) -> tuple[object, ...]:
    return finding.code, finding.table, finding.key, finding.column, finding.message


def _yaml(entry: Match) -> str:
    """An entry as YAML, a line for each key."""
    names = ("id", "claim_id", "record_table", "record_id", "grade", "score", "answer", "coder", "note", "undoes_id")
    said = {name: getattr(entry, name) for name in names}
    lines = [f"{name}: {scalar(value)}" for name, value in said.items() if value is not None]
    lines.insert(next(n for n, line in enumerate(lines) if line.startswith("coder:")) + 1, _at(entry))
    return "\n".join(lines)


def _at(entry: Match) -> str:
    return f"answered_at: {double_quoted(write_instant(entry.answered_at))}"

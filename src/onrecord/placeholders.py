"""Every placeholder in the records of a document filled in with its anchor, in place: all of them or none.

A placeholder is filled in only when it is certain which place it means: the one whole-word match within
the passage of its record, or the one that its options name. `digests.sha256` gets the new hashes in the
same step. Nothing else in the files changes by a byte.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .anchoring import Opened, Unreadable, beyond_limits, opened, written
from .column import ANCHOR, columns
from .errors import BuildError, LoadError, SeekError
from .faults import shown
from .finding import Finding, Location
from .form import DOCUMENT_FILES, Section
from .lettering import counted, visible
from .model import Passage, Record
from .records import DIGESTS, load_texts, read_texts, records_folder
from .report import plain_finding, render_findings
from .rules.files import MALFORMED_PLACEHOLDER
from .rules.placeholders import PLACEHOLDER_AMBIGUOUS, PLACEHOLDER_MISPLACED, PLACEHOLDER_NOT_FOUND
from .seek import Sought, seek
from .span import Placeholder, Spans, digest_of, is_placeholder, read_anchor, read_placeholder, words_at, write_spans
from .staging import publication
from .yamledit import spliced
from .yamltext import Path as YamlPath
from .yamltext import YamlText, read_yaml

if TYPE_CHECKING:
    from rich.text import Text

NAMED = 8  # places named in one finding
RECORDS = Path("claims", "records")


@dataclass(frozen=True, slots=True)
class Value:
    """Something written in the place of an anchor, or a placeholder written elsewhere."""

    file: str  # as the records know it: crane/statements.yaml
    path: YamlPath
    place: Location
    said: str
    model: type[Record]
    id: str | None  # of the record at the top of the file
    passage: str | None  # of the record, or of the one it is nested in
    is_anchor: bool = True

    @property
    def field(self) -> str:
        """The key under which it stands."""
        return str(self.path[-1])


@dataclass(frozen=True, slots=True)
class Filling:
    """A placeholder and the anchor that takes its place."""

    value: Value
    spans: Spans
    anchor: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, into which files; or the findings for which nothing was written."""

    document: str
    fillings: tuple[Filling, ...] = ()
    findings: tuple[Finding, ...] = ()
    digests: int = 0
    written: bool = False

    @property
    def complete(self) -> bool:
        """Whether nothing was in the way."""
        return not self.findings

    def lines(self) -> Iterator[Text | str]:
        """Each placeholder with its anchor, then how much was written; or what was in the way."""
        yield from render_findings(self.findings)
        for one in () if self.findings else self.fillings:
            yield visible(f"{one.value.place}: {shown(one.value.said)} -> {one.anchor}")
        yield self._total()

    def _total(self) -> str:
        if self.findings:
            return f"{counted(len(self.findings), 'problem')}; nothing was written"
        if not self.fillings:
            return f"there are no placeholders in the records of {self.document}"
        files = counted(len({one.value.file for one in self.fillings}), "file")
        said = f"{counted(len(self.fillings), 'placeholder')} in {files}"
        return (
            f"{said} filled in; {self.digests} hashes in {DIGESTS}" if self.written else f"{said}; nothing was written"
        )

    def plain(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {
            "document_id": self.document,
            "written": self.written,
            "filled": [] if self.findings else [_plain(one) for one in self.fillings],
            "findings": [plain_finding(finding) for finding in self.findings],
        }


def _plain(one: Filling) -> dict[str, Any]:
    place = one.value.place
    said = {"file": place.file, "line": place.line, "column": place.col}
    return said | {"placeholder": one.value.said, "anchor": one.anchor}


def fill(id: str, records: Path, text: Path, *, dry_run: bool = False) -> Filled:
    """Fill in all placeholders of a document from a copy of its text, or none.

    With `dry_run` everything is done but the writing.
    """
    root = records_folder(records)
    texts, unread = read_texts(records)
    if unread:
        raise Unreadable("the records cannot be read, so nothing was written", unread)
    there = opened(id, load_texts(texts, prefix=str(root), pad_digests=True), root, text)
    drafts = {name: raw for name, raw in texts.items() if _is_drafted(name, id)}
    values = list(_values(drafts, root))
    done = _Desk(there, _at(root)).fill(
        [value for value in values if not value.is_anchor or is_placeholder(value.said)]
    )
    if done.findings or not done.fillings:
        return done
    new = _spliced(drafts, done.fillings)
    findings = _beyond_limits(texts | new, done.fillings, root)
    if findings:
        return replace(done, findings=findings)
    lines = _digests(there, [*values, *_anchors(done.fillings)], texts.get(f"{id}/{DIGESTS}", b""))
    if not dry_run:
        _publish(root / id, {**new, f"{id}/{DIGESTS}": "".join(lines).encode()}, texts)
    return replace(done, digests=len(lines), written=not dry_run)


def _at(root: Path) -> str:
    """The option that names these records to a command, unless it finds them from the current folder."""
    here = Path.cwd()
    around = next((f / RECORDS for f in (here, *here.parents) if (f / RECORDS).is_dir()), None)
    found = around is not None and around.resolve() == root.resolve()
    return "" if found else f" --at {shlex.quote(str(root))}"


def _is_drafted(name: str, id: str) -> bool:
    folder, _, file = name.partition("/")
    return folder == id and file in DOCUMENT_FILES


# What stands in the files


def _values(drafts: Mapping[str, bytes], root: Path) -> Iterator[Value]:
    """What stands in the place of anchors, and placeholders that stand elsewhere. YAML faults are refused."""
    texts = {name: read_yaml(raw, str(root / name)) for name, raw in drafts.items()}
    faults = [finding for text in texts.values() for finding in text.findings]
    if faults:
        raise Unreadable("the records cannot be read, so nothing was written", faults)
    for name, text in texts.items():
        for section in DOCUMENT_FILES[name.split("/")[1]]:
            said = text.value.get(section.key) if isinstance(text.value, dict) else None
            for path, item in _items(said, (section.key,), section.many):
                yield from _values_of(section, item, path, text, name, _name(item, "id"), None)


def _items(said: Any, at: YamlPath, many: bool) -> Iterator[tuple[YamlPath, dict[str, Any]]]:
    """The records of a section with their paths, as far as they are what they should be."""
    if many and isinstance(said, list):
        yield from (((*at, number), item) for number, item in enumerate(said) if isinstance(item, dict))
    elif not many and isinstance(said, dict):
        yield at, said


def _name(item: Mapping[str, Any], key: str) -> str | None:
    said = item.get(key)
    return said if isinstance(said, str) else None


def _values_of(
    section: Section, item: dict[str, Any], at: YamlPath, text: YamlText, file: str, id: str | None, passage: str | None
) -> Iterator[Value]:
    passage = _name(item, "passage_id") or passage
    known = anchor_fields(section.model)
    for key, said in item.items():
        if isinstance(said, str) and (key in known or _reads_as_placeholder(said)):
            place = text.place((*at, key))
            yield Value(file, (*at, key), place, said, section.model, id, passage, is_anchor=key in known)
    for child in section.children:
        for path, inner in _items(item.get(child.key), (*at, child.key), many=True):
            yield from _values_of(child, inner, path, text, file, id, passage)


@cache
def anchor_fields(model: type[Record]) -> frozenset[str]:
    """The keys under which a record of this model has its anchors."""
    spans = {"anchor"} if any(col.origin == "span" for col in columns(model)) else set()
    return frozenset(spans | {col.written_as for col in columns(model) if col.origin == "anchor"})


def _reads_as_placeholder(said: str) -> bool:
    try:
        return is_placeholder(said) and bool(read_placeholder(said))
    except ValueError:
        return False


# What takes their place


@dataclass(slots=True)
class _Desk:
    """Fills in placeholder after placeholder; passages first, because the others are sought within them."""

    opened: Opened
    at: str = ""
    passages: dict[str, Spans] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def fill(self, values: list[Value]) -> Filled:
        self.passages = self.opened.passages
        done = [self._filling(value) for value in sorted(values, key=lambda value: value.model is not Passage)]
        fillings = sorted((one for one in done if one), key=lambda one: one.value.place)
        findings = sorted(self.findings, key=lambda finding: finding.order)
        return Filled(self.opened.document.id, tuple(fillings), tuple(findings))

    def _filling(self, value: Value) -> Filling | None:
        if not value.is_anchor:
            self._refuse(PLACEHOLDER_MISPLACED, value, {"field": value.field, "value": _short(value.said)})
            return None
        try:
            asked = read_placeholder(value.said)
            sought = self._seek(asked, self.passages.get(value.passage or ""))
        except (ValueError, SeekError) as error:
            said = {"record_column": value.field, "value": _short(value.said), "problem": str(error)}
            self._refuse(MALFORMED_PLACEHOLDER, value, said)
            return None
        if not sought.chosen:
            self._unclear(value, asked, sought)
            return None
        if value.model is Passage and value.id:
            self.passages[value.id] = sought.chosen
        return Filling(value, sought.chosen, written(self.opened.source.text, sought.chosen, excerpt=asked.excerpt))

    def _seek(self, asked: Placeholder, within: Spans | None) -> Sought:
        return seek(
            self.opened.source.text,
            asked.words,
            within=within,
            near=asked.near,
            nth=asked.nth,
            before=asked.before,
            after=asked.after,
        )

    def _unclear(self, value: Value, asked: Placeholder, sought: Sought) -> None:
        within = value.passage if value.passage in self.passages else None
        said = {"words": _short(sought.words or asked.words), "problem": sought.problem, "where": within or "the text"}
        if not sought.matches:
            self._refuse(PLACEHOLDER_NOT_FOUND, value, said | {"remedy": self._remedy(asked, sought, within)})
            return
        shell = shlex.quote(asked.words) + (f" --passage {within}" if within else "") + self.at
        said |= {"places": self._listed(sought, within), "document": self.opened.document.id, "shell": shell}
        self._refuse(PLACEHOLDER_AMBIGUOUS, value, said)

    def _listed(self, sought: Sought, within: str | None) -> str:
        """The places that are left to choose from, by number; so many that they can be read."""
        left = sought.left or range(1, len(sought.matches) + 1)
        listed = (self._place(number, sought.matches[number - 1], within) for number in left[:NAMED])
        return ", ".join(listed) + (f" and {len(left) - NAMED:,} more" if len(left) > NAMED else "")

    def _place(self, number: int, spans: Spans, within: str | None) -> str:
        """A place with its passage, unless they all lie in one: offsets alone say nothing to a reader."""
        passage = "" if within else f" in {self.opened.passage_at(spans[0][0]) or 'no passage'}"
        return f"{number}) {write_spans(spans)}{passage}"

    def _remedy(self, asked: Placeholder, sought: Sought, within: str | None) -> str:
        """What to do about words that do not stand there."""
        elsewhere = seek(self.opened.source.text, asked.words).matches if within else ()
        if elsewhere:
            ids = dict.fromkeys(self.opened.passage_at(spans[0][0]) or "no passage" for spans in elsewhere[:NAMED])
            return f"they stand in {', '.join(ids)}: correct `passage_id`, or give the words of this passage"
        if sought.proposals:
            near = ", ".join(f"{shown(_spaced(p.words))} at {p.start}-{p.end}" for p in sought.proposals[:NAMED])
            return f"the text has {near}: copy the words as they are printed"
        return "copy the words as they are printed in the text"

    def _refuse(self, rule: Any, value: Value, said: dict[str, Any]) -> None:
        self.findings.append(
            rule.finding(said, location=value.place, table=value.model.table, key=value.id, column=value.field)
        )


def _short(said: str) -> str:
    return shown(_spaced(said))[1:-1]


def _spaced(said: str) -> str:
    return " ".join(said.split())


def _spliced(drafts: Mapping[str, bytes], fillings: tuple[Filling, ...]) -> dict[str, bytes]:
    """The files with their placeholders filled in."""
    names = dict.fromkeys(one.value.file for one in fillings)
    changes = {name: {one.value.path: one.anchor for one in fillings if one.value.file == name} for name in names}
    return {name: spliced(drafts[name], changes[name], name) for name in names}


def _beyond_limits(texts: Mapping[str, bytes], fillings: tuple[Filling, ...], root: Path) -> tuple[Finding, ...]:
    """What is wrong with excerpts just made: too long for an excerpt, or for an anchor."""
    if not any(read_placeholder(one.value.said).excerpt for one in fillings):
        return ()
    loaded = load_texts(texts, prefix=str(root), pad_digests=True)
    made = {one.value.place for one in fillings}
    places = ((loaded.place("anchors", finding.key or ""), finding) for finding in beyond_limits(loaded.records))
    found = [replace(finding, location=at[0]) for at, finding in places if at and at[0] in made]
    found += [finding for finding in loaded.findings if finding.location in made]
    return tuple(sorted(found, key=lambda finding: finding.order))


# Writing


def _anchors(fillings: tuple[Filling, ...]) -> list[Value]:
    return [replace(one.value, said=one.anchor) for one in fillings]


def _digests(opened: Opened, values: list[Value], kept: bytes) -> list[str]:
    """The lines of `digests.sha256` for all anchors; one that does not fit the text keeps the hash it had."""
    there = [line.split("  ", 1) for line in kept.decode("utf-8", "replace").splitlines()]
    old = {pair[1]: pair[0] for pair in there if len(pair) == 2}
    lines: dict[Spans, str] = {}
    for note in (read_anchor(v.said) for v in values if v.is_anchor and re.fullmatch(ANCHOR, v.said)):
        digest: str | None = digest_of(words_at(opened.source.text, note.spans))
        if not str(digest).startswith(note.digest):
            digest = old.get(write_spans(note.spans))
        if digest:
            lines[note.spans] = f"{digest}  {write_spans(note.spans)}\n"
    return [lines[spans] for spans in sorted(lines)]


def _publish(folder: Path, new: Mapping[str, bytes], read: Mapping[str, bytes]) -> None:
    """Put the new files in the place of those that were read, if these are still what they were."""
    try:
        with publication(folder) as stage:
            for name, raw in new.items():
                stage.put(Path(name).name, raw)
            _refuse_changed(folder, new, read)
            stage.publish()
    except BuildError as error:
        raise BuildError(f"no placeholder was filled in: {error.message}", help=error.help) from error


def _refuse_changed(folder: Path, names: Mapping[str, bytes], read: Mapping[str, bytes]) -> None:
    for name in names:
        file = folder / Path(name).name
        if (file.read_bytes() if file.exists() else b"") != read.get(name, b""):
            raise LoadError(
                f"{file} was changed meanwhile; no placeholder was filled in", help="save it and run this again"
            )

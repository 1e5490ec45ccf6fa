"""YAML records to validated records, with the place of each and every fault found on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .column import columns
from .errors import LoadError
from .faults import expected_mapping, faults, shown
from .finding import Finding, Location, Severity
from .form import DOCUMENT_FILES, SHARED_FILES, SUGGESTED, Section, confirmed, form
from .model import TABLES, Anchor, Record
from .rules import files
from .rules.shape import UNKNOWN_KEY
from .span import DIGEST_PREFIX, AnchorNote, read_anchor, write_spans
from .yamltext import MAX_BYTES, YamlText, read_yaml, too_large
from .yamltext import Path as YamlPath

DIGESTS = "digests.sha256"
PACKAGE = "package.yaml"  # describes the dataset; read by `info.py`
_READ_ALL_THE_SAME = {files.UNCONFIRMED_SUGGESTION.code, files.SUGGESTED_VALUE.code}
Digests = Mapping[str, str]
Places = dict[tuple[str, str, str | None], list[Location]]


@dataclass(slots=True)
class Loaded:
    """What a records folder holds: records by table, the places they stand, the faults of reading."""

    records: dict[str, list[Record]] = field(default_factory=lambda: {table: [] for table in TABLES})
    places: Places = field(default_factory=lambda: defaultdict(list))
    findings: list[Finding] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """True when no record was lost to a fault."""
        return not self.losses()

    @property
    def unread(self) -> frozenset[str] | None:
        """The ids of the records that were lost to a fault; None when some of them cannot be named."""
        errors = self.losses()
        if any(finding.key is None or finding.column == "id" for finding in errors):
            return None
        return frozenset(finding.key for finding in errors if finding.key)

    def losses(self) -> list[Finding]:
        """The faults by which a record is lost; a suggestion is read like any other record."""
        return [f for f in self.findings if f.severity is Severity.ERROR and f.code not in _READ_ALL_THE_SAME]

    @property
    def count(self) -> int:
        """How many records were read."""
        return sum(map(len, self.records.values()))

    def place(self, table: str, key: str, column: str | None = None) -> list[Location]:
        """The places of a record, or of one of its fields where that is known; the first one first."""
        return self.places.get((table, key, column)) or self.places.get((table, key, None)) or []


def records_folder(path: Path) -> Path:
    """The records folder at a path: the path itself, or `claims/records` below it."""
    below = path / "claims" / "records"
    return below if below.is_dir() else path


def load_records(path: str | Path, *, pad_digests: bool = False) -> Loaded:
    """Read a records folder. Faults in it are findings; raises LoadError when there is nothing to read.

    With `pad_digests` the files of full hashes are left unread, as when they are to be written anew.
    """
    texts, findings = read_texts(path)
    if pad_digests:
        texts = {name: raw for name, raw in texts.items() if not name.endswith(DIGESTS)}
    loaded = load_texts(texts, prefix=str(records_folder(Path(path))), pad_digests=pad_digests)
    loaded.findings[:0] = findings
    return loaded


def read_texts(path: str | Path) -> tuple[dict[str, bytes], list[Finding]]:
    """The records files of a folder as they lie there, by name, and what keeps others from being read.

    Raises LoadError when there is nothing to read.
    """
    root = records_folder(Path(path))
    if not root.exists():
        raise LoadError(f"there is no folder {root}", help="name a records folder, or run in a project that has one")
    if not root.is_dir():
        raise LoadError(f"{root} is not a folder", help="name the folder that holds agents.yaml and the documents")
    try:
        texts, findings = _read_folder(root)
    except OSError as error:
        raise LoadError(f"cannot read {error.filename}: {error.strerror}", help="check the permissions") from error
    if not texts and not findings:
        raise LoadError(f"there are no records in {root}", help="add agents.yaml, claims.yaml and a document's folder")
    return texts, findings


def _read_folder(root: Path) -> tuple[dict[str, bytes], list[Finding]]:
    texts: dict[str, bytes] = {}
    findings: list[Finding] = []
    folders = sorted(p for p in root.iterdir() if p.is_dir() and not p.name.startswith("."))
    for folder in (root, *folders):
        for file in sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml") or p.name == DIGESTS):
            if folder == root and file.name == PACKAGE:
                continue
            if not file.is_file():  # a pipe would be waited for without end
                raise LoadError(f"{file} is not a file", help="put the records into a plain file of that name")
            size = file.stat().st_size
            if size > MAX_BYTES:
                findings.append(too_large(size, str(file)))
            else:
                texts[file.relative_to(root).as_posix()] = file.read_bytes()
    for folder in folders:
        if not any(name.startswith(f"{folder.name}/") for name in texts) and not findings:
            findings.append(_document_missing(str(folder), folder.name))
    return texts, findings


def _document_missing(file: str, folder: str) -> Finding:
    return files.DOCUMENT_MISSING.finding({"folder": folder}, location=Location(file))


def load_texts(texts: Mapping[str, bytes], *, prefix: str = "", pad_digests: bool = False) -> Loaded:
    """Read records from texts by file name (`agents.yaml`, `crane/statements.yaml`).

    `prefix` stands before the names in places. With `pad_digests` an anchor that has no full hash
    on file gets its 16 digits four times, for examples that come without a text.
    """
    loader = Loader(prefix, pad_digests)
    for name in sorted(n for n in texts if "/" not in n):
        loader.file(name, texts[name], SHARED_FILES, document=None)
    for folder in sorted({n.split("/")[0] for n in texts if "/" in n}):
        loader.folder(folder, {n.split("/", 1)[1]: raw for n, raw in texts.items() if n.startswith(f"{folder}/")})
    return loader.loaded


class Loader:
    """Reads file after file, or text after text, into one `Loaded`."""

    def __init__(self, prefix: str, pad_digests: bool) -> None:
        self.prefix, self.pad_digests = prefix, pad_digests
        self.loaded = Loaded()
        self.digests: dict[str, str] = {}

    def _path(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name

    def folder(self, folder: str, texts: Mapping[str, bytes]) -> None:
        """Read the files of a document's folder."""
        path = self._path(f"{folder}/{DIGESTS}")
        self.digests = self._read_digests(texts.get(DIGESTS, b""), path, folder)
        documents, findings = len(self.loaded.records["documents"]), len(self.loaded.findings)
        for name in sorted(texts, key=lambda n: (n != "document.yaml", n)):
            if name != DIGESTS:
                self.file(f"{folder}/{name}", texts[name], DOCUMENT_FILES, document=folder)
            if name == "document.yaml" and len(self.loaded.findings) > findings:
                findings = -1  # it is there, and its own faults say why it cannot be read
        named = self.loaded.records["documents"][documents:]
        if not named and findings >= 0:
            self.loaded.findings.append(_document_missing(self._path(f"{folder}/document.yaml"), folder))
        for document in named:
            self._check_folder(document, folder)

    def _check_folder(self, document: Record, folder: str) -> None:
        if document.key != folder:
            place = self.loaded.place("documents", document.key, "id")[-1]
            said = {"id": document.key, "folder": folder}
            self.loaded.findings.append(files.FOLDER_NAME.finding(said, location=place))

    def _read_digests(self, raw: bytes, path: str, document: str) -> dict[str, str]:
        lines = enumerate(raw.decode("utf-8", "replace").splitlines(), 1)
        return self.full_hashes(((line, Location(path, number)) for number, line in lines), document)

    def full_hashes(self, lines: Iterable[tuple[str, Location]], document: str) -> dict[str, str]:
        """The full hashes that lines give, by their spans; what is no such line is a finding."""
        digests: dict[str, str] = {}
        for line, place in lines:
            digest, _, spans = line.partition("  ")
            if len(digest) == 64 and set(digest) <= set("0123456789abcdef") and spans:
                digests[spans] = digest
            elif line.strip():
                said = {"line": line[:40], "document": document}
                self.loaded.findings.append(files.DIGEST_LINE.finding(said, location=place))
        return digests

    def file(self, name: str, raw: bytes, known: Mapping[str, tuple[Section, ...]], document: str | None) -> None:
        """Read one file, which must be one of those that are known here."""
        path, short = self._path(name), name.rsplit("/", 1)[-1]
        if short not in known:
            close = get_close_matches(short, list(known), n=1)
            guess = f"; did you mean `{close[0]}`?" if close else " here"
            said = {"file": short, "guess": guess, "files": ", ".join(known)}
            self.loaded.findings.append(files.UNEXPECTED_FILE.finding(said, location=Location(path)))
            return
        text = read_yaml(raw, path)
        self.loaded.findings += text.findings
        if text.value is None:
            return
        names = ", ".join(section.key for section in known[short])
        if not isinstance(text.value, dict):
            self.loaded.findings.append(expected_mapping(text.value, "a mapping of sections", names, text.place(())))
            return
        self._unknown_sections(text, known[short])
        self.sections(text, known[short], document)

    def sections(self, text: YamlText, sections: tuple[Section, ...], document: str | None) -> None:
        """Read the records under these keys of a text that is a mapping."""
        names = ", ".join(section.key for section in sections)
        for section in sections:
            self._section(section, text, document, names)

    def _unknown_sections(self, text: YamlText, sections: tuple[Section, ...]) -> None:
        known = [section.key for section in sections]
        for key in text.value:
            if key not in known:
                said = {"value": key, "options": known}
                self.loaded.findings.append(UNKNOWN_KEY.finding(said, location=text.keys[(key,)]))

    def _section(self, section: Section, text: YamlText, document: str | None, names: str) -> None:
        value = text.value.get(section.key)
        if value is None:
            return
        if section.many and not isinstance(value, list):
            place = text.place((section.key,))
            self.loaded.findings.append(expected_mapping(value, f"a list under `{section.key}`", names, place))
            return
        for number, item in enumerate(value if section.many else [value], 1):
            at: YamlPath = (section.key, number - 1) if section.many else (section.key,)
            if not isinstance(item, dict):
                place = text.place(at)
                self.loaded.findings.append(expected_mapping(item, "a mapping of keys to values", names, place))
                continue
            self._record(section, item, at, text, document, number)

    def _record(
        self, section: Section, item: dict[str, Any], at: YamlPath, text: YamlText, document: str | None, number: int
    ) -> None:
        key = item.get("id") if isinstance(item.get("id"), str) else None
        item, marks = confirmed(section, item, at)
        self.loaded.findings += [self._suggestion(mark, value, section, text, key) for mark, value in marks]
        try:
            written = form(section).model_validate(item)
        except ValidationError as error:
            self.loaded.findings += faults(error, section, at, text, key)
            return
        _Rows(self.loaded, text, self._digest, document).add(section, written, at, None, number)

    @staticmethod
    def _suggestion(mark: YamlPath, value: Any, section: Section, text: YamlText, key: str | None) -> Finding:
        rule = files.UNCONFIRMED_SUGGESTION if value is True else files.SUGGESTED_VALUE
        place = text.keys.get(mark) or text.place(mark)
        said = {"value": shown(value)}
        return rule.finding(said, location=place, table=section.model.table, key=key, column=SUGGESTED)

    def _digest(self, note: AnchorNote, place: Location, document: str) -> str:
        spans = write_spans(note.spans)
        kept = self.digests.get(spans)
        if kept is None and not self.pad_digests:
            said = {"spans": spans, "document": document}
            self.loaded.findings.append(files.DIGEST_MISSING.finding(said, location=place))
        elif kept is not None and not kept.startswith(note.digest):
            said = {"spans": spans, "written": note.digest, "kept": kept[:DIGEST_PREFIX]}
            self.loaded.findings.append(files.DIGEST_MISMATCH.finding(said, location=place))
        return kept or note.digest * 4


@dataclass(slots=True)
class _Rows:
    """Turns one written record, and what is nested in it, into rows of its tables."""

    loaded: Loaded
    text: YamlText
    digest: Callable[[AnchorNote, Location, str], str]
    document: str | None

    def add(self, section: Section, written: Any, at: YamlPath, parent: str | None, number: int) -> None:
        values = self._span(section.model, written, at)
        name = self._name(section, written, parent, number)
        for col in columns(section.model):
            if col.origin == "written":
                values[col.name] = getattr(written, col.name)
            elif col.origin == "inherited":
                values[col.name] = self.document if col.name == "document_id" else parent
            elif col.origin == "position":
                values[col.name] = number
            elif col.origin == "child-id":
                values[col.name] = name
            elif col.origin == "anchor":
                values[col.name] = self._anchor(col.written_as, written, at, name)
        record = section.model.model_construct(**values)
        self.loaded.records[section.model.table].append(record)
        self._note_places(record, at)
        for child in section.children:
            for index, inner in enumerate(getattr(written, child.key), 1):
                self.add(child, inner, (*at, child.key, index - 1), record.key, index)

    def _name(self, section: Section, written: Any, parent: str | None, number: int) -> str:
        """The id of a record, or the name its anchors go by where it has none of its own."""
        own = getattr(written, "id", None)
        letter = next((c.letter for c in columns(section.model) if c.origin == "child-id"), "a")
        index = getattr(written, "level", number)
        return str(own) if own else f"{parent or self.document}.{letter}{index}"

    def _note_places(self, record: Record, at: YamlPath) -> None:
        place = self.text.place(at)
        self.loaded.places[(record.table, record.key, None)].append(place)
        for col in columns(type(record)):
            path = (*at, "anchor" if col.origin == "span" else col.written_as)
            if path in self.text.places:
                self.loaded.places[(record.table, record.key, col.name)].append(self.text.places[path])

    def _anchor(self, written_as: str, written: Any, at: YamlPath, name: str) -> str | None:
        said = getattr(written, written_as)
        if said is None:
            return None
        note, place = read_anchor(said), self.text.place((*at, written_as))
        anchor_id = name if written_as == "anchor" else f"{name}.{written_as.removesuffix('_anchor')}"
        document = self.document or ""
        anchor = Anchor.model_construct(
            id=anchor_id,
            document_id=document,
            start=note.start,
            end=note.end,
            fragments=note.fragments,
            text_sha256=self.digest(note, place, document),
            excerpt=note.excerpt,
        )
        self.loaded.records["anchors"].append(anchor)
        self.loaded.places[("anchors", anchor_id, None)].append(place)
        return anchor_id

    def _span(self, model: type[Record], written: Any, at: YamlPath) -> dict[str, Any]:
        """The columns of a record that is itself a place in the text."""
        if not any(col.origin == "span" for col in columns(model)):
            return {}
        note, place = read_anchor(written.anchor), self.text.place((*at, "anchor"))
        return {"start": note.start, "end": note.end, "text_sha256": self.digest(note, place, self.document or "")}

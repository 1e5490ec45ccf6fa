"""A package and its anchors put to the proof, and the full hashes of a document written from its text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from .anchor import Place, Records, digests, document_named, documents_of, pointers, verify_anchors
from .dataset import Dataset
from .errors import OnrecordError, SourceError
from .finding import Finding, Severity
from .lettering import counted, visible
from .model import Document
from .opening import DESCRIPTOR
from .records import DIGESTS, Loaded, load_records, records_folder
from .report import render_findings
from .rules import sourced
from .source import Source, find_source, read_source
from .staging import publication
from .tables import STORED, to_record

if TYPE_CHECKING:
    from rich.text import Text

# Faults that would put a hash of the wrong words on file.
_MISPLACED = {rule.code for rule in (sourced.OTHER_EDITION, sourced.BEYOND_TEXT, sourced.OTHER_WORDS)}


@dataclass(slots=True)
class Proof:
    """What was put to the proof: findings, and a line for each thing that was looked at."""

    findings: list[Finding] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[Text | str]:
        """Findings, then what was looked at, then how many problems there are."""
        yield from render_findings(self.findings)
        yield from (visible(line) for line in self.said)
        yield counted(len(self.findings), "problem")


@dataclass(frozen=True, slots=True)
class Written:
    """Hashes written: into which file, how many; or the findings for which nothing was written."""

    file: Path
    lines: int = 0
    findings: tuple[Finding, ...] = ()


def prove(dataset: Dataset, texts: Path | None = None) -> Proof:
    """Verify a dataset as it lies there and, with copies of its texts, every anchor into them."""
    proof = Proof(dataset.verify())
    packaged = (dataset.root / DESCRIPTOR).is_file()
    proof.said.append(f"{'package' if packaged else 'records'} in {dataset.root}: verified")
    if texts is not None:
        _prove_anchors(proof, dataset, texts)
    return proof


def _prove_anchors(proof: Proof, dataset: Dataset, texts: Path) -> None:
    """Records are judged where they are written, if they are there; else the tables."""
    records, place, prefix_only = _records(dataset)
    for document, source in _pairs(records, texts, proof):
        findings = verify_anchors(source, records, document.id, place=place, prefix_only=prefix_only)
        proof.findings += findings
        count = len(list(pointers(records, document.id)))
        proof.said.append(f"{document.id}: {counted(count, 'place')} compared with the text")


def _records(dataset: Dataset) -> tuple[Records, Place | None, bool]:
    if any(records_folder(dataset.root).glob("*.yaml")):
        loaded = load_records(dataset.root)
        return loaded.records, loaded.place, not loaded.complete
    return {table: [to_record(table, row) for row in dataset.table(table).to_pylist()] for table in STORED}, None, False


def _pairs(records: Records, texts: Path, proof: Proof) -> Iterator[tuple[Document, Source]]:
    """Each document with its text. A text that is no document's edition is still held against the only document."""
    documents = [document for document in records["documents"] if isinstance(document, Document)]
    if texts.is_dir():
        yield from _found(documents, texts, proof)
        return
    source = read_source(texts)
    mine = documents_of(source, records) or (documents if len(documents) == 1 else [])
    if not mine:
        known = "; ".join(f"{document.id} {document.text_sha256}" for document in documents) or "none"
        raise SourceError(
            f"{texts} has SHA-256 {source.sha256}, and no document was recorded from it",
            help=f"the documents and their texts are: {known}",
        )
    yield from ((document, source) for document in mine)


def _found(documents: list[Document], texts: Path, proof: Proof) -> Iterator[tuple[Document, Source]]:
    missing: list[SourceError] = []
    for document in documents:
        try:
            source = find_source(texts, document.text_sha256)
        except SourceError as error:
            missing.append(error)
            proof.said.append(f"{document.id}: anchors not verified, {error.message}")
            continue
        yield document, source
    if missing and len(missing) == len(documents):
        raise missing[0]


def write_digests(id: str, records: Path, text: Path) -> Written:
    """Write `digests.sha256` of a document from a copy of its text, unless its anchors do not fit it."""
    loaded = load_records(records, pad_digests=True)
    file = records_folder(records) / id / DIGESTS
    faults = [f for f in loaded.findings if f.severity is Severity.ERROR and _concerns(f, file.parent)]
    if faults:
        return Written(file, findings=tuple(faults))
    return _written(loaded, document_named(loaded.records, id), text, file)


def _concerns(finding: Finding, folder: Path) -> bool:
    return finding.location is not None and folder in Path(finding.location.file).parents


def _written(loaded: Loaded, document: Document, text: Path, file: Path) -> Written:
    source = find_source(text, document.text_sha256)
    found = verify_anchors(source, loaded.records, document.id, place=loaded.place, prefix_only=True)
    misplaced = tuple(finding for finding in found if finding.code in _MISPLACED)
    if misplaced:
        return Written(file, findings=misplaced)
    lines = digests(source, loaded.records, document.id)
    try:
        with publication(file.parent) as stage:
            stage.put(file.name, lines.encode())
            stage.publish()
    except OnrecordError as error:
        raise SourceError(f"cannot write {file}: {error.message}", help=error.help) from error
    return Written(file, lines.count("\n"))

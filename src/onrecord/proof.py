"""A package and its anchors put to the proof, and the full hashes of a document written from its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .anchor import Place, digests, document_named, findings_of, verify_anchors
from .check import Checked, run_rules
from .copies import Texts
from .dataset import Dataset
from .errors import OnrecordError, SourceError
from .finding import Finding, Severity
from .lettering import as_json, counted, visible
from .logend import LOG, cut_short
from .model import Document
from .opening import DESCRIPTOR
from .places import FULL, POINTING, QUOTING, places_of
from .records import DIGESTS, Loaded, load_records, load_texts, read_texts, records_folder
from .report import plain_finding, render_findings, render_github, render_sarif
from .rules import sourced
from .rules.reviews import BROKEN_LOG
from .source import find_source
from .span import DIGEST_PREFIX
from .staging import publication
from .standing import Standing, stand
from .tables import to_tables

if TYPE_CHECKING:
    from rich.text import Text

# Faults that would put a hash of the wrong words on file.
_MISPLACED = {
    rule.code for rule in (sourced.OTHER_EDITION, sourced.MOVED_WORDS, sourced.AMBIGUOUS_WORDS, sourced.MISSING_WORDS)
}


@dataclass(slots=True)
class Proof:
    """What was put to the proof: findings, what was looked at, how the places of each document stand."""

    findings: list[Finding] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)

    def render(self, form: str = "text") -> Iterable[Text | str]:
        """The proof as `check` renders its findings: as text, json, sarif or github."""
        checked = Checked(tuple(self.findings), sum(len(standing.places) for standing in self.standings))
        match form:
            case "json":
                return [as_json(self.plain())]
            case "sarif":
                return [render_sarif(checked)]
            case "github":
                return render_github(checked)
        return self.lines()

    def lines(self) -> Iterator[Text | str]:
        """Findings, what is most like missing words, what was looked at, how many problems there are."""
        yield from render_findings(self.findings)
        for standing in self.standings:
            yield from (visible(line) for line in standing.proposals())
        yield from (visible(line) for line in self.said)
        yield counted(len(self.findings), "problem")

    def plain(self) -> dict[str, Any]:
        """Findings and the state of every place as plain values; no words of a text are among them."""
        return {
            "findings": [plain_finding(finding) for finding in self.findings],
            "documents": [standing.plain() for standing in self.standings],
            "said": self.said,
        }


@dataclass(frozen=True, slots=True)
class Written:
    """Hashes written: into which file, how many; or the findings for which nothing was written."""

    file: Path
    lines: int = 0
    findings: tuple[Finding, ...] = ()


def prove(dataset: Dataset, texts: str | Path | None = None, *, encoding: str | None = None) -> Proof:
    """Verify a dataset as it lies there and, with copies of its texts, every place in them.

    What is another edition is said first, then how places stand, then what is wrong apart from any text.
    `texts` is a file or a folder; of a folder, each document's text is found by its hash.
    Raises SourceError when no text can be read, or none belongs to a document.
    """
    proof, apart = Proof(), dataset.verify()
    packaged = (dataset.root / DESCRIPTOR).is_file()
    apart += _log(dataset.root) if packaged else []
    how = counted(len(apart), "problem") if apart else "verified"
    proof.said.append(f"{'package' if packaged else 'records'} in {dataset.root}: {how}")
    if texts is not None:
        _prove_places(proof, dataset, Path(texts), encoding)
    proof.findings = [*sorted(proof.findings, key=_edition_first), *apart]
    return proof


def _log(root: Path) -> list[Finding]:
    """What is wrong with the review log that lies beside a package: its chain, its end."""
    records = records_folder(root)
    if records == root or not (records / LOG).is_file():
        return []
    texts, _ = read_texts(root)
    loaded = load_texts({LOG: texts.get(LOG, b"")}, prefix=str(records))
    broken = run_rules({"reviews": to_tables(loaded.records)["reviews"]}, [BROKEN_LOG], loaded)
    return [*broken, *cut_short(root, loaded, root)] if loaded.complete else []


def _edition_first(finding: Finding) -> bool:
    """Sort key: that a text is another edition explains the states of the places that follow."""
    return finding.code != sourced.OTHER_EDITION.code


def _prove_places(proof: Proof, dataset: Dataset, texts: Path, encoding: str | None) -> None:
    """Records are judged where they are written, if they are there; else the tables."""
    tables, place, digits = _tables(dataset)
    for places, copy in Texts(texts, places_of(tables), encoding).pairs(proof.said):
        standing = stand(places, copy, digits=digits)
        proof.findings += findings_of(standing, place)
        proof.standings.append(standing)
        proof.said.append(standing.summary())


def _tables(dataset: Dataset) -> tuple[Mapping[str, pa.Table], Place | None, int]:
    if any(records_folder(dataset.root).glob("*.yaml")):
        loaded = load_records(dataset.root)
        return to_tables(loaded.records), loaded.place, FULL if loaded.complete else DIGEST_PREFIX
    return {table: dataset.table(table) for table in ("documents", *POINTING, *QUOTING)}, None, FULL


def write_digests(id: str, records: Path, text: Path) -> Written:
    """Write `digests.sha256` of a document from a copy of its text, unless its anchors do not fit it."""
    loaded = load_records(records, pad_digests=True)
    file = records_folder(records) / id / DIGESTS
    faults = [f for f in loaded.findings if f.severity is Severity.ERROR and concerns(f, file.parent)]
    if faults:
        return Written(file, findings=tuple(faults))
    return _written(loaded, document_named(loaded.records, id), text, file)


def concerns(finding: Finding, folder: Path) -> bool:
    """Whether a finding is about a file in a folder."""
    return finding.location is not None and folder in Path(finding.location.file).parents


def _written(loaded: Loaded, document: Document, text: Path, file: Path) -> Written:
    source = find_source(text, document.text_sha256, document.text_form)
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

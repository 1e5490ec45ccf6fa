"""Records checked again on every save: what is wrong, what was mended, how far the work has come."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from .check import Checked, check
from .coverage import Tally, total
from .errors import BuildError, LoadError, MissingExtra, OnrecordError
from .finding import Finding
from .lettering import counted, visible
from .records import DIGESTS, Loaded, load_records, records_folder
from .report import render_findings
from .report import total as problems
from .rules import files
from .rules.shape import SHAPE_RULES
from .schemas import Known, known_ids, record_schema_files
from .staging import publication
from .tables import Tables, to_tables

if TYPE_CHECKING:
    from rich.text import Text

# Milliseconds: saves that follow each other more quickly are one; a gap, or this long, ends them.
GAP, LONGEST = 100, 1_000
PULSE = 1_000  # how often, in milliseconds, to see whether the folder itself is still the same
SHOWN = 40  # findings; `check` shows all
SCHEMAS = "schema"
_ON_READING = {rule.code for rule in (*files.FILE_RULES, *SHAPE_RULES)}
_UNREADABLE = {  # faults that hide whatever else is in a file
    rule.code
    for rule in (
        files.YAML_SYNTAX,
        files.YAML_TAG,
        files.YAML_ALIAS,
        files.NESTED_TOO_DEEP,
        files.CONTROL_CHARACTER,
        files.NOT_UTF8,
        files.FILE_TOO_LARGE,
        files.NOT_A_MAPPING,
    )
}

Signature = Mapping[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the records: what `check` says, how far the work is, what was seen the time before."""

    at: str
    root: str
    checked: Checked = field(default_factory=lambda: Checked((), 0))
    units: Tally = field(default_factory=Tally)
    complete: bool = True
    unread: frozenset[str] = frozenset()
    refused: OnrecordError | None = None
    before: tuple[Finding, ...] | None = None
    notes: tuple[str, ...] = ()


def watch(path: Path) -> Iterator[Look]:
    """A look at the records now, and another after every change; ends only when it is stopped.

    Raises LoadError when there is no folder to watch.
    """
    root = records_folder(path)
    if not root.is_dir():
        load_records(root)  # says why not
    eye, seen = _Eye(root), None
    for _ in stirrings(root):
        if (now := signature(root)) != seen:
            seen = now
            yield eye.look()


class _Eye:
    """Looks at a records folder, and remembers what the last look found."""

    def __init__(self, root: Path) -> None:
        self.root, self.project = root, _project_of(root)
        self.before: tuple[Finding, ...] | None = None
        self.known: Known | None = None

    def look(self) -> Look:
        """Check the records as they are now; write the JSON Schemas anew where ids have changed."""
        at = f"{datetime.now():%H:%M:%S}"
        try:
            loaded = load_records(self.root)
            tables = to_tables(loaded.records)
            checked = check(self.root, loaded, tables)
        except LoadError as error:
            return Look(at, str(self.root), refused=error, before=self.before)
        notes = tuple(self._renew(loaded, tables))
        before, unread = self.before, loaded.unread or frozenset()
        self.before = (*checked.findings, *_waiting(before or (), checked, unread))
        return Look(at, str(self.root), checked, total(tables), loaded.complete, unread, before=before, notes=notes)

    def _renew(self, loaded: Loaded, tables: Tables) -> Iterator[str]:
        """Have editors offer the ids that there are now, unless some file cannot tell which those are."""
        if self.project is None or loaded.unread is None:
            return
        known = _with_lost(known_ids(tables), self.known or {}, loaded.unread)
        if known == self.known:
            return
        try:
            changed = _written(self.project, record_schema_files(known))
        except BuildError as error:
            yield f"{SCHEMAS}/ is as it was: {error.message}"
            return
        self.known = known
        if changed:
            yield f"{SCHEMAS}/ written anew: {', '.join(changed)}"


def _waiting(before: Iterable[Finding], checked: Checked, unread: Iterable[str]) -> Iterator[Finding]:
    """Earlier findings that cannot be judged just now: they are neither there nor mended."""
    silent = {f.location.file for f in checked.findings if f.location and f.code in _UNREADABLE}
    for finding in before:
        key = finding.key or ""
        lost = finding.code not in _ON_READING and any(
            key == id or key.startswith((f"{id}.", f"{id}/")) for id in unread
        )
        if lost or finding.code in checked.skipped or (finding.location and finding.location.file in silent):
            yield finding


def _project_of(root: Path) -> Path | None:
    """The project around a records folder, if it has a folder of schemas to keep up."""
    root = root.absolute()
    project = root.parent.parent
    return project if root.parts[-2:] == ("claims", "records") and (project / SCHEMAS).is_dir() else None


def _with_lost(known: Known, before: Known, unread: Iterable[str]) -> Known:
    """Known ids, those included whose records have a fault just now."""
    return {
        table: {id: before[table][id] for id in unread if id in before.get(table, {})} | dict(ids)
        for table, ids in known.items()
    }


def _written(project: Path, files: Mapping[str, bytes]) -> list[str]:
    """Put those files in place that differ from what is there; their names."""
    changed = {name: data for name, data in files.items() if not _is(project / name, data)}
    if not changed:
        return []
    with publication(project) as stage:
        for name, data in changed.items():
            stage.put(name, data)
        return [Path(name).name for name in stage.publish()]


def _is(file: Path, data: bytes) -> bool:
    try:
        return file.read_bytes() == data
    except OSError:
        return False


# Being told of changes


def signature(root: Path) -> Signature:
    """What tells one state of a records folder from another, without reading the files."""
    said: dict[str, tuple[int, int, int]] = {}
    for folder in (root, *_folders(root)):
        with suppress(OSError):
            for entry in os.scandir(folder):
                if entry.name.endswith((".yaml", ".yml")) or entry.name == DIGESTS:
                    there = entry.stat()
                    said[entry.path] = there.st_mtime_ns, there.st_size, there.st_ino
        said.setdefault(str(folder), (0, 0, 0))
    return said


def _folders(root: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(Path(entry.path) for entry in os.scandir(root) if entry.is_dir() and entry.name[0] != ".")
    return []


def stirrings(root: Path) -> Iterator[None]:
    """Come round now, and whenever something in a folder may have changed, also when it comes and goes."""
    try:
        from watchfiles import watch as changes_in
    except ImportError as error:
        raise MissingExtra("watchfiles", "watch") from error
    root = root.absolute()
    yield
    while True:
        folder = _nearest(root)
        mark = _identity(folder)
        told = changes_in(
            folder,
            watch_filter=None,
            recursive=folder == root,
            debounce=LONGEST,
            step=GAP,
            rust_timeout=PULSE,
            yield_on_timeout=True,
        )
        with closing(told):
            for number, changes in enumerate(told):
                if changes or number == 0:  # the first round is for what happened before the watch began
                    yield
                if _nearest(root) != folder or _identity(folder) != mark:
                    break
        yield


def _nearest(root: Path) -> Path:
    """A folder, or the nearest one above it that is there."""
    return next(folder for folder in (root, *root.parents) if folder.is_dir())


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is: another one of the same name has another identity."""
    try:
        there = folder.stat()
    except OSError:
        return None
    return there.st_dev, there.st_ino


# A look as lines of text


def draw_look(look: Look) -> Iterator[Text | str]:
    """A look as lines: findings, the new ones first, what was mended, and how far the work is."""
    if look.refused:
        yield visible(f"{look.at}  {look.root} cannot be read: {look.refused.message}")
        yield visible(f"  help: {look.refused.help}")
        return
    now, before = look.checked.findings, look.before
    new = [] if before is None else _difference(now, before)
    mended = _difference(before or (), (*now, *_waiting(before or (), look.checked, look.unread)))
    yield visible(f"{look.at}  {look.root}: {problems(look.checked)}{_changes(new, mended)}")
    yield from _listed("new:", new)
    yield from _listed("still there:" if new else "", _difference(now, new), SHOWN - len(new))
    yield from _listed("mended:", mended, brief=True)
    if look.checked.skipped:
        yield f"{counted(len(look.checked.skipped), 'rule')} not judged while records cannot be read"
    yield from map(visible, look.notes)
    yield _standing(look)


def _difference(findings: Iterable[Finding], others: Iterable[Finding] | None) -> list[Finding]:
    """The findings that are not among others; a line further down is still the same finding."""
    left = Counter(map(_same, others or ()))
    found = []
    for finding in findings:
        if left[_same(finding)]:
            left[_same(finding)] -= 1
        else:
            found.append(finding)
    return found


def _same(finding: Finding) -> tuple[object, ...]:
    file = finding.location.file if finding.location else None
    return finding.code, file, finding.table, finding.key, finding.column, finding.message


def _changes(new: list[Finding], mended: list[Finding]) -> str:
    said = [f"{len(findings):,} {word}" for findings, word in ((new, "new"), (mended, "mended")) if findings]
    return f"; {', '.join(said)}" if said else ""


def _listed(title: str, findings: list[Finding], most: int = SHOWN, *, brief: bool = False) -> Iterator[Text | str]:
    """Findings under a title, not more than fit a screen."""
    if not findings:
        return
    if title:
        yield title
    shown = findings[: max(most, 1)]
    if brief:
        yield from (visible(f"  {f.location or f.table}: {f.code} {f.name}: {f.message}") for f in shown)
    else:
        yield from render_findings(shown)
    if len(findings) > len(shown):
        yield f"  and {len(findings) - len(shown):,} more: `onrecord check` shows all"


def _standing(look: Look) -> str:
    """How far the work is, on one line."""
    counts, units = look.checked.counts, look.units
    said = [counted(counts.get(table, 0), table[:-1]) for table in ("documents", "statements", "claims")]
    waived = sum(units.waived.values())
    said.append(f"units: {units.covered:,} covered, {waived:,} waived, {units.open:,} open")
    placeholders = look.checked.codes[files.OPEN_PLACEHOLDER.code]
    if placeholders:
        said.append(f"{counted(placeholders, 'placeholder')} open")
    return "; ".join(said) + ("" if look.complete else "; of what can be read")

"""Records to the data package: tables as CSV and Parquet, schemas, descriptor; all of it or nothing.

A build passes these gates, in this order: the rules over the records, a look at how many rows
would be lost, the package's own verification of what was written, and frictionless as an
independent reader. Only then are the files put in place.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .check import check_loaded
from .descriptor import descriptor, package_hash, table_file
from .engine import with_overview
from .errors import BuildError
from .finding import Finding, Severity
from .formats import write_csv, write_parquet
from .info import PackageInfo, read_info
from .logend import cut_short
from .model import TABLES
from .records import load_records
from .rules.packaged import DESCRIPTOR
from .schemas import as_json, schema_files
from .staging import Stage, publication
from .tables import Tables, to_tables
from .verify import verify_package

FRICTIONLESS_ROWS = 200_000
_PLACES = ("claims/tables/{}.csv", "claims/tables/{}.parquet", "schema/tables/{}.json")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")  # of a table, now or in an earlier release


class Refused(BuildError):
    """A build that the records do not allow; `findings` says why."""

    def __init__(self, message: str, findings: Iterable[Finding], *, help: str = "") -> None:
        super().__init__(message, help=help)
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made: rows per table, the gates it passed, one hash for all of it, what changed."""

    rows: dict[str, int]
    gates: tuple[str, ...]
    hash: str
    changed: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Release:
    """What is to be written: the dataset's description, its tables, the warnings about its records."""

    info: PackageInfo
    tables: Tables
    records: int
    findings: tuple[Finding, ...]


def build(
    records: str | Path,
    target: str | Path,
    *,
    frictionless: bool | None = None,
    accept_drop: str | None = None,
    beside: Mapping[str, bytes] | None = None,
) -> Built:
    """Build the data package of a records folder into a project's root.

    `frictionless` turns the last gate on or off; by default it is passed up to 200,000 rows.
    `accept_drop` is the reason for which the package may lose more than half of a table's rows.
    Files `beside` the package are put in place together with it, by their paths below the root.
    Raises Refused while records have errors, BuildError when the build cannot be made.
    """
    root = Path(target)
    release = _release(records, root)
    with publication(root) as stage:
        refuse_drop(release.records, _rows(release), rows_before(root), accept_drop)
        for name, data in (beside or {}).items():
            stage.put(name, data)
        hash = _write(stage, release)
        gates = tuple(_gates(stage.root, release, frictionless))
        changed = stage.publish(obsolete(root, stage.names))
    return Built(_rows(release), gates, hash, tuple(changed), release.findings)


def stale(records: str | Path, target: str | Path) -> list[str]:
    """The files that a build would write, change or remove. The target is not touched."""
    root = Path(target)
    release = _release(records, root)
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        _write(stage, release)
        different = [name for name in stage.names if not _same(stage.root / name, root / name)]
    return sorted([*different, *obsolete(root, stage.names)])


def _same(made: Path, there: Path) -> bool:
    return there.is_file() and made.read_bytes() == there.read_bytes()


def _release(records: str | Path, root: Path) -> _Release:
    loaded = load_records(records)
    info, faults = read_info(records)
    tables = to_tables(loaded.records)
    checked = check_loaded(loaded, tables)
    findings = (*faults, *checked.findings, *cut_short(root, loaded, records))
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    if errors or info is None:
        message = f"the records have {errors:,} {'error' if errors == 1 else 'errors'}; nothing was built"
        raise Refused(message, findings, help="mend them, then build again")
    return _Release(info, with_overview(tables), loaded.count, findings)


def _rows(release: _Release) -> dict[str, int]:
    return {table: release.tables[table].num_rows for table in TABLES}


# Writing


def _write(stage: Stage, release: _Release) -> str:
    """Write every file of the package, the descriptor last. Returns the package's hash."""
    files: dict[str, tuple[str, int]] = {}
    for table in TABLES:
        _write_table(stage, release, table, files)
    for name, data in schema_files(release.tables).items():
        stage.put(name, data)
    stage.put(DESCRIPTOR, as_json(descriptor(release.info, release.tables, files)))
    return package_hash((path, hash) for path, (hash, _) in files.items())


def _write_table(stage: Stage, release: _Release, table: str, files: dict[str, tuple[str, int]]) -> None:
    rows, said = release.tables[table], _footer(release.info, table)
    with stage.open(table_file(table, "csv")) as csv:
        write_csv(rows, csv)
    with stage.open(table_file(table, "parquet")) as parquet:
        write_parquet(table, rows, parquet, said)
    files[table_file(table, "csv")] = csv.hash, csv.bytes
    files[table_file(table, "parquet")] = parquet.hash, parquet.bytes


def _footer(info: PackageInfo, table: str) -> dict[str, str]:
    """The few words a Parquet file carries about itself; the descriptor has the rest."""
    description = " ".join((TABLES[table].__doc__ or "").split())
    return {"package": info.name, "version": info.version, "table": table, "description": description}


def obsolete(root: Path, names: Iterable[str]) -> list[str]:
    """Files of the tables of this release, or of the one that is there, that this one does not have.

    Other files are somebody else's, wherever they lie.
    """
    tables = {*TABLES, *filter(_NAME.fullmatch, rows_before(root))}
    single = {name for table in tables for place in _PLACES if (root / (name := place.format(table))).is_file()}
    parts = {file.relative_to(root).as_posix() for t in tables for file in root.glob(f"claims/tables/{t}/*.parquet")}
    return sorted((single | parts) - set(names))


# Gates


def rows_before(root: Path) -> dict[str, int]:
    """Rows per table in the package that is there, as far as its descriptor can be read."""
    try:
        resources = json.loads((root / DESCRIPTOR).read_bytes())["resources"]
        return {item["name"]: item["rows"] for item in resources if type(item.get("rows")) is int}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def refuse_drop(records: int, now: Mapping[str, int], before: Mapping[str, int], reason: str | None) -> None:
    """Refuse a package that is empty, or has lost more than half of a table's rows, without a reason."""
    if reason is not None and reason.strip():
        return
    help = "if this is meant, build again with a reason for the loss (`--accept-drop REASON`)"
    if records == 0:
        raise BuildError("there are no records to build a package from", help=help)
    lost = [
        f"{table} from {rows:,} to {now.get(table, 0):,}"
        for table, rows in before.items()
        if now.get(table, 0) * 2 < rows
    ]
    if lost:
        raise BuildError(f"more than half of the rows would be lost: {', '.join(lost)}", help=help)


def _gates(staged: Path, release: _Release, frictionless: bool | None) -> Iterator[str]:
    """Pass the staged package through its gates, naming each one passed."""
    yield "rules"
    faults = verify_package(staged)
    if faults:
        raise Refused("the package that was written does not verify; nothing was published", faults)
    yield "verify"
    if frictionless is None:
        frictionless = sum(_rows(release).values()) <= FRICTIONLESS_ROWS
    if frictionless:
        _pass_frictionless(staged)
        yield "frictionless"


def _pass_frictionless(staged: Path) -> None:
    try:
        from frictionless import FrictionlessException, Package
    except ImportError as error:
        help = 'pip install "onrecord[build]", or build without this gate'
        raise BuildError("frictionless, the last gate of a build, is not installed", help=help) from error
    try:
        report = Package(str(staged / DESCRIPTOR)).validate()
    except FrictionlessException as error:
        raise BuildError(f"frictionless cannot read the package: {error.error.message}") from error
    if not report.valid:
        faults = report.flatten(["name", "rowNumber", "fieldName", "message"])
        first = "; ".join(" ".join(str(word) for word in fault if word is not None) for fault in faults[:3])
        raise BuildError(f"frictionless finds {len(faults):,} faults in the package: {first}")

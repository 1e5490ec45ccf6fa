"""One side of a comparison: a package, a folder of records, or either of them as a git revision has it.

A package of another version of the schema is read as it is; only records have to fit the schema of today.
"""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from .descriptor import TABLES_FOLDER
from .errors import LoadError
from .model import TABLES
from .opening import DESCRIPTOR, PackageFolder, opened, parquet_rows
from .records import records_folder
from .staging import settle

RECORDS = "claims/records"
PATHS = (DESCRIPTOR, TABLES_FOLDER, RECORDS)
# Variables by which git is told of another repository.
_OF_ANOTHER = {
    f"GIT_{name}"
    for name in (
        *("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "ALTERNATE_OBJECT_DIRECTORIES", "COMMON_DIR"),
        *("GRAFT_FILE", "SHALLOW_FILE", "PREFIX", "NAMESPACE", "IMPLICIT_WORK_TREE"),
    )
}
_FETCH = "this clone is shallow: `git fetch --unshallow --tags` brings the older revisions"
NAME_ONE = "name a folder, a package or a git revision such as `HEAD~1` or `v0.1.0`"


@dataclass(frozen=True, slots=True)
class Side:
    """What lies at a path or in a revision: how it was named, what it says of itself, its tables."""

    name: str
    identity: str  # of two sides with one identity nothing can differ
    said: Mapping[str, Any]
    tables: Mapping[str, pa.Table]

    @property
    def version(self) -> str | None:
        """The version of its data, if it states one."""
        value = self.said.get("version")
        return None if value is None else str(value)


def identity(name: str, project: Path) -> str:
    """What a name means, without reading it: the path in full, or the commit. Raises LoadError."""
    there = _path(name)
    return str(there) if there else f"commit {_commit(name, project)}"


def side(name: str, project: Path) -> Side:
    """The dataset that a name means: a path that is there, else a revision of the project's repository.

    Raises LoadError when it means neither, or when what is there cannot be read.
    """
    there, known = _path(name), identity(name, project)
    if there:
        return _side(name, known, there)
    with revision(known.removeprefix("commit "), project) as folder:
        return _side(name, known, folder)


def _path(name: str) -> Path | None:
    try:
        there = Path(name).resolve()
        if not name or not there.exists():
            return None
    except (OSError, ValueError):  # a name that no file can have
        return None
    return there.parent if there.name == DESCRIPTOR else there


def _side(name: str, known: str, folder: Path) -> Side:
    source = opened(folder)
    if isinstance(source, PackageFolder) and not source.in_parts:
        if not settle(folder):
            raise LoadError(f"the package in {folder} is being replaced", help="wait for the build to end")
        return Side(name, known, source.describe(), _package_tables(folder))
    return Side(name, known, source.describe(), {table: source.read(table) for table in TABLES})


def _package_tables(root: Path) -> dict[str, pa.Table]:
    """Every table of a package, with the columns that it has."""
    files = sorted((root / TABLES_FOLDER).glob("*.parquet"))
    if not files:
        help = "a comparison reads the Parquet files in claims/tables; `onrecord verify` says what is wrong"
        raise LoadError(f"the package in {root} has no tables", help=help)
    tables = {file.stem: parquet_rows(file) for file in files}
    for table, rows in tables.items():
        if not rows.num_columns:
            raise LoadError(f"{table}.parquet has no columns", help="`onrecord verify` says more")
        if len({name.casefold() for name in rows.column_names}) < rows.num_columns:  # SQL knows no capitals
            raise LoadError(f"{table}.parquet has two columns of one name", help="`onrecord verify` says more")
    return tables


# Git


@contextmanager
def revision(commit: str, project: Path) -> Iterator[Path]:
    """The package of a commit, or its records where there is none, in a folder of their own for as long as needed.

    Files come as the repository holds them: no attribute, filter or link of the commit has a say.
    """
    listed = _git(project, "ls-tree", "-r", "-z", commit, "--", *PATHS).decode("utf-8", "surrogateescape")
    entries = [_Entry.of(line) for line in listed.split("\0") if line]
    packaged = any(entry.path == DESCRIPTOR for entry in entries)
    wanted = [entry for entry in entries if entry.wanted(packaged)]
    if not wanted:
        raise LoadError(f"revision {commit[:12]} has no package and no records in {project}", help=NAME_ONE)
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        try:
            for entry, raw in zip(wanted, _blobs(project, wanted), strict=True):
                entry.put(Path(folder).resolve(), raw)
            yield Path(folder)
        except LoadError as error:  # of the folder, which nobody knows
            there = (
                f"check out {commit[:12]} in a folder of its own; `onrecord check` and `onrecord verify` say more there"
            )
            said = error.message.replace(folder, f"revision {commit[:12]}")
            raise LoadError(said, help=error.help if said == error.message else there) from error


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file as a commit lists it."""

    mode: str
    id: str
    path: str

    @classmethod
    def of(cls, line: str) -> _Entry:
        """The entry that a line of `git ls-tree` describes."""
        about, _, path = line.partition("\t")
        mode, _, id = about.split(" ")
        return cls(mode, id, path)

    def wanted(self, packaged: bool) -> bool:
        """Whether the file is one of those that a comparison reads."""
        if packaged:
            return self.path == DESCRIPTOR or (self.path.startswith(TABLES_FOLDER) and not self.path.endswith(".csv"))
        return self.path.startswith(RECORDS)

    def put(self, folder: Path, raw: bytes) -> None:
        """Write the file where it belongs. Raises LoadError for a link, and for a path that leads out."""
        there = (folder / self.path).resolve()
        if not self.mode.startswith("100") or not there.is_relative_to(folder):
            raise LoadError(f"`{self.path}` of the revision is no file of its own", help="links are not followed")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(raw)


def _blobs(project: Path, entries: Sequence[_Entry]) -> Iterator[bytes]:
    """The content of each file. What is no file has none."""
    asked = "".join(f"{entry.id}\n" for entry in entries).encode("ascii")
    said = io.BytesIO(_git(project, "cat-file", "--batch", said=asked))
    for _ in entries:
        head = said.readline().split()  # id, type and size; or id and `missing`, as of a submodule
        yield said.read(int(head[2])) if len(head) == 3 else b""
        if len(head) == 3:
            said.read(1)


def _commit(name: str, project: Path) -> str:
    """The commit that a revision means."""
    help = NAME_ONE
    if name and not name.startswith("-") and "\0" not in name:
        try:
            said = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
            return said.decode("ascii").strip()
        except LoadError as error:
            help = error.help or (f"{NAME_ONE}; {_FETCH}" if _shallow(project) else NAME_ONE)
    raise LoadError(f"there is no folder and no git revision `{name}`", help=help)


def _shallow(project: Path) -> bool:
    """Whether the repository was cloned without what came before."""
    try:
        return _git(project, "rev-parse", "--is-shallow-repository").strip() == b"true"
    except LoadError:
        return False


def tagged(version: str, project: Path) -> str | None:
    """The tag under which a version of the data was published: `data-v0.1.0`, else `v0.1.0`."""
    for tag in (f"data-v{version}", f"v{version}"):
        try:
            _commit(f"refs/tags/{tag}", project)
        except LoadError:
            continue
        return f"refs/tags/{tag}"
    return None


def _git(project: Path, *arguments: str, said: bytes = b"") -> bytes:
    """What git prints, asked this. Raises LoadError when there is no git, no repository, or no such thing in it."""
    folder = records_folder(project)
    root = folder.parent.parent if folder.parts[-2:] == ("claims", "records") else project
    command = ["git", "-C", str(root), *arguments]
    try:
        # The project's repository is meant, also where a hook's environment names another one.
        kept = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
        kept["LC_ALL"] = "C"  # its messages are read below
        done = subprocess.run(command, capture_output=True, check=False, env=kept, input=said)
    except OSError as error:
        raise LoadError(f"git cannot be run: {error.strerror}", help="install git, or name two folders") from error
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").split("\n")[0]
        help = f"{root} is in no git repository; name a folder or a package" if "not a git" in why else ""
        raise LoadError(f"git cannot read {root}: {why}", help=help)
    return done.stdout

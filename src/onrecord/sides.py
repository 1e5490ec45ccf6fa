"""One side of a comparison: a package, a folder of records, or either of them as a git revision has it.

A package of another version of the schema is read as it is; only records have to fit the schema of today.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
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

PATHS = (DESCRIPTOR, TABLES_FOLDER, "claims/records")
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
    if isinstance(source, PackageFolder):
        return Side(name, known, source.describe(), _package_tables(folder))
    return Side(name, known, source.describe(), {table: source.read(table) for table in TABLES})


def _package_tables(root: Path) -> dict[str, pa.Table]:
    """Every table of a package, with the columns that it has."""
    files = sorted((root / TABLES_FOLDER).glob("*.parquet"))
    if not files:
        raise LoadError(f"the package in {root} has no tables", help="`onrecord verify` says what is wrong with it")
    tables = {file.stem: parquet_rows(file) for file in files}
    for table, rows in tables.items():
        if len(set(rows.column_names)) < rows.num_columns:
            raise LoadError(f"{table}.parquet has two columns of one name", help="`onrecord verify` says more")
    return tables


# Git


@contextmanager
def revision(commit: str, project: Path) -> Iterator[Path]:
    """The package and the records of a commit in a folder of their own, for as long as it is needed."""
    paths = _git(project, "ls-tree", "--name-only", commit, "--", *PATHS).decode("utf-8", "replace").split("\n")
    there = [path for path in PATHS if path in paths]
    if not there:
        raise LoadError(f"revision {commit[:12]} has no package and no records in {project}", help=NAME_ONE)
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        archive = _git(project, "archive", "--format=tar", commit, "--", *there)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(folder, filter="data")
        yield Path(folder)


def _commit(name: str, project: Path) -> str:
    """The commit that a revision means."""
    help = NAME_ONE
    if name and not name.startswith("-") and "\0" not in name:
        try:
            said = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
            return said.decode("ascii").strip()
        except LoadError as error:
            help = error.help or help
    raise LoadError(f"there is no folder and no git revision `{name}`", help=help)


def tagged(version: str, project: Path) -> str | None:
    """The tag under which a version of the data was published: `data-v0.1.0`, else `v0.1.0`."""
    for tag in (f"data-v{version}", f"v{version}"):
        try:
            _commit(f"refs/tags/{tag}", project)
        except LoadError:
            continue
        return f"refs/tags/{tag}"
    return None


def _git(project: Path, *arguments: str) -> bytes:
    """What git prints. Raises LoadError when there is no git, no repository, or no such thing in it."""
    folder = records_folder(project)
    root = folder.parent.parent if folder.parts[-2:] == ("claims", "records") else project
    command = ["git", "-C", str(root), *arguments]
    try:
        # The project's repository is meant, also where a hook's environment names another one.
        kept = {name: value for name, value in os.environ.items() if name not in ("GIT_DIR", "GIT_WORK_TREE")}
        done = subprocess.run(command, capture_output=True, check=False, env=kept, stdin=subprocess.DEVNULL)
    except OSError as error:
        raise LoadError(f"git cannot be run: {error.strerror}", help="install git, or name two folders") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").split("\n")[0]
        help = f"{root} is in no git repository; name a folder or a package" if "not a git" in said else ""
        raise LoadError(f"git cannot read {root}: {said}", help=help)
    return done.stdout

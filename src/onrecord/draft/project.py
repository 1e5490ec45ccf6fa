"""Where a new document's folder goes, and the files it shares with other documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..engine import with_overview
from ..errors import DraftError
from ..records import PACKAGE, Loaded, load_texts, read_texts
from ..schemas import schema_files
from ..tables import to_tables
from ..yamledit import appended, scalar
from .folder import head

AGENTS, CLAIMS, REVIEWS = "agents.yaml", "claims.yaml", "reviews.yaml"
RECORDS, SCHEMAS = "claims/records", "schema"
_BEGUN = {
    AGENTS: ("Everybody who speaks, is spoken to or is spoken about. Shared by all documents.", "agents:\n"),
    CLAIMS: (
        "Topics, quantities, and claims: propositions in neutral words, each once, however many voices state it.",
        "topics:\n  # - {id: ..., label: ...}\n\n"
        "quantities:\n  # - {id: ..., label: ..., definition: ..., unit: ...}\n\n"
        "claims:\n  # - {id: ..., proposition: ..., kind: ..., topic_id: ...}\n",
    ),
    REVIEWS: ("The review log, append-only: the newest entry for a record is its status.", "reviews:\n"),
}
_PACKAGE = """\
# What the dataset is. Before you publish it, put your own words in place of those that say what is still to be said.
name: {name}
title: "Untitled: a title is still to be given"
description: "Still to be written: what the dataset holds, and what it does not."
version: 0.1.0
keywords: []
# Until a licence is chosen nobody else may use the data. `name` is an SPDX identifier, such as CC-BY-4.0.
licenses:
  - name: LicenseRef-none-chosen
    title: "No licence has been chosen yet"
    path: https://spdx.org/licenses/
    scope: data
# A role, or a name that its bearer agreed to have published.
contributors:
  - title: "Still to be named"
    roles: [author]
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A project, or a records folder without one: where its files are, by names relative to `target`."""

    target: Path
    records: str  # the records folder, relative to the target
    texts: dict[str, bytes]
    loaded: Loaded

    @property
    def root(self) -> Path:
        """The records folder."""
        return self.target / self.records

    @property
    def in_project(self) -> bool:
        """Whether the records folder is that of a project, which has schemas."""
        return self.records == RECORDS

    def path(self, name: str) -> str:
        """The path of a records file below the target."""
        return f"{self.records}/{name}" if self.records != "." else name

    def schemas(self, depth: int) -> str | None:
        """The way to the folder above the schemas, from a records file so many folders deep; None without schemas."""
        return "../" * (2 + depth) if self.in_project else None


def find_home(path: Path) -> Home:
    """The project or records folder at a path; what is not there yet will be a project."""
    if path.exists() and not path.is_dir():
        raise DraftError(f"{path} is not a folder", help="name a project, a records folder, or a folder to make one in")
    target, records = _placed(path)
    root = target / records
    texts, findings = read_texts(root) if root.is_dir() and any(root.iterdir()) else ({}, [])
    loaded = load_texts(texts, prefix=str(root), pad_digests=True)
    loaded.findings[:0] = findings
    return Home(target, records, texts, loaded)


def _placed(path: Path) -> tuple[Path, str]:
    """The folder to write below, and the records folder within it."""
    absolute = path.absolute()
    if not (path / RECORDS).is_dir():
        if absolute.parts[-2:] == ("claims", "records"):
            return path / ".." / ".." if path.is_symlink() else absolute.parent.parent, RECORDS
        if any((path / name).is_file() for name in (AGENTS, CLAIMS, PACKAGE)):
            return path, "."
    return path, RECORDS


def shared_files(home: Home, name: str, agents: Sequence[str]) -> dict[str, bytes]:
    """The files shared by all documents that are new or change, by path below the target.

    `agents` are records to be added; a project without a `package.yaml` gets one under this name.
    """
    files = {file: (head(file, home.schemas(0), said) + body).encode() for file, (said, body) in _BEGUN.items()}
    new = {file: raw for file, raw in files.items() if file not in home.texts}
    if agents:
        known = home.texts.get(AGENTS, files[AGENTS])
        new[AGENTS] = appended(known, "agents", agents, str(home.root / AGENTS))
    if not (home.root / PACKAGE).exists():
        new[PACKAGE] = _PACKAGE.format(name=scalar(name)).encode()
    return {home.path(file): raw for file, raw in new.items()}


def missing_schemas(home: Home, new: Loaded) -> dict[str, bytes]:
    """The files of the schema folder, where a project has none, so that editors complete at once."""
    if not home.in_project or (home.target / SCHEMAS).exists():
        return {}
    return schema_files(with_overview(to_tables(new.records)))

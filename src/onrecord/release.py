"""A version of the data: its number follows from what changed, and every file that says it is written at once."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .check import check
from .contrast import Contrast, contrast
from .descriptor import source_date
from .difference import Bump
from .errors import ReleaseError
from .finding import Severity
from .info import PackageInfo, read_info
from .model import TABLES
from .notices import citation_file, release_notes, with_values
from .numbering import enough, parsed, raised
from .opening import DESCRIPTOR, PackageFolder, RecordsFolder
from .package import Built, Refused, build
from .records import PACKAGE, records_folder
from .sides import Side, identity, side, tagged
from .yamledit import appended, scalar

CHANGES = "changes.yaml"
CHANGELOG, CITATION = "CHANGELOG.md", "CITATION.cff"
NEW_CHANGES = """\
# yaml-language-server: $schema=../../schema/changes.schema.json
# What changed from version to version; written by `onrecord release`, append-only.
changes:
"""
_SAID = ("id", "title", "description", "homepage", "keywords", "licenses", "contributors")
_MENTION_SINCE = "name the version to compare with: `--since v0.1.0`, or the path of a package"


@dataclass(frozen=True, slots=True)
class Release:
    """A version that can be released: what it is compared with, its number and why, the files that say it."""

    root: Path
    contrast: Contrast
    before: str
    needed: str
    version: str
    date: dt.date
    bump: Bump
    why: tuple[tuple[Bump, str], ...]
    files: dict[str, bytes] = field(repr=False, default_factory=dict)

    @property
    def empty(self) -> bool:
        """True when nothing changed, so that there is nothing to release."""
        return self.bump is Bump.NONE


def plan(project: Path, *, since: str | None = None, version: str | None = None) -> Release:
    """What the next release of a project's data would be. Nothing is written.

    `since` is a path or a git revision; by default the tag of the package that lies in the project, or
    that package. Raises ReleaseError when `version` is too small, Refused while records have errors.
    """
    folder = records_folder(project)
    info = _info(folder)
    old = _since(project, since)
    new = Side(str(folder), identity(str(folder), project), info.model_dump(mode="json"), _tables(folder))
    before = _before(old)
    said = contrast(old, new)
    why = tuple(sorted((*said.found.reasons, *_redescribed(old.said, new.said)), key=lambda one: -one[0]))
    bump = max((one for one, _ in why), default=Bump.NONE)
    needed = str(raised(parsed(before), bump))
    number = _number(version, before, why, info.version)
    release = Release(project, said, before, needed, number, _today(), bump, why)
    if not release.empty:
        _refuse_twice(release)
        release.files.update(_files(release, info))
    return release


def publish(release: Release, *, frictionless: bool | None = None, accept_drop: str | None = None) -> Built:
    """Write a release: its number and date, its changes, the notices, the package; all of it or nothing."""
    if release.empty:
        raise ReleaseError("nothing changed, so there is nothing to release", help=_MENTION_SINCE)
    folder = records_folder(release.root)
    place = folder.relative_to(release.root).as_posix()
    with tempfile.TemporaryDirectory(prefix="onrecord-") as copy:
        records = Path(copy, "records")
        shutil.copytree(folder, records, ignore=shutil.ignore_patterns(".*"))
        for name in (PACKAGE, CHANGES):
            (records / name).write_bytes(release.files[_below(place, name)])
        return build(records, release.root, frictionless=frictionless, accept_drop=accept_drop, beside=release.files)


# What is compared


def _info(folder: Path) -> PackageInfo:
    checked = check(folder)
    info, faults = read_info(folder)
    errors = [one for one in (*faults, *checked.findings) if one.severity is Severity.ERROR]
    if errors or info is None:
        raise Refused("the records have errors; nothing can be released", errors, help="mend them, then release again")
    return info


def _tables(folder: Path) -> Any:
    source = RecordsFolder(folder)
    return {table: source.read(table) for table in TABLES}


def _since(project: Path, since: str | None) -> Side:
    if since is not None:
        return side(since, project)
    if not (project / DESCRIPTOR).is_file():
        raise ReleaseError(f"no package in {project} says which version was the last", help=_MENTION_SINCE)
    version = PackageFolder(project).describe().get("version")
    tag = tagged(version, project) if isinstance(version, str) else None
    found = side(tag, project) if tag else None
    if found and found.version == version:  # a tag of that name may be one of the code
        return found
    return side(str(project / DESCRIPTOR), project)


def _before(old: Side) -> str:
    if old.version is None:
        raise ReleaseError(f"`{old.name}` does not say its version", help=_MENTION_SINCE)
    return str(parsed(old.version))


def _redescribed(old: Any, new: Any) -> Iterator[tuple[Bump, str]]:
    """What the dataset says of itself: its name is what others find it by, the rest describes it."""
    if old.get("name") != new.get("name"):
        yield Bump.MAJOR, "the name of the dataset changed"
    changed = [key for key in _SAID if _plainly(old.get(key)) != _plainly(new.get(key))]
    if changed:
        yield Bump.PATCH, f"{PACKAGE}: {', '.join(changed)} changed"


def _plainly(value: Any) -> str:
    """A value of a description in which nothing and an empty list are the same."""
    if isinstance(value, list | tuple):
        return json.dumps(
            [{k: v for k, v in one.items() if v is not None} if isinstance(one, dict) else one for one in value],
            sort_keys=True,
        )
    return json.dumps(value)


# The number


def _number(wanted: str | None, before: str, why: tuple[tuple[Bump, str], ...], written: str) -> str:
    """The version to release: the one asked for, else the one in `package.yaml` if it will do, else the lowest."""
    bump = max((one for one, _ in why), default=Bump.NONE)
    was, lowest = parsed(before), str(raised(parsed(before), bump))
    if wanted is None:
        return written if bump and enough(parsed(written), was, bump) else lowest
    if not enough(parsed(wanted), was, bump) and bump:
        reasons = "; ".join([reason for one, reason in why if one is bump][:5])
        raise ReleaseError(
            f"version {wanted} is too small: what changed since {before} is {bump.name.lower()} ({reasons})",
            help=f"release {lowest} or a higher one; without --version {lowest} is taken",
        )
    return wanted


def _today() -> dt.date:
    return (source_date() or dt.datetime.now(dt.UTC)).date()


def _refuse_twice(release: Release) -> None:
    changes = release.contrast.new.tables["changes"]
    if release.version in changes.column("version").to_pylist():
        raise ReleaseError(
            f"{CHANGES} has changes of version {release.version} already",
            help="compare with that version (`--since`), or name a higher one",
        )
    if tagged(release.version, release.root) == f"refs/tags/data-v{release.version}":
        raise ReleaseError(
            f"version {release.version} was released already: there is a tag `data-v{release.version}`",
            help="compare with that tag (`--since`), or name a higher version",
        )


# The files


def _files(release: Release, info: PackageInfo) -> dict[str, bytes]:
    folder = records_folder(release.root)
    place = folder.relative_to(release.root).as_posix()
    day = release.date.isoformat()
    package = with_values(
        (folder / PACKAGE).read_bytes(), {"version": release.version, "created": f"{day}T00:00:00Z"}, PACKAGE
    )
    return {
        _below(place, PACKAGE): package,
        _below(place, CHANGES): _changes(release, folder / CHANGES),
        CHANGELOG: release_notes(_raw(release.root / CHANGELOG), release.version, day, release.contrast),
        CITATION: citation_file(_raw(release.root / CITATION), info, release.version, day),
    }


def _below(place: str, name: str) -> str:
    return name if place == "." else f"{place}/{name}"


def _raw(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _changes(release: Release, file: Path) -> bytes:
    """The list of changes with those of this version behind the others."""
    raw = _raw(file)
    name = release.version.replace("+", "-").lower()
    rows = release.contrast.found.changes.to_pylist()
    items = []
    for number, row in enumerate(rows, 1):
        said = {"id": f"{name}.{number}", "version": release.version, **row}
        items.append(
            "{" + ", ".join(f"{key}: {scalar(value)}" for key, value in said.items() if value is not None) + "}"
        )
    text = NEW_CHANGES.encode() if raw is None else raw
    return appended(text, "changes", items, str(file)) if items else text

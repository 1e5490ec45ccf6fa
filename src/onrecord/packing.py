"""Input of any size to a package in parts: judged, sorted, written, read back, put in place; all of it or nothing.

The same gates as a build from YAML, out of core: the rules over everything, a look at how many
rows would be lost, the bytes, rows and order of what was written. Parts in which nothing changed
stay where they are. With a work folder an interrupted build goes on where it was.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .bulk.intake import Intake, take
from .bulk.listing import tables_root
from .bulk.memory import default_memory, engine_share
from .bulk.progress import Told, silent
from .bulk.workspace import spill_folder, workspace
from .descriptor import PROFILE, TABLES_FOLDER, about
from .errors import BuildError
from .info import info_file, read_info
from .model import TABLES
from .package import Refused, obsolete, refuse_drop, rows_before
from .parts.building import Task, Writer, Written, build_id, heads
from .parts.cuts import DOCUMENTS
from .parts.described import described, hash_of
from .parts.finished import FOLDER, Finished
from .parts.part import Part, parts_of
from .parts.proving import problem_of
from .rules.packaged import DESCRIPTOR
from .schemas import as_json, schema_files
from .staging import Publication, discard, publication
from .survey import SAMPLES, Judge, Survey, survey_taken

ON_THE_WAY, LEAST = 200 * 1024**2, 192 * 1024**2  # bytes
_SAID = ("name", "id", "title", "description", "homepage", "version", "created", "keywords", "licenses", "contributors")


Writing = Callable[[Task, Path, Path, Mapping[str, Part], Finished], Writer]
"""What makes the writer of a package's tables."""


class Unfit(BuildError):
    """Input whose records have errors; `survey` has the counts and samples."""

    def __init__(self, survey: Survey) -> None:
        errors = f"{survey.errors:,} {'error' if survey.errors == 1 else 'errors'}"
        super().__init__(f"the records have {errors}; nothing was built", help="mend them, then build again")
        self.survey = survey


@dataclass(frozen=True, slots=True)
class Packed:
    """What was built: the outcome of the check, rows per table, parts by what became of them, files that changed."""

    survey: Survey
    rows: Mapping[str, int]
    parts: Mapping[str, int]
    hash: str
    changed: tuple[str, ...]
    described: bool
    """Whether the input says what the dataset is called and how it may be used."""


def pack(
    where: str | Path,
    target: str | Path,
    *,
    memory: int | None = None,
    work: Path | None = None,
    samples: int = SAMPLES,
    findings: Path | None = None,
    every: int = DOCUMENTS,
    accept_drop: str | None = None,
    told: Told = silent,
) -> Packed:
    """Build a package in parts from Parquet tables, JSON Lines or a package, at a path or an address.

    `memory` is the number of bytes the whole run may take, `work` a folder that is kept so that an
    interrupted build can go on, `findings` a Parquet file for all findings. One document in `every`
    begins a part. Raises Unfit while records have errors, LoadError when the input cannot be read,
    BuildError when the build cannot be made.
    """
    memory = engine_share(default_memory() if memory is None else memory)
    with workspace(work) as folder:
        intake = take(where, folder, memory=memory, told=told, resume=work is not None)
        return pack_taken(
            intake,
            folder,
            target,
            memory=memory,
            work=work,
            samples=samples,
            findings=findings,
            every=every,
            accept_drop=accept_drop,
            told=told,
        )


def pack_taken(
    intake: Intake,
    folder: Path,
    target: str | Path,
    *,
    memory: int | None = None,
    work: Path | None = None,
    samples: int = SAMPLES,
    findings: Path | None = None,
    judge: Judge | None = None,
    writing: Writing = Writer,
    every: int = DOCUMENTS,
    accept_drop: str | None = None,
    told: Told = silent,
) -> Packed:
    """As `pack`, of input that was taken into a folder: `judge` runs the rules over it, `writing` writes its tables.

    `memory` is what the engine may take.
    """
    _refuse_own_input(intake, Path(target))
    with spill_folder(folder) as spill:
        said, known = _about(intake, Path(target))
        found = survey_taken(
            intake, samples=samples, findings=findings, judge=judge, told=told, memory=memory, spill=spill
        )
        if found.errors:
            raise Unfit(found)
        task = Task(intake.tables, footers(said), spill, every, _for_sorting(memory), told)
        written, changed = write_package(task, said, Path(target), work=work, accept_drop=accept_drop, writing=writing)
    return Packed(found, written.rows(), written.counts, hash_of(written.parts.values()), tuple(changed), known)


def _refuse_own_input(intake: Intake, target: Path) -> None:
    """Refuse to build over the files that are read: only a package takes the place of itself."""
    folder, place = Path(os.path.realpath(intake.path)), Path(os.path.realpath(target))
    root = tables_root(folder) if intake.kind == "parquet" else folder
    if intake.kind != "package" and (root == place or root.is_relative_to(place / TABLES_FOLDER)):
        raise BuildError(f"{target} is where the input lies", help="name another folder with --to; the input stays")


def _for_sorting(share: int | None) -> int | None:
    """What the engine may hold of its share while rows stream out of it: some of them are on their way into files."""
    return None if share is None else max(share - ON_THE_WAY, LEAST)


def write_package(
    task: Task,
    about: Mapping[str, Any],
    target: Path,
    *,
    work: Path | None = None,
    accept_drop: str | None = None,
    writing: Writing = Writer,
) -> tuple[Written, list[str]]:
    """Write tables that were judged as a package in parts, and put it in place.

    Returns what was written and the files that changed. Raises BuildError or EngineError when that cannot be done.
    """
    with publication(target, together=True) as stage:
        made = _Release(task, stage, about, work, accept_drop, writing).make()
    if work is not None:
        discard(work / FOLDER)
    return made


@dataclass(frozen=True, slots=True)
class _Release:
    """One package on its way into its place."""

    task: Task
    stage: Publication
    about: Mapping[str, Any]
    work: Path | None
    accept_drop: str | None
    writing: Writing = Writer

    def make(self) -> tuple[Written, list[str]]:
        """Write, read back, put in place. Returns what was written and the files that changed."""
        rows = {table: self.task.rows(table) for table in TABLES}
        records = sum(rows[table] for table in rows if table != "terms")
        refuse_drop(records, rows, rows_before(self.stage.target), self.accept_drop)
        root = self.stage.root if self.work is None else self.work / FOLDER
        finished = Finished(self.work, build_id(self.task))
        written = self.writing(self.task, root, self.stage.target, _before(self.stage.target), finished).run()
        _read_back(written, root, self.task.told)
        names = [part.path for parts in written.parts.values() for part in parts]
        for name in names:
            if name not in written.unchanged:
                self.stage.take(name, root / name)
        self._describe(written, root)
        return written, self.stage.publish(obsolete(self.stage.target, {*names, *self.stage.names}))

    def _describe(self, written: Written, root: Path) -> None:
        first = heads(written, root, self.stage.target)
        for name, data in schema_files(first).items():
            self.stage.put(name, data)
        said = described(self.about, written.parts, first, written.end, self.task.every)
        self.stage.put(DESCRIPTOR, as_json(said))


def _read_back(written: Written, root: Path, told: Told) -> None:
    """Verify every file that was written. Raises BuildError when one is not what it should be."""
    new = [(table, part) for table, parts in written.parts.items() for part in parts]
    new = [(table, part) for table, part in new if part.path not in written.unchanged]
    with ThreadPoolExecutor(2) as pool:
        for done, (table, part, problem) in enumerate(
            pool.map(lambda one: (*one, problem_of(one[0], one[1], root)), new), start=1
        ):
            told("verifying", done, len(new))
            if problem:
                message = f"{part.path} of {table} does not verify: {problem}; nothing was published"
                raise BuildError(message, help="the disk or the memory may be at fault; build again")


def _before(target: Path) -> dict[str, Part]:
    """The parts of the package that is there, as far as its descriptor can be read."""
    try:
        resources = json.loads((target / DESCRIPTOR).read_bytes())["resources"]
        return {part.path: part for resource in resources for part in parts_of(resource)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


# What is said of the dataset


def _about(intake: Intake, target: Path) -> tuple[dict[str, Any], bool]:
    """What the descriptor says of the dataset, and whether the input says it. Raises Refused where it does so badly."""
    folder = intake.path if intake.path.is_dir() else intake.path.parent
    if info_file(folder).is_file():
        info, faults = read_info(folder)
        if info is None:
            raise Refused(f"{info_file(folder)} has faults; nothing was built", faults, help="mend them")
        return about(info), True
    said = _said_before(folder) or _said_before(target)
    return said or {"$schema": PROFILE, "name": _name(target)}, "licenses" in said


def _said_before(folder: Path) -> dict[str, Any]:
    """What the descriptor of a package says of it."""
    try:
        said = json.loads((folder / DESCRIPTOR).read_bytes())
        return {"$schema": PROFILE, **{name: said[name] for name in _SAID if name in said}} if "name" in said else {}
    except (OSError, ValueError, TypeError, RecursionError):
        return {}


def _name(target: Path) -> str:
    """A name for a dataset that has none: that of its folder, as far as names allow."""
    return re.sub(r"[^a-z0-9]+", "-", target.absolute().name.lower()).strip("-") or "dataset"


def footers(about: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What each table's files say of themselves. No version: a part outlives those in which it does not change."""
    return {
        table: {
            "package": str(about["name"]),
            "table": table,
            "description": " ".join((model.__doc__ or "").split()),
        }
        for table, model in TABLES.items()
    }

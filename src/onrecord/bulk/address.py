"""Files at an address (s3, gcs, http and whatever else fsspec knows), fetched once into a folder of this machine.

Only then is anything read from them: a connection that is cut leaves no half of a table behind.
Names in a listing are anybody's: none leads out of the folder that the files are put into.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..errors import LoadError, OnrecordError
from ..rules.packaged import DESCRIPTOR
from .connection import connected, plain
from .kinds import JSONL_ENDINGS
from .progress import FETCHING, Told, silent

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

AT_ONCE = 4
MAX_PAGES = 2_000  # of a web server that lists folders without end
WANTED = (".parquet", DESCRIPTOR, *JSONL_ENDINGS)
NOTE = "fetched.json"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_address(text: str | Path) -> bool:
    """Whether a text is an address rather than a path: it begins with a protocol and `://`."""
    return isinstance(text, str) and _ADDRESS.match(text) is not None


def local_copy(where: str | Path, work: Path, told: Told = silent) -> Path:
    """What lies at an address, fetched into `work`; a path of this machine as it is.

    What an earlier run fetched into the same folder is used when it has not changed since. Raises
    LoadError when it cannot be fetched whole.
    """
    if not isinstance(where, str) or not is_address(where):
        return Path(where)
    try:
        files, system = _listed(where)
        if not files:
            help = f"tables end in .parquet, JSON Lines in {', '.join(JSONL_ENDINGS)}"
            raise LoadError(f"there are no tables and no JSON Lines at {safe(where)}", help=help)
        return _fetched(where, files, system, work, told)
    except OnrecordError:
        raise
    except Exception as error:  # each protocol's library has errors of its own
        raise plain(error, safe(where)) from error


def safe(where: str) -> str:
    """An address without the password that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", where.partition("?")[0])


@dataclass(frozen=True, slots=True)
class _Remote:
    """A file at an address: its name there, where it goes, its size and a mark of its contents where they are told."""

    name: str
    place: str
    size: int | None
    mark: str


def _listed(where: str) -> tuple[list[_Remote], AbstractFileSystem]:
    system, root = connected(where)
    root, web = root.rstrip("/"), "http" in system.protocol
    path = root.partition("?")[0] if web else root  # what may follow is a signature and no part of the name
    if path.endswith(WANTED) and (said := system.info(root))["type"] == "file":
        return [_remote(root, path.rpartition("/")[2], said)], system
    found = (_described(system, root) or _linked(system, root)) if web else system.find(root, detail=True)
    wanted = {name: said for name, said in sorted(found.items()) if name.endswith(WANTED)}
    files = [
        _remote(name, _below(root, name), said if said.get("size") else _said_of(system, name))
        for name, said in wanted.items()
    ]
    places = [file.place.casefold() for file in files]
    if len(set(places)) < len(places):
        raise LoadError(f"two files at {safe(where)} have the same name", help="names must differ in more than case")
    return files, system


def _said_of(system: AbstractFileSystem, name: str) -> dict[str, Any]:
    """What is known of a file that something else names; where that cannot be told, the file is named."""
    try:
        return dict(system.info(name))
    except Exception as error:  # each protocol's library has errors of its own
        raise plain(error, safe(name)) from error


def _described(system: AbstractFileSystem, root: str) -> dict[str, dict[str, Any]]:
    """The files that a package's descriptor names; none without a descriptor."""
    try:
        said = json.loads(system.cat_file(f"{root}/{DESCRIPTOR}"))
        paths = [path for resource in said["resources"] for path in _paths(resource["path"])]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise LoadError(f"{safe(root)}/{DESCRIPTOR} does not describe a data package") from error
    return {
        name: _said_of(system, name)
        for name in (f"{root}/{path}" for path in (DESCRIPTOR, *paths))
        if name.endswith(WANTED)
    }


def _linked(system: AbstractFileSystem, root: str) -> dict[str, dict[str, Any]]:
    """The files to which the page of a web folder links, and those of the folders below it."""
    found, waiting, seen = dict[str, dict[str, Any]](), [f"{root}/"], 0
    while waiting:
        if seen == MAX_PAGES:
            help = "name a folder below it, or write a datapackage.json that names the files"
            raise LoadError(f"the pages of {safe(root)} link to more than {MAX_PAGES:,} folders", help=help)
        place, seen = waiting.pop(), seen + 1
        names = {name for name in system.ls(place, detail=False) if name.startswith(place) and name != place}
        below = [name for name in names if ".." not in name.split("/")]
        waiting += [name for name in below if name.endswith("/")]
        found |= {name: {} for name in below if name.endswith(WANTED)}
    return found


def _paths(said: Any) -> list[str]:
    return [str(path) for path in said] if isinstance(said, list) else [str(said)]


def _below(root: str, name: str) -> str:
    if not name.startswith(f"{root}/"):
        help = "name the folder itself that holds the files"
        raise LoadError(f"the listing of {safe(root)} names {safe(name)}, which is elsewhere", help=help)
    return name.removeprefix(f"{root}/")


def _remote(name: str, place: str, said: Mapping[str, Any]) -> _Remote:
    size = said.get("size")
    mark = said.get("ETag") or said.get("etag") or said.get("LastModified") or said.get("mtime") or ""
    return _Remote(name, local_name(place), size if isinstance(size, int) else None, str(mark))


def local_name(name: str) -> str:
    """A name of a listing as a relative path: only plain characters, no way up or out, no hidden file."""
    return "/".join(_plain(piece) for piece in name.split("/"))


def _plain(piece: str) -> str:
    """One step of a path; `%` stays, since the names of folders use it for what stands in a column."""
    said = quote(piece, safe="=%+,@~()!' -_.")
    return said if said.strip(".") else said.replace(".", "%2E") or "%00"


# Fetching


def _fetched(where: str, files: list[_Remote], system: AbstractFileSystem, work: Path, told: Told) -> Path:
    try:
        before = _noted(where, work)
        _sweep(work, files)
        there = [file for file in files if _same(file, work, before)]
        run = _Run(system, work, told, sum(file.size or 0 for file in files))
        try:
            run.all([file for file in files if file not in there])
        finally:  # what came whole is not fetched again, whatever became of the rest
            if note := {file.place: [file.size, file.mark] for file in (*there, *run.whole)}:
                (work / NOTE).write_text(json.dumps({"address": safe(where), "files": note}), encoding="utf-8")
    except OSError as error:
        raise plain(error, safe(where)) from error
    alone = len(files) == 1 and safe(where).rstrip("/").endswith(f"/{files[0].place}")
    return work / files[0].place if alone else work


def _noted(where: str, work: Path) -> dict[str, Any]:
    """What an earlier run fetched from the same address; what came from another one is removed."""
    try:
        said = json.loads((work / NOTE).read_bytes())
        if said["address"] == safe(where):
            return dict(said["files"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    return {}


def _sweep(work: Path, files: list[_Remote]) -> None:
    """Remove what an earlier run fetched and is no longer at the address: it would be read with the rest."""
    wanted = {work / NOTE, *(work / file.place for file in files)}
    for there in list(work.rglob("*")):
        if there.is_file() and there not in wanted:
            there.unlink()


def _same(file: _Remote, work: Path, before: Mapping[str, Any]) -> bool:
    there = work / file.place
    return bool(file.mark) and before.get(file.place) == [file.size, file.mark] and there.is_file()


class _Stopped(Exception):
    """Another file could not be fetched, or the run was stopped."""


class _Run:
    """Fetches files, some at once, until all are there or one cannot be had."""

    def __init__(self, system: AbstractFileSystem, work: Path, told: Told, total: int) -> None:
        self._system, self._work, self._told, self._total = system, work, told, total
        self._done, self._lock, self._stop = 0, Lock(), Event()
        self.whole: list[_Remote] = []
        """The files that are there."""

    def all(self, files: list[_Remote]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                for _ in pool.map(self._one, files):
                    pass
            finally:
                self._stop.set()
                pool.shutdown(cancel_futures=True)

    def _one(self, file: _Remote) -> None:
        target = self._work / file.place
        draft = target.with_name(f"{target.name}.part")
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._system.get_file(file.name, str(draft), callback=self._callback())
        except Exception as error:
            self._stop.set()
            raise plain(error, safe(file.name)) from error
        got = draft.stat().st_size
        if file.size is not None and got != file.size:
            help = "the connection was cut, or the file is being replaced: try again"
            raise LoadError(f"{safe(file.name)} has {file.size:,} bytes, and {got:,} came", help=help)
        draft.replace(target)
        self.whole.append(file)

    def _callback(self) -> Any:
        from fsspec.callbacks import Callback

        run = self

        class Counting(Callback):  # type: ignore[misc]
            def relative_update(self, inc: int = 1) -> None:
                run.count(inc)

        return Counting()

    def count(self, more: int) -> None:
        """Count bytes that came; stop when another file could not be had."""
        if self._stop.is_set():
            raise _Stopped
        with self._lock:
            self._done += more
            self._told(FETCHING, self._done, self._total or None)

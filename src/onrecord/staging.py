"""Publication of several files at once: all of the new release or all of the old, never a half.

New files are written to a hidden folder beside the target, on the same disk, and synced; copies
of the files they replace are kept there too. Then a journal names every move. From that instant
the release counts as made: the moves are renames, and whoever finds the journal after a crash
finishes them (`settle`). A move that fails is undone by a second journal in the other direction.

A reader that opens files one by one always finds each of them whole; during the moves (some
milliseconds) it may meet files of both releases. The descriptor moves last and names the hash of
every table, so `verify` tells; `settle` waits for, or finishes, moves that are under way.
"""

from __future__ import annotations

import errno
import filecmp
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from .errors import BuildError
from .lock import lock

FOLDER = ".onrecord"
JOURNAL = "journal.json"
NEW, OLD = "new", "old"
PATIENCE = 2.0  # seconds that a reader waits for moves under way

# Every folder and file begins with a letter or digit: no `..`, no hidden folder, no drive, no backslash.
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def is_plain(name: object) -> bool:
    """True for a relative path of plain names, which can lead out of no folder on any system."""
    if not isinstance(name, str) or len(name) > 200 or not _PLAIN.fullmatch(name):
        return False
    return not any(part.endswith(".") or _DEVICES.fullmatch(part) for part in name.split("/"))


def link_on_way(root: Path, name: str) -> Path | None:
    """The first link among the folders and the file that a path within a root passes through."""
    places = [root.joinpath(*name.split("/")[: depth + 1]) for depth in range(len(name.split("/")))]
    return next((place for place in places if place.is_symlink()), None)


# The only calls that change the disk. Tests make the nth of them fail.


def write(handle: IO[bytes], data: bytes) -> int:
    """Write bytes to an open file."""
    return handle.write(data)


def sync(path: Path) -> None:
    """Have a file's or a folder's contents reach the disk."""
    if path.is_dir() and os.name == "nt":
        return  # Windows has no such call for folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_all(paths: Iterable[Path], together: bool) -> None:
    """Have files and folders reach the disk: one by one, or, where there are thousands, with all else that waits."""
    if together and hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        if path.exists():
            sync(path)


def make_folder(path: Path) -> None:
    """Make a folder and those above it."""
    path.mkdir(parents=True, exist_ok=True)


def move(source: Path, target: Path) -> None:
    """Put a file in the place of another in one step."""
    source.replace(target)


def keep(source: Path, copy: Path) -> None:
    """A second name for a file's contents, or a copy where the disk has no such thing."""
    try:
        os.link(source, copy)
    except OSError:
        shutil.copyfile(source, copy)


def keep_mode(file: Path, staged: Path) -> None:
    """Let whoever could read or write a file do the same with the one that takes its place."""
    shutil.copymode(file, staged)


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    with suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()


def discard(folder: Path) -> None:
    """Delete a folder and all that is in it, as far as that is possible."""
    shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class StagedFile:
    """A file being written; knows its size and hash when it is closed."""

    path: Path
    handle: IO[bytes]
    bytes: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    closed: bool = False
    together: bool = False

    def write(self, data: Any) -> int:
        """Write bytes, counting and hashing them."""
        raw = bytes(data)
        write(self.handle, raw)
        self.digest.update(raw)
        self.bytes += len(raw)
        return len(raw)

    def flush(self) -> None:
        """Hand what was written to the operating system."""
        self.handle.flush()

    def close(self) -> None:
        """Writers close what they wrote to; the file is closed by its `with`."""

    @property
    def hash(self) -> str:
        """SHA-256 of what was written, with the name of the algorithm before it."""
        return f"sha256:{self.digest.hexdigest()}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.handle.close()
        if error is None and not self.together:
            sync(self.path)


@dataclass(slots=True)
class Stage:
    """A folder in which the files of a release are written before anyone sees them."""

    root: Path
    names: list[str] = field(default_factory=list)
    together: bool = False
    """Whether the files reach the disk together, when they are put in place, rather than one by one."""

    def open(self, name: str) -> StagedFile:
        """Open a new file by its path within the release, with `/` between folders."""
        path = self.root / name
        make_folder(path.parent)
        self.names.append(name)
        return StagedFile(path, path.open("wb"), together=self.together)

    def put(self, name: str, data: bytes) -> None:
        """Write a whole file."""
        with self.open(name) as file:
            file.write(data)

    def take(self, name: str, file: Path) -> None:
        """Have a file that was written elsewhere, or in this folder already, among those of the release."""
        place = self.root / name
        if file != place:
            make_folder(place.parent)
            keep(file, place)
        self.names.append(name)


@dataclass(slots=True)
class Publication(Stage):
    """A stage whose files can be put in the place of those of a target."""

    target: Path = field(default_factory=Path)

    def publish(self, obsolete: Iterable[str] = ()) -> list[str]:
        """Put the staged files in place, in the order they were written, and remove the obsolete ones.

        Files that stay as they are are not touched. Returns the names of those that changed.
        """
        with _unmade(folder for name in self.names for folder in (self.target / name).parents):
            return self._published(obsolete)

    def _published(self, obsolete: Iterable[str]) -> list[str]:
        put = [name for name in self.names if self._changes(name)]
        gone = [name for name in obsolete if (self.target / name).is_file()]
        if not put and not gone:
            return []
        there = [name for name in put if (self.target / name).exists()]
        for name in there:
            keep_mode(self.target / name, self.root / name)
        old = _Moves(self.target, OLD, [*there, *gone], [name for name in put if name not in there], self.together)
        new = _Moves(self.target, NEW, put, gone, self.together)
        old.keep_copies()
        try:
            new.note()
            new.make()
        except BaseException:
            old.note()
            old.make()
            raise
        return [*put, *gone]

    def _changes(self, name: str) -> bool:
        staged, there = self.root / name, self.target / name
        _refuse_links(self.target, name)
        if there.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(there))
        make_folder(there.parent)
        if not there.is_file():
            return True
        changes = not filecmp.cmp(staged, there, shallow=False)
        if changes and not there.stat().st_mode & 0o222:
            raise BuildError(f"{there} is read-only", help="make it writable, or work on a copy; nothing was changed")
        return changes


@contextmanager
def _unmade(folders: Iterable[Path]) -> Iterator[None]:
    """When what follows fails, those of these folders that it made are gone again."""
    new = {folder for folder in folders if not folder.exists()}
    try:
        yield
    except BaseException:
        for folder in sorted(new, reverse=True):  # what lies in a folder comes before it
            with suppress(OSError):
                folder.rmdir()
        raise


def _refuse_links(target: Path, name: str) -> None:
    link = link_on_way(target, name)
    if link:
        raise BuildError(f"{link} is a link", help="a package holds plain files and folders; remove the link")


@dataclass(frozen=True, slots=True)
class _Moves:
    """What the journal says: files to put in place from one side of the hidden folder, files to remove."""

    target: Path
    side: str
    put: list[str]
    gone: list[str]
    together: bool = False

    @property
    def hidden(self) -> Path:
        return self.target / FOLDER

    def keep_copies(self) -> None:
        folder = self.hidden / self.side
        for name in self.put:
            make_folder((folder / name).parent)
            keep(self.target / name, folder / name)
        sync_all(_tree(self.hidden), self.together)

    def note(self) -> None:
        """Write the journal. When it is there, the moves will be made, now or by the next run."""
        draft = self.hidden / f"{JOURNAL}.part"
        said = {"side": self.side, "put": self.put, "gone": self.gone}
        with StagedFile(draft, draft.open("wb")) as file:
            file.write(json.dumps(said, indent=1).encode())
        move(draft, self.hidden / JOURNAL)
        sync(self.hidden)
        sync(self.target)

    def make(self) -> None:
        """Make the moves that are still to be made, then remove the journal."""
        touched = {self.target}
        for name in self.put:
            staged, place = self.hidden / self.side / name, self.target / name
            if staged.exists():
                make_folder(place.parent)
                move(staged, place)
            touched |= set(place.parents[: len(Path(name).parts)])
        for name in self.gone:
            remove(self.target / name)
            touched.add((self.target / name).parent)
        sync_all(sorted(touched), self.together)
        remove(self.hidden / JOURNAL)

    @classmethod
    def noted(cls, target: Path) -> Self | None:
        """The moves that the journal of a target names, if there is one. It may be a stranger's: trust nothing."""
        try:
            said = json.loads((target / FOLDER / JOURNAL).read_bytes())
            moves = cls(target, said["side"], said["put"], said["gone"])
            if moves.side not in (NEW, OLD) or not all(map(is_plain, [*moves.put, *moves.gone])):
                raise ValueError("a journal of this program names plain paths only")
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            place = target / FOLDER
            raise BuildError(f"{place / JOURNAL} was not written by a build", help=f"remove {place}") from error
        for name in (*moves.put, *moves.gone):
            _refuse_links(target, name)
            _refuse_links(target, f"{FOLDER}/{moves.side}/{name}")
        return moves


def _tree(folder: Path) -> list[Path]:
    """What lies in a folder, the deepest first, then the folder."""
    return [*sorted(folder.rglob("*"), reverse=True), folder]


def _clear(target: Path) -> None:
    """Finish the moves that a journal names; delete whatever else an earlier run left."""
    _refuse_links(target, FOLDER)
    moves = _Moves.noted(target)
    if moves:
        moves.make()
    discard(target / FOLDER)


@contextmanager
def publication(target: Path, *, together: bool = False) -> Iterator[Publication]:
    """A place to write a release for a target, held by one builder at a time.

    With `together` its files reach the disk all at once, for releases of thousands of small files.
    Whatever goes wrong in it, the target holds what it held before and nothing is left over. Raises
    BuildError when another builder is at work or the disk does not play along.
    """
    try:
        with _unmade((target, *target.parents)), _held(target):
            make_folder(target / FOLDER / NEW)
            try:
                yield Publication(target / FOLDER / NEW, target=target, together=together)
            finally:
                if not (target / FOLDER / JOURNAL).exists():
                    discard(target / FOLDER)
    except OSError as error:
        message, help = _plain(error, target)
        raise BuildError(message, help=help) from error


@contextmanager
def _held(target: Path) -> Iterator[None]:
    """A target under lock, with nothing in it that an earlier run left."""
    make_folder(target)
    with lock(target):
        _clear(target)
        yield


def _plain(error: OSError, target: Path) -> tuple[str, str]:
    """What went wrong with the disk, and what to do about it."""
    if error.errno in _NO_SPACE:
        return f"no space left for the package in {target}", "free some space and build again; nothing was changed"
    if error.errno in _FORBIDDEN:
        return f"cannot write to {target}: {error.strerror}", "check who owns the folder and whether it is read-only"
    place = error.filename or target
    return f"cannot write the package: {error.strerror or error} ({place})", "nothing was changed; mend this and retry"


def settle(target: Path) -> bool:
    """Finish a publication that was cut short, so that a reader meets one release only.

    Waits for one that is under way. Returns False when it is not over and cannot be finished from here.
    """
    journal = target / FOLDER / JOURNAL
    until = time.monotonic() + PATIENCE
    while journal.exists():
        try:
            with lock(target):
                _clear(target)
        except BuildError:  # its holder is at work, or the journal is no good
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        except OSError:
            return False
    return True

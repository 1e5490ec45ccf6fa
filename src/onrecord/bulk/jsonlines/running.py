"""The run: workers take parts from the files in turn, and each makes its own."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from ...column import columns
from ...errors import LoadError
from ...version import code_version
from ...vocabulary import TERMS
from ..progress import Told
from .block import made, no_lines, too_long
from .inputs import Input
from .lines import Files, RawPart, Sizes
from .nested import SECTIONS
from .parts import Part, PartWriter, cannot_write, finished

JOURNAL = "journal.json"
BLOCK, PART, LEAST = 16 * 1024 * 1024, 64 * 1024 * 1024, 1024 * 1024
WORKERS = 8
_NEEDED = 20  # bytes of memory that a worker needs for each of a block, beside its part
PATIENCE = 100  # lines at the beginning of a file of which one should be JSON


class _Stopped(Exception):
    """Another worker has failed, or the run was interrupted."""


def sizes_for(memory: int | None) -> Sizes:
    """How much to read at once within so many bytes of memory."""
    if memory is None:
        return Sizes(BLOCK, PART)
    block = min(BLOCK, max(LEAST, memory // (4 * _NEEDED)))
    return Sizes(block, max(block, min(PART, memory // 8)))


def workers_for(memory: int | None, sizes: Sizes) -> int:
    """How many workers there can be."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    room = WORKERS if memory is None else memory // (sizes.part + _NEEDED * sizes.block)
    return max(1, min(cores, WORKERS, room))


def journal(folder: Path, sizes: Sizes, *, resume: bool) -> None:
    """Make the folder ready: what an earlier run left stays only if it was made in the same way."""
    said = json.dumps({"code": code_version(), "form": _form(), "block": sizes.block, "part": sizes.part})
    file = folder / JOURNAL
    try:
        if not (resume and file.is_file() and file.read_text(encoding="utf-8") == said):
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.unfinished"):
            shutil.rmtree(left, ignore_errors=True)
        beside = file.with_suffix(".unfinished.json")
        beside.write_text(said, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise cannot_write(folder, error) from error


def _form() -> str:
    """A hash of what lines and tables may hold."""
    said = [(section, columns(section.model)) for section in SECTIONS], [tuple(term) for term in TERMS]
    return hashlib.sha256(repr(said).encode()).hexdigest()


@contextmanager
def _steady_memory() -> Iterator[None]:
    """Memory from the system's allocator while the block runs.

    It keeps what one block of lines has freed for the next. Arrow's own allocator gives it back
    each time, and a sixth of the run goes into getting it anew.
    """
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


class Run:
    """One run over some files."""

    def __init__(
        self, sources: Sequence[Input], folder: Path, sizes: Sizes, told: Told, *, by_models: bool = False
    ) -> None:
        self._folder = folder
        self._files = Files(sources, sizes)
        self._told = told
        self._total = sum(source.size for source in sources)
        self._by_models = by_models
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._parts: dict[int, Part] = {}

    def parts(self, workers: int) -> list[Part]:
        """Make all parts; those that are finished are taken as they are."""
        pool = ThreadPoolExecutor(workers, thread_name_prefix="json-lines")
        try:
            with _steady_memory():
                for work in [pool.submit(self._work) for _ in range(workers)]:
                    work.result()
        except OSError as error:
            raise cannot_write(self._folder, error) from error
        finally:
            self._stop.set()
            pool.shutdown(cancel_futures=True)
            self._files.close()
        return [self._parts[number] for number in sorted(self._parts)]

    def _work(self) -> None:
        try:
            while taken := self._take():
                part, last = taken
                self._parts[part.number] = self._make(part, last)
        except _Stopped:
            pass
        except BaseException:
            self._stop.set()
            raise

    def _take(self) -> tuple[RawPart, bool] | None:
        """The next part that is not finished, with its blocks, and whether it is the last of its file."""
        with self._lock:
            while not self._stop.is_set() and (part := self._files.begin()):
                self._told("JSON Lines, MB", self._files.taken // 1_000_000, self._total // 1_000_000)
                known = finished(self._folder, part)
                if known is None:
                    return self._files.fill(part), self._files.ended
                self._files.pass_over(part, known.end, known.after, known.last)
                self._parts[part.number] = known
            return None

    def _make(self, part: RawPart, last: bool) -> Part:
        writer = PartWriter(self._folder, part)
        file = str(part.source.path)
        try:
            long = [too_long(file, *line) for line in part.too_long]
            while part.blocks:
                if self._stop.is_set():
                    raise _Stopped
                block = part.blocks.pop(0)
                if block.first == 1 and (problem := no_lines(block, PATIENCE)):
                    raise not_lines(part.source.path, problem)
                writer.add(made(block, file, writer.logs, by_models=self._by_models))
            writer.find(long)
            writer.lose(long)
            return writer.finish(part, last)
        except BaseException:
            writer.drop()
            raise


def not_lines(path: Path, message: str) -> LoadError:
    """The error for a file no line of which can be read."""
    help = "name a file of JSON Lines: in each line one object, with the sections of a document's records"
    return LoadError(f"{path} is not JSON Lines, from line 1 on: {message}", help=help)

"""Files of JSON Lines: which there are, what they are packed with, whether they are the same as before."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from ...errors import LoadError
from ..kinds import JSONL_ENDINGS, PACKINGS

ENDS = 65_536  # bytes at the beginning and the end of a file that are a part of what it is known by
MAX_GROWTH, SMALL = 200, 256 * 1024 * 1024  # such text packs to about a tenth
_HELP = "get the file again, or pack it again, from where it came"


@dataclass(frozen=True, slots=True)
class Input:
    """A file, and what it is known by."""

    path: Path
    size: int
    changed: int
    ends: str
    packing: str | None

    @property
    def identity(self) -> list[Any]:
        """What another run compares."""
        return [self.path.name, self.size, self.changed, self.ends]


def inputs_at(paths: Sequence[Path]) -> tuple[Input, ...]:
    """The files at paths; a folder stands for the JSON Lines files in it, in the order of their names.

    Raises LoadError when there are none, or one cannot be read.
    """
    found = [_known(file) for path in paths for file in _files(Path(path))]
    if not any(one.size for one in found):
        said = ", ".join(str(path) for path in paths)
        raise LoadError(f"there are no records in {said}: no file has a line", help="name a file of JSON Lines")
    return tuple(found)


def _files(path: Path) -> list[Path]:
    with _readable(path):
        kind = path.stat().st_mode
        if stat.S_ISREG(kind):
            return [path]
        if not stat.S_ISDIR(kind):
            raise LoadError(f"{path} is not a file", help="write the lines to a plain file and name that")
        found = sorted(file for file in path.iterdir() if _is_lines(file))
    if not found:
        raise LoadError(f"there are no JSON Lines in {path}", help=f"files are known by {', '.join(JSONL_ENDINGS)}")
    return [one for file in found for one in _files(file)]


def _is_lines(file: Path) -> bool:
    return file.name.endswith(JSONL_ENDINGS) and not file.name.startswith(".") and not file.is_dir()


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        help = "check the name and the permissions"
        raise LoadError(f"cannot read {path}: {error.strerror or error}", help=help) from error


def _known(path: Path) -> Input:
    with _readable(path), path.open("rb") as file:
        state = os.fstat(file.fileno())
        first = file.read(ENDS)
        file.seek(max(0, state.st_size - ENDS))
        ends = hashlib.sha256(first + file.read(ENDS)).hexdigest()
    packing = next((name for magic, name in PACKINGS.items() if first.startswith(magic)), None)
    return Input(path, state.st_size, state.st_mtime_ns, ends, packing)


class Stream:
    """The bytes of a file, unpacked."""

    def __init__(self, source: Input) -> None:
        self._source = source
        self._grown = 0
        self._limit = max(SMALL, MAX_GROWTH * source.size)
        with _readable(source.path):
            self._raw: BinaryIO = source.path.open("rb", buffering=0 if source.packing is None else -1)
        self._read = self._reader()

    def _reader(self) -> Callable[[int], bytes]:
        if self._source.packing == "gzip":
            return gzip.GzipFile(fileobj=self._raw).read
        if self._source.packing == "zstd":
            unpacked: BinaryIO = pa.CompressedInputStream(pa.PythonFile(self._raw, mode="r"), "zstd")
            return unpacked.read
        return self._raw.read

    @property
    def taken(self) -> int:
        """How many bytes of the file were read, packed as they are."""
        return self._raw.tell()

    def read(self, size: int) -> bytes:
        """The next bytes, nothing at the end. Raises LoadError when the file is damaged or not itself any more."""
        said = self._some(size)
        self._grown += len(said)
        if self._source.packing is not None and self._grown > self._limit:
            raise LoadError(f"{self._source.path} would grow beyond all measure when unpacked", help=_HELP)
        if not said:
            self._refuse_changed()
        return said

    def _some(self, size: int) -> bytes:
        path = self._source.path
        try:
            return self._read(size)
        except EOFError as error:
            raise LoadError(f"{path} is cut short: its {self._source.packing} data has no end", help=_HELP) from error
        except (gzip.BadGzipFile, zlib.error, pa.ArrowException) as error:
            raise LoadError(f"{path} cannot be unpacked: {_plain(error)}", help=_HELP) from error
        except OSError as error:
            if self._source.packing == "zstd":  # the library's own errors come as these
                raise LoadError(f"{path} cannot be unpacked: {_plain(error)}", help=_HELP) from error
            raise LoadError(f"cannot read {path}: {error.strerror or error}", help=_HELP) from error

    def _refuse_changed(self) -> None:
        state = os.fstat(self._raw.fileno())
        if (state.st_size, state.st_mtime_ns) != (self._source.size, self._source.changed):
            help = "wait until nothing writes to the file, then run this again"
            raise LoadError(f"{self._source.path} changed while it was read", help=help)

    def skip(self, size: int) -> None:
        """Pass over the next bytes."""
        if self._source.packing is None:
            self._raw.seek(size, os.SEEK_CUR)
            return
        while size and (said := self.read(min(size, 1 << 20))):
            size -= len(said)

    def close(self) -> None:
        """Close the file."""
        self._raw.close()


def _plain(error: BaseException) -> str:
    return str(error).split("\n", 1)[0].rstrip(".") or type(error).__name__

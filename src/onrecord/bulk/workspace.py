"""A folder for what a run needs on disk and nobody else: gone when the run is over, however it ends."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import LoadError

PREFIX = "onrecord-"


@contextmanager
def workspace(kept: Path | None = None) -> Iterator[Path]:
    """A folder to work in: a temporary one that is removed, or the one given, which stays.

    Raises LoadError when there can be none.
    """
    if kept is not None:
        yield _made(kept)
        return
    try:
        folder = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
    except OSError as error:
        help = "name a folder on a disk with more space: `--work DIR`, or the environment variable TMPDIR"
        raise LoadError(f"there is no room for temporary files: {error.strerror or error}", help=help) from error
    with folder as path:
        yield Path(path)


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "it is not a folder", str(folder))
    except OSError as error:
        help = "name a folder that can be written to"
        raise LoadError(f"cannot work in {folder}: {error.strerror or error}", help=help) from error
    return folder

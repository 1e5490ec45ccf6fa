"""A folder for what a run needs on disk and nobody else: gone when the run is over, however it ends."""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from ..errors import BuildError, LoadError
from ..lock import LOCK, lock

PREFIX = "onrecord-"
ABANDONED = 3600.0  # seconds after which a folder that nobody holds is another run's, and that run was killed


@contextmanager
def workspace(kept: Path | None = None) -> Iterator[Path]:
    """A folder to work in, held by one run: a temporary one that is removed, or the one given, which stays.

    What runs that were killed have left among the temporary files is removed. Raises LoadError when
    there can be no folder, BuildError when another run works in the one given.
    """
    with ExitStack() as held:
        if kept is None:
            _sweep(Path(tempfile.gettempdir()))
            help = "name a folder on a disk with more space: `--work DIR`, or the environment variable TMPDIR"
            with _plainly("there is no room for temporary files", help):
                temporary = tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True)
                folder = Path(held.enter_context(temporary))
                held.enter_context(lock(folder))
        else:
            folder = kept
            with _plainly(f"cannot work in {kept}", "name a folder that can be written to"):
                held.enter_context(lock(_made(kept)))
                for left in kept.glob("spill-*"):  # only now: those of a run that still works are not left behind
                    shutil.rmtree(left, ignore_errors=True)
        yield folder


@contextmanager
def spill_folder(work: Path) -> Iterator[Path]:
    """A folder in the workspace for what does not fit into memory; removed even when the workspace stays."""
    with _plainly(f"cannot work in {work}", "name a folder that can be written to"):
        folder = tempfile.TemporaryDirectory(prefix="spill-", dir=work, ignore_cleanup_errors=True)
    with folder as path:
        yield Path(path)


@contextmanager
def _plainly(message: str, help: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LoadError(f"{message}: {error.strerror or error}", help=help) from error


def _made(folder: Path) -> Path:
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "it is not a folder", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sweep(temporary: Path) -> None:
    """Remove the folders of runs that were killed: old ones that carry a lock which nobody holds."""
    for folder in temporary.glob(f"{PREFIX}*"):
        with suppress(OSError, BuildError):
            if folder.is_symlink() or not (folder / LOCK).is_file() or time.time() - folder.stat().st_mtime < ABANDONED:
                continue
            with lock(folder):
                shutil.rmtree(folder, ignore_errors=True)

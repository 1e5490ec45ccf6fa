"""One builder at a time: a lock that the operating system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from .errors import BuildError

LOCK = ".onrecord.lock"


class Busy(BuildError):
    """Another run is at work in the folder; it may be over soon."""


@contextmanager
def lock(target: Path) -> Iterator[None]:
    """Hold a folder's lock. Raises Busy, naming the holder, when another has it."""
    path = target / LOCK
    handle = _taken(path)
    try:
        said = {"pid": os.getpid(), "host": socket.gethostname(), "started": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        os.ftruncate(handle, 0)
        os.write(handle, json.dumps(said).encode())
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def _taken(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        try:
            _seize(handle)
            if _same(handle, path):
                return handle
        except BlockingIOError:
            os.close(handle)
            raise _busy(path) from None
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # its last holder removed the file between our two calls


def _seize(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        try:
            os.lseek(handle, 1 << 30, os.SEEK_SET)  # beyond the words, which others may read
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            os.lseek(handle, 0, os.SEEK_SET)
        except OSError as error:
            raise BlockingIOError from error
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _same(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _busy(path: Path) -> Busy:
    try:
        said = json.loads(path.read_bytes())
        pid, words = str(int(said["pid"])), f"on {said['host']}, since {said['started']}"
        who = f"PID {pid} " + "".join(filter(str.isprintable, words))[:120]
    except (OSError, ValueError, KeyError, TypeError):
        who, pid = "it has not said its PID yet", "that process"
    return Busy(
        f"another build is at work in {path.parent} ({who})",
        help=f"wait for it, or end {pid} if it hangs: its lock goes with it, and the next build cleans up",
    )

"""The connection to where an address leads, and its errors in words that say what can be done."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

from ..errors import ExtraMissing, LoadError, MissingExtra

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

PATIENCE = 60.0  # seconds without a byte after which a connection counts as cut
_OWN = {"file", "local", "memory", "data", "dir", "dirfs", "generic", "reference"}  # nothing that is elsewhere
_EXTRA = {"http": "aiohttp", "https": "aiohttp", "s3": "s3fs", "s3a": "s3fs"}
_REFUSED = {"NoCredentialsError", "PartialCredentialsError", "TokenRetrievalError", "DefaultCredentialsError"}
CREDENTIALS = "check the credentials that the protocol's own tools use, such as AWS_PROFILE or AWS_ACCESS_KEY_ID"
AGAIN = "try again; with --work DIR, what came whole is kept"


def connected(where: str) -> tuple[AbstractFileSystem, str]:
    """The file system of an address, and the place in it. Raises LoadError when there can be none."""
    protocol = where.partition("://")[0].lower()
    if "::" in where or protocol in _OWN:
        raise LoadError(f"{protocol}:// is no address to fetch from", help="give the path of what is on this machine")
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingExtra("fsspec", "remote") from error
    try:
        system, root = url_to_fs(where, **_options(protocol))
    except ImportError as error:
        library = _EXTRA.get(protocol)
        if library:
            raise MissingExtra(library, "remote") from error
        raise ExtraMissing(
            f"{protocol}:// cannot be read: {error}", help="install the library that it names"
        ) from error
    return system, root


def _options(protocol: str) -> dict[str, Any]:
    """What keeps a dead connection from being waited for without end."""
    if protocol in ("http", "https"):
        from aiohttp import ClientTimeout

        timeout = ClientTimeout(total=None, sock_connect=PATIENCE, sock_read=PATIENCE)
        return {"client_kwargs": {"timeout": timeout, "headers": {"Accept-Encoding": "identity"}}}
    if protocol in ("s3", "s3a"):
        retries = {"max_attempts": 3, "mode": "standard"}
        return {"config_kwargs": {"connect_timeout": PATIENCE, "read_timeout": PATIENCE, "retries": retries}}
    return {}


def plain(error: BaseException, where: str) -> LoadError:
    """An error of a protocol's library as one that says what happened to which file."""
    if isinstance(error, LoadError):
        return error
    status = _status(error)
    if status in (401, 403, 407) or isinstance(error, PermissionError) or type(error).__name__ in _REFUSED:
        return LoadError(f"the server refuses {where}: {_said(error)}", help=CREDENTIALS)
    if _unanswered(error):
        return LoadError(f"no server answers at {where}: {_said(error)}", help="check the address and the network")
    if status in (404, 410) or (status is None and isinstance(error, FileNotFoundError)):
        return LoadError(f"there is nothing at {where}", help="check the address; a folder is named without its files")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        help = "free some space, or name a folder on a larger disk with --work"
        return LoadError(f"the disk is full: {where} does not fit on it", help=help)
    return LoadError(f"{where} could not be fetched to its end: {_said(error)}", help=AGAIN)


def _unanswered(error: BaseException | None) -> bool:
    """Whether nobody could be spoken to, also where a library says of it that there is no such file."""
    while error is not None:
        if type(error).__name__ in ("ClientConnectorError", "ClientConnectorDNSError"):
            return True
        error = error.__cause__
    return False


def _status(error: BaseException | None) -> int | None:
    """The status that a web server answered with, also where a library made another error of it."""
    while error is not None:
        if isinstance(status := getattr(error, "status", None), int):
            return status
        error = error.__cause__
    return None


def _said(error: BaseException) -> str:
    if type(error).__name__ in ("FSTimeoutError", "SocketTimeoutError", "TimeoutError"):
        return f"nothing came for {PATIENCE:g} seconds"
    while error.__cause__ is not None and isinstance(error, FileNotFoundError):  # it has the address alone
        error = error.__cause__
    if type(error).__name__ == "TooManyRedirects":
        return "it is redirected in circles"
    said = f"status {status}" if isinstance(status := getattr(error, "status", None), int) else str(error)
    return said.strip().split("\n")[0][:200] or type(error).__name__

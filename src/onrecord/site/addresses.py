"""Where each record stands on the site. These addresses are permalinks: they never change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..column import ID
from ..errors import BuildError

# Names that some systems keep for devices: no file can have them.
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")
FOLDERS = {"documents": "documents", "claims": "claims", "agents": "speakers"}


def checked(key: str) -> str:
    """The id. Raises BuildError when it is none: a package that nobody checked could lead out of the site's folder."""
    if not re.fullmatch(ID, key):
        raise BuildError(f"{key[:60]!r} is not an id", help="`onrecord verify` says what is wrong with the package")
    return key


def stem(key: str) -> str:
    """The id as a file name: the id itself, but for those that some system reserves."""
    checked(key)
    return f"{key}_" if _DEVICES.fullmatch(key.split(".")[0]) else key


def path_of(table: str, key: str) -> str:
    """The file of a record's page under `docs/`."""
    return f"{FOLDERS[table]}/{stem(key)}.md"


def address(table: str, row: Mapping[str, Any]) -> str:
    """The address of a record, from the root of the site.

    Documents, claims and agents have pages; a statement has a place on its document's page, a quantity
    on the page of figures. Raises KeyError for a table whose records have no address.
    """
    if table == "statements":
        return f"documents/{stem(row['document_id'])}/#{checked(row['id'])}"
    if table == "quantities":
        return f"figures/#{checked(row['id'])}"
    return f"{FOLDERS[table]}/{stem(row['id'])}/"

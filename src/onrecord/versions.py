"""The version of the code and that of a dataset, as one line."""

from __future__ import annotations

from pathlib import Path

from .errors import OnrecordError
from .opening import bundled, opened
from .version import code_version


def versions(root: Path | None = None) -> str:
    """Both versions on one line: that of the code, and name and version of the data that comes along or lies there."""
    try:
        said = opened(root or bundled()).describe()
        data = f"{said.get('name', 'a dataset without a name')} {said.get('version', 'without a version')}"
    except OnrecordError as error:
        data = f"none: {error.message}"
    return f"onrecord {code_version()}, data {data}"

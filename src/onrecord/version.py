"""The version of the code, and that of the dataset that comes with it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .errors import OnrecordError
from .opening import bundled, opened


def code_version() -> str:
    """Version of the installed package; `0` when it runs from a folder that was never installed."""
    try:
        return version("onrecord")
    except PackageNotFoundError:
        return "0"


def versions(root: Path | None = None) -> str:
    """Both versions on one line: that of the code, and name and version of the data that comes along or lies there."""
    try:
        said = opened(root or bundled()).describe()
        data = f"{said.get('name', 'a dataset without a name')} {said.get('version', 'without a version')}"
    except OnrecordError as error:
        data = f"none: {error.message}"
    return f"onrecord {code_version()}, data {data}"

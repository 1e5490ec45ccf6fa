"""The version of the code."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def code_version() -> str:
    """Version of the installed package; `0` when it runs from a folder that was never installed."""
    try:
        return version("onrecord")
    except PackageNotFoundError:
        return "0"

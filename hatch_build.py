"""Puts the dataset into the wheel. An editable install carries none: it reads the checkout's own."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Paths are those of the project root, so that an sdist, which has the same layout, builds the same wheel.
DATA = {
    "datapackage.json": "onrecord/data/datapackage.json",
    "claims/tables": "onrecord/data/claims/tables",
    "schema": "onrecord/data/schema",
}


class DataHook(BuildHookInterface[Any]):
    """Adds the built dataset to a standard wheel; the build fails when there is none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to take in."""
        if version == "standard":
            build_data["force_include"].update(DATA)

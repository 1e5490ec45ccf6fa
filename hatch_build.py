"""Puts the dataset into the wheel, and the scripts of others that the site uses.

An editable install carries neither: it reads the checkout's own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Paths are those of the project root, so that an sdist, which has the same layout, builds the same wheel.
DATA = {
    "datapackage.json": "onrecord/data/datapackage.json",
    "claims/tables": "onrecord/data/claims/tables",
    "schema": "onrecord/data/schema",
}
# Not in the repository; pyproject.toml takes them into wheel and sdist.
VENDOR = "src/onrecord/browser/vendor"


class DataHook(BuildHookInterface[Any]):
    """Adds the built dataset to a standard wheel; the build fails when there is none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files to take in."""
        if version == "standard":
            if not (Path(self.root) / VENDOR / "minisearch.js").is_file():
                self.app.display_warning("sites made by this wheel will have no explorer: `make vendor` was not run")
            build_data["force_include"].update(DATA)

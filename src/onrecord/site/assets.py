"""Styles and scripts of the site, from the package's `browser` folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .pages import Page
from .shelf import Shelf

BROWSER = Path(__file__).parent.parent / "browser"
KINDS = {".js", ".css", ".txt"}
VENDORED = ("lit-html.js", "minisearch.js")  # copied there by `make vendor`, and part of every released wheel


def lacking() -> list[str]:
    """The scripts of others that are not here; without them the explorer does not run."""
    return [name for name in VENDORED if not (BROWSER / "vendor" / name).is_file()]


def pages(_: Shelf) -> Iterator[Page]:
    """Every style, script and licence, under `assets/`."""
    for path in sorted(BROWSER.rglob("*")):
        if path.suffix in KINDS:
            yield Page(f"assets/{path.relative_to(BROWSER).as_posix()}", path.read_bytes())

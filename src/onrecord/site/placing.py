"""Each page made from the tables gets a folder of its own, so that every builder resolves its links alike.

A builder serves `a/b.md` at `a/b/`. Some then read the addresses in its HTML as seen from the file, some as
seen from the page. `a/b/index.md` is served at the same place and leaves no doubt.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from .pages import Page

_LINK = re.compile(rb"\]\((?!//)([A-Za-z0-9_./-]+\.[a-z]+)(#[^)\s]*)?\)")


def placed(path: str) -> str:
    """Where a page made from the tables stands: `a/b.md` in `a/b/index.md`; every other file where it is."""
    name = path.rpartition("/")[2]
    return path if name == "index.md" or not name.endswith(".md") else f"{path.removesuffix('.md')}/index.md"


def in_place(one: Page, by_hand: Collection[str]) -> Page:
    """A page in its place, its Markdown links led to where the pages that they name stand.

    `by_hand` are the paths of pages written by hand: they stay where they are.
    """
    new = one.path if one.path in by_hand else placed(one.path)
    if not new.endswith(".md") or b"](" not in one.data:
        return Page(new, one.data)
    here, there = posixpath.dirname(one.path), posixpath.dirname(new)

    def led(found: re.Match[bytes]) -> bytes:
        target = posixpath.normpath(posixpath.join(here, found[1].decode()))
        target = target if target in by_hand else placed(target)
        return b"](" + posixpath.relpath(target, there or ".").encode() + (found[2] or b"") + b")"

    return Page(new, _LINK.sub(led, one.data))

"""Pages from the files at a project's top: contributing and changelog, with links that fit the site."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from .pages import Page

FILES = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


def pages(project: Path, there: Collection[str]) -> Iterator[Page]:
    """The pages that the project has; `there` names those written by hand."""
    for name, path in FILES.items():
        file = project / name
        if file.is_file() and not file.is_symlink():
            yield Page.of(path, mended(file.read_text(encoding="utf-8"), there))


def mended(text: str, there: Collection[str]) -> str:
    """Text whose links to pages of the site lead there; of links to other files of the project, the words stay."""

    def mend(found: re.Match[str]) -> str:
        words, target = found.groups()
        if re.match(r"https?://|#", target):
            return found[0]
        file, mark, place = target.partition("#")
        page = FILES.get(file) or (file.removeprefix("docs/") if file.startswith("docs/") else "")
        return f"[{words}]({page}{mark}{place})" if page in there or page in FILES.values() else words

    return _LINK.sub(mend, text)

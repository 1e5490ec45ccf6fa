"""Pages and other files of the site: rendered from templates, written where they changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BuildError, MissingExtra
from ..staging import is_plain, publication

if TYPE_CHECKING:
    import jinja2

MADE = "made.json"  # names the files of the last run, so that those no longer made can go


@dataclass(frozen=True, slots=True)
class Page:
    """A file of the tree from which the site is built, by its path under `docs/`, with `/` between folders."""

    path: str
    data: bytes

    @classmethod
    def of(cls, path: str, text: str) -> Page:
        """A page of text."""
        return cls(path, text.encode())


@cache
def _templates() -> jinja2.Environment:
    try:
        import jinja2
    except ImportError as error:
        raise MissingExtra("Jinja2", "docs") from error
    from .encoding import encoded

    env = jinja2.Environment(
        loader=jinja2.PackageLoader("onrecord.site"),
        autoescape=True,
        finalize=encoded,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["plain_number"] = lambda number: f"{number:,}"
    env.filters["sentence"] = _sentence
    return env


def _sentence(words: str) -> str:
    """Words that begin with a capital. `capitalize` would make the names in them small."""
    first = words[:1].upper()
    return first + words[1:] if len(first) == 1 else words


def rendered(template: str, **values: Any) -> str:
    """A template of `site/templates` filled in. Every value that is not Markup is encoded as text."""
    return _templates().get_template(f"{template}.jinja").render(**values)


def page(path: str, template: str, **values: Any) -> Page:
    """A page from a template; `up` leads from it to the root of the site, as `../../`, or is empty."""
    return Page.of(path, rendered(template, up=up(path), **values))


def up(path: str) -> str:
    """The relative address of the site's root from the page made of this file: `a/b.md` becomes `a/b/`."""
    parts = path.removesuffix(".md").split("/")
    return "../" * (len(parts) - (parts[-1] == "index"))


def write(pages: Iterable[Page], output: Path) -> tuple[int, int]:
    """Write pages below a folder, only those that changed; remove those an earlier run made and this one did not.

    Returns how many there are and how many files were changed or removed. Raises BuildError when two
    pages have one path.
    """
    with publication(output, together=True) as stage:
        names: dict[str, str] = {}
        for one in pages:
            if names.setdefault(one.path.casefold(), one.path) is not one.path:
                raise BuildError(f"two pages would be `{one.path}`", help="give one of the records another id")
            if not _same(output / one.path, one.data):
                stage.put(one.path, one.data)
        made = sorted(names.values())
        stage.put(MADE, json.dumps(made, indent=0).encode())
        changed = stage.publish(obsolete=sorted(set(_made(output)) - set(made)))
        return len(made), len([name for name in changed if name != MADE])


def _made(output: Path) -> list[str]:
    """What an earlier run made here; nothing that would not be a plain path below the folder."""
    try:
        said = json.loads((output / MADE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    return [name for name in said if is_plain(name)] if isinstance(said, list) else []


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False

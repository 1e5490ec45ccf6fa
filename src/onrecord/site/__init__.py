"""The documentation site: pages made from the tables, beside those written by hand, for MkDocs or Zensical."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataset import Dataset
from .pages import Page, write
from .placing import in_place, placed
from .shelf import Shelf

if TYPE_CHECKING:
    import click


@dataclass(frozen=True, slots=True)
class Site:
    """What was written: how many files the site is made from, how many of them changed."""

    output: Path
    files: int
    changed: int


def make(
    dataset: Dataset,
    output: Path,
    *,
    project: Path | None = None,
    url: str | None = None,
    program: click.Group | None = None,
) -> Site:
    """Write the tree from which the site is built: `mkdocs.yml` and `docs/`.

    `project` is the folder whose `docs/` are taken in; `url` the address the site will have; `program`
    the command line that the site explains. Only files that changed are written. Raises BuildError when
    two pages would have one path or the disk does not play along, MissingExtra without the extra `docs`.
    """
    from .users import written_by_hand

    shelf = Shelf(dataset, written_by_hand(project) if project else ())
    files, changed = write(_tree(shelf, project, url, program), output)
    return Site(output, files, changed)


def _tree(shelf: Shelf, project: Path | None, url: str | None, program: click.Group | None) -> Iterator[Page]:
    from .frame import configuration, for_machines, handwritten

    made: set[str] = set()
    for one in _from_tables(shelf, project, program):
        moved = in_place(one, shelf.there)
        made.add(moved.path)
        yield Page(f"docs/{moved.path}", moved.data)
    for one in handwritten(project) if project else ():
        if not {one.path, placed(one.path)} & made:  # a page made from the tables stands
            made.add(one.path)
            yield Page(f"docs/{one.path}", in_place(one, {*shelf.there, one.path}).data)
    yield Page("docs/llms.txt", for_machines(shelf, made))
    yield Page("mkdocs.yml", configuration(shelf, made, url))


def _from_tables(shelf: Shelf, project: Path | None, program: click.Group | None) -> Iterator[Page]:
    from . import users

    for pages in _makers():
        yield from pages(shelf)
    yield from users.pages(shelf, project, program)


def _makers() -> tuple[Callable[[Shelf], Iterator[Page]], ...]:
    """Whatever makes pages or other files, each from the tables alone."""
    from . import assets, claims, documents, explorer, gaps, history, home, overviews, speakers, viewer

    readers = (home.pages, documents.pages, claims.pages, speakers.pages)
    return (assets.pages, *readers, overviews.pages, gaps.pages, history.pages, explorer.pages, viewer.pages)

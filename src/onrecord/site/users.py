"""The pages for users: generated from the model, the rules, the commands, the source and the project's own files."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import access, api, citing, commands, dictionary, notebook, projectfiles, rulebook, vocabularies
from .pages import Page
from .shelf import Shelf

if TYPE_CHECKING:
    import click


def pages(shelf: Shelf, project: Path | None, program: click.Group | None) -> Iterator[Page]:
    """All of them. `project` is the folder whose own files have pages, `program` the command line, if it is known."""
    there = {*shelf.there, *([commands.PATH] if program else ())}
    yield from access.pages(shelf, there)
    yield from citing.pages(shelf, there)
    for made in (dictionary, vocabularies, rulebook, api):
        yield from made.pages(shelf)
    if program:
        yield from commands.pages(program)
    if project:
        yield from projectfiles.pages(project, there)
        yield from notebook.pages(project)


def written_by_hand(project: Path) -> Collection[str]:
    """The files of a project that pages may lead to: those of `docs/`, and its citation file."""
    from .frame import by_hand

    names = {path for path, _ in by_hand(project)}
    return frozenset(names | ({"CITATION.cff"} if (project / "CITATION.cff").is_file() else set()))

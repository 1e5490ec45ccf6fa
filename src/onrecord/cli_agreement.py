"""The command line: how far encodings of a document agree."""

from __future__ import annotations

from pathlib import Path

import click

from .program import AT_PROJECT, PathParam, project, say


@click.command(short_help="Compare independent encodings of a document.")
@click.argument("document", required=False)
@click.option("--source", required=True, type=PathParam(path_type=Path), help="Your copy of the text, or its folder.")
@AT_PROJECT
@click.option("--write", "writing", is_flag=True, help="Write the figures into agreement.yaml of the document.")
@click.option("--json", "as_data", is_flag=True, help="Print figures and differences as JSON, without words.")
def agreement(document: str | None, source: Path, path: Path | None, writing: bool, as_data: bool) -> None:
    """Say how far independent encodings of a document agree, and where they differ, in the words of the text.

    Encodings are the one on record and those in the document's folder, in coders/CODER/. Without DOCUMENT
    all documents that have such folders are compared. Nothing is written unless --write is given, and then
    figures only.

    \b
    Example:
      onrecord agreement un-experts-letter-1988 --source my-texts/
      onrecord agreement --source my-texts/ --write
    """
    from .agreement import agreement as compare
    from .agreement import write
    from .lettering import as_json

    records = project(path)
    found = compare(records, source, document)
    if writing:
        found = write(records, found)
    if as_data:
        say([as_json([one.plain() for one in found])])
        return
    for one in found:
        say(one.lines())


COMMANDS: tuple[click.Command, ...] = (agreement,)

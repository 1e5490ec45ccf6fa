"""The command line: commands that work on the text of a source."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .program import AT_PROJECT, PathParam, path_or_at, project, project_or_here, say

if TYPE_CHECKING:
    from .anchoring import Found
    from .extract import Boilerplate
    from .placeholders import Filled

ENCODING = click.option("--encoding", metavar="NAME", help="Its encoding, such as windows-1252; or `detect`.")
BOILERPLATE = click.option(
    "--boilerplate",
    type=click.Choice(["drop", "keep"]),
    default="drop",
    show_default=True,
    help="Of an HTML page, only the main content, or all that it shows.",
)


@click.command(short_help="Print a source's text, or what is in it.")
@click.argument("file", type=PathParam(path_type=Path))
@ENCODING
@BOILERPLATE
@click.option("--info", is_flag=True, help="Say what the text is and what is suspicious in it, not the text.")
@click.option("--json", "as_data", is_flag=True, help="With --info: as JSON.")
def text(file: Path, encoding: str | None, boilerplate: Boilerplate, info: bool, as_data: bool) -> None:
    """Print the canonical text of a source: exactly the code points that offsets count, in UTF-8.

    FILE is a plain text, an HTML page or a PDF. On a terminal hidden characters are shown.

    \b
    Example:
      onrecord text report.html > report.txt
      onrecord text letter.txt --encoding windows-1252 --info
    """
    if as_data and not info:
        raise click.UsageError("--json needs --info")
    if info:
        _say_info(file, encoding, boilerplate, as_data)
    else:
        _print_text(file, encoding, boilerplate)


def _say_info(file: Path, encoding: str | None, boilerplate: Boilerplate, as_data: bool) -> None:
    from .inspection import inspect
    from .lettering import as_json

    found = inspect(file, encoding, boilerplate)
    say([as_json(found.as_dict())] if as_data else found.lines())


def _print_text(file: Path, encoding: str | None, boilerplate: Boilerplate) -> None:
    from .inspection import write_text
    from .source import Reading

    reading = Reading(file, encoding=encoding, boilerplate=boilerplate)
    write_text(reading, sys.stdout.buffer, terminal=sys.stdout.isatty())


@click.command(short_help="Begin the records of a document from its text.")
@click.argument("id")
@path_or_at
@click.option("--source", required=True, type=PathParam(path_type=Path), help="The text, page or PDF.")
@click.option("--title", required=True, help="The title of the document, as printed in it.")
@click.option("--language", default="en", show_default=True, metavar="TAG", help="The language of the text.")
@click.option("--medium", default="other", show_default=True, metavar="TERM", help="What sort of document it is.")
@click.option("--rights", metavar="TEXT", help="Who holds rights in the text.")
@click.option("--url", metavar="ADDRESS", help="Where the document was published, or a copy is found.")
@ENCODING
@BOILERPLATE
@click.option("--suggest", is_flag=True, help="Add candidates, each marked until you confirm or delete it.")
@click.option("--json", "as_data", is_flag=True, help="Say what was written as JSON.")
def new(id: str, path: Path | None, source: Path, rights: str | None, as_data: bool, **said: Any) -> None:
    """Begin the records of a document: its passages, its units, and a stub for every sentence.

    ID names the document and its folder. PATH is a project or a records folder; by default the project
    around the current folder. Where there is none, one is made. All files are written, or none.

    \b
    Example:
      onrecord new harbour-crane --source crane.txt --title "Crane falls at North Quay"
    """
    from .draft import RIGHTS
    from .draft import new as begin
    from .lettering import as_json

    begun = begin(id, source, path or project_or_here(), rights=rights or RIGHTS, **said)
    say([as_json(begun.plain())] if as_data else begun.lines())


@click.command(short_help="Check records again on every save.")
@path_or_at
def watch(path: Path | None) -> None:
    """Check records on every save: what is wrong, what is new and mended, how far the work is.

    Editors complete new ids at once: the JSON Schemas of the project are kept up. Ctrl-C ends it.

    \b
    Example:
      onrecord watch
    """
    from .watching import draw_look
    from .watching import watch as looks

    for number, look in enumerate(looks(project(path))):
        if sys.stdout.isatty():
            click.clear()
        elif number:
            say([""])
        say(draw_look(look))


@click.command(short_help="Print the anchor of given words, or fill in placeholders.")
@click.argument("document")
@click.argument("words", required=False)
@click.option("--source", required=True, type=PathParam(path_type=Path), help="Your copy of the text, or its folder.")
@AT_PROJECT
@click.option("--passage", metavar="ID", help="Look in this passage only: crane.p3, or p3.")
@click.option("--near", type=click.IntRange(min=0), help="Of several places, the one that starts nearest this offset.")
@click.option("--nth", type=click.IntRange(min=1), help="Of several places, the one with this number.")
@click.option("--before", metavar="WORDS", help="Of several places, the one directly before these words.")
@click.option("--after", metavar="WORDS", help="Of several places, the one directly after these words.")
@click.option("--excerpt", is_flag=True, help="Keep the words in the anchor: at most 12, no whole sentence.")
@click.option("--fill", "filling", is_flag=True, help="Fill in every placeholder in the records of the document.")
@click.option("--dry-run", is_flag=True, help="With --fill: show what would be written, and write nothing.")
@click.option("--json", "as_data", is_flag=True, help="Print what was found as JSON.")
def anchor(
    document: str,
    words: str | None,
    source: Path,
    path: Path | None,
    filling: bool,
    dry_run: bool,
    as_data: bool,
    **how: Any,
) -> None:
    """Print the anchor of words in a document's text, or fill in the placeholders of its records.

    Words match as printed; any white space matches any other, and `…` stands for words left out. Where
    they stand in several places, all are listed and none is chosen until you say which.

    A placeholder is "?words?" in the place of an anchor, with options after it where they are needed:
    nth 2, near 1846, excerpt, before: words, after: words. All are filled in, or none.

    \b
    Example:
      onrecord anchor un-experts-letter-1988 "opposition president" --source my-texts/
      onrecord anchor un-experts-letter-1988 --fill --source my-texts/
    """
    if filling:
        _refuse_beside_fill(words, how)
        from .placeholders import fill

        _say_found(fill(document, project(path), source, dry_run=dry_run), as_data)
        return
    if words is None or dry_run:
        raise click.UsageError("give the words to look for, or --fill; --dry-run goes with --fill")
    from .anchoring import find_anchor
    from .seek import Choice

    choice = Choice(how["near"], how["nth"], how["before"], how["after"])
    found = find_anchor(document, project(path), source, words, choice, passage=how["passage"], excerpt=how["excerpt"])
    if found.complete and found.note and not as_data:  # the anchor stands alone, to be pasted
        click.echo(f"note: {found.note}", err=True)
    _say_found(found, as_data)


def _refuse_beside_fill(words: str | None, how: dict[str, Any]) -> None:
    given = ["WORDS"] * (words is not None) + [f"--{option}" for option, value in how.items() if value]
    if given:
        raise click.UsageError(f"--fill fills in all placeholders; {', '.join(given)} cannot go with it")


def _say_found(found: Found | Filled, as_data: bool) -> None:
    """Print what was found, as lines or as JSON; exit 1 when it is not what was asked for."""
    from .lettering import as_json

    say([as_json(found.plain())] if as_data else found.lines())
    if not found.complete:
        raise SystemExit(1)


@click.command(short_help="Move a document's anchors to another edition of its text.")
@click.argument("document")
@path_or_at
@click.option("--source", "new", required=True, type=PathParam(path_type=Path), help="The new edition: a file.")
@click.option("--from", "old", type=PathParam(path_type=Path), help="The edition on record: a file, or its folder.")
@click.option("--choose", "choices", multiple=True, metavar="ID=SPANS", help="Which of several places is meant.")
@click.option("--accept", is_flag=True, help="Write what is settled; without it nothing is written.")
@click.option("--encoding", metavar="NAME", help="Encoding of the texts, where it is not UTF-8.")
@click.option("--json", "as_data", is_flag=True, help="Print the plan as JSON.")
def reanchor(
    document: str,
    path: Path | None,
    new: Path,
    old: Path | None,
    choices: tuple[str, ...],
    accept: bool,
    encoding: str | None,
    as_data: bool,
) -> None:
    """Move a document's anchors to another edition of its text: where each now stands, and how certain that is.

    With the edition on record, repeated words are told apart by what stands around them. What is not
    certain is never moved: choose it here, or find it marked in the records.

    \b
    Example:
      onrecord reanchor un-experts-letter-1988 --source new.txt --from old.txt
      onrecord reanchor un-experts-letter-1988 --source new.txt --from old.txt --accept
    """
    from . import edition
    from .lettering import as_json

    plan = edition.plan(document, project(path), new, old=old, choices=choices, encoding=encoding)
    if accept:
        plan = edition.accept(plan)
    say([as_json(plan.plain())] if as_data else plan.lines())
    if plan.open:
        raise SystemExit(1)


COMMANDS: tuple[click.Command, ...] = (text, new, anchor, watch, reanchor)

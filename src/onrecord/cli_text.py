"""The command line: commands that work on the text of a source."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from .program import project, say


@click.command(short_help="Check records again on every save.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
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


COMMANDS: tuple[click.Command, ...] = (watch,)

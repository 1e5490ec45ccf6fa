"""The command line: commands on versions of a dataset."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .program import AT_PROJECT, project_or_here, say

if TYPE_CHECKING:
    from .contrast import Contrast

FORMATS = ("text", "json", "markdown", "arrow")


@click.command(short_help="Show what became of each record between two versions.")
@click.argument("old")
@click.argument("new")
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead.")
@click.option("--exit-code", is_flag=True, help="Exit 1 when there is a difference.")
@AT_PROJECT
def diff(old: str, new: str, output_format: str, output: Path | None, exit_code: bool, path: Path | None) -> None:
    """Show which records and fields were added, corrected, retracted, moved or removed, and why.

    OLD and NEW are each a package, a project, a records folder or a git revision of the project. The
    reasons are the notes of the reviews since. A folder that holds a package and records means the
    package; name its `claims/records` to compare the records.

    \b
    Example:
      onrecord diff HEAD~1 HEAD
      onrecord diff . claims/records
      onrecord diff v0.1.0 . --output-format markdown
    """
    from .contrast import contrast
    from .sides import identity, side

    root = path or project_or_here()
    if identity(old, root) == identity(new, root):
        click.echo(f"`{old}` and `{new}` are the same; there is nothing to compare", err=True)
        return
    found = contrast(side(old, root), side(new, root))
    _put(found, output_format, output)
    if exit_code and found.found:
        raise SystemExit(1)


def _put(found: Contrast, form: str, output: Path | None) -> None:
    from . import contrast

    if form == "arrow":
        _put_bytes(contrast.as_arrow(found), output)
        return
    match form:
        case "json":
            lines = iter([contrast.as_data(found)])
        case "markdown":
            lines = contrast.as_markdown(found)
        case _:
            lines = contrast.as_text(found)
    if output:
        output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    else:
        say(lines)


def _put_bytes(data: bytes, output: Path | None) -> None:
    if output:
        output.write_bytes(data)
    elif sys.stdout.isatty():
        raise click.UsageError("Arrow is no text for a terminal; give --output FILE, or send it on")
    else:
        click.get_binary_stream("stdout").write(data)


COMMANDS = (diff,)

"""The command line: commands on versions of a dataset."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .program import AT_PROJECT, PathParam, project, project_or_here, say

if TYPE_CHECKING:
    from .contrast import Contrast
    from .release import Release

FORMATS = ("text", "json", "markdown", "arrow")


@click.command(short_help="Show what became of each record between two versions.")
@click.argument("old")
@click.argument("new")
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output", type=PathParam(path_type=Path, dir_okay=False), help="Write to this file instead.")
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
    drawn: dict[str, Callable[[Contrast], Iterator[str]]] = {
        "json": contrast.as_data,
        "markdown": contrast.as_markdown,
        "text": contrast.as_text,
    }
    lines = drawn[form](found)
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
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@click.command(short_help="Number and write a version of the data.")
@click.option("--since", metavar="REV|PATH", help="The version before; by default the tag of the package, or itself.")
@click.option("--version", metavar="X", help="The number, where it is to be higher than it has to be.")
@click.option("--write", is_flag=True, help="Write it; without this nothing is written.")
@click.option("--frictionless/--no-frictionless", default=None, help="Whether frictionless validates the package too.")
@click.option("--accept-drop", metavar="REASON", help="Release although many records are gone, for this reason.")
@AT_PROJECT
def release(
    since: str | None,
    version: str | None,
    write: bool,
    frictionless: bool | None,
    accept_drop: str | None,
    path: Path | None,
) -> None:
    """Say which version number the data needs for what changed, and with --write release it.

    A column added, removed or reordered and a record removed are major, new records minor, corrected
    values patch. A number that is too small is refused. Writing puts number and date into package.yaml
    and CITATION.cff, the changes into changes.yaml and the changelog, and builds the package: all or nothing.

    \b
    Example:
      onrecord release --since HEAD~1
      onrecord release --since v0.1.0 --write
    """
    from .lettering import counted
    from .release import plan, publish

    root = project(path)
    planned = plan(root, since=since, version=version)
    say(_plan_lines(planned))
    if planned.empty:
        return
    if write:
        built = publish(planned, frictionless=frictionless, accept_drop=accept_drop)
        rest = len([name for name in built.changed if name not in planned.files])
        say([*(f"written: {name}" for name in planned.files), f"written: {counted(rest, 'file')} of the package"])
        say([f"passed: {', '.join(built.gates)}; {built.hash}"])
    else:
        say([*(f"would write: {name}" for name in planned.files), "nothing was written; --write does it"])


def _plan_lines(planned: Release) -> list[str]:
    """The numbers, and why."""
    from .lettering import visible
    from .version import code_version

    old = planned.contrast.old
    head = f"data {planned.before} ({old.name}); code {code_version()}, which has a version of its own"
    if planned.empty:
        lines = [visible(head), "nothing changed since; there is nothing to release"]
        if old.identity == str(planned.root.resolve()):
            lines.append("it was compared with the package as it was last built here; --since names a version before")
        return lines
    why = [f"  {bump.name.lower()}: {reason}" for bump, reason in planned.why]
    needed = f"what changed is {planned.bump.name.lower()}: the data needs {planned.needed} at least"
    return [visible(line) for line in (head, *why, needed, f"release: data {planned.version}, {planned.date}")]


COMMANDS = (diff, release)

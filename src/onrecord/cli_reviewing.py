"""The command line: commands on reviews, and on what waits for one."""

from __future__ import annotations

from pathlib import Path

import click

from .program import AT_PROJECT, dataset, path_or_at, project, say
from .vocabulary import terms_of


@click.command(short_help="Append a review of a record to the review log.")
@click.argument("id")
@path_or_at
@click.option("--status", required=True, type=click.Choice(terms_of("review-status")), help="The outcome.")
@click.option("--by", required=True, metavar="CODER", help="Who reviewed it: a role, or a name that may be published.")
@click.option("--note", metavar="TEXT", help="Why; required for superseded, retracted and conflict.")
@click.option("--successor", metavar="ID", help="The record of the same table that stands in its place.")
@click.option("--at-time", metavar="INSTANT", help="When it was reviewed, in UTC: 2026-11-22T14:00:00Z; else now.")
@click.option("--json", "as_data", is_flag=True, help="Say what was appended as JSON.")
def review(
    id: str,
    path: Path | None,
    status: str,
    by: str,
    note: str | None,
    successor: str | None,
    at_time: str | None,
    as_data: bool,
) -> None:
    """Append a review of a record to the review log; what stands in the log is never changed.

    Each entry carries the hash of the one before, so that a changed or missing entry is found by
    `onrecord check` and `onrecord verify`. A record that is superseded or retracted stays readable.

    \b
    Example:
      onrecord review un-experts-letter-1988.s001 --status accepted --by "first coder"
      onrecord review crane.s2 --status superseded --successor crane.s5 --by editor --note "Wrong voice."
    """
    from .lettering import as_json
    from .reviewing import Asked
    from .reviewing import review as append

    done = append(id, project(path), Asked(status, by, note, successor, at_time))
    say([as_json(done.plain())] if as_data else done.lines())


@click.command(short_help="List drafts, work needed, conflicts, old reviews.")
@click.option("--since", metavar="DATE", help="Also list what nobody has looked at since this day.")
@click.option("--json", "as_data", is_flag=True, help="Print the list as JSON.")
@AT_PROJECT
def todo(since: str | None, as_data: bool, path: Path | None) -> None:
    """List the records that wait for somebody, by table and document, from the records as they are now.

    Statements without a review are drafts. With --since, records whose newest review is older are
    listed too, unless they are superseded or retracted.

    \b
    Example:
      onrecord todo
      onrecord todo --since 2026-11-01 --json
    """
    from .lettering import as_json
    from .records import records_folder
    from .todo import draw_todo
    from .todo import todo as waiting

    found = waiting(dataset(records_folder(project(path))), since)
    say([as_json([one.plain() for one in found])] if as_data else draw_todo(found))


COMMANDS = (review, todo)

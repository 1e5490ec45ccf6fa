"""The command line: one claim or quantity in all documents."""

from __future__ import annotations

from pathlib import Path

import click

from .program import AT_DATASET, dataset, say


@click.command(short_help="Compare every statement of a claim or quantity.")
@click.argument("id", metavar="CLAIM|QUANTITY")
@click.option("--json", "as_data", is_flag=True, help="Print it as JSON.")
@AT_DATASET
def compare(id: str, as_data: bool, path: Path | None) -> None:
    """Compare every statement of a claim, or of a quantity's figures, in every document.

    Shows voices, figures with bounds, times, places and review status; what is in conflict and
    what merely differs; how many independent sources there are, echoes counted once; and how
    certainty, figures and labels change on the way. Where a claim and a quantity share an id,
    write claims/ID or quantities/ID.

    \b
    Example:
      onrecord compare crane-overloaded --at tests/samples
      onrecord compare people-on-quay --at tests/samples
      onrecord compare people-on-quay --at tests/samples --json > compared.json
    """
    from .comparison.drawn import draw_comparison
    from .printing import exact_json

    found = dataset(path).compare(id)
    say([exact_json(found.plain())] if as_data else draw_comparison(found))


COMMANDS = (compare,)

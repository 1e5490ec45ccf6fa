"""The command line: commands for those who read records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .program import AT_DATASET, PathParam, dataset, say

if TYPE_CHECKING:
    from .coverage import Coverage


@click.command(short_help="Show a record; a statement as its chain of voices.")
@click.argument("id")
@AT_DATASET
def show(id: str, path: Path | None) -> None:
    """Show a record as text; a statement as the chain of voices through which it comes.

    ID is the id of any record: a statement, claim, agent, document, caveat. Where two tables share
    an id, write TABLE/ID.

    \b
    Example:
      onrecord show un-experts-letter-1988
      onrecord show agents/un-experts
    """
    from .drawing import draw

    records = dataset(path)
    say(draw(records, records.find(id)))


@click.command(short_help="Show where voices are not equally sure.")
@AT_DATASET
def drift(path: Path | None) -> None:
    """Show the claims that one voice states more surely than another, or denies.

    \b
    Example:
      onrecord drift
    """
    from .drawing import draw_drift
    from .lettering import counted

    found = dataset(path).drift()
    for one in found:
        say([*draw_drift(one), ""])
    say([counted(len(found), "claim") + " on which voices differ"])


@click.command(short_help="Run one SELECT over the tables.")
@click.argument("sql")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@AT_DATASET
def query(sql: str, form: str, path: Path | None) -> None:
    """Run one SELECT over the tables (DuckDB's SQL) and print every row of it.

    \b
    Example:
      onrecord query "SELECT speaker, count(*) AS n FROM overview GROUP BY speaker ORDER BY n DESC"
      onrecord query "SELECT * FROM overview" --format csv > overview.csv
    """
    from .printing import print_rows

    print_rows(dataset(path).sql(sql), form)


@click.command(short_help="Print a record's citation.")
@click.argument("id")
@AT_DATASET
def cite(id: str, path: Path | None) -> None:
    """Print a record's citation: what it is, where it stands, dataset, version, licence.

    \b
    Example:
      onrecord cite un-experts-letter-1988
    """
    from .lettering import visible

    say([visible(dataset(path).cite(id))])


@click.command(short_help="Show what is recorded, waived and open.")
@click.argument("document", required=False)
@click.option("--source", type=PathParam(path_type=Path), help="Your copy of the text, or a folder of texts.")
@click.option("--json", "as_data", is_flag=True, help="Print the numbers as JSON.")
@AT_DATASET
def coverage(document: str | None, source: Path | None, as_data: bool, path: Path | None) -> None:
    """Show how much of each document is recorded, waived and open, with a strip per passage.

    With a copy of the text, show what is open in its words, and find every sentence, quotation and
    numeral of the text that is no unit of the ledger.

    \b
    Example:
      onrecord coverage un-experts-letter-1988
      onrecord coverage --source my-texts/
      onrecord coverage --json
    """
    from .coverage import compared, coverages
    from .coverage import coverage as coverage_of
    from .drawing import draw_compared, draw_coverage
    from .lettering import as_json

    records = dataset(path)
    tables = {name: records.table(name) for name in records.tables}
    found = [coverage_of(tables, document)] if document else coverages(tables)
    beside = compared(tables, found, source) if source else {}
    if as_data:
        say([as_json([beside.get(one.document_id, one).plain() for one in found])])
    else:
        for one in found:
            say(draw_coverage(one))
            say(draw_compared(beside[one.document_id]) if one.document_id in beside else _uncompared(one, source))
    if any(one.unlisted for one in beside.values()):
        raise SystemExit(1)


def _uncompared(found: Coverage, source: Path | None) -> list[str]:
    """What is said of a document whose text is not there."""
    return [f"{found.document_id}: not compared, {source} has no text of it"] if source else []


@click.command(short_help="Explain the columns of a table, or list the tables.")
@click.argument("table", required=False)
@AT_DATASET
def codebook(table: str | None, path: Path | None) -> None:
    """Explain the columns of a table; `terms` also lists every vocabulary. Without TABLE, list the tables.

    \b
    Example:
      onrecord codebook
      onrecord codebook attributions
    """
    from .guide import explain_table, list_tables

    records = dataset(path)
    say(explain_table(records, table) if table else list_tables(records))


@click.command(short_help="Print the versions of code and data.")
@AT_DATASET
def version(path: Path | None) -> None:
    """Print the version of the code, and name and version of the data.

    \b
    Example:
      onrecord version
    """
    from .versions import versions

    say([versions(dataset(path).root if path else None)])


COMMANDS = (show, drift, query, cite, coverage, codebook, version)

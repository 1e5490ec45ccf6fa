"""The command line: commands for those who write records. Parses, calls, chooses the exit code.

Exit 0: done, nothing found. 1: findings. 2: could not run. 130: stopped by Ctrl-C.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .cli_agreement import COMMANDS as ON_AGREEMENT
from .cli_bulk import SAMPLES, Means, Where, input_or_at, is_bulk, refuse_for_records, say_survey, surveyed, with_means
from .cli_compare import COMMANDS as COMPARING
from .cli_difference import COMMANDS as ON_VERSIONS
from .cli_matching import COMMANDS as MATCHING
from .cli_pack import pack_input, refuse_for_tables
from .cli_read import COMMANDS as READING
from .cli_reviewing import COMMANDS as REVIEWING
from .cli_site import COMMANDS as ON_SITE
from .cli_text import COMMANDS as ON_TEXT
from .program import FOLDER, PathParam, Program, dataset, path_or_at, project, say, shorten

if TYPE_CHECKING:
    from .check import Checked
    from .package import Built

FORMATS = ("text", "json", "sarif", "github")


@click.group(
    cls=Program, name="onrecord", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=Program.show_version,
    help="Print the versions of the code and of its dataset.",
)
def program() -> None:
    """Keep claims on the record: who said what, in which words, how sure, and exactly where.

    \b
    Example:
      onrecord show un-experts-letter-1988.s001
    """


@program.command(short_help="Check records: every fault, its place and its remedy.")
@input_or_at
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--exit-zero", is_flag=True, help="Exit 0 even when there are findings.")
@click.option(
    "--samples", type=click.IntRange(0), metavar="N", help="Of tables: findings shown of each rule, by default 5."
)
@click.option("--findings", type=Where(), metavar="FILE", help="Of tables: write all findings to this Parquet file.")
@with_means
def check(
    path: Path | str | None,
    output_format: str,
    exit_zero: bool,
    samples: int | None,
    findings: Path | str | None,
    means: Means,
) -> None:
    """Check records, tables or JSON Lines: everything that is wrong, with its place and its remedy.

    PATH is a project or a records folder, by default the project around the current folder. It can
    also be a package, a folder of Parquet tables, a file or folder of JSON Lines, or the address of
    one of these; then there are counts for each rule first, and samples.

    \b
    Example:
      onrecord check
      onrecord check claims/records --output-format sarif > findings.sarif
      onrecord check archive/ --memory 4GB --findings findings.parquet
      onrecord check s3://bucket/archive --samples 10
    """
    if is_bulk(path):
        survey = surveyed(path or "", means, SAMPLES if samples is None else samples, findings)
        say_survey(survey, output_format, findings)
        found = survey.count
    else:
        from .check import check as check_records

        refuse_for_records(means, samples=samples, findings=findings)
        checked = check_records(project(Path(path) if path else None))
        _report(checked, output_format)
        found = len(checked.findings)
    if found and not exit_zero:
        raise SystemExit(1)


def _report(checked: Checked, output_format: str) -> None:
    from . import report

    match output_format:
        case "json":
            say([report.render_json(checked)])
        case "sarif":
            say([report.render_sarif(checked)])
        case "github":
            say(report.render_github(checked))
        case _:
            say(report.render_text(checked))


@program.command(short_help="Make tables, schemas and descriptor from records, tables or JSON Lines.")
@input_or_at
@click.option("--to", "target", type=FOLDER, help="Folder to build in; by default the project.")
@click.option("--check", "only_check", is_flag=True, help="Build nothing; exit 1 if what is built is out of date.")
@click.option("--frictionless/--no-frictionless", default=None, help="Whether frictionless validates the package too.")
@click.option("--accept-drop", metavar="REASON", help="Build although many records are gone, for this reason.")
@click.option(
    "--samples", type=click.IntRange(0), metavar="N", help="Of tables: findings shown of each rule, by default 5."
)
@click.option("--findings", type=Where(), metavar="FILE", help="Of tables: write all findings to this Parquet file.")
@with_means
def build(
    path: Path | str | None,
    target: Path | None,
    only_check: bool,
    frictionless: bool | None,
    accept_drop: str | None,
    samples: int | None,
    findings: Path | str | None,
    means: Means,
) -> None:
    """Make the tables, schemas and descriptor from the records; all of them or nothing.

    PATH is a project or a records folder, by default the project around the current folder. It can
    also be a folder of Parquet tables, a file or folder of JSON Lines, a package, or the address of
    one of these; then the tables are written in parts, and parts in which nothing changed since the
    last build are kept. With --work a build that was interrupted goes on where it was.

    \b
    Example:
      onrecord build
      onrecord build --check
      onrecord build --to ../release --accept-drop "the 2019 drafts were withdrawn"
      onrecord build archive/ --to release/ --memory 4GB
      onrecord build s3://bucket/lines --to release/ --work scratch/
    """
    if is_bulk(path):
        refuse_for_tables(only_check, frictionless)
        pack_input(path or "", target, means, samples, findings, accept_drop)
        return
    from .package import build as build_package

    refuse_for_records(means, samples=samples, findings=findings)
    records = project(Path(path) if path else None)
    if only_check:
        _say_stale(records, target or records)
    else:
        _say_built(build_package(records, target or records, frictionless=frictionless, accept_drop=accept_drop))


def _say_stale(records: Path, target: Path) -> None:
    from .package import stale

    names = list(stale(records, target))
    say([f"out of date: {name}" for name in names] or ["everything is up to date"])
    if names:
        click.echo("  help: run `onrecord build`", err=True)
        raise SystemExit(1)


def _say_built(built: Built) -> None:
    from .lettering import aligned, counted
    from .report import render_findings

    say(aligned(("table", "rows"), built.rows.items()))
    say(render_findings(built.findings))
    changed = counted(len(built.changed), "file") + " changed" if built.changed else "nothing changed"
    say([f"passed: {', '.join(built.gates)}", f"{counted(sum(built.rows.values()), 'row')}, {built.hash}; {changed}"])


@program.command(short_help="Verify a package offline, and anchors against a text.")
@path_or_at
@click.option("--source", type=PathParam(path_type=Path), help="Your copy of a text, or a folder of texts.")
@click.option("--encoding", metavar="NAME", help="Encoding of your copy, where it is not UTF-8.")
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
def verify(path: Path | None, source: Path | None, encoding: str | None, output_format: str) -> None:
    """Verify a built package, offline; with a copy of a source text, every anchor in it too.

    A text is recognised by its hash, not by its name. Each anchor is exact, moved, ambiguous or
    missing; another edition of the text is said first. PATH is a package or a project.

    \b
    Example:
      onrecord verify
      onrecord verify --source my-texts/
      onrecord verify --source letter.txt --output-format json > states.json
    """
    from .proof import prove

    proof = prove(dataset(path), source, encoding=encoding)
    say(proof.render(output_format))
    if proof.findings:
        raise SystemExit(1)


@program.command(short_help="Write the full hashes of a document's anchors.")
@click.argument("document")
@path_or_at
@click.option("--source", required=True, type=PathParam(path_type=Path), help="Your copy of the text, or its folder.")
def digest(document: str, path: Path | None, source: Path) -> None:
    """Write the full hashes of a document's anchors, from your copy of its text.

    Nothing is written unless every anchor fits the text.

    \b
    Example:
      onrecord digest un-experts-letter-1988 --source my-texts/
    """
    from .proof import write_digests
    from .report import render_findings

    written = write_digests(document, project(path), source)
    say(render_findings(written.findings))
    if written.findings:
        say(["nothing was written"])
        raise SystemExit(1)
    say([f"{written.lines} hashes in {shorten(written.file)}"])


@program.command(short_help="Explain a rule, or list all rules.")
@click.argument("rule", required=False)
def explain(rule: str | None) -> None:
    """Explain a rule by its code or its name; without one, list them all.

    \b
    Example:
      onrecord explain OR202
      onrecord explain unknown-reference
    """
    from .guide import explain_rule, list_rules

    say(explain_rule(rule) if rule else list_rules())


for command in (*ON_TEXT, *ON_SITE, *ON_VERSIONS, *READING, *COMPARING, *REVIEWING, *ON_AGREEMENT, *MATCHING):
    program.add_command(command)

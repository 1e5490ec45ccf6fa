"""The command line: a package in parts, built from input of any size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .cli_bulk import SAMPLES, Means, on_this_machine, say_survey
from .program import say

if TYPE_CHECKING:
    from .packing import Packed


def refuse_for_tables(only_check: bool, frictionless: bool | None) -> None:
    """Refuse options that only a build from records in YAML knows."""
    given = [name for name, value in (("--check", only_check), ("--frictionless", frictionless)) if value]
    if given:
        said = "only for records in YAML; a package in parts is verified as it is written"
        raise click.UsageError(f"{', '.join(given)}: {said}")


def pack_input(
    path: Path | str,
    target: Path | None,
    means: Means,
    samples: int | None,
    findings: Path | str | None,
    accept_drop: str | None,
) -> None:
    """Build a package in parts and say what became of it; exit 1 while the records have errors."""
    from .bulk.progress import shown
    from .packing import Unfit

    if target is None:
        raise click.UsageError("--to DIR: name the folder to build in; the input stays as it is")
    try:
        with shown() as told:
            made = _packed(
                path,
                target,
                means,
                findings,
                work=means.work,
                samples=SAMPLES if samples is None else samples,
                accept_drop=accept_drop,
                told=told,
            )
    except Unfit as unfit:
        say_survey(unfit.survey, "text", findings)
        click.echo(f"error: {unfit.message}\n  help: {unfit.help}", err=True)
        raise SystemExit(1) from None
    if made.survey.count:
        say_survey(made.survey, "text", findings)
    say(_lines(made))


def _packed(path: Path | str, target: Path, means: Means, findings: Path | str | None, **said: Any) -> Packed:
    """The package that the engine which was asked for makes."""
    if means.engine == "spark":
        from .spark.running import build_on_spark

        return build_on_spark(path, target, means.master, findings=findings, memory=means.bytes, **said)
    from .packing import pack

    return pack(path, target, memory=means.bytes, findings=on_this_machine(findings), **said)


def _lines(made: Packed) -> Iterator[str]:
    from .lettering import aligned, counted

    yield from aligned(("table", "rows"), made.rows.items())
    said = [(number, word) for word, number in made.parts.items() if number]
    parts = ", ".join(f"{number:,} {word}" for number, word in said)
    changed = counted(len(made.changed), "file") + " changed" if made.changed else "nothing changed"
    yield f"passed: rules, verify; {counted(sum(made.parts.values()), 'part')}: {parts}"
    yield f"{counted(sum(made.rows.values()), 'row')}, {made.hash}; {changed}"
    if not made.described:
        yield "the package states no licence: write a package.yaml beside the input, and build again"

"""The command line: input of any size, as `check` and `build` take it, and the options that go with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .program import FOLDER, say

if TYPE_CHECKING:
    from .survey import Survey

ENGINES = ("duckdb", "spark")
SAMPLES = 5  # of each rule


class Where(click.ParamType[Any]):
    """A path on this machine, or an address such as `s3://bucket/folder`."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """A path as such, an address as text."""
        from .bulk.address import is_address

        return str(value) if is_address(value) else Path(FOLDER.convert(value, param, ctx))


def input_or_at(run: Callable[..., None]) -> Callable[..., None]:
    """Let a command take its input as PATH or with --at; not both."""

    @click.argument("path", required=False, type=Where())
    @click.option("--at", type=Where(), metavar="PATH", help="PATH by its name, as every command takes it.")
    @wraps(run)
    def located(path: Path | str | None, at: Path | str | None, **said: Any) -> None:
        if path is not None and at is not None:
            raise click.UsageError(f"two folders are given: PATH `{path}` and --at `{at}`; leave one of them out")
        run(path=at or path, **said)

    return located


@dataclass(frozen=True, slots=True)
class Means:
    """What a run on input of any size may use, as the options say."""

    engine: str | None
    memory: str | None
    work: Path | None
    master: str | None = None

    @property
    def bytes(self) -> int | None:
        """The memory that the run may take, where it is said."""
        from .bulk.memory import read_memory

        return read_memory(self.memory) if self.memory else None

    @property
    def given(self) -> list[str]:
        """The options that were given."""
        values = {"--engine": self.engine, "--memory": self.memory, "--work": self.work, "--master": self.master}
        return [name for name, value in values.items() if value is not None]


def with_means(run: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options --engine, --master, --memory and --work; it gets them as `means`."""

    @click.option("--engine", type=click.Choice(ENGINES), help="What runs the rules over tables; by default duckdb.")
    @click.option("--master", metavar="URL", help="With spark: local[2], spark://…, yarn, k8s://… or sc://host:port.")
    @click.option("--memory", metavar="AMOUNT", help="The most that may be used: 2GB, 512MiB, 50%. By default 1GB.")
    @click.option("--work", type=FOLDER, metavar="DIR", help="A folder for what is fetched or made; it stays.")
    @wraps(run)
    def equipped(engine: str | None, master: str | None, memory: str | None, work: Path | None, **said: Any) -> None:
        if master and engine != "spark":
            raise click.UsageError("--master: only with --engine spark")
        run(means=Means(engine, memory, work, master), **said)

    return equipped


def is_bulk(path: Path | str | None) -> bool:
    """Whether an input is tables, JSON Lines or at an address, rather than records in YAML."""
    if path is None or isinstance(path, str):
        return path is not None
    from .bulk.kinds import kind_at

    return kind_at(path) != "records"


def refuse_for_records(means: Means, **others: object) -> None:
    """Refuse options that records in YAML have no use for."""
    given = [*means.given, *(f"--{name}" for name, value in others.items() if value is not None)]
    if given:
        raise click.UsageError(f"{', '.join(given)}: only for tables and JSON Lines; records in YAML need none of it")


def on_this_machine(findings: Path | str | None) -> Path | None:
    """The file for all findings, where this machine writes it."""
    if isinstance(findings, str):
        raise click.UsageError("--findings: only Spark writes to an address; name a file on this machine")
    return findings


def surveyed(path: Path | str, means: Means, samples: int, findings: Path | str | None) -> Survey:
    """The survey of an input."""
    from .bulk.progress import shown

    if means.engine == "spark":
        from .spark.running import check_on_spark

        with shown() as told:
            return check_on_spark(
                path,
                means.master,
                samples=samples,
                findings=findings,
                memory=means.bytes,
                work=means.work,
                told=told,
            )
    from .bulk.intake import take
    from .bulk.memory import default_memory, engine_share
    from .bulk.workspace import spill_folder, workspace
    from .survey import survey_taken

    file, memory = on_this_machine(findings), engine_share(means.bytes or default_memory())
    with workspace(means.work) as work, shown() as told:
        intake = take(path, work, memory=memory, told=told, resume=means.work is not None)
        with spill_folder(work) as spill:
            return survey_taken(intake, samples=samples, findings=file, told=told, memory=memory, spill=spill)


def say_survey(survey: Survey, output_format: str, findings: Path | str | None) -> None:
    """Print a survey in one of the formats of `check`."""
    from . import report

    match output_format:
        case "json":
            say([report.render_survey_json(survey)])
        case "sarif":
            say([report.render_sarif(report.survey_as_check(survey))])
        case "github":
            say(report.render_github(report.survey_as_check(survey)))
        case _:
            say(report.render_survey(survey))
            say([f"all findings: {findings}"] if findings else [])

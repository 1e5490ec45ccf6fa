"""How a long run tells how far it is: a function that is told, and a display of it on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..lettering import visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Told = Callable[[str, int, int | None], None]
"""Takes the name of a stage, how much of it is done, and how much there is to do where that is known.

What is counted are rows, or what the name says after a comma.
"""

FETCHING = "fetching"  # counts bytes
_UNITS = {FETCHING: "MB", "verifying": "files", "writing": "tables"}


def silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""


@contextmanager
def shown() -> Iterator[Told]:
    """Show progress on a terminal, on standard error, while the block runs; elsewhere show nothing."""
    if not _wanted():
        yield silent
        return
    with _display() as progress:
        stages: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int | None) -> None:
            if stage not in stages:
                stages[stage] = progress.add_task(visible(stage), total=total)
            progress.update(stages[stage], completed=done, total=total)

        yield tell


def _wanted() -> bool:
    return sys.stderr.isatty() and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"


def _display() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Done(ProgressColumn):
        """How much is done, of how much, and how fast."""

        def render(self, task: Task) -> Text:
            return Text(amounts(task.description, task.completed, task.total, task.speed), "progress.download")

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), Done(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def amounts(stage: str, done: float, total: float | None, rate: float | None) -> str:
    """How much of a stage is done, and how fast: rows, unless it is known to count something else."""
    name, _, unit = stage.partition(", ")
    size = 1_000_000 if name == FETCHING else 1
    said = f"{done / size:,.0f}" + (f" of {total / size:,.0f}" if total else "")
    return f"{said} {unit or _UNITS.get(name, 'rows')}" + (f", {rate / size:,.0f} a second" if rate else "")

"""Measures cases: a fresh process each, all of a round one after another, then the next round.

Memory is the greatest resident set of the process and of those it started, which the system tells
when it ends. The process that measures stays small itself: a new process begins with the memory
of the one that started it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import Case

BENCHMARKS = Path(__file__).parent.parent
UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
Told = Callable[[str], None]


class Failed(Exception):
    """A case that ended with an error."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What one process took: seconds of the work alone (of a whole command: nothing), of the process, and memory."""

    case: str
    round: int
    seconds: float | None
    wall: float
    processor: float
    peak: int
    result: Any = None


def run(words: Sequence[str], codes: Iterable[int] = (0,)) -> tuple[str, float, float, int]:
    """Run a command; returns what it printed, its wall time, its processor time and the peak of its memory.

    Raises Failed when it ends with another exit code.
    """
    paths = [str(BENCHMARKS), os.environ.get("PYTHONPATH", "")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(words, stdout=out, stderr=err, env=env)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode not in codes:
            said = [line for line in err.read().decode(errors="replace").splitlines() if line.strip(" ^~")]
            raise Failed(" ".join(line.strip() for line in said[-2:]) or f"exit code {process.returncode}")
        printed = out.read().decode(errors="replace")
    return printed, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * UNIT


def measure(case: Case, folder: Path, number: int) -> Measure:
    """Measure a case once. Raises Failed."""
    with tempfile.TemporaryDirectory(dir=folder if case.group == "stream" else None) as out:
        printed, wall, processor, peak = run(case.words(folder, Path(out) / "out"))
    said = {} if case.command else json.loads(printed.splitlines()[-1])
    return Measure(case.name, number, said.get("seconds"), wall, processor, peak, said.get("result"))


def rounds(
    cases: Sequence[tuple[Case, Path]], count: int, slow: int, told: Told
) -> tuple[list[Measure], dict[str, str]]:
    """All cases in `count` rounds, slow ones in the first `slow` alone; what failed is left out, with the reason."""
    found: list[Measure] = []
    failed: dict[str, str] = {}
    for number in range(1, count + 1):
        for case, folder in cases:
            if case.name in failed or (case.slow and number > slow):
                continue
            try:
                one = measure(case, folder, number)
            except Failed as error:
                failed[case.name] = str(error)
                told(f"round {number}: {case.title}: {error}")
                continue
            found.append(one)
            told(f"round {number}: {case.title}: {one.seconds or one.wall:.2f} s, {one.peak / 1e6:,.0f} MB")
    return found, failed


def warm(folder: Path) -> None:
    """Have every file of a folder in the page cache, if it fits."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass


@dataclass(frozen=True, slots=True)
class Summary:
    """What the rounds of a case come to; ratios are medians of the ratios within a round."""

    case: str
    rounds: int
    seconds: float
    least: float
    most: float
    wall: float
    processor: float
    peak: int
    ratio: float | None  # to reading, the quicker way


def summaries(found: Sequence[Measure], limits: Iterable[str]) -> Iterator[Summary]:
    """A summary of every case, in the order of the first round."""
    limits = set(limits)
    by_case: dict[str, list[Measure]] = {}
    for one in found:
        by_case.setdefault(one.case, []).append(one)
    for name, those in by_case.items():
        times = [_time(one) for one in those]
        yield Summary(
            case=name,
            rounds=len(those),
            seconds=statistics.median(times),
            least=min(times),
            most=max(times),
            wall=statistics.median(one.wall for one in those),
            processor=statistics.median(one.processor for one in those),
            peak=max(one.peak for one in those),
            ratio=ratio(found, name, limits),
        )


def ratio(found: Sequence[Measure], name: str, others: Iterable[str]) -> float | None:
    """How many times as long a case took as the quickest of some others, round by round: the median.

    Of a command only the whole process is known: it is compared with their whole processes.
    """
    others = set(others)
    said = []
    for number in sorted({one.round for one in found}):
        for own in (one for one in found if one.case == name and one.round == number):
            whole = own.seconds is None
            least = [_time(one, whole) for one in found if one.case in others and one.round == number]
            said += [_time(own) / min(least)] if least else []
    return statistics.median(said) if said else None


def _time(one: Measure, whole: bool = False) -> float:
    return one.wall if whole or one.seconds is None else one.seconds

"""The bundled dataset, side by side in one run: medians of wall time and their ratios.

    python benchmarks/bundled.py [ROUNDS]

Every measurement is a fresh process; rounds are interleaved, so that a busy moment of the machine
touches all of them. Whole processes include the interpreter's start; the others time the work
alone, after imports.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent

COMMAND = "import sys; sys.argv = ['onrecord', '{}']; from onrecord.__main__ import main; main()"
PROCESSES = {
    "bare interpreter": "pass",
    "import onrecord": "import onrecord",
    "onrecord --version": COMMAND.format("--version"),
    "onrecord check": COMMAND.format("check"),
}

WORK = {
    "read all tables (pyarrow)": (
        "import pyarrow.parquet as pq, pathlib; files = sorted(pathlib.Path('claims/tables').glob('*.parquet'))",
        "[pq.read_table(file) for file in files]",
    ),
    "read the records (YAML)": ("from onrecord.records import load_records", "load_records('.')"),
    "check the records": ("from onrecord.check import check", "check('.')"),
    "verify the package": ("from onrecord.verify import verify_package", "verify_package('.')"),
    "build, frictionless left out": (
        "import tempfile; from onrecord.package import build; folder = tempfile.mkdtemp()",
        "build('.', folder, frictionless=False)",
    ),
    "frictionless validates the package": (
        "from frictionless import Package",
        "Package('datapackage.json').validate()",
    ),
}


def process(code: str) -> float:
    """Seconds that a whole process takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def work(setup: str, code: str) -> float:
    """Seconds that one piece of work takes in a fresh process, after its imports."""
    timed = f"import time\n{setup}\nstart = time.perf_counter()\n{code}\nprint(time.perf_counter() - start)"
    done = subprocess.run([sys.executable, "-c", timed], cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def measured(rounds: int) -> dict[str, list[float]]:
    """Seconds of every measurement, round by round."""
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, code in PROCESSES.items():
            seconds[name].append(process(code))
        for name, (setup, code) in WORK.items():
            seconds[name].append(work(setup, code))
    return seconds


def report(seconds: dict[str, list[float]]) -> None:
    """Print the medians as a Markdown table; ratios are to the first of each group."""
    print(f"{platform.platform()}, Python {platform.python_version()}\n")
    print("| what | median s | least s | ratio |\n|---|---|---|---|")
    for group in (PROCESSES, WORK):
        first = statistics.median(seconds[next(iter(group))])
        for name in group:
            median = statistics.median(seconds[name])
            print(f"| {name} | {median:.3f} | {min(seconds[name]):.3f} | {median / first:.1f} |")


if __name__ == "__main__":
    report(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 5))

"""Programs that check the same rows for the same constraints, one module each, and what is measured of them.

`CASES` is the list. Nothing here imports a library that is measured: each case runs in a process
of its own, which loads what it needs.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

REQUIRED, PATTERN, LENGTH, RANGE, VOCABULARY, KEY, REFERENCE = KINDS = (
    "required",
    "pattern",
    "length",
    "range",
    "vocabulary",
    "key",
    "reference",
)
Fault = tuple[str, str, str, str]  # kind, table, column (none for a key), key of the row
CODES = {  # the rules that say what the subset says
    "OR101": REQUIRED,
    "OR104": VOCABULARY,
    "OR105": PATTERN,
    "OR106": PATTERN,
    "OR107": RANGE,
    "OR108": LENGTH,
    "OR201": KEY,
    "OR202": REFERENCE,
}
ROW, KEYED, SUBSET = KINDS[:5], KINDS[:6], KINDS
EVERY = ("every rule",)


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement: a function of a module over a folder of data, or a whole command.

    `covers` names the kinds of constraints it checks, `form` what it reads of the folder. Of a
    case that is `slow` there are fewer rounds; it is given `least` to `most` statements.
    In a command, `FOLDER` stands for the folder, `OUT` for a new folder that is removed again.
    """

    name: str
    title: str
    group: str  # limit, ours, peer, stream, lookup, process
    module: str = ""
    function: str = "check"
    command: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    form: str = "tables"
    needs: tuple[str, ...] = ()
    slow: bool = False
    least: int = 0
    most: int = 1_000_000_000

    @property
    def missing(self) -> str:
        """The first library it needs that is not installed, or nothing."""
        return next((name for name in self.needs if importlib.util.find_spec(name) is None), "")

    def words(self, folder: Path, out: Path) -> list[str]:
        """The command line of its process."""
        places = {"FOLDER": str(folder), "OUT": str(out), "PYTHON": sys.executable}
        if self.command:
            return [places.get(word) or word.replace("FOLDER", str(folder)) for word in self.command]
        return [sys.executable, "-m", "peers.child", self.module, self.function, str(folder)]


def _onrecord(*words: str) -> tuple[str, ...]:
    return ("PYTHON", "-m", "onrecord", *words)


LIMIT = ("read", "read-tables")
CASES = (
    Case("read", "reading, in batches (pyarrow)", "limit", "pyarrow_read", "in_batches"),
    Case("read-tables", "reading, whole tables (pyarrow)", "limit", "pyarrow_read", "as_tables"),
    Case("onrecord", "onrecord, every rule", "ours", "onrecord_rules", "check_all", covers=EVERY),
    Case("onrecord-subset", "onrecord, the subset", "ours", "onrecord_rules", covers=SUBSET),
    Case("onrecord-check", "`onrecord check`", "ours", command=_onrecord("check", "FOLDER/tables"), covers=EVERY),
    Case(
        "onrecord-double",
        "`onrecord check --memory 2GB`",
        "ours",
        command=_onrecord("check", "FOLDER/tables", "--memory", "2GB"),
        covers=EVERY,
        least=1_000_000,
    ),
    Case("duckdb", "DuckDB, by hand", "peer", "duckdb_checks", covers=SUBSET, needs=("duckdb",)),
    Case("polars", "Polars, by hand", "peer", "polars_checks", covers=SUBSET, needs=("polars",)),
    Case(
        "polars-hashed",
        "Polars, by hand, keys hashed",
        "peer",
        "polars_checks",
        "check_hashed",
        covers=SUBSET,
        needs=("polars",),
    ),
    Case(
        "pandera",
        "pandera on Polars",
        "peer",
        "pandera_polars",
        covers=KEYED,
        needs=("pandera", "polars"),
        most=2_000_000,
    ),
    Case(
        "pointblank",
        "pointblank on Polars",
        "peer",
        "pointblank_polars",
        covers=KEYED,
        needs=("pointblank", "polars"),
        most=2_000_000,
    ),
    Case("pydantic", "Pydantic, row by row", "peer", "pydantic_rows", covers=ROW, most=2_000_000),
    Case(
        "frictionless",
        "frictionless",
        "peer",
        "frictionless_csv",
        covers=SUBSET,
        form="csv",
        needs=("frictionless",),
        slow=True,
        most=2_000_000,
    ),
    Case(
        "check-records",
        "`onrecord check`, JSON Lines",
        "stream",
        command=_onrecord("check", "FOLDER/records"),
        covers=EVERY,
        form="records",
        most=10_000_000,
    ),
    Case(
        "build-records",
        "`onrecord build`, from JSON Lines",
        "stream",
        command=_onrecord("build", "FOLDER/records", "--to", "OUT"),
        covers=EVERY,
        form="records",
        slow=True,
        most=10_000_000,
    ),
    Case(
        "build-tables",
        "`onrecord build`, from Parquet",
        "stream",
        command=_onrecord("build", "FOLDER/tables", "--to", "OUT"),
        covers=EVERY,
        slow=True,
        most=10_000_000,
    ),
    Case("lookup", "a statement by its id", "lookup", "onrecord_lookup", "look_up", form="package", most=10_000_000),
)
SPARK = Case(
    "spark",
    "`onrecord check --engine spark`",
    "ours",
    command=_onrecord("check", "FOLDER/tables", "--engine", "spark"),
    covers=EVERY,
    needs=("pyspark",),
    slow=True,
)
PROCESSES = (
    Case("python", "bare interpreter", "process", command=("PYTHON", "-c", "pass")),
    Case("version", "`onrecord --version`", "process", command=_onrecord("--version")),
    Case("bundled", "`onrecord check`, the bundled dataset", "process", command=_onrecord("check", "FOLDER")),
)

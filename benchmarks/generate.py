"""Synthetic packages of any size in the real schema, with faults of chosen kinds and a list of them.

    python benchmarks/generate.py --statements 1000000 --seed 7 OUT
    python benchmarks/generate.py --statements 100000 --faults all=5,OR202=0.001 OUT
    python benchmarks/generate.py --documents 500 --format jsonl --parts 4 OUT/records.jsonl.zst

Without faults every rule is silent about what is made. A fault is given with its rule's code and
how many there are to be: below 1 a share of the statements, else so many in all; `all` stands
for every rule. `OUT.manifest.json` says what was planted and how many rows each table has. The
same options give the same bytes. docs/decisions has a note on how it is done.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from generating.nested import NestedFile
from generating.package import AT_ONCE, Plan, Stream
from generating.variants import CODES, NEVER_NESTED
from generating.writing import ParquetFolder

from onrecord.descriptor import TABLES_FOLDER, descriptor, table_file
from onrecord.errors import OnrecordError
from onrecord.formats import write_csv
from onrecord.info import PackageInfo
from onrecord.model import TABLES
from onrecord.schemas import as_json

NAME, VERSION = "synthetic", "0.1.0"
USUAL = 100_000  # statements
FORMATS = ("parquet", "package", "jsonl")


class Unable(OnrecordError):
    """A package that cannot be made as asked."""


def faults(said: str, nested: bool = False) -> dict[str, float]:
    """The faults to plant, from `CODE=RATE,CODE=RATE`. Raises ValueError when it cannot be read."""
    wanted: dict[str, float] = {}
    for item in filter(None, said.split(",")):
        code, _, rate = item.partition("=")
        if not rate or float(rate) < 0:
            raise ValueError(f"`{item}` is not a code and how often, such as OR202=0.001 or OR202=5")
        if code == "all":
            wanted |= dict.fromkeys([code for code in CODES if not (nested and code in NEVER_NESTED)], float(rate))
        elif code not in CODES:
            raise ValueError(f"{code} is no rule that can be broken in tables")
        elif nested and code in NEVER_NESTED:
            raise ValueError(f"a fault of {code} cannot be said in the nested form")
        else:
            wanted[code] = float(rate)
    return {code: rate for code, rate in wanted.items() if rate}


def generate(plan: Plan, out: Path, kind: str = "parquet", parts: int = 1) -> dict[str, object]:
    """Make a package and its manifest; returns the manifest.

    Raises Unable where something is in the way.
    """
    _refuse(out, kind, parts)
    stream = Stream(plan)
    sink = _sink(out, kind, parts, loose=stream.planter.loose)
    done = 0.0
    try:
        for batch in stream.batches():
            sink.add(batch, done)
            done = stream.done
    finally:
        sink.close()
    if kind == "package":
        _describe(out)
    said: dict[str, object] = {
        "seed": plan.seed,
        "documents": stream.documents,
        "statements": stream.statements,
        "rows": dict(sorted(sink.rows.items())),
        "faults": stream.planter.manifest(),
    }
    out.with_name(out.name + ".manifest.json").write_bytes(as_json(said))
    return said


def _refuse(out: Path, kind: str, parts: int) -> None:
    if out.exists() and (out.is_file() or any(out.iterdir())):
        raise Unable(f"{out} is there already", help="name another place, or remove it")
    if kind == "package" and parts > 1:
        raise Unable("a package has one file for each table", help="leave out --parts, or use --format parquet")
    out.parent.mkdir(parents=True, exist_ok=True)


def _sink(out: Path, kind: str, parts: int, loose: bool) -> ParquetFolder | NestedFile:
    if kind == "jsonl":
        return NestedFile(out, parts)
    root = out / TABLES_FOLDER if kind == "package" else out
    return ParquetFolder(root, NAME, VERSION, parts, loose)


# A package with its descriptor: its tables must fit into memory


def _describe(root: Path) -> None:
    """Write the CSV files and the descriptor of a package whose Parquet files are there."""
    info = PackageInfo.model_validate(
        {
            "name": NAME,
            "title": "Synthetic package",
            "description": "Invented records for measurements; they say nothing about anything.",
            "version": VERSION,
            "licenses": [
                {"name": "CC0-1.0", "title": "CC0 1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}
            ],
            "contributors": [{"title": "benchmarks/generate.py", "roles": ["author"]}],
        }
    )
    tables: dict[str, pa.Table] = {}
    files: dict[str, tuple[str, int]] = {}
    for table in TABLES:
        path = root / table_file(table, "parquet")
        tables[table] = pq.read_table(path).cast(pq.read_schema(path).remove_metadata())
        with (root / table_file(table, "csv")).open("wb") as csv:
            write_csv(tables[table], csv)
        for suffix in ("csv", "parquet"):
            files[table_file(table, suffix)] = _digest(root / table_file(table, suffix))
    (root / "datapackage.json").write_bytes(as_json(descriptor(info, tables, files)))


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


# Command line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make a synthetic package.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--statements", type=int, help="how many statements (100,000)")
    size.add_argument("--documents", type=int, help="how many documents, of about 18 statements")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", default="", metavar="CODE=RATE,...", help="a share of the statements, or a number")
    parser.add_argument("--format", choices=FORMATS, default="parquet")
    parser.add_argument("--parts", type=int, default=1, help="files for each table, of whole batches")
    parser.add_argument("--batch", type=int, default=AT_ONCE, help=f"documents made at a time ({AT_ONCE:,})")
    parser.add_argument("--reviews", type=float, default=0.1, help="share of statements that are reviewed (0.1)")
    parser.add_argument("--no-overview", action="store_true", help="leave out the table `overview`")
    parser.add_argument("out", type=Path, help="a folder; with --format jsonl a file, .gz or .zst if wanted")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    asked = _parser().parse_args(words)
    nested, start = asked.format == "jsonl", time.perf_counter()
    try:
        if (
            min(count for count in (asked.statements, asked.documents, asked.parts, asked.batch) if count is not None)
            < 1
        ):
            raise ValueError("statements, documents, parts and batch are counted from 1")
        usual = USUAL if asked.documents is None else None
        plan = Plan(
            statements=usual if asked.statements is None else asked.statements,
            documents=asked.documents,
            seed=asked.seed,
            reviews=asked.reviews,
            overview=not (nested or asked.no_overview) or asked.format == "package",
            faults=faults(asked.faults, nested),
            batch=asked.batch,
            nested=nested,
        )
        said = generate(plan, asked.out, asked.format, asked.parts)
    except (ValueError, OSError, OnrecordError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    taken = time.perf_counter() - start
    print(f"{said['statements']:,} statements in {taken:.1f} s; {asked.out}.manifest.json says what is in them")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""onrecord itself over Parquet: every rule, as `onrecord check` runs them, or those of the subset alone."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from onrecord.bulk.memory import default_memory, engine_share
from onrecord.bulk.parquet import parquet_tables
from onrecord.engine import Engine
from onrecord.rules import RULES
from onrecord.survey import survey

from . import CODES, KEY, Fault


def check_all(folder: Path) -> int:
    """How many findings all rules have, within the memory that the command takes by default."""
    memory = engine_share(default_memory())
    with TemporaryDirectory() as spill:
        said = survey(parquet_tables(folder / "tables"), memory=memory, spill=Path(spill))
    return said.errors + said.warnings


def check(folder: Path) -> int:
    """How many findings the rules of the subset have."""
    with Engine(parquet_tables(folder / "tables")) as engine:
        rules = [rule.select for rule in RULES if rule.select and rule.code in CODES]
        return sum(batch.num_rows for select in rules for batch in engine.batches(select))


def faults(folder: Path) -> set[Fault]:
    """The findings of the rules of the subset."""
    found: set[Fault] = set()
    with Engine(parquet_tables(folder / "tables")) as engine:
        for rule in RULES:
            kind = CODES.get(rule.code, "")
            for batch in engine.batches(rule.select) if kind and rule.select else ():
                for row in batch.to_pylist():
                    column = "" if kind == KEY else row["record_column"]
                    found.add((kind, row["record_table"], column, row["record_id"]))
    return found

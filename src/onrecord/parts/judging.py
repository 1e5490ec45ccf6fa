"""A package in parts judged out of core: what its files hold, in which order, and every rule over all of them.

Paths, sizes and hashes are judged before: what is read here are files as they were published, by
whomever. They are still not trusted: they are decoded piece by piece, within the memory of a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq

from ..bulk.memory import default_memory, engine_share
from ..bulk.workspace import spill_folder, workspace
from ..descriptor import TABLES_FOLDER
from ..engine import Engine
from ..finding import Finding, Location, Severity
from ..formats import growth_limit, parquet_size
from ..logend import cut_short_table, remembered
from ..model import TABLES, Overview, Review
from ..rules import packaged as rules
from ..rules.rule import Rule
from ..survey import survey
from ..tables import STORED, arrow_schema
from .building import OVERVIEW_SELECT
from .opened import dataset_of
from .part import Part

SAMPLES = 20  # findings of each rule; a package of millions may break one millions of times
_AT_ONCE = 32_768


def judged_part(root: Path, table: str, part: Part) -> Iterator[Finding]:
    """What is wrong with the rows of a part whose bytes are those that were published."""
    try:
        yield from _rows_judged(root, table, part)
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        problem = " ".join(str(error).split())[:200]
        yield _finding(rules.TABLE_UNREADABLE, root, table, part, problem=problem)


def _rows_judged(root: Path, table: str, part: Part) -> Iterator[Finding]:
    path = root / part.path
    rows, size = parquet_size(path)
    if rows != part.rows:
        yield _finding(rules.WRONG_ROW_COUNT, root, table, part, found=f"{rows:,}", wanted=f"{part.rows:,}")
        return
    if size > growth_limit(path):
        raise ValueError("it would grow beyond all measure")
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        wanted = arrow_schema(table)
        if not file.schema_arrow.equals(wanted):
            problem = "its columns, their order or their types are not those of the model"
            yield _finding(rules.COLUMNS_DIFFER, root, table, part, problem=problem)
            return
        disorder = _disorder(table, part, file)
    if disorder:
        yield _finding(rules.PART_OUT_OF_ORDER, root, table, part, problem=disorder)


def _disorder(table: str, part: Part, file: pq.ParquetFile) -> str | None:
    """What is wrong with the order of a part's rows, or with what the descriptor says of their keys."""
    names = TABLES[table].primary_key
    first: str | None = None
    last: pa.RecordBatch | None = None
    for batch in file.iter_batches(_AT_ONCE, use_threads=False):
        batch.validate(full=True)
        keys = batch.select(list(names))
        if not keys.num_rows:
            continue
        first = keys.column(0)[0].as_py() if last is None else first
        joined = pa.Table.from_batches([keys] if last is None else [last, keys]).combine_chunks()
        if not _ascending(joined):
            return "its rows are not in the order of their keys"
        if not _within(part, batch):
            return "it holds rows of documents that the descriptor does not place in it"
        last = keys.slice(keys.num_rows - 1)
    ends = (first, None if last is None else last.column(0)[0].as_py())
    return None if ends == (part.first, part.last) else "it begins or ends with other keys than the descriptor says"


def _ascending(keys: pa.Table) -> bool:
    """Whether every key comes after the one before it."""
    before, after = keys.slice(0, keys.num_rows - 1), keys.slice(1)
    comes_after = pa.scalar(False)
    for name in reversed(keys.column_names):
        same = pc.equal(after[name], before[name])
        comes_after = pc.or_(pc.greater(after[name], before[name]), pc.and_(same, comes_after))
    return keys.num_rows < 2 or bool(pc.all(comes_after, skip_nulls=False).as_py())


def _within(part: Part, batch: pa.RecordBatch) -> bool:
    if part.documents is None or "document_id" not in batch.schema.names:
        return "document_id" not in batch.schema.names
    ends = pc.min_max(batch.column("document_id")).as_py()
    return bool(part.documents[0] <= ends["min"] and ends["max"] <= part.documents[1])


def judged_together(root: Path, parts: Mapping[str, Sequence[Part]]) -> list[Finding]:
    """Every rule over all parts, with samples of its findings; the end of the review log; the overview."""
    from pyarrow.fs import LocalFileSystem

    tables = {table: dataset_of(table, some, str(root.absolute()), LocalFileSystem()) for table, some in parts.items()}
    memory = engine_share(default_memory())
    with workspace() as work, spill_folder(work) as spill:
        found = survey({t: tables[t] for t in STORED}, samples=SAMPLES, memory=memory, spill=spill)
        errors = [f for tally in found.tallies if tally.rule.severity is Severity.ERROR for f in tally.samples]
        findings = [*errors, *_log_end(root, tables[Review.table])]
        if errors or _overview_follows(tables, memory, spill):
            return findings
    said = {"path": f"{TABLES_FOLDER}/{Overview.table}", "other": "the tables it is made from"}
    said["problem"] = "it was not made from these rows"
    return [
        *findings,
        rules.FORMATS_DIFFER.finding(said, location=Location(str(root / said["path"])), table="overview"),
    ]


def _log_end(root: Path, reviews: pads.Dataset) -> list[Finding]:
    end = remembered(root)
    if end is None:
        return []
    rows = reviews.to_table(filter=pc.field("id") == end.id).cast(arrow_schema(Review.table))
    return cut_short_table(root, rows, Location(str(root / TABLES_FOLDER / Review.table)))


def _overview_follows(tables: Mapping[str, pads.Dataset], memory: int, spill: Path) -> bool:
    """Whether making the overview again gives the rows that are there."""
    names = [name for name in TABLES[Overview.table].model_fields if name != "statement_id"]
    differs = " OR ".join(f'made."{name}" IS DISTINCT FROM there."{name}"' for name in names)
    select = (
        f"SELECT count(*) AS n FROM ({OVERVIEW_SELECT}) made FULL JOIN {Overview.table} there "
        f"ON made.statement_id = there.statement_id WHERE {differs}"
    )
    with Engine(tables, memory=memory, spill=spill, views={}) as engine:
        return bool(engine.select(select).column("n")[0].as_py() == 0)


def _finding(rule: Rule, root: Path, table: str, part: Part, **said: Any) -> Finding:
    return rule.finding({"path": part.path, **said}, location=Location(str(root / part.path)), table=table)

"""All findings as Parquet, put into words and written by the workers; this machine sees none of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from ..bulk.address import is_address
from ..check import OPTIONS_LIMIT, finding_of
from ..errors import BuildError
from ..rules import RULES
from ..survey.findings import SCHEMA, holds_findings, row_of
from ..survey.selects import select_of
from .cluster import Cluster, plainly
from .reading import together

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Batches = Iterator[pa.RecordBatch]
_SQL = ", ".join(f"{field.name} {'bigint' if field.type == pa.int64() else 'string'}" for field in SCHEMA)
_ID = 'SELECT id AS record_id FROM "{}" WHERE id IS NOT NULL'


def write_findings(cluster: Cluster, counts: Mapping[str, int], sizes: Mapping[str, int], where: str | Path) -> None:
    """Write the findings of rules that were judged, a folder of Parquet files in the order of rules and keys.

    `counts` has the codes of the rules that found something. The folder is seen only when it is
    whole: Spark puts its files in place when the last is written. Raises BuildError where something
    is in the way, EngineError when it cannot be written.
    """
    options = _options(cluster, counts, sizes)
    frames = [_worded(cluster, code, options) for code in counts]
    rows = together(frames) if frames else cluster.spark.createDataFrame(SCHEMA.empty_table(), _SQL)
    ordered = rows.repartitionByRange("code", "record_table", "record_id")
    ordered = ordered.sortWithinPartitions("code", "record_table", "record_id", "record_column")
    with plainly():
        if is_address(where):
            ordered.write.mode("errorifexists").parquet(str(where))
        else:
            _replaced(ordered, Path(where).absolute())


def _replaced(rows: DataFrame, target: Path) -> None:
    """Written beside its place, and moved there when it is whole."""
    if target.is_file() or (target.is_dir() and not all(map(_is_earlier, target.iterdir()))):
        help = "Spark writes findings as a folder of Parquet files; name another. Nothing was changed"
        raise BuildError(f"{target} is there already and holds no findings", help=help)
    draft = target.with_name(f".{target.name}.part")
    try:
        rows.write.mode("overwrite").parquet(f"file://{draft}")
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _is_earlier(file: Path) -> bool:
    """Whether a file was written with earlier findings; tables are Parquet files too."""
    return file.name == "_SUCCESS" or file.suffix == ".crc" or (file.suffix == ".parquet" and holds_findings(file))


def _options(cluster: Cluster, codes: Iterable[str], sizes: Mapping[str, int]) -> dict[str, list[str]]:
    """The ids that a wrong value could have been meant for, of tables in which there are few."""
    if not any("{nearest}" in rule.message + rule.mend for rule in RULES if rule.code in codes):
        return {}
    few = [table for table, rows in sizes.items() if 0 < rows <= OPTIONS_LIMIT]
    few = [table for table in few if "id" in cluster.tables[table].columns]
    found = {table: cluster.tally(_ID.format(table), OPTIONS_LIMIT, None)[1] for table in few}
    return {table: rows.column("record_id").to_pylist() for table, rows in found.items() if rows.num_rows}


def _worded(cluster: Cluster, code: str, options: Mapping[str, list[str]]) -> DataFrame:
    rule = next(rule for rule in RULES if rule.code == code)
    return cluster.found(select_of(rule)).mapInArrow(_wording(code, dict(options)), _SQL)


def _wording(code: str, options: Mapping[str, list[str]]) -> Callable[[Batches], Batches]:
    """What a worker does with the rows of a rule."""

    def worded(batches: Batches) -> Batches:
        rule = next(rule for rule in RULES if rule.code == code)
        for batch in batches:
            rows = [
                row_of(finding_of(rule, row, options.get(row.get("options_table") or "", [])), row.get("other_id"))
                for row in batch.to_pylist()
            ]
            values = zip(*rows, strict=True) if rows else [[] for _ in SCHEMA]
            arrays = [pa.array(column, field.type) for column, field in zip(values, SCHEMA, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    return worded

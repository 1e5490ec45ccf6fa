"""Check and build on Spark: the input opened, a session had, the rules judged there, what comes back told as ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..bulk.address import is_address
from ..bulk.intake import Intake, take
from ..bulk.progress import Told, silent
from ..bulk.workspace import spill_folder, workspace
from ..survey import SAMPLES, Survey, survey_taken
from .cluster import Cluster
from .findings import write_findings
from .reading import at_address, in_files
from .session import session

if TYPE_CHECKING:
    from pyarrow.dataset import Dataset

    from ..packing import Packed

BY_CLUSTER = (
    "s3a://",
    "hdfs://",
    "gs://",
    "abfs://",
    "abfss://",
    "wasbs://",
    "dbfs:/",
    "viewfs://",
    "maprfs://",
    "oss://",
)
"""Addresses that the cluster reads itself; others are fetched to this machine first."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A table that only the cluster has: how many rows there are in it."""

    rows: int

    def count_rows(self) -> int:
        """How many rows the table has."""
        return self.rows


@contextmanager
def opened(
    where: str | Path, master: str | None, memory: int | None, work: Path, told: Told, resume: bool
) -> Iterator[tuple[Cluster, Intake]]:
    """The tables at a path or an address on a cluster, and what is known of them here, while the block runs."""
    if is_address(where) and str(where).startswith(BY_CLUSTER):
        with spill_folder(work) as own, session(master, work=own, memory=memory) as spark:
            cluster = Cluster(spark, at_address(spark, str(where)))
            tables = {table: Counted(rows) for table, rows in cluster.sizes().items()}
            yield cluster, Intake("parquet", work, cast("dict[str, Dataset]", tables))
        return
    intake = take(where, work, told=told, resume=resume)
    with spill_folder(work) as own, session(master, work=own, memory=memory) as spark:
        yield Cluster(spark, in_files(spark, intake.tables)), intake


def check_on_spark(
    where: str | Path,
    master: str | None = None,
    *,
    samples: int = SAMPLES,
    findings: str | Path | None = None,
    memory: int | None = None,
    work: Path | None = None,
    told: Told = silent,
) -> Survey:
    """The survey of Parquet tables, JSON Lines or a package, every rule judged by a cluster.

    `master` is a master or Spark Connect server, by default the one that Spark's own configuration
    names. `findings` is a folder that the cluster writes all findings to. `memory` is how many bytes an
    engine on this machine may take; a cluster has settings of its own. Raises LoadError when the input
    cannot be read, EngineError when there is no cluster or it fails.
    """
    with workspace(work) as folder, opened(where, master, memory, folder, told, work is not None) as (cluster, intake):
        return _judged(cluster, intake, samples, findings, told)


def _judged(cluster: Cluster, intake: Intake, samples: int, findings: str | Path | None, told: Told) -> Survey:
    placed = intake.kind == "jsonl"  # findings have a file and a line, which are known here
    file = Path(findings) if findings and placed else None
    made = survey_taken(intake, samples=samples, findings=file, judge=cluster, told=told)
    if findings and not placed:
        _write(cluster, made, findings)
    return made


def _write(cluster: Cluster, made: Survey, findings: str | Path) -> None:
    write_findings(cluster, {tally.rule.code: tally.count for tally in made.tallies}, made.rows, findings)


def build_on_spark(
    where: str | Path,
    target: Path,
    master: str | None = None,
    *,
    samples: int = SAMPLES,
    findings: str | Path | None = None,
    memory: int | None = None,
    work: Path | None = None,
    told: Told = silent,
    **said: Any,
) -> Packed:
    """A package in parts, its tables judged, sorted and written by a cluster; byte for byte what one machine makes.

    `target` and `work` are folders that the workers see too; `memory` is as for a check. `said` is what
    `packing.pack` takes besides. Raises as `pack` does, and EngineError when there is no cluster or it fails.
    """
    from ..packing import Unfit, pack_taken
    from .building import ClusterWriter

    with workspace(work) as folder, opened(where, master, memory, folder, told, work is not None) as (cluster, intake):

        def writing(*given: Any) -> ClusterWriter:
            return ClusterWriter(*given, cluster=cluster)

        placed = Path(findings) if findings and intake.kind == "jsonl" else None
        said |= {"work": work, "samples": samples, "findings": placed, "told": told}
        try:
            made = pack_taken(intake, folder, target, judge=cluster, writing=writing, **said)
        except Unfit as unfit:
            if findings and not placed:
                _write(cluster, unfit.survey, findings)
            raise
        if findings and not placed:
            _write(cluster, made.survey, findings)
        return made

"""A Spark session for any master or Spark Connect server, set so that SELECTs mean what they mean in DuckDB."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..bulk.memory import NoAmount, installed
from ..errors import EngineError, MissingExtra

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Settings = Mapping[str, str]
WAIT = 20  # seconds for a master or server to answer

# What a SELECT means may not depend on how a cluster was set up: these hold in every session.
MEANING = {
    "spark.sql.ansi.enabled": "true",  # an overflow or a bad cast is an error, as it is in DuckDB
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "false",
    "spark.sql.parser.escapedStringLiterals": "false",  # sqlglot doubles each backslash
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # Rows that were checkpointed keep constraints on columns by names they no longer have: joins of them fail.
    "spark.sql.constraintPropagation.enabled": "false",
}
# Only where the session starts its own engine on this machine and nothing else is said.
ALONE = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
LEAST = 1024**3  # bytes for an engine on this machine
# Java matches a repeated group by recursion; and Spark makes code for every SELECT, for which Java by itself
# may have as little room as 48 MB: when that is full, the whole process ends.
JAVA = "-Xss16m -XX:ReservedCodeCacheSize=512m"
LOGGING = """\
status = off
rootLogger.level = error
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c{{1}}: %m%n
"""


@contextmanager
def session(
    master: str | None = None, *, work: Path, memory: int | None = None, settings: Settings | None = None
) -> Iterator[SparkSession]:
    """A session on a master (`local[2]`, `spark://…`, `yarn`, `k8s://…`) or Connect server (`sc://…`).

    Without a master it is the one that spark-submit's configuration or SPARK_REMOTE names, else this
    machine. It is stopped at the end. `memory` is how many bytes an engine on this machine may take, by
    default a quarter of what there is, as Java itself does; `settings` are further settings of Spark.
    Raises EngineError where no session can be had, MissingExtra without PySpark.
    """
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support")
    try:
        import pyspark  # noqa: F401
    except ImportError as error:
        raise MissingExtra("pyspark", "spark") from error
    where = master or os.environ.get("SPARK_REMOTE") or ""
    if memory and not _is_local(where):
        help = "leave it out; spark.executor.memory and spark.driver.memory are settings of the cluster"
        raise EngineError("memory: Spark's own settings say what a cluster may use", help=help)
    if memory and memory < LEAST:
        raise EngineError("memory: Spark takes more", help=f"the least is {LEAST // 1024**2}MiB")
    own = _local(work, memory) if _is_local(where) else {}
    spark = _connected(where) if where.startswith("sc://") else _started(where, work, own | dict(settings or {}))
    try:
        for name, value in MEANING.items():
            if spark.conf.get(name, None) != value:  # to set an old name, even to what it is, makes Spark warn
                spark.conf.set(name, value)
        yield spark
    finally:
        with suppress(Exception):  # a session whose engine has gone cannot be stopped
            spark.stop()


def _connected(where: str) -> SparkSession:
    from pyspark.sql import SparkSession

    _answers(where, 15002)
    try:
        return SparkSession.builder.remote(where).getOrCreate()
    except Exception as error:
        raise _none_there(where, error) from error


def _started(master: str, work: Path, settings: Settings) -> SparkSession:
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise EngineError(
            "Spark needs Java, and there is none on this machine",
            help="install a Java runtime, 17 or newer (Debian: apt-get install openjdk-17-jre-headless), "
            "or use a Spark Connect server: --master sc://host:port",
        )
    if master.startswith("spark://"):
        _answers(master, 7077)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("onrecord")
    for name, value in {**MEANING, **settings}.items():
        builder = builder.config(name, value)
    builder = builder.master(master) if master else builder
    if _is_local(master):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers of this machine run in this environment
    try:
        with _aside(work / "spark.out"):
            return builder.getOrCreate()
    except Exception as error:
        raise _none_there(master or "local[*]", error) from error


@contextmanager
def _aside(file: Path) -> Iterator[None]:
    """What the Java process says goes into a file: it warns of its own modules, and standard output is for results."""
    kept = {number: os.dup(number) for number in (1, 2)}
    try:
        with file.open("ab") as said:
            for number in kept:
                os.dup2(said.fileno(), number)
            yield
    finally:
        for number, before in kept.items():
            os.dup2(before, number)
            os.close(before)


def _is_local(master: str) -> bool:
    return master.startswith("local") or (not master and "SPARK_CONF_DIR" not in os.environ)


def _local(work: Path, memory: int | None) -> dict[str, str]:
    """Settings of an engine on this machine: quiet, shut off from the network, its files in the work folder."""
    logging = work / "log4j2.properties"
    logging.write_text(LOGGING.format(log=work / "spark.log"), encoding="utf-8")
    return ALONE | {
        "spark.driver.memory": f"{(memory or _quarter()) // 1024**2}m",
        "spark.driver.extraJavaOptions": f"{JAVA} -Dlog4j2.configurationFile=file:{logging}",
        "spark.local.dir": str(work),
        "spark.sql.warehouse.dir": str(work / "warehouse"),
    }


def _quarter() -> int:
    with suppress(NoAmount):
        return max(2 * LEAST, installed() // 4)
    return 2 * LEAST


def _answers(where: str, usual: int) -> None:
    """Knock before Spark does, which waits for minutes."""
    for address in where.split(","):
        parts = urlsplit(address if "//" in address else f"spark://{address}")
        with suppress(OSError), socket.create_connection((parts.hostname or "", parts.port or usual), WAIT):
            return
    raise _none_there(where)


def _none_there(where: str, error: Exception | None = None) -> EngineError:
    said = f": {first_line(error)}" if error else ""
    place = where.partition("/;")[0]  # what follows may be a token
    return EngineError(
        f"no Spark at {place}{said}",
        help="see that the master or Connect server runs and can be reached from here, or use --master 'local[*]'",
    )


def first_line(error: BaseException) -> str:
    """What an error of Spark says in one line: its innermost cause, or what comes before the trace of Java."""
    lines = [line.strip(" :") for line in str(error).splitlines() if line.strip(" :")]
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    said = [line for line in lines if not line.startswith("An error occurred while calling")]
    return [*said[:1], *causes, type(error).__name__][-2 if said or causes else -1][:300]

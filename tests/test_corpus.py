"""The dataset of this repository: clean, current, whole, and readable by the tools that people use."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft7Validator

import onrecord
from onrecord.anchor import verify_anchors
from onrecord.check import check
from onrecord.form import FILES
from onrecord.model import TABLES
from onrecord.package import stale
from onrecord.records import load_records
from onrecord.source import find_source
from onrecord.tables import arrow_schema
from onrecord.yamltext import read_yaml

ROOT = Path(__file__).parent.parent
TABLES_FOLDER = ROOT / "claims" / "tables"
DATASET = onrecord.load(ROOT)
RECORDS = [
    file
    for file in sorted((ROOT / "claims" / "records").rglob("*.yaml"))
    if file.name in FILES and "coders" not in file.parts
]
DOCUMENTS = DATASET.table("documents").to_pylist()


def test_records_are_clean() -> None:
    assert check(ROOT).findings == ()


def test_committed_files_are_those_that_the_records_give() -> None:
    writer = pq.read_metadata(TABLES_FOLDER / "claims.parquet").created_by
    if pa.__version__ not in writer:
        pytest.skip(f"the bytes of Parquet depend on its writer: committed by {writer}, here is {pa.__version__}")
    assert stale(ROOT, ROOT) == [], "run `make build` and commit what it writes"


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.relative_to(ROOT / "claims" / "records").as_posix())
def test_records_are_valid_by_the_schema_that_they_name(file: Path) -> None:
    """An editor finds the schema by the first line of the file, and shows no fault in it."""
    text = file.read_bytes()
    named = re.match(rb"# yaml-language-server: \$schema=(\S+)\n", text)
    assert named
    schema = json.loads((file.parent / named[1].decode()).read_bytes())
    assert list(Draft7Validator(schema).iter_errors(read_yaml(text, str(file)).value)) == []


def test_package_verifies() -> None:
    assert DATASET.verify() == []


def test_frictionless_finds_every_resource_valid() -> None:
    report = frictionless.Package(str(ROOT / "datapackage.json")).validate()
    assert [(task.name, task.valid) for task in report.tasks if not task.valid] == []
    assert len(report.tasks) == 2 * len(TABLES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda row: row["id"])
def test_anchors_rest_on_the_words_they_were_made_from(document: dict[str, object]) -> None:
    folder = Path(os.environ.get("ONRECORD_SOURCES", ROOT.parent / "shared" / "sources"))
    if not folder.is_dir():
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    source = find_source(folder, str(document["text_sha256"]))
    assert verify_anchors(source, load_records(ROOT).records, str(document["id"])) == []


def test_every_unit_is_covered_or_waived_and_every_statement_reviewed() -> None:
    open_units = DATASET.sql("SELECT id FROM units WHERE status NOT IN ('covered', 'waived')")
    unreviewed = DATASET.sql("SELECT statement_id FROM overview WHERE review_status = 'draft'")
    assert (open_units.num_rows, unreviewed.num_rows) == (0, 0)


def test_certainty_is_kept_apart_from_the_claim() -> None:
    """The judgement that the document states flatly is hedged where it quotes the letter."""
    drift = {found.claim_id: found for found in DATASET.drift()}["killing-is-crime-against-humanity"]
    said = {(one.agent_id.split(".")[-1], one.factuality) for one in drift.commitments}
    assert ("narrator", "CT+") in said
    assert {certainty for agent, certainty in said if agent != "narrator"} >= {"PS+"}


@pytest.mark.parametrize("table", TABLES)
def test_pandas_reads_the_types_intended(table: str) -> None:
    frame = pd.read_parquet(TABLES_FOLDER / f"{table}.parquet", dtype_backend="pyarrow")
    assert {name: dtype.pyarrow_dtype for name, dtype in frame.dtypes.items()} == {
        field.name: field.type for field in arrow_schema(table)
    }


POLARS = {
    pa.string(): pl.String,
    pa.int64(): pl.Int64,
    pa.bool_(): pl.Boolean,
    pa.date32(): pl.Date,
    pa.decimal128(38, 9): pl.Decimal(38, 9),
    pa.timestamp("ms", "UTC"): pl.Datetime("ms", "UTC"),
}


@pytest.mark.parametrize("table", TABLES)
def test_polars_reads_the_types_intended(table: str) -> None:
    frame = pl.read_parquet(TABLES_FOLDER / f"{table}.parquet")
    assert dict(frame.schema) == {field.name: POLARS[field.type] for field in arrow_schema(table)}


DUCKDB = {
    pa.string(): "VARCHAR",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.decimal128(38, 9): "DECIMAL(38,9)",
    pa.timestamp("ms", "UTC"): "TIMESTAMP WITH TIME ZONE",
}


@pytest.mark.parametrize("table", TABLES)
def test_duckdb_reads_the_types_intended(table: str) -> None:
    rows = duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{TABLES_FOLDER / table}.parquet'").fetchall()
    assert {row[0]: row[1] for row in rows} == {field.name: DUCKDB[field.type] for field in arrow_schema(table)}


def test_open_bounds_stay_open_for_every_reader() -> None:
    """A figure given as `over` has no upper bound: null in Arrow, pandas, polars and DuckDB, never zero or NaN."""
    rows = DATASET.sql("SELECT id, value, lower, upper FROM figures WHERE comparator = '>'").to_pylist()
    assert rows
    for row in rows:
        assert (row["lower"], row["upper"]) == (row["value"], None)
        assert isinstance(row["value"], Decimal)
    ids = [row["id"] for row in rows]
    pandas = DATASET.to_pandas("figures").set_index("id").loc[ids]
    assert pandas["upper"].isna().all() and not pandas["lower"].isna().any()
    polars = DATASET.to_polars("figures").filter(pl.col("id").is_in(ids))
    assert polars["upper"].null_count() == len(ids)


def test_days_of_the_letters_are_resolved_from_the_document() -> None:
    days = DATASET.sql("SELECT earliest, latest FROM times WHERE edtf = '1988-08-17'").to_pylist()
    assert {"earliest": dt.date(1988, 8, 17), "latest": dt.date(1988, 8, 17)} in days

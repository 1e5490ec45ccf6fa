"""Records as Arrow tables: exact types, null where null, sorted by key; the overview follows from the rest."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pyarrow as pa
import pytest

from onrecord.engine import with_overview
from onrecord.errors import SchemaError
from onrecord.model import TABLES, Agent, Figure, Review, Time
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.tables import arrow_schema, to_arrow, to_record, to_tables

FIGURE = {
    "id": "crane.s3.f1",
    "statement_id": "crane.s3",
    "kind": "share",
    "verbatim": "1.10",
    "comparator": "=",
    "approximate": False,
    "unit": "ton",
    "counted": "load",
    "anchor_id": "crane.s3.f1",
}


def test_types_are_those_of_the_model() -> None:
    schema = arrow_schema("figures")
    assert schema.field("value").type == pa.decimal128(38, 9)
    assert arrow_schema("times").field("earliest").type == pa.date32()
    assert arrow_schema("reviews").field("reviewed_at").type == pa.timestamp("ms", tz="UTC")
    assert arrow_schema("claims").field("kind").type == pa.string()
    assert schema.field("value").nullable
    assert not schema.field("unit").nullable
    assert schema.field("unit").metadata[b"description"].startswith(b"Unit of the value")


def test_no_table_has_a_list_column() -> None:
    for table in TABLES:
        assert not any(pa.types.is_nested(field.type) for field in arrow_schema(table))


def test_unknown_table_names_those_there_are() -> None:
    with pytest.raises(SchemaError) as caught:
        arrow_schema("figgures")
    assert "figures" in caught.value.help


@pytest.mark.parametrize(
    "value", [Decimal("1.10"), Decimal("12345678901234567890123456789.123456789"), Decimal(0), None]
)
def test_figures_stay_exact(value: Decimal | None) -> None:
    row = to_arrow("figures", [Figure(**FIGURE, value=value)]).to_pylist()[0]
    assert row["value"] == value


def test_days_and_instants_stay_what_they_are() -> None:
    days = {"earliest": dt.date(1, 1, 1), "latest": dt.date(9999, 12, 31)}
    said = {"id": "t1", "document_id": "d", "verbatim": "x", "basis": "stated", "anchor_id": "t1"}
    row = to_arrow("times", [Time(**said, **days)]).to_pylist()[0]
    assert {key: row[key] for key in days} == days
    moment = dt.datetime(2021, 3, 5, 10, tzinfo=dt.UTC)
    said = {
        "id": "r1",
        "number": 1,
        "record_table": "claims",
        "record_id": "c",
        "status": "draft",
        "reviewer": "somebody",
    }
    assert to_arrow("reviews", [Review(**said, reviewed_at=moment)]).to_pylist()[0]["reviewed_at"] == moment


def test_text_is_kept_to_the_letter() -> None:
    name = '=1+1 "Ada",\tشاهد 😀 é'
    assert to_arrow("agents", [Agent(id="a", name=name, kind="person")]).column("name").to_pylist() == [name]


def test_rows_are_sorted_by_key() -> None:
    agents = [Agent(id=id, name=id, kind="person") for id in ("c", "a", "b")]
    assert to_arrow("agents", agents).column("id").to_pylist() == ["a", "b", "c"]


def test_row_becomes_the_record_it_was() -> None:
    loaded = load_texts(example(), pad_digests=True)
    for table, records in loaded.records.items():
        rows = to_arrow(table, records).to_pylist()
        assert sorted((to_record(table, row) for row in rows), key=lambda r: r.key) == sorted(
            records, key=lambda r: r.key
        )


def test_overview_has_a_row_per_statement_and_its_chain() -> None:
    tables = with_overview(to_tables(load_texts(example(), pad_digests=True).records))
    rows = {row["statement_id"]: row for row in tables["overview"].to_pylist()}
    assert list(rows) == ["crane.s1", "crane.s2", "crane.s3", "crane.s4"]
    assert rows["crane.s3"]["chain"] == "The report > Ada Lind"
    assert (rows["crane.s3"]["speaker"], rows["crane.s3"]["speaker_role"]) == ("Ada Lind", "harbour master")
    assert (rows["crane.s3"]["figure"], rows["crane.s3"]["narrator_factuality"]) == ("About 40", "Uu")
    assert (rows["crane.s1"]["review_status"], rows["crane.s2"]["review_status"]) == ("accepted", "draft")
    assert tables["overview"].schema.equals(arrow_schema("overview"))


def test_tables_are_made_without_pandas() -> None:
    code = (
        "import sys; from onrecord.rules.example import example; from onrecord.records import load_texts; "
        "from onrecord.check import check_loaded; check_loaded(load_texts(example(), pad_digests=True)); "
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""Folders of Parquet files as tables: what is taken, from whomever, and what is refused, all at once."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from onrecord.bulk.footers import MAX_ROWS_PER_BYTE, exact, fits
from onrecord.bulk.kinds import kind_at
from onrecord.bulk.parquet import parquet_tables
from onrecord.check import check_tables
from onrecord.engine import Engine
from onrecord.errors import LoadError
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.tables import STORED, Tables, arrow_schema, to_tables


@pytest.fixture(scope="module")
def tables() -> Tables:
    return to_tables(load_texts(example(""), pad_digests=True).records)


@pytest.fixture
def folder(tables: Tables, tmp_path: Path) -> Path:
    """The example dataset, a file for each table."""
    for name, rows in tables.items():
        pq.write_table(rows, tmp_path / f"{name}.parquet")
    return tmp_path


def said(folder: Path) -> str:
    with pytest.raises(LoadError) as refused:
        parquet_tables(folder)
    return refused.value.message


def same(folder: Path, tables: Tables) -> None:
    """The engine and Arrow read the same rows from a folder as stand in the tables."""
    found = parquet_tables(folder)
    assert set(found) == set(tables)
    with Engine(found) as engine:
        for name, rows in tables.items():
            keys = ", ".join(f'"{column}"' for column in rows.column_names)
            read = engine.select(f'SELECT {keys} FROM "{name}" ORDER BY ALL').cast(rows.schema)
            meant = rows.sort_by([(column, "ascending") for column in rows.column_names])
            assert read.to_pylist() == meant.to_pylist(), name
            arrow = found[name].to_table()
            assert arrow.schema.types == rows.schema.types and arrow.num_rows == rows.num_rows


def parts(folder: Path, table: str, rows: pa.Table, number: int = 3, name: str = "part-{:04}.parquet") -> Path:
    """A table in several files in place of one."""
    (folder / f"{table}.parquet").unlink()
    (folder / table).mkdir()
    size = -(-rows.num_rows // number)
    for n in range(number):
        pq.write_table(rows.slice(n * size, size), folder / table / name.format(n))
    return folder / table


# Taken


def test_a_file_for_each_table(folder: Path, tables: Tables) -> None:
    assert kind_at(folder) == "parquet"
    same(folder, tables)
    assert check_tables({name: rows.to_table() for name, rows in parquet_tables(folder).items()}).findings == ()


def test_many_files_to_a_table_at_any_depth_and_what_other_programs_leave_beside(folder: Path, tables: Tables) -> None:
    deep = parts(folder, "statements", tables["statements"])
    (deep / "more").mkdir()
    (deep / "part-0002.parquet").rename(deep / "more" / "part-0002.parquet")
    (deep / "_SUCCESS").touch()
    (deep / ".part-0000.parquet.crc").write_bytes(b"crc")
    (deep / "_temporary").mkdir()
    (deep / "_temporary" / "half").write_bytes(b"PAR1")
    same(folder, tables)


def test_a_folder_named_like_a_file_as_spark_writes_it(folder: Path, tables: Tables) -> None:
    parts(folder, "units", tables["units"], name="part-{:05}-0f3a-c000.snappy.parquet")
    (folder / "units").rename(folder / "units.parquet")
    same(folder, tables)


def test_tables_below_claims_tables_of_a_project(folder: Path, tables: Tables, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "claims").mkdir(parents=True)
    (project / "claims" / "tables").symlink_to(folder, target_is_directory=True)
    assert kind_at(project) == "parquet"
    same(project, tables)


def test_folders_that_state_a_column(folder: Path, tables: Tables) -> None:
    (folder / "units.parquet").unlink()
    rows = tables["units"]
    for kind in pc.unique(rows["kind"]).to_pylist():
        place = folder / "units" / "year=1999" / f"kind={kind}"
        place.mkdir(parents=True)
        pq.write_table(rows.filter(pc.equal(rows["kind"], kind)).drop_columns("kind"), place / "data.parquet")
    same(folder, tables)


def test_what_a_folder_states_comes_back_decoded_with_null_as_null_and_as_a_number(
    folder: Path, tables: Tables
) -> None:
    (folder / "attributions.parquet").unlink()
    rows = tables["attributions"]
    pads.write_dataset(
        rows,
        folder / "attributions",
        format="parquet",
        partitioning=["level", "cue_anchor_id", "medium"],
        partitioning_flavor="hive",
    )
    assert len(list((folder / "attributions").rglob("cue_anchor_id=__HIVE_DEFAULT_PARTITION__"))) > 0
    same(folder, tables)


def test_a_column_that_stands_in_the_file_and_in_its_folder_is_taken_when_they_agree(
    folder: Path, tables: Tables
) -> None:
    (folder / "figures.parquet").unlink()
    place = folder / "figures" / "statement_id=crane.s3"
    place.mkdir(parents=True)
    rows = tables["figures"]
    pq.write_table(rows.filter(pc.equal(rows["statement_id"], "crane.s3")), place / "1.parquet")
    assert parquet_tables(folder)["figures"].count_rows() > 0
    pq.write_table(rows.set_column(1, "statement_id", pa.array(["crane.s9"] * len(rows))), place / "2.parquet")
    assert "2.parquet: its folder says `statement_id=crane.s3`, and the file itself says otherwise" in said(folder)


def test_an_equals_sign_in_a_folder_above_is_no_column(tables: Tables, tmp_path: Path) -> None:
    folder = tmp_path / "run=5" / "id=7"
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    same(folder, tables)


def test_names_that_look_like_patterns_or_sql(tables: Tables, tmp_path: Path) -> None:
    folder = tmp_path / "a[1]*?'; DROP TABLE agents; --"
    folder.mkdir()
    for name, rows in tables.items():
        pq.write_table(rows, folder / f"{name}.parquet")
    parts(folder, "agents", tables["agents"], name="p[{}]'*.parquet")
    same(folder, tables)


@pytest.mark.parametrize("name", ["p*", "p?", "p[q]"])
def test_a_name_like_a_pattern_does_not_stand_for_another_file(name: str, folder: Path, tables: Tables) -> None:
    place = parts(folder, "agents", tables["agents"], number=2, name="part-{}.parquet")
    (place / "part-0.parquet").rename(place / f"{name}.parquet")
    (place / "part-1.parquet").rename(place / "pq.parquet")
    same(folder, tables)


def test_a_folder_like_a_pattern_does_not_stand_for_the_one_beside_it(tables: Tables, tmp_path: Path) -> None:
    for name, least in (("run[1]", 0), ("run1", 1)):
        (tmp_path / name).mkdir()
        for table, rows in tables.items():
            pq.write_table(rows.slice(least), tmp_path / name / f"{table}.parquet")
    same(tmp_path / "run[1]", tables)


@pytest.mark.skipif(os.name == "nt", reason="a backslash parts folders there")
def test_a_path_that_the_engine_cannot_be_told_of(folder: Path, tables: Tables) -> None:
    parts(folder, "agents", tables["agents"], name="a\\*{}.parquet")
    assert "a\\*0.parquet" in said(folder) and "its path has a backslash beside" in said(folder)


@pytest.mark.parametrize("value", ["%ff", "a%00", "a?b", "a=b", "a\nb"])
@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_folder_whose_value_readers_take_differently(value: str, folder: Path, tables: Tables) -> None:
    (folder / "units.parquet").unlink()
    place = folder / "units" / f"kind={value}"
    place.mkdir(parents=True)
    pq.write_table(tables["units"].drop_columns("kind"), place / "data.parquet")
    message = said(folder)
    assert "is read in more than one way" in message and len(message.splitlines()) == 2


def test_a_name_with_a_line_break_stays_on_its_line(folder: Path, tables: Tables) -> None:
    _rewrite(folder, "units", lambda rows: rows.append_column("a\nerror: b\x1b[2J", pa.nulls(len(rows))))
    assert len(said(folder).splitlines()) == 2 and "a<U+000A>error: b<U+001B>[2J" in said(folder)


def test_nothing_at_all(tmp_path: Path) -> None:
    assert said(tmp_path / "none.parquet") == f"there is nothing at {tmp_path / 'none.parquet'}"


def test_terms_and_overview_need_not_be_there(folder: Path, tables: Tables) -> None:
    (folder / "terms.parquet").unlink()
    found = parquet_tables(folder)
    assert found["terms"].to_table().equals(tables["terms"]) and "overview" not in found


def test_columns_in_any_order_and_a_table_without_rows(folder: Path, tables: Tables) -> None:
    rows = tables["statements"]
    turned = parts(folder, "statements", rows)
    first = turned / "part-0000.parquet"
    pq.write_table(pq.read_table(first).select(rows.column_names[::-1]), first)
    assert tables["cites"].num_rows == 0
    same(folder, tables)


def _another(kind: pa.DataType, turn: int) -> pa.DataType:
    """A type of other writers whose values mean the same."""
    if pa.types.is_string(kind):
        return [pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()][turn % 3]
    if pa.types.is_integer(kind):
        return [pa.int32(), pa.uint32(), pa.uint16()][turn % 3]
    if pa.types.is_decimal(kind):
        return [pa.decimal128(20, 4), pa.decimal128(38, 9), pa.decimal256(30, 2)][turn % 3]
    if pa.types.is_timestamp(kind):
        return [pa.timestamp("us", "UTC"), pa.timestamp("ns", "Europe/Berlin"), pa.timestamp("s", "UTC")][turn % 3]
    return kind


def _nulls(rows: pa.Table) -> pa.Table:
    """Columns that are null throughout, without a type: as pandas writes them."""
    for number, name in enumerate(rows.column_names):
        if rows.num_rows and rows[name].null_count == rows.num_rows:
            rows = rows.set_column(number, name, pa.nulls(rows.num_rows))
    return rows


@pytest.mark.parametrize("turn", [0, 1, 2])
@pytest.mark.parametrize("mixed", [False, True])
def test_types_of_other_writers_mean_the_same(folder: Path, tables: Tables, turn: int, mixed: bool) -> None:
    for name, rows in tables.items():
        fields = [pa.field(field.name, _another(field.type, turn)) for field in rows.schema]
        other = _nulls(rows.cast(pa.schema(fields)))
        if mixed:
            parts(folder, name, rows, 2)
            first = folder / name / "part-0000.parquet"
            pq.write_table(other.slice(0, pq.read_table(first).num_rows), first)
        else:
            pq.write_table(other, folder / f"{name}.parquet")
    same(folder, tables)


def test_files_of_pandas_and_polars_are_taken_once_their_types_are_exact(folder: Path, tables: Tables) -> None:
    for name in ("statements", "claims", "reviews"):
        frame = tables[name].to_pandas(types_mapper=pd.ArrowDtype)
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    for name in ("units", "figures", "documents"):
        pl.DataFrame(pl.from_arrow(tables[name])).write_parquet(folder / f"{name}.parquet")
    same(folder, tables)


@pytest.mark.parametrize(
    ("wanted", "there", "taken"),
    [
        (pa.string(), pa.binary(), False),
        (pa.string(), pa.int64(), False),
        (pa.string(), pa.dictionary(pa.int8(), pa.int64()), False),
        (pa.int64(), pa.uint64(), False),
        (pa.int64(), pa.float64(), False),
        (pa.int64(), pa.bool_(), False),
        (pa.decimal128(38, 9), pa.float64(), False),
        (pa.decimal128(38, 9), pa.decimal128(38, 10), False),
        (pa.decimal128(38, 9), pa.decimal128(38, 2), False),
        (pa.decimal128(38, 9), pa.int32(), True),
        (pa.bool_(), pa.int8(), False),
        (pa.bool_(), pa.null(), True),
        (pa.date32(), pa.date64(), True),
        (pa.date32(), pa.timestamp("ms", "UTC"), False),
        (pa.timestamp("ms", "UTC"), pa.timestamp("ms"), False),
        (pa.timestamp("ms", "UTC"), pa.string(), False),
    ],
)
def test_a_type_is_taken_only_where_its_values_mean_the_same(
    wanted: pa.DataType, there: pa.DataType, taken: bool
) -> None:
    assert fits(wanted, there) is taken


def test_microseconds_are_taken_where_they_are_whole_milliseconds(folder: Path, tables: Tables) -> None:
    kind = pa.timestamp("us", "UTC")
    assert not exact(arrow_schema("reviews").field("reviewed_at").type, kind)
    column = tables["reviews"].column_names.index("reviewed_at")
    broken = [dt.datetime(2020, 1, 1, 0, 0, 0, 1, tzinfo=dt.UTC)] * tables["reviews"].num_rows
    pq.write_table(
        tables["reviews"].set_column(column, "reviewed_at", pa.array(broken, kind)), folder / "reviews.parquet"
    )
    assert "reviews.parquet: column `reviewed_at` has times that no whole millisecond tells" in said(folder)


# Refused


def _rewrite(folder: Path, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    file = folder / f"{table}.parquet"
    pq.write_table(change(pq.read_table(file)), file)


def test_every_fault_is_told_at_once_with_its_file(folder: Path, tables: Tables) -> None:
    (folder / "agents.parquet").unlink()
    _rewrite(folder, "claims", lambda rows: rows.drop_columns("proposition"))
    _rewrite(folder, "topics", lambda rows: rows.append_column("colour", pa.array(["red"] * rows.num_rows)))
    _rewrite(folder, "units", lambda rows: rows.set_column(4, "start", pc.cast(rows["start"], pa.float64())))
    whole = (folder / "anchors.parquet").read_bytes()
    (folder / "anchors.parquet").write_bytes(whole[: len(whole) // 2])
    (folder / "roles.parquet").write_text("id,agent_id\n")
    (folder / "mentions.parquet").write_bytes(b"")
    assert sorted(said(folder).split("\n")[1:]) == [
        "agents: there is neither agents.parquet nor a folder agents with Parquet files",
        "anchors.parquet: it is cut short, damaged or not Parquet (Parquet magic bytes not found in footer)",
        "claims.parquet: column `proposition` is missing",
        "mentions.parquet: it is cut short, damaged or not Parquet (Parquet file size is 0 bytes)",
        "roles.parquet: it is cut short, damaged or not Parquet (Parquet magic bytes not found in footer)",
        "topics.parquet: column `colour` is none of the table's columns",
        "units.parquet: column `start` is of the type double, not int64",
    ]


def test_files_of_several_schema_versions_are_named(folder: Path, tables: Tables) -> None:
    old = parts(folder, "statements", tables["statements"], 4) / "part-0002.parquet"
    pq.write_table(pq.read_table(old).drop_columns("claim_id"), old)
    assert said(folder).endswith("statements/part-0002.parquet: column `claim_id` is missing")


def test_a_fault_of_many_files_is_told_once(folder: Path, tables: Tables) -> None:
    place = parts(folder, "units", tables["units"], 5)
    for file in place.iterdir():
        pq.write_table(pq.read_table(file).append_column("x", pa.nulls(pq.read_metadata(file).num_rows)), file)
    told = [line for line in said(folder).split("\n") if "`x`" in line]
    assert len(told) == 1 and told[0].startswith("units/part-0000.parquet,") and "and 2 more files" in told[0]


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (1, "the files are numbered up to 4, and part-0001.parquet is missing"),
        (3, "the files are numbered up to 4, and part-0003.parquet is missing"),
    ],
)
def test_a_part_that_is_missing_among_numbered_ones(folder: Path, tables: Tables, gone: int, told: str) -> None:
    (parts(folder, "units", tables["units"], 5) / f"part-{gone:04}.parquet").unlink()
    assert told in said(folder)


def test_numbers_that_are_names_have_no_gaps(folder: Path, tables: Tables) -> None:
    place = parts(folder, "units", tables["units"], 3)
    for number, file in enumerate(sorted(place.iterdir())):
        file.rename(place / f"d{10 + number * 400:08}.parquet")
    same(folder, tables)


def test_a_descriptor_tells_what_is_missing_torn_or_not_part_of_the_package(crane: Path, tmp_path: Path) -> None:
    import shutil

    package = tmp_path / "package"
    shutil.copytree(crane, package, ignore=shutil.ignore_patterns("records"))
    assert kind_at(package) == "package"
    assert parquet_tables(package)["statements"].count_rows() > 0
    below = package / "claims" / "tables"
    (below / "agents.parquet").unlink()
    with (below / "units.parquet").open("ab") as file:
        file.write(b"more")
    told = said(package)
    assert "claims/tables/agents.parquet: datapackage.json names it, and it is missing" in told
    assert "units.parquet: it has" in told and "and datapackage.json says" in told


def test_a_descriptor_that_leads_elsewhere_or_is_none(crane: Path, tmp_path: Path) -> None:
    import shutil

    package = tmp_path / "package"
    shutil.copytree(crane, package, ignore=shutil.ignore_patterns("records"))
    file = package / "datapackage.json"
    described = json.loads(file.read_text())
    for resource in described["resources"]:
        if resource["path"].endswith("agents.parquet"):
            resource["path"] = "../../etc/agents.parquet"
    file.write_text(json.dumps(described))
    assert "../../etc/agents.parquet: datapackage.json names a path that leads elsewhere" in said(package)
    sized = '{"resources": [{"name": "agents", "path": "claims/tables/agents.parquet", "bytes": "few"}]}'
    for broken in ("[", "[]", "null", '{"resources": 3}', '{"resources": [{"path": 1}]}', "[" * 100_000, sized):
        file.write_text(broken)
        assert "datapackage.json: it does not describe a data package" in said(package)


def test_a_link_to_a_folder_is_not_followed_and_no_loop_is_walked(folder: Path, tables: Tables) -> None:
    place = parts(folder, "units", tables["units"])
    (place / "again").symlink_to(place, target_is_directory=True)
    assert "units/again: it is a link to a folder, which is not followed" in said(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("make", [lambda path: os.mkfifo(path), lambda path: path.symlink_to("nowhere")])
def test_what_is_no_file_is_not_waited_for(folder: Path, tables: Tables, make: Callable[[Path], Any]) -> None:
    make(parts(folder, "units", tables["units"]) / "x.parquet")
    assert "units/x.parquet: it is not a file" in said(folder)


def test_a_table_that_stands_there_twice_and_a_file_of_another_kind(folder: Path, tables: Tables) -> None:
    (folder / "agents").mkdir()
    place = parts(folder, "units", tables["units"])
    (place / "part-0009.parquet.tmp").write_bytes(b"half")
    told = said(folder)
    assert "agents: there is agents.parquet and a folder agents too; which is it?" in told
    assert "units/part-0009.parquet.tmp: its name does not end in .parquet" in told


def test_an_empty_folder_for_a_table_and_no_rows_anywhere(folder: Path, tables: Tables, tmp_path: Path) -> None:
    (folder / "units.parquet").unlink()
    (folder / "units").mkdir()
    assert "units: there is neither units.parquet nor a folder units with Parquet files" in said(folder)
    other = tmp_path / "other"
    other.mkdir()
    for name in STORED:
        pq.write_table(tables[name].slice(0, 0) if name != "terms" else tables[name], other / f"{name}.parquet")
    assert said(other) == f"there are no records in {other}: no table has a row"


def test_a_column_twice_and_folders_that_disagree(folder: Path, tables: Tables) -> None:
    rows = tables["topics"]
    pq.write_table(
        pa.Table.from_arrays([*rows.columns, rows["id"]], names=[*rows.column_names, "id"]), folder / "topics.parquet"
    )
    (folder / "units.parquet").unlink()
    for place in ("kind=numeral", "status=covered"):
        (folder / "units" / place).mkdir(parents=True)
        pq.write_table(tables["units"], folder / "units" / place / "1.parquet")
    told = said(folder)
    assert "topics.parquet: column `id` stands there 2 times" in told
    assert "units: the folders of its files do not name the same columns" in told


def test_a_folder_whose_value_is_not_of_the_columns_type(folder: Path, tables: Tables) -> None:
    (folder / "attributions.parquet").unlink()
    place = folder / "attributions" / "level=deep"
    place.mkdir(parents=True)
    pq.write_table(tables["attributions"].drop_columns("level"), place / "1.parquet")
    assert "`level=deep` is not of the type int64" in said(folder)


def test_a_file_that_would_grow_beyond_all_measure(folder: Path, tables: Tables) -> None:
    rows = 30_000_000
    assert rows > MAX_ROWS_PER_BYTE
    nothing = pa.table({field.name: pa.nulls(rows, field.type) for field in list(arrow_schema("topics"))[:1]})
    pq.write_table(nothing, folder / "topics.parquet", compression="zstd", row_group_size=rows)
    told = said(folder)
    assert "topics.parquet: its" in told and "would grow beyond all measure" in told


def test_numbers_keep_every_digit(folder: Path, tables: Tables) -> None:
    rows = tables["figures"]
    index = rows.column_names.index("value")
    values = [Decimal("12345678901234567890.123456789")] + [None] * (rows.num_rows - 1)
    changed = rows.set_column(index, rows.schema.field("value"), pa.array(values, rows.schema.field("value").type))
    pq.write_table(changed, folder / "figures.parquet")
    same(folder, tables | {"figures": changed})

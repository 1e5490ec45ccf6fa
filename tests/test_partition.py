"""Packages in parts: where they are cut, that nothing is lost, and that a build in steps is a build in one go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord.engine import Engine, with_overview
from onrecord.errors import BuildError
from onrecord.model import TABLES
from onrecord.parts import digest
from onrecord.parts.building import KEPT, NEW, Task, build_id
from onrecord.parts.cuts import COARSE, begins, begins_part, part_file
from onrecord.parts.digest import Content
from onrecord.parts.part import Part, parts_of
from onrecord.parts.writing import groups
from onrecord.staging import is_plain
from onrecord.tables import in_order
from onrecord.verify import verify_package
from synthetic import contents, noted, only, packed, synthetic

DOCUMENTS = 60
IDS = tuple(synthetic(DOCUMENTS)["documents"]["id"].to_pylist())


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("parts") / "package"
    packed(synthetic(DOCUMENTS), target)
    return target


def described(package: Path) -> dict[str, dict]:
    return {item["name"]: item for item in json.loads((package / "datapackage.json").read_bytes())["resources"]}


# Cuts


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=20, unique=True), st.sampled_from([1, 2, 3, 64]))
@settings(max_examples=30, deadline=None)
def test_sql_and_python_cut_at_the_same_keys(keys: list[str], every: int) -> None:
    keys = [key for key in keys if "\0" not in key] or ["x"]
    with Engine({"keys": pa.table({"key": keys})}, views={}) as engine:
        found = engine.select(f"SELECT key, {begins('key', every)} AS cut FROM keys").to_pylist()
    assert {row["key"]: row["cut"] for row in found} == {key: begins_part(key, every) for key in keys}


def test_one_document_in_so_many_begins_a_part() -> None:
    assert all(begins_part(str(number), 1) for number in range(100))
    assert 50 < sum(begins_part(str(number), 64) for number in range(64 * 100)) < 150
    coarse = {number for number in range(20_000) if begins_part(str(number), 8 * COARSE)}
    assert coarse <= {number for number in range(20_000) if begins_part(str(number), 8)}


@pytest.mark.parametrize(
    "first", ["../../etc", "CT+/a", "con", "a" * 120, "ä", ".x", "", "a/b", "nul.s1", "-", "d1.s1"]
)
def test_a_part_has_a_plain_file_name_whatever_its_first_key(first: str) -> None:
    assert is_plain(part_file("claims", first))


def test_keys_that_differ_in_what_a_file_name_cannot_hold_have_files_of_their_own() -> None:
    keys = ["a/b", "a-b", "a+b", "A-b", "a b", "x" * 90, "x" * 91]
    assert len({part_file("terms", key).casefold() for key in keys}) == len(keys)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 99)), max_size=60),
    st.integers(1, 7),
    st.integers(1, 9),
    st.booleans(),
)
@settings(deadline=None)
def test_groups_hold_every_row_once_and_never_reach_over_a_cut(
    said: list[tuple[int, int]], size: int, batch: int, flags: bool
) -> None:
    said.sort(key=lambda row: row[0])
    cuts = [number for number, _ in said]
    marks = [place > 0 and cuts[place] != cuts[place - 1] for place in range(len(cuts))] if flags else cuts
    rows = pa.table(
        {
            "value": pa.array([value for _, value in said], pa.int64()),
            "cut": pa.array(marks, None if said else pa.bool_()),
        }
    )
    found = list(groups(rows.to_batches(max_chunksize=batch), size))
    by_part: dict[int, list[int]] = {}
    ended: set[int] = set()
    for group in found:
        assert group.number not in ended
        if group.rows is None:
            ended.add(group.number)
        else:
            assert 0 < group.rows.num_rows <= size
            by_part.setdefault(group.number, []).extend(group.rows["value"].to_pylist())
    assert ended == set(by_part)
    wanted: dict[int, list[int]] = {}
    for number, value in said:
        wanted.setdefault(number, []).append(value)
    assert list(by_part.values()) == list(wanted.values())


# Content


def test_content_is_what_rows_say_however_they_lie_in_memory() -> None:
    rows = synthetic(DOCUMENTS)["times"].combine_chunks()
    whole = Content("times", {})
    whole.add(rows)
    moved = Content("times", {})
    chunks = pa.concat_tables([rows.slice(0, 3), rows.slice(3)])
    assert chunks["id"].num_chunks == 2
    moved.add(chunks)
    sliced = Content("times", {})
    sliced.add(pa.concat_tables([rows.slice(0, 1), rows]).combine_chunks().slice(1))
    assert whole.hash == moved.hash == sliced.hash


def test_content_knows_null_from_nothing_and_text_from_its_neighbour() -> None:
    def hash_of(note: list[str | None], verbatim: list[str]) -> str:
        rows = pa.table({"note": pa.array(note, pa.string()), "verbatim": verbatim})
        content = Content("times", {})
        content.add(rows)
        return content.hash

    hashes = {
        hash_of([None, "a"], ["x", "y"]),
        hash_of(["", "a"], ["x", "y"]),
        hash_of(["a", None], ["x", "y"]),
        hash_of(["a", ""], ["x", "y"]),
        hash_of(["", ""], ["ax", "y"]),
        hash_of(["", ""], ["a", "xy"]),
    }
    assert len(hashes) == 6


def test_content_is_of_how_it_is_written_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = Content("times", {}).hash
    assert Content("times", {"package": "other"}).hash != before
    assert Content("roles", {}).hash != before
    monkeypatch.setattr(digest.pa, "__version__", "0.0.0")
    assert Content("times", {}).hash != before


# What is written


def test_every_row_is_in_one_part_sorted_by_its_key(package: Path) -> None:
    wanted = with_overview(synthetic(DOCUMENTS))
    found = described(package)
    assert list(found) == list(TABLES)
    for table, rows in wanted.items():
        tables = [pq.read_table(package / part["path"]) for part in found[table]["parts"]]
        for part in tables:
            assert part.equals(in_order(table, part)), table
        assert in_order(table, pa.concat_tables(tables)).to_pylist() == in_order(table, rows).to_pylist(), table
        assert found[table]["rows"] == rows.num_rows
    assert len(found["anchors"]["path"]) > 5
    assert len(found["documents"]["path"]) < len(found["anchors"]["path"])


def test_a_document_is_in_one_part_of_each_table_with_all_that_belongs_to_it(package: Path) -> None:
    found = described(package)
    parts: dict[str, set[str]] = {}
    for table in ("anchors", "statements", "units", "overview"):
        for part in found[table]["parts"]:
            rows = pq.read_table(package / part["path"], columns=["document_id"])
            for document in set(rows["document_id"].to_pylist()):
                parts.setdefault(document, set()).add(Path(part["path"]).stem)
    assert set(parts) == set(IDS)
    assert all(len(stems) == 1 for stems in parts.values())


def test_the_descriptor_says_of_each_part_what_its_file_holds(package: Path) -> None:
    for table, resource in described(package).items():
        assert resource["path"] == [part["path"] for part in resource["parts"]]
        key = TABLES[table].primary_key[0]
        for part in parts_of(resource):
            rows = pq.read_table(package / part.path)
            assert (rows.num_rows, (package / part.path).stat().st_size) == (part.rows, part.bytes)
            ends = pc.min_max(rows[key]).as_py()
            assert (ends["min"], ends["max"]) == (part.first, part.last)
    assert verify_package(package) == []


def test_footers_have_order_statistics_and_words(package: Path) -> None:
    for resource in described(package).values():
        footer = pq.read_metadata(package / resource["path"][0])
        assert footer.metadata[b"table"] == resource["name"].encode()
        assert b"version" not in footer.metadata
        if footer.num_rows:
            group = footer.row_group(0)
            assert group.sorting_columns
            assert all(group.column(n).is_stats_set and group.column(n).has_column_index for n in range(2))


def test_tables_without_rows_have_a_file_with_their_columns(tmp_path: Path) -> None:
    tables = synthetic(DOCUMENTS)
    packed({**tables, "replies": tables["replies"].slice(0, 0)}, tmp_path / "package")
    assert pq.read_table(tmp_path / "package/claims/tables/replies").num_rows == 0
    assert verify_package(tmp_path / "package") == []


def test_other_readers_read_the_parts(package: Path) -> None:
    wanted = synthetic(DOCUMENTS)["anchors"].num_rows
    folder = package / "claims/tables/anchors"
    assert len(pd.read_parquet(folder)) == wanted
    assert pl.scan_parquet(f"{folder}/*.parquet").select(pl.len()).collect().item() == wanted
    assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{folder}/*.parquet')").fetchall() == [(wanted,)]
    assert pads.dataset(folder).count_rows() == wanted


def test_frictionless_reads_the_descriptor(package: Path) -> None:
    frictionless = pytest.importorskip("frictionless", reason="needs the extra `build`")
    said = frictionless.Package(str(package / "datapackage.json"))
    assert list(frictionless.Package.metadata_validate(said.to_descriptor())) == []
    assert [resource.name for resource in said.resources] == list(TABLES)
    anchors = said.get_resource("anchors")
    assert [anchors.path, *anchors.extrapaths] == described(package)["anchors"]["path"]
    assert anchors.schema.field_names[0] == "id"


# In steps and in one go

FEW = tuple(synthetic(16)["documents"]["id"].to_pylist())
CHOSEN = st.sets(st.sampled_from(FEW), min_size=1)


@given(before=CHOSEN, after=CHOSEN, changed=st.sets(st.sampled_from(FEW)), every=st.sampled_from([1, 3, 6]))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_incremental_build_is_a_full_one_byte_for_byte(
    before: set[str], after: set[str], changed: set[str], every: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("steps")
    tables = synthetic(16)
    packed(only(tables, before), home / "steps", every=every)
    now = noted(only(tables, after), changed, "another note")
    written = packed(now, home / "steps", every=every)
    packed(now, home / "whole", every=every)
    assert contents(home / "steps") == contents(home / "whole")
    if before == after and not changed & after:
        assert set(+written.counts) == {KEPT}


def test_only_parts_of_changed_documents_are_written_anew(package: Path, tmp_path: Path) -> None:
    tables = synthetic(DOCUMENTS)
    target = tmp_path / "package"
    packed(tables, target)
    times = {name: (target / name).stat().st_mtime_ns for name in contents(target)}
    written = packed(noted(tables, IDS[:1], "another note"), target)
    assert written.counts[NEW] == 1
    assert written.counts[KEPT] == len([name for name in times if name.endswith(".parquet")]) - 1
    changed = {name for name, time in times.items() if (target / name).stat().st_mtime_ns != time}
    schema = "schema/tables/documents.json"  # its example of a note
    assert changed == {part_file("documents", IDS[0]), "datapackage.json", schema}
    assert packed(tables, target).counts[NEW] == 1
    assert contents(target) == contents(package)


def test_a_part_that_is_not_what_it_was_is_written_anew(package: Path, tmp_path: Path) -> None:
    target = tmp_path / "package"
    packed(synthetic(DOCUMENTS), target)
    damaged, lost = [target / path for path in described(target)["anchors"]["path"][:2]]
    raw = bytearray(damaged.read_bytes())
    raw[len(raw) // 2] ^= 1
    damaged.write_bytes(raw)
    lost.unlink()
    assert packed(synthetic(DOCUMENTS), target).counts[NEW] == 2
    assert contents(target) == contents(package)


@pytest.mark.parametrize("spoil", ["no json", "parts", "path", "rows"])
def test_a_descriptor_that_says_nonsense_keeps_nothing(package: Path, tmp_path: Path, spoil: str) -> None:
    target = tmp_path / "package"
    packed(synthetic(DOCUMENTS), target)
    file = target / "datapackage.json"
    said = json.loads(file.read_bytes())
    for resource in said["resources"]:
        if spoil == "parts":
            resource["parts"] = "many"
        else:
            resource["parts"][0] |= {"path": {"path": ["x"]}, "rows": {"rows": "7"}}.get(spoil, {})
    file.write_text("{" if spoil == "no json" else json.dumps(said))
    assert packed(synthetic(DOCUMENTS), target).counts[NEW] > 0
    assert contents(target) == contents(package)


def test_parts_take_the_place_of_files_and_files_that_of_parts(package: Path, tmp_path: Path) -> None:
    target = tmp_path / "package"
    (target / "claims/tables").mkdir(parents=True)
    (target / "claims/tables/claims.csv").write_text("id\n")
    packed(synthetic(DOCUMENTS), target)
    assert contents(target) == contents(package)


def test_a_build_is_the_same_only_where_its_input_is_known_to_be(tmp_path: Path) -> None:
    terms = synthetic(2)["terms"]
    file = tmp_path / "terms.parquet"
    pq.write_table(terms, file)

    class Elsewhere:
        def count_rows(self) -> int:
            return terms.num_rows

    def build(source: Any) -> str:
        return build_id(Task({"terms": source}, {}, tmp_path))

    for source in (terms, pads.dataset(terms), pads.dataset(file)):
        assert build(source) == build(source)
    assert build(pads.dataset(terms)) == build(terms) != build(pads.dataset(terms.slice(1)))
    assert build(Elsewhere()) != build(Elsewhere()), "nobody can tell whether these rows are the same"


def test_a_part_of_a_descriptor_is_read_back_as_it_was_said() -> None:
    part = Part("claims/tables/claims/a.parquet", 7, "sha256:0", 2, "a", "b", "sha256:1", ("d", "e"))
    assert Part.of(json.loads(json.dumps(part.plain()))) == part
    for spoilt in ({"bytes": -1}, {"rows": True}, {"first": 7}, {"documents": ["a"]}, {"more": 1}, {"path": None}):
        with pytest.raises(ValueError, match="a part"):
            Part.of(part.plain() | spoilt)


def test_rows_that_find_no_document_stop_the_build_and_leave_what_was_there(package: Path, tmp_path: Path) -> None:
    target = tmp_path / "package"
    packed(synthetic(DOCUMENTS), target)
    tables = synthetic(DOCUMENTS)
    with pytest.raises(BuildError, match=r"passages has [0-9,]+ rows, but [0-9,]+ could be written"):
        packed({**tables, "documents": tables["documents"].slice(1)}, target)
    assert contents(target) == contents(package)

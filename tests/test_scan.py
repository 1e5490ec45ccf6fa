"""Reading a package in parts: lazily, here or at an address, the same records as from tables in memory."""

from __future__ import annotations

import gc
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import onrecord
from onrecord.cli import program
from onrecord.engine import with_overview
from onrecord.errors import EngineError, LoadError, RecordNotFound, SchemaError
from onrecord.formats import write_parquet
from onrecord.model import TABLES
from onrecord.parts import opened
from onrecord.verify import verify_package
from synthetic import contents, noted, packed, synthetic

DOCUMENTS = 60


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("scan") / "package"
    packed(synthetic(DOCUMENTS), target)
    return target


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> onrecord.Dataset:
    """The same records in a package of a file for each table."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "claims/tables").mkdir(parents=True)
    for table, rows in with_overview(synthetic(DOCUMENTS)).items():
        with (folder / f"claims/tables/{table}.parquet").open("wb") as file:
            write_parquet(table, rows, file, {})
    (folder / "datapackage.json").write_text('{"name": "cranes", "version": "0.1.0", "resources": []}')
    return onrecord.load(folder)


def some(whole: onrecord.Dataset, table: str, column: str = "id") -> list[str]:
    values = whole.table(table).column(column).drop_null().to_pylist()
    return [values[0], values[len(values) // 2], values[-1]]


# Records


@pytest.mark.parametrize("table", TABLES)
def test_records_by_their_keys_are_those_of_the_tables(package: Path, whole: onrecord.Dataset, table: str) -> None:
    ds = onrecord.load(package)
    names = TABLES[table].primary_key
    rows = whole.table(table)
    for number in {0, rows.num_rows // 2, rows.num_rows - 1} if rows.num_rows else ():
        key = "/".join(str(rows.column(name)[number].as_py()) for name in names)
        assert ds.record(table, key) == whole.record(table, key)
    assert ds.table(table).equals(whole.table(table))


def test_records_of_records_are_those_of_the_tables(package: Path, whole: onrecord.Dataset) -> None:
    ds = onrecord.load(package)
    for id in some(whole, "statements"):
        assert (ds.find(id), ds.chain(id), ds.cite(id)) == (whole.find(id), whole.chain(id), whole.cite(id))
    for id in some(whole, "statements", "claim_id"):
        assert ds.statements_of(id) == whole.statements_of(id)
        assert ds.compare(id).plain() == whole.compare(id).plain()
    for id in some(whole, "reviews", "record_id"):
        assert ds.status(id) == whole.status(id)
    assert ds.drift() == whole.drift()
    assert ds.codebook("statements").num_rows == whole.codebook("statements").num_rows


@pytest.mark.parametrize("id", ["", "no", "d00000000.s1/0", "d9", "zz", "d00000000.s1'", "statements/", "a/b/c/d"])
def test_ids_that_nothing_has_are_not_found(package: Path, id: str) -> None:
    ds = onrecord.load(package)
    with pytest.raises(RecordNotFound):
        ds.statement(id)
    with pytest.raises(RecordNotFound):
        ds.record("attributions", id)
    with pytest.raises(RecordNotFound):
        ds.find(f"statements/{id}")


@pytest.mark.parametrize("level", ["00", "-0", "x", "٣", "1e0", "99", "9" * 30])
def test_a_number_in_a_key_is_written_in_one_way(package: Path, level: str) -> None:
    ds = onrecord.load(package)
    id = ds.scan("attributions", "pyarrow").head(1)["statement_id"][0].as_py()
    assert ds.record("attributions", f"{id}/0").key == f"{id}/0"
    with pytest.raises(RecordNotFound):
        ds.record("attributions", f"{id}/{level}")


def test_a_record_opens_the_one_part_that_can_hold_it(package: Path) -> None:
    id = pq.read_table(package / "claims/tables/statements")["id"][-1].as_py()
    ds = onrecord.load(package)
    scanned = ds.scan("statements", "pyarrow")
    fragments = list(scanned.get_fragments(filter=pc.field("id") == id))
    assert len(list(scanned.get_fragments())) > len(fragments) == 1
    copy = onrecord.load(_alone(package, Path(fragments[0].path)))
    assert copy.statement(id) == ds.statement(id)


def _alone(package: Path, part: Path) -> Path:
    """A copy of a package in which only one part is left."""
    copy = package.parent / "alone"
    shutil.rmtree(copy, ignore_errors=True)
    place = copy / part.relative_to(package)
    place.parent.mkdir(parents=True)
    shutil.copy(part, place)
    shutil.copy(package / "datapackage.json", copy)
    return copy


def test_nothing_is_read_until_it_is_asked_for(package: Path, tmp_path: Path) -> None:
    shutil.copy(package / "datapackage.json", tmp_path)
    ds = onrecord.load(tmp_path)
    assert (ds.name, ds.version, len(ds.tables)) == ("cranes", "0.1.0", len(TABLES))
    assert ds.scan("statements", "pyarrow").schema.names == list(TABLES["statements"].model_fields)
    with pytest.raises(LoadError, match="statements"):
        ds.table("statements")
    with pytest.raises(LoadError, match="statements"):
        ds.statement(synthetic(DOCUMENTS)["statements"]["id"][0].as_py())


# Tables


def test_a_table_is_scanned_in_three_ways(package: Path, whole: onrecord.Dataset) -> None:
    for ds in (onrecord.load(package), whole):
        rows = whole.table("attributions")
        assert ds.scan("attributions").filter("level = 0").aggregate("count(*) AS n").fetchall() == [
            (pc.sum(pc.equal(rows["level"], 0)).as_py(),)
        ]
        lazy = ds.scan("attributions", as_="polars")
        assert isinstance(lazy, pl.LazyFrame)
        assert lazy.filter(pl.col("level") == 0).select(pl.len()).collect().item() == ds.table("statements").num_rows
        arrow = ds.scan("attributions", as_="pyarrow")
        assert isinstance(arrow, pads.Dataset)
        assert arrow.count_rows() == rows.num_rows


def test_what_is_no_table_or_no_way_to_scan_one_is_said(package: Path, whole: onrecord.Dataset) -> None:
    for ds in (onrecord.load(package), whole):
        for way in ("duckdb", "polars", "pyarrow"):
            with pytest.raises(SchemaError, match="no table `claimz`"):
                ds.scan("claimz", as_=way)  # type: ignore[call-overload]
        with pytest.raises(ValueError, match="not as 'rows'"):
            ds.scan("claims", as_="rows")  # type: ignore[call-overload]


def test_sql_gives_what_it_gives_over_tables_in_memory(package: Path, whole: onrecord.Dataset) -> None:
    ds = onrecord.load(package)
    for query in (
        "SELECT factuality, count(*) AS n FROM attributions GROUP BY ALL ORDER BY ALL",
        "SELECT d.id, max(a.start) AS s FROM documents d JOIN anchors a ON a.document_id = d.id GROUP BY 1 ORDER BY 1",
        "SELECT * FROM overview ORDER BY statement_id",
    ):
        assert ds.sql(query).equals(whole.sql(query))
    assert ds.sql("SELECT id FROM claims WHERE id = $id", {"id": "c000000001"}).num_rows == 1
    for query in ("SELECT * FROM read_text('/etc/hostname')", "DELETE FROM claims", "SELECT * FROM nothing"):
        with pytest.raises(EngineError):
            ds.sql(query)


def test_questions_of_sql_stay_within_memory(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("onrecord.bulk.memory.default_memory", lambda: asked.append(1) or 300_000_000)
    ds = onrecord.load(package)
    assert ds.sql("SELECT current_setting('memory_limit') AS m")["m"][0].as_py().startswith("286")
    assert asked


def test_a_package_that_was_replaced_is_not_mixed_with_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "package"
    packed(synthetic(DOCUMENTS), target)
    ds = onrecord.load(target)
    ds.statement(synthetic(DOCUMENTS)["statements"]["id"][0].as_py())
    packed(noted(synthetic(DOCUMENTS), ["d00000000"], "another"), target)
    with pytest.raises(LoadError, match="replaced"):
        ds.document("d00000000")
    assert onrecord.load(target).document("d00000000").note == "another"


def test_packages_in_parts_are_compared(package: Path, tmp_path: Path) -> None:
    packed(noted(synthetic(DOCUMENTS), ["d00000000"], "another note"), tmp_path / "later")
    said = CliRunner().invoke(program, ["diff", str(package), str(tmp_path / "later")])
    assert "another note" in said.output
    assert CliRunner().invoke(program, ["diff", str(package), str(package)]).exit_code == 0


# Descriptors and files that are no good


def spoilt(package: Path, tmp_path: Path, **said: object) -> Path:
    copy = tmp_path / "spoilt"
    shutil.copytree(package, copy)
    file = copy / "datapackage.json"
    whole = json.loads(file.read_bytes())
    resource = next(item for item in whole["resources"] if item["name"] == "claims")
    resource["parts"][0] |= said
    file.write_text(json.dumps(whole))
    return copy


@pytest.mark.parametrize(
    "said", [{"path": "../x.parquet"}, {"path": "/etc/passwd"}, {"path": 7}, {"rows": -1}, {"first": 7}, {"x": 1}]
)
def test_parts_that_are_no_parts_are_refused(package: Path, tmp_path: Path, said: dict[str, object]) -> None:
    ds = onrecord.load(spoilt(package, tmp_path, **said))
    for ask in (lambda: ds.table("claims"), lambda: ds.claim("c000000000"), lambda: ds.sql("SELECT 1")):
        with pytest.raises(LoadError):
            ask()


def test_a_damaged_page_is_not_read_over(package: Path, tmp_path: Path) -> None:
    copy = spoilt(package, tmp_path)
    part = next((copy / "claims/tables/claims").iterdir())
    raw = bytearray(part.read_bytes())
    for place in range(10, 200):
        raw[place] ^= 0x55
    part.write_bytes(raw)
    with pytest.raises(LoadError, match="claims"):
        onrecord.load(copy).table("claims")


# Verified

FAULTS = {
    "OR904": {"path": "../x.parquet"},
    "OR903": {"rows": "7"},
    "OR905": {"path": "claims/tables/claims/lost.parquet"},
    "OR906": {"bytes": 7},
    "OR907": {"hash": "sha256:" + "0" * 64},
    "OR908": {"hash": "md5:0"},
    "OR911": {"rows": 7_000},
    "OR915": {"first": "aaa"},
}


@pytest.mark.parametrize("code", FAULTS)
def test_what_a_descriptor_says_wrongly_of_a_part_is_found(package: Path, tmp_path: Path, code: str) -> None:
    found = verify_package(spoilt(package, tmp_path, **FAULTS[code]))
    assert code in {finding.code for finding in found}
    assert {finding.code for finding in found} <= {code, "OR913"}


def rewritten(package: Path, tmp_path: Path, table: str, rows: pa.Table) -> list[str]:
    """The codes that are found when a part is written with other rows, and the descriptor says so."""
    copy = tmp_path / "rewritten"
    shutil.copytree(package, copy)
    file = copy / "datapackage.json"
    whole = json.loads(file.read_bytes())
    part = next(item for item in whole["resources"] if item["name"] == table)["parts"][0]
    place = copy / part["path"]
    pq.write_table(rows, place)
    digits = hashlib.sha256(place.read_bytes()).hexdigest()
    part |= {"bytes": place.stat().st_size, "hash": f"sha256:{digits}", "rows": rows.num_rows}
    file.write_text(json.dumps(whole))
    return sorted({finding.code for finding in verify_package(copy)})


def first_part(package: Path, table: str) -> pa.Table:
    said = json.loads((package / "datapackage.json").read_bytes())["resources"]
    return pq.read_table(package / next(item for item in said if item["name"] == table)["path"][0])


def test_rows_that_are_not_in_the_order_of_their_keys_are_found(package: Path, tmp_path: Path) -> None:
    rows = first_part(package, "anchors")
    turned = rows.take(pa.array([0, *range(rows.num_rows - 2, 0, -1), rows.num_rows - 1]))
    assert rewritten(package, tmp_path, "anchors", turned) == ["OR915"]


def test_a_key_that_stands_twice_is_found(package: Path, tmp_path: Path) -> None:
    rows = first_part(package, "attributions")
    twice = rows.take(pa.array([0, *range(rows.num_rows)]))
    assert rewritten(package, tmp_path, "attributions", twice) == ["OR915"]


def test_rows_of_other_documents_are_found(package: Path, tmp_path: Path) -> None:
    rows = first_part(package, "anchors")
    place = rows.column_names.index("document_id")
    other = rows.set_column(place, rows.schema.field(place), pa.array(["zzz"] * rows.num_rows))
    assert rewritten(package, tmp_path, "anchors", other) == ["OR915"]


def test_other_columns_are_found(package: Path, tmp_path: Path) -> None:
    assert rewritten(package, tmp_path, "claims", first_part(package, "claims").drop_columns("note")) == ["OR910"]


def test_rules_and_the_overview_are_judged_over_all_parts(package: Path, tmp_path: Path) -> None:
    rows = first_part(package, "claims")
    place = rows.column_names.index("topic_id")
    lost = rows.set_column(place, rows.schema.field(place), pa.array(["nowhere"] * rows.num_rows))
    assert "OR202" in rewritten(package, tmp_path, "claims", lost)
    overview = first_part(package, "overview")
    place = overview.column_names.index("speaker")
    wrong = overview.set_column(place, overview.schema.field(place), pa.array(["Nobody"] * overview.num_rows))
    shutil.rmtree(tmp_path / "rewritten")
    assert rewritten(package, tmp_path, "overview", wrong) == ["OR912"]


def test_tables_and_files_that_the_descriptor_does_not_list_are_found(package: Path, tmp_path: Path) -> None:
    copy = spoilt(package, tmp_path)
    (copy / "claims/tables/claims/more.parquet").write_bytes(b"x")
    assert [finding.code for finding in verify_package(copy)] == ["OR913"]
    file = copy / "datapackage.json"
    said = json.loads(file.read_bytes())
    said["resources"] = [item for item in said["resources"] if item["name"] != "topics"]
    file.write_text(json.dumps(said))
    assert {finding.code for finding in verify_package(copy)} == {"OR913", "OR914"}
    with pytest.raises(LoadError, match="no parts of topics"):
        onrecord.load(copy).table("topics")


# At an address


@pytest.fixture
def address(package: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An address whose files lie on this machine; what is asked of them goes through fsspec as from anywhere else."""
    fsspec = pytest.importorskip("fsspec", reason="needs the extra `remote`")
    monkeypatch.setattr("onrecord.bulk.connection.connected", lambda _: (fsspec.filesystem("file"), str(package)))
    yield "s3://bucket/package"


def test_a_package_at_an_address_is_read_in_ranges(address: str, whole: onrecord.Dataset) -> None:
    ds = onrecord.load(address)
    assert (ds.name, ds.version) == ("cranes", "0.1.0")
    for id in some(whole, "statements"):
        assert ds.statement(id) == whole.statement(id)
        assert ds.chain(id) == whole.chain(id)
    for id in some(whole, "statements", "claim_id"):
        assert ds.statements_of(id) == whole.statements_of(id)
    assert ds.sql("SELECT count(*) AS n FROM anchors")["n"][0].as_py() == whole.table("anchors").num_rows
    assert ds.drift() == whole.drift()
    assert ds.table("claims").equals(whole.table("claims"))
    assert ds.scan("claims").aggregate("count(*) AS n").fetchall() == [(whole.table("claims").num_rows,)]
    assert ds.scan("claims", "polars").select(pl.len()).collect().item() == whole.table("claims").num_rows
    assert "s3://bucket/package" in repr(ds)
    with pytest.raises(LoadError, match="is an address"):
        ds.root  # noqa: B018


def test_a_relation_outlives_its_dataset(address: str, whole: onrecord.Dataset) -> None:
    claims = onrecord.load(address).scan("claims")
    gc.collect()
    assert claims.aggregate("count(*) AS n").fetchall() == [(whole.table("claims").num_rows,)]


def test_questions_at_an_address_stay_within_memory(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.bulk.memory.default_memory", lambda: 300_000_000)
    said = onrecord.load(address).sql("SELECT current_setting('memory_limit') AS m, count(*) AS n FROM claims")
    assert said["m"][0].as_py().startswith("286") and said["n"][0].as_py() > 0


@pytest.mark.parametrize(
    ("error", "said"),
    [(PermissionError("403"), "refuses"), (FileNotFoundError(), "nothing at"), (RuntimeError("cut"), "to its end")],
)
def test_what_goes_wrong_on_the_way_is_one_error(
    address: str, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    import fsspec.implementations.local as local

    ds = onrecord.load(address)
    ds.name  # noqa: B018 - the descriptor is there

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(local.LocalFileSystem, "_open", fails)
    monkeypatch.setattr(local.LocalFileSystem, "info", fails)
    for ask in (lambda: ds.table("claims"), lambda: ds.claim("c000000000"), lambda: onrecord.load(address).name):
        with pytest.raises(LoadError, match=said) as told:
            ask()
        assert "s3://bucket/package" in told.value.message
        assert told.value.help


def test_passwords_in_an_address_are_not_repeated(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ds = onrecord.load("https://ada:secret@example.org/package?signature=secret")
    assert "secret" not in repr(ds)

    def broken(_: object) -> None:
        raise RuntimeError("cut")

    monkeypatch.setattr("onrecord.bulk.connection.connected", broken)
    with pytest.raises(LoadError) as error:
        onrecord.load("https://ada:secret@example.org/package").name  # noqa: B018
    assert "https://example.org/package" in error.value.message and "secret" not in error.value.message


def test_an_address_of_no_protocol_is_refused() -> None:
    with pytest.raises(LoadError, match="Protocol not known"):
        onrecord.load("nothing://at/all").table("claims")


def test_a_package_of_a_file_for_each_table_is_read_at_an_address_too(
    whole: onrecord.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec = pytest.importorskip("fsspec", reason="needs the extra `remote`")
    root = str(whole.root)
    monkeypatch.setattr("onrecord.bulk.connection.connected", lambda _: (fsspec.filesystem("file"), root))
    ds = onrecord.load("s3://bucket/package/datapackage.json")
    for id in some(whole, "statements"):
        assert ds.statement(id) == whole.statement(id)
    assert opened.parts_listed({"resources": []}) == {}


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on this machine whose bucket holds the package."""
    server_of = pytest.importorskip("moto.server", reason="needs moto[server]")
    pytest.importorskip("s3fs", reason="needs the extra `remote`")
    import boto3

    target = tmp_path_factory.mktemp("bucket") / "package"
    packed(synthetic(DOCUMENTS), target, every=64)
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", **keys)
    client.create_bucket(Bucket="cranes")
    for name, data in contents(target).items():
        client.put_object(Bucket="cranes", Key=f"2026/{name}", Body=data)
    yield f"http://{host}:{port}"
    server.stop()


def test_a_package_in_a_bucket(bucket: str, whole: onrecord.Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    said = {"ENDPOINT_URL": bucket, "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "DEFAULT_REGION": "us-east-1"}
    for name, value in said.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    ds = onrecord.load("s3://cranes/2026")
    id = some(whole, "statements")[1]
    assert (ds.version, ds.statement(id), ds.chain(id)) == ("0.1.0", whole.statement(id), whole.chain(id))
    assert ds.sql("SELECT count(*) AS n FROM claims")["n"][0].as_py() == whole.table("claims").num_rows
    assert ds.scan("anchors", "polars").select(pl.len()).collect().item() == whole.table("anchors").num_rows
    assert ds.verify() == []
    with pytest.raises(LoadError, match="nothing at"):
        onrecord.load("s3://cranes/2025").table("claims")

from __future__ import annotations

import csv
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import PACKAGE, write_records
from onrecord.column import columns
from onrecord.descriptor import created
from onrecord.errors import BuildError
from onrecord.formats import csv_rows, read_csv, read_parquet, write_csv, write_parquet
from onrecord.info import read_info
from onrecord.lock import LOCK
from onrecord.model import TABLES, Agent
from onrecord.package import Refused, build, stale
from onrecord.staging import FOLDER
from onrecord.tables import arrow_schema, to_arrow
from onrecord.verify import verify_package

BUILD = "import sys; from onrecord.package import build; build(sys.argv[1], sys.argv[2], frictionless=False)"
ONE_MORE = """
agents.yaml:
  agents:
    - {id: bo-ek, name: Bo Ek, kind: person}
"""


def generated(root: Path) -> dict[str, bytes]:
    """Every file of a built package by its path."""
    found = [root / "datapackage.json", *(root / "claims/tables").rglob("*"), *(root / "schema").rglob("*")]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found if path.is_file()}


def descriptor(root: Path) -> dict:
    return json.loads((root / "datapackage.json").read_bytes())


def parquet(root: Path, table: str) -> Path:
    return root / f"claims/tables/{table}.parquet"


# What a build makes


def test_build_makes_a_file_of_each_kind_for_every_table_and_passes_its_gates(example_project):
    built = build(example_project, example_project)
    assert built.gates == ("rules", "verify", "frictionless")
    assert built.rows["statements"] == 4
    assert built.rows["overview"] == 4
    assert built.hash.startswith("sha256:")
    files = generated(example_project)
    assert set(built.changed) == set(files)
    for table in TABLES:
        assert f"claims/tables/{table}.csv" in files
        assert f"claims/tables/{table}.parquet" in files
        assert f"schema/tables/{table}.json" in files
    assert sorted(p.name for p in example_project.iterdir()) == ["claims", "datapackage.json", "schema"]


def test_build_again_changes_nothing(built_project):
    built = build(built_project, built_project, frictionless=False)
    assert built.changed == ()
    assert built.gates == ("rules", "verify")


def test_build_into_another_folder_leaves_the_records_folder_alone(example_project, tmp_path):
    build(example_project / "claims/records", tmp_path / "out", frictionless=False)
    assert verify_package(tmp_path / "out") == []
    assert not (example_project / "datapackage.json").exists()


def test_descriptor_describes_the_package_and_its_sources(crane):
    said = descriptor(crane)
    assert said["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (said["name"], said["version"], said["created"]) == ("crane", "0.1.0", "2021-03-05T00:00:00Z")
    assert said["contributors"] == [{"title": "Test writers", "roles": ["author"]}]
    document = pq.read_table(parquet(crane, "documents")).to_pylist()[0]
    assert said["sources"] == [{"title": document["title"], "version": f"sha256:{document['text_sha256']}"}]
    assert [item["type"] for item in said["resources"]] == ["table"] * len(TABLES) + ["file"] * len(TABLES)
    assert {item["name"] for item in said["resources"]} == {*TABLES, *(f"{table}-parquet" for table in TABLES)}


def test_descriptor_counts_rows_under_the_name_that_frictionless_checks(crane):
    counted = {item["name"]: item["rows"] for item in descriptor(crane)["resources"] if "rows" in item}
    assert counted == {table: pq.read_metadata(parquet(crane, table)).num_rows for table in TABLES}


def test_csv_is_rfc_4180_with_plain_values(crane):
    text = (crane / "claims/tables/figures.csv").read_bytes().decode()
    assert text == (
        "id,statement_id,quantity_id,kind,verbatim,comparator,approximate,value,lower,upper,unit,counted,anchor_id\r\n"
        "crane.s3.f1,crane.s3,people-nearby,cardinal,About 40,=,true,40,,,person,people nearby,crane.s3.f1\r\n"
    )
    assert b"2021-03-05T10:00:00Z" in (crane / "claims/tables/reviews.csv").read_bytes()


@pytest.mark.parametrize("table", TABLES)
def test_parquet_carries_types_nullability_and_descriptions(crane, table):
    schema = pq.read_schema(parquet(crane, table))
    assert schema.equals(arrow_schema(table))
    for col in columns(TABLES[table]):
        assert schema.field(col.name).metadata[b"description"].decode() == col.description


def test_parquet_footer_is_small_and_names_the_release(crane):
    said = pq.read_schema(parquet(crane, "claims")).metadata
    assert {key: said[key] for key in (b"package", b"version", b"table")} == {
        b"package": b"crane", b"version": b"0.1.0", b"table": b"claims",
    }  # fmt: skip
    assert b"pandas" not in said
    footer = pq.read_metadata(parquet(crane, "claims"))
    assert footer.row_group(0).column(0).compression == "ZSTD"
    assert footer.format_version == "2.6"


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_sorted_by_key(crane, table):
    keys = pq.read_table(parquet(crane, table)).select(list(TABLES[table].primary_key)).to_pylist()
    assert keys == sorted(keys, key=lambda row: tuple(row.values()))


# The same bytes everywhere


def test_two_builds_in_different_surroundings_are_the_same_bytes(example_project, tmp_path):
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {
            "PYTHONHASHSEED": "99",
            "TZ": "America/St_Johns",
            "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": "1",
            "PYTHONUTF8": "1",
        },
    ]
    for number, env in enumerate(surroundings):
        done = subprocess.run([sys.executable, "-c", BUILD, str(example_project), str(tmp_path / str(number))],
                              env=os.environ | env, capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert generated(tmp_path / "0") == generated(tmp_path / "1")
    assert len(generated(tmp_path / "0")) > 60


def test_order_of_the_records_in_their_files_does_not_matter_where_it_says_nothing(example_project, crane):
    agents = example_project / "claims/records/agents.yaml"
    head, *entries = agents.read_text().split("- ")
    agents.write_text(head + "".join(f"- {entry.rstrip()}\n" for entry in reversed(entries)))
    build(example_project, example_project, frictionless=False)
    assert generated(example_project) == generated(crane)


# Other readers


def test_frictionless_finds_every_resource_valid_foreign_keys_and_all(crane):
    report = Package(str(crane / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "message"])
    assert [task.name for task in report.tasks] == [item["name"] for item in descriptor(crane)["resources"]]
    assert report.warnings == []
    assert all(task.warnings == [] for task in report.tasks)


@pytest.mark.parametrize(
    ("table", "before", "after", "fault"),
    [
        ("mentions", b",ada-lind,", b",ada-lynd,", "foreign-key"),
        ("agents", b",person,", b",persn,", "constraint-error"),
        ("agents", b"ada-lind,", b"Ada_Lind,", "constraint-error"),
        ("agents", b"people-nearby,", b"ada-lind,", "primary-key"),
        ("figures", b",40,", b",forty,", "type-error"),
        ("figures", b",true,", b",maybe,", "type-error"),
        ("times", b"2021-03-03,stated", b"2021-13-03,stated", "type-error"),
        ("reviews", b"T10:00:00Z", b"T25:00:00Z", "type-error"),
        ("attributions", b",0,", b",-1,", "constraint-error"),
        ("claims", b",topic_id,", b",topics,", "incorrect-label"),
    ],
)
def test_frictionless_finds_a_broken_value(built_project, table, before, after, fault):
    path = built_project / f"claims/tables/{table}.csv"
    raw = path.read_bytes()
    assert before in raw
    path.write_bytes(raw.replace(before, after, 1))
    said = descriptor(built_project)
    for item in said["resources"]:  # judge the value, not the size or the hash
        item.pop("bytes"), item.pop("hash")
    (built_project / "datapackage.json").write_text(json.dumps(said))
    report = Package(str(built_project / "datapackage.json")).validate()
    assert not report.valid
    assert fault in {kind for name, kind in report.flatten(["name", "type"])}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_frictionless_checks_size_and_hash_of_both_formats(built_project, kind):
    path = built_project / f"claims/tables/claims.{kind}"
    path.write_bytes(path.read_bytes().replace(b"crane", b"crown"))
    report = Package(str(built_project / "datapackage.json")).validate()
    assert "hash-count" in {found for (found,) in report.flatten(["type"])}


def test_frictionless_command_line_says_valid(crane):
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"],
        cwd=crane, capture_output=True, text=True, env=os.environ | {"NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["valid"] is True


PANDAS = {"text": "str", "integer": "int64", "decimal": "object", "boolean": "bool", "date": "object",
          "datetime": "datetime64[ms, UTC]"}  # fmt: skip
POLARS = {
    "text": pl.String, "integer": pl.Int64, "decimal": pl.Decimal(38, 9), "boolean": pl.Boolean, "date": pl.Date,
    "datetime": pl.Datetime("ms", "UTC"),
}  # fmt: skip
DUCKDB = {
    "text": "VARCHAR", "integer": "BIGINT", "decimal": "DECIMAL(38,9)", "boolean": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP WITH TIME ZONE",
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_pandas_polars_and_duckdb_read_the_types_that_were_meant(crane, table):
    path = parquet(crane, table)
    kinds = {col.name: col.kind for col in columns(TABLES[table])}
    wanted = arrow_schema(table)
    typed = pd.read_parquet(path, dtype_backend="pyarrow")
    assert {n: typed[n].dtype.pyarrow_dtype for n in kinds} == {f.name: f.type for f in wanted}
    plain = pd.read_parquet(path)
    for name, kind in kinds.items():
        if plain[name].notna().any():
            assert str(plain[name].dtype) == PANDAS[kind], name
    assert dict(pl.read_parquet(path).schema) == {name: POLARS[kind] for name, kind in kinds.items()}
    rows = duckdb.connect().sql("SELECT * FROM read_parquet($path)", params={"path": str(path)})
    assert dict(zip(rows.columns, map(str, rows.types), strict=True)) == {n: DUCKDB[k] for n, k in kinds.items()}


def test_pandas_polars_and_duckdb_read_the_same_values(crane):
    path = parquet(crane, "figures")
    wanted = pq.read_table(path).to_pylist()
    assert wanted[0]["value"] == Decimal(40)
    assert pl.read_parquet(path).to_dicts() == wanted
    assert duckdb.connect().sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table().to_pylist() == wanted
    assert pd.read_parquet(path)["value"][0] == Decimal(40)


HOSTILE = [
    '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "a,b", 'a "b" c', '"', '""', "'", "line\nbreak", "a\r\nb",
    "tab\there", "\u202eevil\u202c", "\u200b", "א ב", "a;b", "NULL", "null", "nan", "NA", "true", "1e5", "007",
    "\ufeffx", "😀", "|", "\\", "\\n", "#",
]  # fmt: skip


def as_csv(rows: pa.Table) -> bytes:
    out = io.BytesIO()
    write_csv(rows, out)
    return out.getvalue()


def agents(names: list[str]) -> pa.Table:
    return to_arrow(
        "agents", [Agent.model_construct(id=f"a{i:04}", name=n, kind="person") for i, n in enumerate(names)]
    )


def test_hostile_values_survive_csv_in_every_reader(tmp_path):
    rows, path = agents(HOSTILE), tmp_path / "agents.csv"
    path.write_bytes(as_csv(rows))
    with path.open(newline="", encoding="utf-8") as file:
        assert [row["name"] for row in csv.DictReader(file)] == HOSTILE
    assert pd.read_csv(path, dtype=str, keep_default_na=False)["name"].tolist() == HOSTILE
    assert pl.read_csv(path, infer_schema=False)["name"].to_list() == HOSTILE
    said = duckdb.connect().sql(f"SELECT name FROM read_csv('{path}', all_varchar=true, strict_mode=true) ORDER BY id")
    assert [name for (name,) in said.fetchall()] == HOSTILE


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1), max_size=5))
def test_any_text_survives_csv(tmp_path, names):
    rows, path = agents(names), tmp_path / "agents.csv"
    path.write_bytes(as_csv(rows))
    header, *cells = read_csv(path)
    assert header == rows.column_names
    assert [tuple(row) for row in cells] == list(csv_rows(rows))
    assert [row[1] for row in cells] == names


@settings(max_examples=200, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**28), max_value=10**28))
def test_any_decimal_is_written_in_full_and_without_trailing_zeros(value):
    rows = pa.table({"value": pa.array([value], pa.decimal128(38, 9))})
    ((said,),) = csv_rows(rows)
    assert Decimal(said) == value
    assert "e" not in said.lower()
    assert not ("." in said and said.endswith(("0", ".")))
    assert said != "-0"


def test_damaged_pages_never_read_as_other_data(crane, tmp_path):
    """Flip one bit at each of 600 places of a Parquet file: it is refused, or the rows are as they were."""
    raw = parquet(crane, "terms").read_bytes()
    whole, path, refused = pq.read_table(pa.BufferReader(raw)), tmp_path / "flipped.parquet", 0
    for place in random.Random(7).sample(range(len(raw) * 8), 600):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            rows = read_parquet(path)
            rows.validate(full=True)
        except (pa.ArrowException, OSError, ValueError):
            refused += 1
            continue
        assert rows.to_pylist() == whole.to_pylist() or not rows.schema.equals(whole.schema), f"bit {place}"
    assert refused > 400


# Refusals


def test_build_is_refused_while_records_have_errors(example_project):
    (example_project / "claims/records/agents.yaml").write_text("agents:\n  - {id: ada-lind, name: Ada Lind}\n")
    with pytest.raises(Refused) as raised:
        build(example_project, example_project)
    assert "nothing was built" in raised.value.message
    assert any(f.code == "OR101" and f.location.line == 2 for f in raised.value.findings)
    assert generated(example_project) == {}


def test_build_is_refused_without_a_package_file(example_project):
    (example_project / "claims/records/package.yaml").unlink()
    with pytest.raises(Refused) as raised:
        build(example_project, example_project)
    assert [(f.code, f.location.file.rsplit("/", 1)[-1]) for f in raised.value.findings] == [("OR901", "package.yaml")]


@pytest.mark.parametrize(
    ("before", "after", "place", "message"),
    [
        ("version: 0.1.0", "version: '1'", "4:10", '`version`: "1" is not a version such as `0.1.0` (semver.org)'),
        ("version: 0.1.0", "version: 0.1", "4:10", "`version`: input should be a valid string, got 0.1"),
        ("name: crane", "name: The Crane", "1:7",
         '`name`: "The Crane" is not lower-case letters and digits, in words joined by `-`, `.` or `_`'),
        ("title: The crane", "titel: The crane", "2:1", "`titel`: unknown key; did you mean `title`?"),
        ("roles: [author]", "roles: [boss]", "10:35",
         '`contributors.1.roles.1`: "boss" is none of '
         "'author', 'publisher', 'maintainer', 'wrangler' or 'contributor'"),
        ("scope: data", "scop: data", "8:79", "`licenses.1.scop`: unknown key; did you mean `scope`?"),
        ('created: "2021-03-05T00:00:00Z"', "created: 5 March", "5:10",
         '`created`: expected a time in UTC written YYYY-MM-DDThh:mm:ssZ, got "5 March"'),
    ],
)  # fmt: skip
def test_faults_of_the_package_file_are_found_at_their_place(tmp_path, before, after, place, message):
    assert before in PACKAGE
    write_records(tmp_path, package=PACKAGE.replace(before, after))
    info, findings = read_info(tmp_path)
    assert info is None
    said = {str(finding.location).split("package.yaml:")[1]: finding.message for finding in findings}
    assert said.get(place) == message


def test_package_file_that_is_empty_names_every_key_it_needs(tmp_path):
    write_records(tmp_path, package="")
    found = {finding.message for finding in read_info(tmp_path)[1]}
    assert found == {
        f"`{n}`: is missing" for n in ("name", "title", "description", "version", "licenses", "contributors")
    }


def test_created_is_never_taken_from_the_clock(tmp_path, monkeypatch):
    write_records(tmp_path, package=PACKAGE.replace('created: "2021-03-05T00:00:00Z"\n', ""))
    info, _ = read_info(tmp_path)
    assert info is not None
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert created(info) is None
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    assert created(info) == "2020-09-13T12:26:40Z"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(BuildError, match="SOURCE_DATE_EPOCH is not a time: 'yesterday'"):
        created(info)


def test_sudden_loss_of_rows_is_refused_unless_a_reason_is_given(built_project):
    before = generated(built_project)
    records = built_project / "claims/records"
    (records / "crane/caveats.yaml").write_text("caveats: []\n")
    with pytest.raises(BuildError, match="more than half of the rows would be lost: caveats from 1 to 0") as raised:
        build(built_project, built_project, frictionless=False)
    assert "--accept-drop" in raised.value.help
    assert generated(built_project) == before
    with pytest.raises(BuildError):
        build(built_project, built_project, frictionless=False, accept_drop="  ")
    built = build(built_project, built_project, frictionless=False, accept_drop="the caveat was settled")
    assert built.rows["caveats"] == 0
    assert verify_package(built_project) == []


def test_build_without_records_is_refused(tmp_path):
    records = tmp_path / "claims/records"
    records.mkdir(parents=True)
    (records / "agents.yaml").write_text("agents: []\n")
    (records / "package.yaml").write_text(PACKAGE)
    with pytest.raises(BuildError, match="there are no records"):
        build(tmp_path, tmp_path)
    assert generated(tmp_path) == {}


def test_build_says_how_to_get_frictionless(example_project, monkeypatch):
    monkeypatch.setitem(sys.modules, "frictionless", None)
    with pytest.raises(BuildError) as raised:
        build(example_project, example_project)
    assert 'pip install "onrecord[build]"' in raised.value.help
    assert generated(example_project) == {}
    assert build(example_project, example_project, frictionless=False).gates == ("rules", "verify")


def test_files_of_an_earlier_release_are_removed_and_others_are_not(built_project):
    descriptor = built_project / "datapackage.json"
    said = json.loads(descriptor.read_bytes())
    said["resources"] += [{"name": "former", "rows": 0}, {"name": "../../outside", "rows": 0}]
    descriptor.write_text(json.dumps(said))
    folder = built_project / "claims/tables"
    gone = ["claims/tables/agents/d1.parquet", "claims/tables/former.csv", "schema/tables/former.json"]
    kept = ["outside.csv", "claims/tables/README", "claims/tables/mine.csv", "claims/tables/mine/a.parquet"]
    for name in (*gone, *kept, "schema/mine.json"):
        (built_project / name).parent.mkdir(exist_ok=True)
        (built_project / name).write_text("x")
    assert set(stale(built_project, built_project)) == {*gone, "datapackage.json"}
    build(built_project, built_project, frictionless=False)
    assert [name for name in gone if (built_project / name).exists()] == []
    assert all((built_project / name).read_text() == "x" for name in (*kept, "schema/mine.json"))
    assert stale(built_project, built_project) == [] and (folder / "agents.csv").exists()


def test_stale_names_the_files_that_would_change_and_touches_nothing(built_project):
    assert stale(built_project, built_project) == []
    write_records(built_project, ONE_MORE)
    (built_project / "schema/vocabularies.json").write_text("{}")
    (built_project / "claims/tables/terms.csv").unlink()
    before = generated(built_project)
    assert stale(built_project, built_project) == [
        "claims/tables/agents.csv", "claims/tables/agents.parquet", "claims/tables/terms.csv", "datapackage.json",
        "schema/document.schema.json", "schema/mentions.schema.json", "schema/replies.schema.json",
        "schema/statements.schema.json", "schema/vocabularies.json",
    ]  # fmt: skip
    assert generated(built_project) == before
    assert not (built_project / FOLDER).exists()


def test_two_builders_at_once_the_second_is_refused(built_project):
    code = (
        "import sys, time; from pathlib import Path; from onrecord.staging import publication\n"
        "with publication(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(60)"
    )
    first = subprocess.Popen([sys.executable, "-c", code, str(built_project)], stdout=subprocess.PIPE, text=True)
    try:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(BuildError, match=f"another build is at work in .* \\(PID {first.pid} on "):
            build(built_project, built_project, frictionless=False)
    finally:
        first.kill()
        first.wait()
        first.stdout.close()
    assert build(built_project, built_project, frictionless=False).changed == ()
    assert not (built_project / FOLDER).exists()


def test_full_disk_leaves_the_old_package(built_project):
    """A limit on file sizes stands in for a full disk: the system refuses the write in the same way."""
    before = generated(built_project)
    write_records(built_project, ONE_MORE)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(built_project), str(built_project)],
        capture_output=True, text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert f"onrecord.errors.BuildError: no space left for the package in {built_project}" in done.stderr
    assert generated(built_project) == before
    assert not (built_project / FOLDER).exists()
    assert not (built_project / LOCK).exists()


PUBLISH = """
import json, os, random, signal, sys, time
from pathlib import Path
from onrecord.staging import FOLDER, publication, settle

def files(root):
    found = (path for path in Path(root).rglob("*") if path.is_file())
    said = {path.relative_to(root).as_posix(): path.read_bytes() for path in found}
    return {n: d for n, d in said.items() if n.endswith((".csv", "package.json")) and not n.startswith(FOLDER)}

root, there = Path(sys.argv[1]), [files(folder) for folder in sys.argv[2:]]
order = lambda name: name == "datapackage.json"

def publish(release):
    with publication(root) as stage:
        for name in sorted(release, key=order):
            stage.put(name, release[name])
        stage.publish(sorted(set(files(root)) - set(release)))

began = time.perf_counter()
publish(there[1]), publish(there[0])
lasts = time.perf_counter() - began
instants, ends = random.Random(11), []
for _ in range(50):
    child = os.fork()
    if child == 0:
        while True:
            publish(there[1]), publish(there[0])
    time.sleep(instants.uniform(0, lasts))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raw = files(root) in there
    leftover = (root / FOLDER).exists()
    assert settle(root), "cannot be settled"
    assert files(root) in there, "neither of the two releases"
    ends.append((there.index(files(root)), leftover, raw))
publish(there[0])
print(json.dumps({"lasts": lasts, "ends": ends, "left": sorted(os.listdir(root))}))
"""


@pytest.mark.slow
def test_publication_killed_at_fifty_instants_leaves_one_whole_package(crane, tmp_path):
    """Kill -9 a process that publishes two releases in turn, at random instants over that time."""
    second = write_records(tmp_path / "second", ONE_MORE)
    build(second, second, frictionless=False)
    root = tmp_path / "root"
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH, str(root), str(crane), str(second)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert {end for end, _, _ in said["ends"]} == {0, 1}
    assert sum(leftover for _, leftover, _ in said["ends"]) > 10  # most were cut short in the middle
    assert said["left"] == ["claims", "datapackage.json"]
    build(second, root, frictionless=False)
    assert generated(root) == generated(second)


@pytest.mark.slow
def test_build_killed_while_it_runs_leaves_one_whole_package(crane, tmp_path):
    second = write_records(tmp_path / "second", ONE_MORE)
    build(second, second, frictionless=False)
    root = Path(shutil.copytree(crane, tmp_path / "root"))
    releases, instants = [generated(crane), generated(second)], random.Random(5)
    code = BUILD.replace("build(", "print('ready', flush=True); build(", 1)
    for _ in range(4):
        command = [sys.executable, "-c", code, str(second), str(root)]
        builder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert builder.stdout is not None
        assert builder.stdout.readline() == "ready\n"
        time.sleep(instants.uniform(0, 3))
        builder.kill()
        builder.wait()
        builder.stdout.close()
        assert verify_package(root) == []
        assert generated(root) in releases
    build(second, root, frictionless=False)
    assert generated(root) == releases[1]
    assert sorted(p.name for p in root.iterdir()) == ["claims", "datapackage.json", "schema"]


def test_source_date_epoch_stands_in_for_a_date_that_package_yaml_does_not_give(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    root = write_records(tmp_path, package=PACKAGE.replace("created:", "homepage: https://example.org/ #"))
    build(root, root, frictionless=False)
    assert descriptor(root)["created"] == "1970-01-01T00:00:01Z"
    assert descriptor(root)["homepage"] == "https://example.org/"


def test_parquet_of_a_table_without_rows_keeps_its_columns(tmp_path):
    path = tmp_path / "agents.parquet"
    with path.open("wb") as file:
        write_parquet("agents", arrow_schema("agents").empty_table(), file, {"table": "agents"})
    assert read_parquet(path).schema.equals(arrow_schema("agents"))
    assert as_csv(arrow_schema("agents").empty_table()) == b"id,name,kind,note\r\n"

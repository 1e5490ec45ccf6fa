from __future__ import annotations

import hashlib
import json
import random
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord import formats, staging, verify
from onrecord.errors import LoadError
from onrecord.formats import read_parquet, write_csv, write_parquet
from onrecord.model import TABLES
from onrecord.rules.packaged import PACKAGE_RULES
from onrecord.staging import FOLDER, JOURNAL
from onrecord.verify import verify_package

CSV, PARQUET = "claims/tables/claims.csv", "claims/tables/claims.parquet"


def descriptor(root: Path) -> dict[str, Any]:
    return json.loads((root / "datapackage.json").read_bytes())


def resource(said: dict[str, Any], path: str) -> dict[str, Any]:
    return next(item for item in said["resources"] if item["path"] == path)


def describe(root: Path, change: Callable[[dict[str, Any]], object]) -> None:
    said = descriptor(root)
    change(said)
    (root / "datapackage.json").write_text(json.dumps(said))


def sign(root: Path, path: str) -> None:
    """Write a changed file's size and hash into the descriptor, as a careful forger would."""
    raw = (root / path).read_bytes()
    words = {"bytes": len(raw), "hash": "sha256:" + hashlib.sha256(raw).hexdigest()}
    describe(root, lambda said: resource(said, path).update(words))


def rewrite(root: Path, table: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change the rows of a table in both its files, signed."""
    rows = change(read_parquet(root / f"claims/tables/{table}.parquet"))
    with (root / f"claims/tables/{table}.csv").open("wb") as file:
        write_csv(rows, file)
    with (root / f"claims/tables/{table}.parquet").open("wb") as file:
        write_parquet(table, rows, file, {"table": table})
    describe(root, lambda said: resource(said, f"claims/tables/{table}.csv").update(rows=rows.num_rows))
    sign(root, f"claims/tables/{table}.csv")
    sign(root, f"claims/tables/{table}.parquet")


def set_cell(column: str, row: int, value: object) -> Callable[[pa.Table], pa.Table]:
    def change(rows: pa.Table) -> pa.Table:
        place = rows.schema.get_field_index(column)
        values = rows.column(column).to_pylist()
        values[row] = value
        return rows.set_column(place, rows.schema.field(place), pa.array(values, rows.schema.field(place).type))

    return change


def codes(root: Path) -> list[str]:
    return [finding.code for finding in verify_package(root)]


def said(root: Path) -> list[str]:
    return [f"{finding.location}: {finding.message}" for finding in verify_package(root)]


def test_sound_package_has_no_findings_and_needs_no_network_and_no_records(crane, tmp_path, monkeypatch):
    for part in ("datapackage.json", "claims/tables", "schema"):
        copy = shutil.copytree if (crane / part).is_dir() else shutil.copy
        (tmp_path / part).parent.mkdir(exist_ok=True)
        copy(crane / part, tmp_path / part)
    monkeypatch.setattr(socket, "socket", None)
    monkeypatch.setattr(socket, "create_connection", None)
    before = sorted(path for path in tmp_path.rglob("*"))
    assert verify_package(tmp_path) == []
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_folder_without_a_package(tmp_path):
    assert said(tmp_path) == [
        f"{tmp_path}/datapackage.json:1:1: cannot be read as a package descriptor: No such file or directory"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "Expecting property name"),
        ("[]", "it is not a mapping"),
        ("{}", "it has no `resources`"),
        ('{"resources": "claims.csv"}', "`resources` is not a list of resources"),
        ('{"resources": ["claims.csv"]}', "`resources` is not a list of resources"),
        ("{\udcff", "codec can't decode"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_descriptor_that_is_none(tmp_path, text, problem):
    root = tmp_path / "p"
    root.mkdir()
    (root / "datapackage.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    (finding,) = verify_package(root)
    assert finding.code == "OR903"
    assert problem in finding.message


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../claims.csv",
        "claims/../../x",
        "claims/tables/../tables/claims.csv",
        ".git/config",
        "claims/.hidden/a.csv",
        "C:\\claims.csv",
        "claims\\tables\\claims.csv",
        "https://example.org/claims.csv",
        "file:///etc/passwd",
        "",
        None,
        5,
        ["claims/tables/claims.csv"],
        "claims/tables/NUL.csv",
        "claims/tables/cl\u202eaims.csv",
    ],
)
def test_unsafe_path_is_refused(built_project, path):
    describe(built_project, lambda said: resource(said, CSV).update(path=path))
    found = codes(built_project)
    assert "OR904" in found
    assert "OR914" in found  # the table is no longer listed
    assert all(finding.message.isascii() for finding in verify_package(built_project) if finding.code == "OR904")


@pytest.mark.parametrize("place", [CSV, "claims/tables"])
def test_linked_resource_is_refused_even_when_its_contents_are_right(built_project, tmp_path, place):
    moved = tmp_path / "elsewhere"
    (built_project / place).rename(moved)
    (built_project / place).symlink_to(moved)
    assert any(finding.code == "OR904" and "is a link" in finding.message for finding in verify_package(built_project))


def test_linked_descriptor_is_refused(built_project, tmp_path):
    (built_project / "datapackage.json").rename(tmp_path / "elsewhere")
    (built_project / "datapackage.json").symlink_to(tmp_path / "elsewhere")
    assert codes(built_project) == ["OR903"]


def test_same_path_twice_is_refused_also_on_disks_that_ignore_case(built_project):
    describe(built_project, lambda said: resource(said, PARQUET).update(path="claims/tables/CLAIMS.csv"))
    assert "OR904" in codes(built_project)


def test_missing_file(built_project):
    (built_project / PARQUET).unlink()
    assert codes(built_project) == ["OR905"]


def test_truncated_csv_is_found_although_it_reads_well(built_project):
    raw = (built_project / CSV).read_bytes()
    (built_project / CSV).write_bytes(raw[: raw.rindex(b"\r\n", 0, -2) + 2])
    assert codes(built_project) == ["OR906"]
    sign(built_project, CSV)
    assert codes(built_project) == ["OR912"]


def test_changed_file_of_the_same_size(built_project):
    raw = (built_project / CSV).read_bytes()
    (built_project / CSV).write_bytes(raw.replace(b"came down", b"came back"))
    (finding,) = verify_package(built_project)
    assert finding.code == "OR907"
    assert finding.location.file == str(built_project / CSV)


@pytest.mark.parametrize(
    "hash",
    [
        "sha512:" + "0" * 128,
        "md5:" + "0" * 32,
        "0" * 32,
        "",
        None,
        5,
        "sha256:",
        "sha256:" + "G" * 64,
        "SHA256:" + "0" * 64,
    ],
)
def test_hash_that_is_no_sha256_is_refused(built_project, hash):
    describe(built_project, lambda said: resource(said, CSV).update(hash=hash))
    assert codes(built_project) == ["OR908"]


@pytest.mark.parametrize("size", [None, "12", 12.0, True, -1])
def test_size_that_is_no_size_is_refused(built_project, size):
    describe(built_project, lambda said: resource(said, CSV).update(bytes=size))
    assert codes(built_project) == ["OR906"]


def test_every_flipped_bit_of_a_parquet_file_is_found(built_project):
    raw = (built_project / PARQUET).read_bytes()
    item = resource(descriptor(built_project), PARQUET)
    for place in random.Random(3).sample(range(len(raw) * 8), 40):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        (built_project / PARQUET).write_bytes(flipped)
        one = verify._Verification(built_project)
        assert not one._sound(item)
        assert [finding.code for finding in one.findings] == ["OR907"]


def test_flipped_bits_are_found_even_when_the_hash_was_made_to_fit(built_project):
    """Every damaged page is refused by its own checksum or told by the CSV file beside it."""
    raw = (built_project / PARQUET).read_bytes()
    footer = int.from_bytes(raw[-8:-4], "little") + 8
    whole = read_parquet(built_project / PARQUET)
    found = 0
    for place in random.Random(5).sample(range(4 * 8, (len(raw) - footer) * 8), 60):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        (built_project / PARQUET).write_bytes(flipped)
        one = verify._Verification(built_project)
        rows = one._parquet("claims", PARQUET, whole.num_rows)
        if rows is not None:
            one._csv("claims", CSV, rows)
        found += bool(one.findings)
        assert one.findings or rows.equals(whole), f"bit {place}"
    assert found > 40


def test_parquet_that_is_none(built_project):
    (built_project / PARQUET).write_bytes(b"PAR1 but not really PAR1")
    sign(built_project, PARQUET)
    (finding,) = verify_package(built_project)
    assert finding.code == "OR909"
    assert finding.message.startswith(f"`{PARQUET}` cannot be read: ")


@pytest.mark.parametrize("dictionary", [True, False])
def test_parquet_that_would_grow_beyond_all_measure(built_project, monkeypatch, dictionary):
    """32,768 times the same long text takes a few thousand bytes on disk and 131 million in memory."""
    monkeypatch.setattr(formats, "SMALL", 1024 * 1024)
    rows = pa.table({"id": pa.array(["a" * 4000] * 32_768)})
    pq.write_table(rows, built_project / PARQUET, compression="zstd", use_dictionary=dictionary)
    describe(built_project, lambda said: resource(said, CSV).update(rows=32_768))
    sign(built_project, PARQUET)
    assert said(built_project) == [
        f"{built_project}/{PARQUET}:1:1: `{PARQUET}` cannot be read: it would grow beyond all measure"
    ]
    with pytest.raises(LoadError, match="grow beyond all measure"):
        onrecord.load(built_project).table(Path(PARQUET).stem)


def test_csv_that_is_not_utf8_or_not_csv(built_project):
    raw = (built_project / CSV).read_bytes()
    for broken in (raw.replace(b"crane", b"cr\xffne", 1), raw + b'"open quote'):
        (built_project / CSV).write_bytes(broken)
        sign(built_project, CSV)
        assert codes(built_project) == ["OR909"]


def test_other_columns_than_the_model_s(built_project):
    rows = pq.read_table(built_project / PARQUET)
    pq.write_table(rows.rename_columns(["id", "propositon", *rows.column_names[2:]]), built_project / PARQUET)
    sign(built_project, PARQUET)
    (finding,) = verify_package(built_project)
    assert finding.code == "OR910"
    assert "proposition" in finding.message


def test_other_types_than_the_model_s(built_project):
    path = "claims/tables/figures.parquet"
    rows = pq.read_table(built_project / path)
    place = rows.schema.get_field_index("value")
    floats = rows.set_column(place, "value", pc.cast(rows.column("value"), pa.float64()))
    pq.write_table(floats, built_project / path)
    sign(built_project, path)
    assert codes(built_project) == ["OR910"]


def test_row_count_of_the_descriptor_is_not_that_of_the_table(built_project):
    describe(built_project, lambda said: resource(said, CSV).update(rows=20))
    assert codes(built_project) == ["OR911"]
    assert said(built_project) == [f"{built_project}/{PARQUET}:1:1: `{PARQUET}` has 3 rows, the descriptor says 20"]


def test_csv_that_says_something_else_than_parquet(built_project):
    raw = (built_project / CSV).read_bytes()
    (built_project / CSV).write_bytes(raw.replace(b"came down", b"came back"))
    sign(built_project, CSV)
    assert said(built_project) == [
        f"{built_project}/{CSV}:1:1: `{CSV}` differs from {PARQUET}: row 1: the cells differ"
    ]


def test_overview_that_does_not_follow_from_the_other_tables(built_project):
    rewrite(built_project, "overview", set_cell("speaker", 0, "Somebody Else"))
    assert codes(built_project) == ["OR912"]


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "code"),
    [
        ("mentions", "agent_id", 0, "nobody", "OR202"),
        ("agents", "id", 1, "people-nearby", "OR201"),
        ("agents", "kind", 0, "robot", "OR104"),
        ("claims", "id", 0, "Not An Id", "OR105"),
        ("attributions", "level", 0, 21, "OR107"),
    ],
)
def test_rules_over_the_rows_hold_for_a_signed_package_too(built_project, table, column, row, value, code):
    rewrite(built_project, table, set_cell(column, row, value))
    found = verify_package(built_project)
    assert code in {finding.code for finding in found}
    assert all(finding.code not in {rule.code for rule in PACKAGE_RULES} for finding in found)


@pytest.mark.parametrize("name", ["claims (1).csv", ".DS_Store", "deep/er.csv"])
def test_file_that_is_not_listed(built_project, name):
    path = built_project / "claims/tables" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert codes(built_project) == ["OR913"]


def test_link_among_the_tables_is_not_listed_either(built_project):
    (built_project / "claims/tables/more").symlink_to("/etc")
    assert codes(built_project) == ["OR913"]


def test_table_that_the_descriptor_does_not_list(built_project):
    describe(built_project, lambda said: said["resources"].remove(resource(said, PARQUET)))
    found = verify_package(built_project)
    assert [finding.code for finding in found] == ["OR913", "OR914"]
    assert found[1].message == f"the table `claims` has no resource `{PARQUET}`"


def test_publication_that_was_cut_short_is_finished_first(built_project):
    hidden = built_project / FOLDER / "new/claims/tables"
    hidden.mkdir(parents=True)
    (built_project / CSV).rename(hidden / "claims.csv")
    (built_project / FOLDER / JOURNAL).write_text(json.dumps({"side": "new", "put": [CSV], "gone": []}))
    assert verify_package(built_project) == []
    assert not (built_project / FOLDER).exists()


def test_publication_that_cannot_be_finished_is_reported(built_project, monkeypatch):
    monkeypatch.setattr(staging, "PATIENCE", 0)
    (built_project / FOLDER).mkdir()
    (built_project / FOLDER / JOURNAL).write_text('{"side": "new", "put": ["../x"], "gone": []}')
    assert codes(built_project) == ["OR902"]


def test_release_that_comes_in_between_is_judged_anew(built_project, monkeypatch):
    """The first reading meets a file of another release; before it ends, the descriptor of that release comes."""
    raw = (built_project / CSV).read_bytes()
    (built_project / CSV).write_bytes(raw.replace(b"came down", b"came back"))
    real, readings = verify._Verification.run, []

    def run(self: verify._Verification) -> list[object]:
        readings.append(real(self))
        if len(readings) == 1:
            (built_project / CSV).write_bytes(raw)
            describe(built_project, lambda said: said.update(version="0.2.0"))
        return readings[-1]

    monkeypatch.setattr(verify._Verification, "run", run)
    assert verify_package(built_project) == []
    assert [len(reading) for reading in readings] == [1, 0]


def test_hostile_words_of_a_descriptor_reach_no_terminal(built_project):
    describe(built_project, lambda said: resource(said, CSV).update(path="\x1b[31m../x", hash="\x1b]0;x\x07"))
    describe(built_project, lambda said: resource(said, PARQUET).update(hash="\u202e\x1b[2J"))
    for finding in verify_package(built_project):
        assert all(character.isprintable() for character in finding.message + finding.help)


def test_every_rule_of_the_package_is_raised_by_a_test_here_or_of_package_yaml():
    text = Path(__file__).read_text(encoding="utf-8")
    untested = {rule.code for rule in PACKAGE_RULES if rule.code not in text}
    assert untested == set()  # OR901 is raised in test_package.py, OR915 in test_scan.py


def test_every_table_is_judged(crane):
    one = verify._Verification(crane)
    assert one.run() == []
    assert set(one.tables) == set(TABLES)

"""Synthetic packages: no rule finds anything in them, or exactly what was planted; the same options, the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.check import check_tables
from onrecord.engine import with_overview
from onrecord.form import FILES
from onrecord.formats import write_parquet
from onrecord.model import TABLES
from onrecord.records import load_texts
from onrecord.rules import RULES
from onrecord.tables import STORED, in_order, to_tables
from onrecord.verify import verify_package

PROJECT = Path(__file__).parent.parent
Key = tuple[str, str, str]
if not (PROJECT / "benchmarks").is_dir():
    pytest.skip("the benchmarks are in the repository only", allow_module_level=True)
SELECTING = {rule.code for rule in RULES if rule.select}

# What else the rules say of a planted fault; none of it is said of a sound record.
FOLLOWING = {
    "OR104": {"OR310", "OR607", "OR705"},
    "OR106": {"OR507", "OR520", "OR606", "OR811", "OR813"},
    "OR108": {"OR507", "OR520", "OR703", "OR811", "OR813"},
    "OR201": {"OR207", "OR208", "OR306", "OR313", "OR703"},
    "OR202": {"OR203", "OR209", "OR210", "OR211", "OR212", "OR307", "OR308", "OR314", "OR315", "OR406", "OR464"}
    | {"OR465", "OR608", "OR826"},
    "OR203": {"OR311"},
    "OR314": {"OR202"},
    "OR404": {"OR465"},
    "OR701": {"OR703"},
}


@pytest.fixture(scope="module", autouse=True)
def _benchmarks() -> Iterator[None]:
    """The benchmarks are scripts: their folder is on the path when they run."""
    sys.path.insert(0, str(PROJECT / "benchmarks"))
    yield
    sys.path.remove(str(PROJECT / "benchmarks"))


def module(name: str) -> Any:
    return importlib.import_module(name)


def made(**asked: Any) -> tuple[dict[str, pa.Table], Any]:
    package = module("generating.package")
    tables, stream = package.whole(package.Plan(**asked))
    return tables, stream


def found(tables: Mapping[str, pa.Table]) -> set[Key]:
    return {(f.code, f.table or "", f.key or "") for f in check_tables(tables).findings}


def planted(stream: Any) -> set[Key]:
    return {(one["code"], one["table"], one["key"]) for one in stream.planter.manifest()}


@cache
def all_kinds(seed: int, each: int, nested: bool = False) -> tuple[dict[str, pa.Table], Any]:
    wanted = module("generate").faults(f"all={each}", nested)
    return made(statements=2_000, seed=seed, faults=wanted, nested=nested)


def run(*words: str | Path) -> int:
    code: int = module("generate").main([str(word) for word in words])
    return code


# Without faults


@pytest.mark.parametrize(("statements", "seed"), [(1, 0), (1, 1), (2, 2), (7, 3), (60, 4), (900, 5), (40_000, 6)])
def test_without_faults_every_rule_is_silent(statements: int, seed: int) -> None:
    tables, stream = made(statements=statements, seed=seed)
    assert found(tables) == set()
    assert (tables["statements"].num_rows, stream.planter.manifest()) == (statements, [])


def test_documents_can_be_counted_instead_of_statements() -> None:
    tables, _ = made(documents=2_000, seed=3)
    assert tables["documents"].num_rows == 2_000
    assert found(tables) == set()


def test_every_table_is_filled_and_in_the_order_of_its_key() -> None:
    tables, _ = made(statements=40_000, seed=1, overview=True)
    assert set(tables) == set(TABLES)
    for name, rows in tables.items():
        rows.validate(full=True)
        assert rows.num_rows > 0, name
        assert rows.equals(in_order(name, rows)), name


def test_the_overview_is_the_one_that_a_build_makes() -> None:
    tables, _ = made(statements=2_000, seed=2, overview=True)
    assert with_overview({name: tables[name] for name in STORED})["overview"].equals(tables["overview"])


def test_a_few_speak_often_and_most_seldom() -> None:
    tables, _ = made(statements=30_000, seed=8)
    inner = tables["attributions"].filter(pc.greater(tables["attributions"]["level"], 0))
    times = sorted(Counter(inner["agent_id"].to_pylist()).values(), reverse=True)
    assert times[0] > 20 * times[len(times) // 2]
    assert 5 <= pc.max(inner["level"]).as_py() <= 9
    stated = Counter(tables["statements"]["claim_id"].drop_null().to_pylist())
    assert stated.most_common(1)[0][1] > 50 > sum(stated.values()) / len(stated)


def test_what_is_rare_is_there() -> None:
    tables, _ = made(statements=30_000, seed=9)
    assert tables["anchors"]["fragments"].drop_null()
    assert tables["figures"]["lower"].drop_null()
    assert {"1979/1983", "198X"} & set(tables["times"]["edtf"].to_pylist())
    assert set(tables["figures"]["comparator"].to_pylist()) == {"<=", "=", ">", ">="}
    assert tables["reviews"]["successor_id"].drop_null()
    assert tables["matches"]["undoes_id"].drop_null()


# With faults


@pytest.mark.parametrize(("seed", "each"), [(0, 1), (11, 3)])
def test_the_rules_find_what_was_planted_and_nothing_else(seed: int, each: int) -> None:
    tables, stream = all_kinds(seed, each)
    assert found(tables) == planted(stream)


def test_every_rule_with_a_select_can_be_broken() -> None:
    _, stream = all_kinds(0, 1)
    assert {one["code"] for one in stream.planter.manifest() if one["because"] is None} == SELECTING


def test_what_only_follows_from_a_fault_is_known_and_said() -> None:
    wanted = dict.fromkeys(FOLLOWING, 60.0)
    _, stream = made(statements=200, seed=4, faults=wanted)
    following: dict[str, set[str]] = {}
    for one in stream.planter.manifest():
        if one["because"]:
            following.setdefault(one["because"], set()).add(one["code"])
    assert following == FOLLOWING


def test_nothing_follows_from_other_faults() -> None:
    _, stream = all_kinds(11, 3)
    assert {one["because"] for one in stream.planter.manifest()} - {None} <= set(FOLLOWING)


def test_a_rule_about_every_column_is_broken_in_all_of_them() -> None:
    tables, stream = made(statements=500, seed=4, faults={"OR202": 60.0})
    assert found(tables) == planted(stream)
    assert len({one["table"] for one in stream.planter.manifest() if one["because"] is None}) >= 15


def test_a_share_is_one_of_the_statements() -> None:
    _, stream = made(statements=5_000, seed=1, faults={"OR606": 0.01, "OR302": 0.002})
    assert Counter(one["code"] for one in stream.planter.manifest()) == {"OR606": 50, "OR302": 10}


def test_faults_stand_among_the_other_documents() -> None:
    tables, _ = made(statements=5_000, seed=1, faults={"OR606": 0.01})
    ids = tables["documents"]["id"].to_pylist()
    places = [n for n, id in enumerate(ids) if "x" in id]
    assert len(places) == 50
    assert places[-1] - places[0] > len(ids) / 2
    assert ids == sorted(ids)


# Files


def digests(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("rest", [[], ["--parts", "3"], ["--format", "jsonl"], ["--format", "package"]])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, rest: list[str]) -> None:
    words = ["--statements", "400", "--batch", "20", "--seed", "5", "--faults", "OR202=2", *rest]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        assert run(*words, tmp_path / name / "out") == 0
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    (tmp_path / "other").mkdir()
    assert run(*words, "--seed", "6", tmp_path / "other" / "out") == 0
    assert digests(tmp_path / "one") != digests(tmp_path / "other")


def test_the_files_are_written_as_a_build_writes_them(tmp_path: Path) -> None:
    assert run("--statements", "300", tmp_path / "out") == 0
    tables, _ = made(statements=300, overview=True)
    writing = module("generating.writing")
    for table, rows in tables.items():
        with (tmp_path / "wanted.parquet").open("wb") as file:
            write_parquet(table, rows, file, writing.footer("synthetic", "0.1.0", table))
        assert (tmp_path / "out" / f"{table}.parquet").read_bytes() == (tmp_path / "wanted.parquet").read_bytes(), table


def test_parts_hold_the_same_rows_in_the_same_order(tmp_path: Path) -> None:
    words = ["--statements", "3000", "--batch", "20", "--no-overview"]
    assert run(*words, tmp_path / "one") == 0
    assert run(*words, "--parts", "4", tmp_path / "two") == 0
    for table in STORED:
        parts = [pq.read_table(path) for path in sorted((tmp_path / "two" / table).iterdir())]
        assert pa.concat_tables(parts).equals(pq.read_table(tmp_path / "one" / f"{table}.parquet")), table
    assert len(list((tmp_path / "two" / "statements").iterdir())) == 4


def test_a_package_is_loaded_and_verified(tmp_path: Path) -> None:
    assert run("--documents", "12", "--format", "package", tmp_path / "out") == 0
    assert verify_package(tmp_path / "out") == []
    assert onrecord.load(tmp_path / "out").table("documents").num_rows == 12


def test_the_manifest_counts_the_rows(tmp_path: Path) -> None:
    assert run("--statements", "200", "--faults", "OR606=1", tmp_path / "out") == 0
    said = json.loads((tmp_path / "out.manifest.json").read_bytes())
    assert said["rows"]["claims"] == pq.read_metadata(tmp_path / "out" / "claims.parquet").num_rows
    assert [one["code"] for one in said["faults"]] == ["OR606"]
    assert said["statements"] == 200


# The nested form


def folders(lines: list[dict[str, Any]]) -> dict[str, bytes]:
    """Lines in the nested form as the records files that they stand for."""
    files: dict[str, dict[str, list[Any]]] = {}
    digested: dict[str, bytes] = {}
    home = {section.key: name for name, sections in reversed(FILES.items()) for section in sections}
    for line in lines:
        folder = f"{line['document']['id']}/" if "document" in line else ""
        digested |= {f"{folder}digests.sha256": "".join(f"{one}\n" for one in line.pop("digests", [])).encode()}
        for key, said in line.items():
            name = folder + ("document.yaml" if folder and key == "times" else home[key])
            there = files.setdefault(name, {})
            there[key] = said if key == "document" else [*there.get(key, []), *said]
    digested.pop("digests.sha256", None)
    return {name: json.dumps(said).encode() for name, said in files.items()} | digested


def test_the_nested_form_says_what_the_tables_say(tmp_path: Path) -> None:
    assert run("--documents", "25", "--seed", "2", "--format", "jsonl", tmp_path / "out.jsonl") == 0
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    loaded = load_texts(folders(lines))
    assert loaded.findings == []
    tables, _ = made(documents=25, seed=2)
    for name, rows in to_tables(loaded.records).items():
        assert rows.equals(tables[name]), name


def nested(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def test_faults_of_one_field_are_found_on_loading_the_nested_form(tmp_path: Path) -> None:
    shape = [code for code in sorted(SELECTING) if code.startswith("OR1")]
    said = ",".join(f"{code}=3" for code in shape)
    assert run("--documents", "25", "--format", "jsonl", "--faults", said, tmp_path / "out.jsonl.gz") == 0
    assert {finding.code for finding in load_texts(folders(nested(tmp_path / "out.jsonl.gz"))).findings} == set(shape)


def test_faults_between_records_are_found_in_the_nested_form(tmp_path: Path) -> None:
    """Each of them in the same records as in the tables."""
    never = module("generating.variants").NEVER_NESTED
    codes = [code for code in sorted(SELECTING - never) if not code.startswith("OR1")]
    said = ",".join(f"{code}={40 if code in ('OR201', 'OR202') else 1}" for code in codes)
    assert run("--documents", "25", "--format", "jsonl", "--faults", said, tmp_path / "out.jsonl.gz") == 0
    loaded = load_texts(folders(nested(tmp_path / "out.jsonl.gz")))
    manifest = json.loads((tmp_path / "out.jsonl.gz.manifest.json").read_bytes())["faults"]
    assert loaded.findings == []
    assert found(to_tables(loaded.records)) == {(one["code"], one["table"], one["key"]) for one in manifest}


def test_lines_come_in_parts_and_compressed(tmp_path: Path) -> None:
    words = ["--statements", "3000", "--batch", "60", "--format", "jsonl", "--parts", "2"]
    assert run(*words, tmp_path / "out.jsonl.zst") == 0
    names = sorted(path.name for path in tmp_path.glob("*.zst"))
    assert names == ["out-0000.jsonl.zst", "out-0001.jsonl.zst"]
    ids = []
    for name in names:
        with pa.input_stream(str(tmp_path / name), compression="zstd") as file:
            ids += [json.loads(line)["document"]["id"] for line in file.read().splitlines() if b'{"document":' in line]
    tables, _ = made(statements=3_000, batch=60)
    assert ids == tables["documents"]["id"].to_pylist()


# What cannot be done


@pytest.mark.parametrize(
    "words",
    [
        ["--faults", "OR999=1"],
        ["--faults", "OR202"],
        ["--faults", "OR202=often"],
        ["--faults", "OR202=-1"],
        ["--faults", "OR314=1", "--format", "jsonl"],
        ["--statements", "0"],
        ["--parts", "0"],
        ["--format", "package", "--parts", "2"],
    ],
)
def test_what_cannot_be_made_is_said(tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words, tmp_path / "out") == 2
    assert capsys.readouterr().err.startswith("error: ")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    assert run("--statements", "10", tmp_path / "out") == 2
    assert "is there already" in capsys.readouterr().err

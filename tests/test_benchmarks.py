"""The comparison with peers: a whole run over a tiny package, and what its figures are made of."""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

PROJECT = Path(__file__).parent.parent
BENCHMARKS = PROJECT / "benchmarks"
PAGE = "# Page\n\n<!-- measured: begin -->\nold\n<!-- measured: end -->\n\nThe end.\n"
if not BENCHMARKS.is_dir():
    pytest.skip("the benchmarks are in the repository and the source distribution only", allow_module_level=True)


@pytest.fixture(scope="module", autouse=True)
def _benchmarks() -> Iterator[None]:
    """The benchmarks are scripts: their folder is on the path when they run."""
    sys.path.insert(0, str(BENCHMARKS))
    yield
    sys.path.remove(str(BENCHMARKS))


def of(module: str) -> Any:
    """A module of the benchmarks."""
    return importlib.import_module(f"peers.{module}" if module else "peers")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """One round over 2,000 statements, with everything that is installed, written into a page."""
    pytest.importorskip("vl_convert", reason='vl-convert-python is in the extra "docs"')
    work = tmp_path_factory.mktemp("run")
    (work / "page.md").write_text(PAGE, encoding="utf-8")
    words = ["--statements", "2000", "--rounds", "1", "--work", str(work), "--write", str(work / "page.md")]
    env = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    command = [sys.executable, str(BENCHMARKS / "compare_peers.py"), *words]
    done = subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, check=False)
    return work, done


@pytest.fixture
def run(ran: tuple[Path, subprocess.CompletedProcess[str]]) -> dict[str, Any]:
    work, done = ran
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads((work / "results.json").read_bytes())["2000"]
    return said


def test_run_measures_every_case_that_can_be_run(run: dict[str, Any]) -> None:
    cases = {case.name: case for case in (*of("").CASES, *of("").PROCESSES)}
    left_out = {*run["skipped"], *run["failed"]}
    wanted = {name for name, case in cases.items() if case.title not in left_out and not case.least}
    assert {one["case"] for one in run["measures"]} == wanted
    assert {"read", "onrecord", "onrecord-subset", "duckdb"} <= wanted
    assert all(one["seconds"] > 0 and one["peak"] > 10_000_000 for one in run["summaries"])


def test_only_what_is_not_installed_is_left_out(run: dict[str, Any]) -> None:
    cases = {case.title: case for case in of("").CASES}
    assert [title for title in run["skipped"] if not cases[title].missing] == []
    assert run["failed"] == {}


def test_everybody_finds_the_planted_faults_of_their_constraints(run: dict[str, Any]) -> None:
    modules = run["agreement"]["modules"]
    assert modules["onrecord_rules"]["planted"] == 490
    for name, one in modules.items():
        assert (one["missed"], one["besides"], one["otherwise"]) == (0, 0, 0), name
        assert one["found"] == one["planted"] >= 400, name


def test_nobody_finds_a_fault_among_sound_statements(run: dict[str, Any]) -> None:
    checks = {one["case"] for one in run["summaries"] if one["group"] in ("ours", "peer")}
    assert {one["case"] for one in run["measures"] if one["case"] in checks and one["result"]} == set()


def test_page_has_the_tables_between_its_markers_and_the_chart_beside_it(
    ran: tuple[Path, subprocess.CompletedProcess[str]], run: dict[str, Any]
) -> None:
    text = (ran[0] / "page.md").read_text(encoding="utf-8")
    assert text.startswith("# Page\n") and text.endswith("The end.\n") and "old" not in text
    assert re.search(r"^\| DuckDB, by hand \| values, keys, references \| [\d.]+ \(", text, re.MULTILINE)
    assert "(page.svg)" in text
    assert (ran[0] / "page.svg").read_text(encoding="utf-8").startswith("<svg")


def test_page_is_the_same_when_it_is_written_again_from_the_results(
    ran: tuple[Path, subprocess.CompletedProcess[str]], run: dict[str, Any], tmp_path: Path
) -> None:
    main = importlib.import_module("compare_peers").main
    again = tmp_path / "page.md"
    again.write_text(PAGE, encoding="utf-8")
    results = str(ran[0] / "results.json")
    assert main(["--render", "--results", results, "--work", str(tmp_path), "--write", str(again)]) == 0
    assert again.read_bytes() == (ran[0] / "page.md").read_bytes()
    assert again.with_suffix(".svg").read_bytes() == (ran[0] / "page.svg").read_bytes()


def test_peers_are_given_every_constraint_of_the_model() -> None:
    from onrecord.schemas import table_schema
    from onrecord.tables import STORED, arrow_schema, empty

    kinds = {"required": "required", "pattern": "pattern", "maxLength": "length", "enum": "vocabulary"}
    subset = of("subset")
    for table in STORED:
        said = table_schema(table, empty(arrow_schema(table)))
        wanted = {(field["name"], kinds.get(name, "range")) for field in said["fields"] for name in _limits(field)}
        wanted |= {(key["fields"][0], "reference") for key in said.get("foreignKeys", ())}
        assert {(one.column, one.kind) for one in subset.constraints(table)} == wanted, table


def _limits(field: dict[str, Any]) -> set[str]:
    return {*field.get("constraints", ())} - {"unique"}


def test_csv_files_have_the_rows_of_the_parquet_files(ran: tuple[Path, Any], run: dict[str, Any]) -> None:
    folder = ran[0] / "2000-1"
    rows = pq.read_table(folder / "tables" / "figures.parquet")
    lines = (folder / "csv" / "figures.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].split(",") == rows.column_names
    assert len(lines) == rows.num_rows + 1


def measured(case: str, *seconds: float, first: int = 1) -> list[Any]:
    make = of("measuring").Measure
    return [make(case, number, took, took + 0.5, took, 50_000_000, 0) for number, took in enumerate(seconds, first)]


def test_ratio_is_the_median_of_the_ratios_within_a_round() -> None:
    found = [*measured("read", 1, 4, 1), *measured("read-tables", 2, 2, 2), *measured("check", 3, 8, 9)]
    assert of("measuring").ratio(found, "check", ["read", "read-tables"]) == 4  # of 3, 4 and 9


def test_ratio_needs_both_in_a_round() -> None:
    found = [*measured("read", 1, 1), *measured("check", 5, first=3)]
    assert of("measuring").ratio(found, "check", ["read"]) is None


def test_a_command_is_compared_with_whole_processes() -> None:
    command = [of("measuring").Measure("command", 1, None, 3.0, 3.0, 50_000_000)]
    assert of("measuring").ratio([*measured("read", 1), *command], "command", ["read"]) == 2


def test_memory_and_time_are_those_of_the_process() -> None:
    """Measured by a small process, as the runner is one: a new process begins with its parent's memory."""
    held = "held = bytearray(200_000_000); import time; time.sleep(0.2)"
    code = f"import sys; from peers import measuring; print(measuring.run([sys.executable, '-c', {held!r}])[1:])"
    printed = subprocess.run([sys.executable, "-c", code], cwd=BENCHMARKS, check=True, capture_output=True, text=True)
    wall, processor, peak = ast.literal_eval(printed.stdout)
    assert wall >= 0.2 > 0 and processor < wall + 1
    assert 200_000_000 < peak < 400_000_000


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(of("measuring").Failed, match="no such thing"):
        of("measuring").run([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_a_page_without_markers_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no lines"):
        of("page").write(page, "words")
    assert page.read_text(encoding="utf-8") == "# Page\n"


def one_run(statements: int, *measures: Any) -> dict[str, Any]:
    """A run as results keep it, with the measurements given."""
    compare, cases = importlib.import_module("compare_peers"), {case.name: case for case in of("").CASES}
    summaries = [vars_of(one) | compare.about(cases[one.case]) for one in of("measuring").summaries(measures, ["read"])]
    return {
        "statements": statements,
        "agreement": None,
        "summaries": summaries,
        "measures": [vars_of(one) for one in measures],
    }


def vars_of(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def test_an_aim_is_met_or_not_by_what_was_measured() -> None:
    found = [*measured("read", 1, 1, 1), *measured("onrecord", 2.9, 2.9, 3.5), *measured("frictionless", 60)]
    aims = {one.words: (one.measured, one.met) for one in of("aims").aims(one_run(1_000_000, *found))}
    assert aims["every rule: at most 3 times reading"] == ("2.9", True)
    assert aims["onrecord, every rule: peak under 1 GB"] == ("0.05 GB", True)
    assert aims["every rule: at least 80 times as fast as frictionless"] == ("21", False)


def test_a_small_run_says_nothing_of_aims_for_large_ones() -> None:
    found = [*measured("read", 1), *measured("onrecord", 9)]
    assert list(of("aims").aims(one_run(2_000, *found))) == []


def test_slope_is_drawn_from_the_two_largest_sizes() -> None:
    runs = {
        str(size): one_run(size, *measured("read", size / 4e6), *measured("onrecord-check", size / 1e6 * slower))
        for size, slower in ((100_000, 3), (1_000_000, 1), (10_000_000, 1.1))
    }
    words = "\n".join(of("page")._slopes(list(runs.values())))
    assert "From 1,000,000 to 10,000,000 statements" in words and "+10%" in words
    assert "would take 111 s" in words  # 11 s, and 10 s for each 9 million beyond the first ten
    assert "| `onrecord check` | 3.00; 50 MB | 1.00; 50 MB | 1.10; 50 MB |" in words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"missed": 1}, "does not find the planted faults"),
        ({"failed": "out of memory", "missed": 0, "besides": 0}, "does not find the planted faults"),
    ],
)
def test_who_misses_a_planted_fault_is_named(change: dict[str, Any], words: str) -> None:
    found = {"title": "DuckDB, by hand", "missed": 0, "besides": 0, "otherwise": 0}
    runs = {"2000": one_run(2_000) | {"agreement": {"modules": {"duckdb_checks": found}}}}
    disagreements = importlib.import_module("compare_peers").disagreements
    assert disagreements(runs) == []
    found |= change
    assert [words in said for said in disagreements(runs)] == [True]

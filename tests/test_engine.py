"""The engine: one SELECT over the tables, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from onrecord import engine as engines
from onrecord.engine import FEW_ROWS, Engine
from onrecord.errors import EngineError
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.tables import arrow_schema, to_tables


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine(to_tables(load_texts(example(), pad_digests=True).records)) as opened:
        yield opened


def test_select_returns_rows(engine: Engine) -> None:
    assert engine.select("SELECT count(*) AS n FROM statements").to_pylist() == [{"n": 4}]


def test_select_takes_parameters(engine: Engine) -> None:
    rows = engine.select("SELECT name FROM agents WHERE id = $id", {"id": "ada-lind"})
    assert rows.to_pylist() == [{"name": "Ada Lind"}]


def test_many_selects_are_answered_in_their_order(engine: Engine) -> None:
    wanted = [[{"n": number}] for number in range(200)]
    assert list(engine.each(f"SELECT {number} AS n" for number in range(200))) == wanted
    assert list(engine.each([])) == []


def test_a_view_is_made_once_for_selects_that_are_answered_together() -> None:
    with Engine({}) as engine:
        selects = ["SELECT count(*) AS n FROM latest_reviews", "SELECT count(*) AS n FROM innermost"] * 20
        assert list(engine.each(selects)) == [[{"n": 0}]] * 40


def test_a_select_among_many_that_cannot_run_is_an_error(engine: Engine) -> None:
    with pytest.raises(EngineError, match="no_such_column"):
        list(engine.each(["SELECT 1 AS one", "SELECT no_such_column", "SELECT 2 AS two"]))


@pytest.mark.parametrize("rows", [0, FEW_ROWS + 1], ids=["few rows", "many rows"])
def test_a_view_of_which_only_a_part_was_made_is_made_anew(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    agents = pa.table({"id": [f"a{n}" for n in range(rows)], "name": ["Ada"] * rows, "kind": ["person"] * rows})
    agents = pa.Table.from_pylist([], schema=arrow_schema("agents")) if not rows else agents
    arms = ("SELECT 1 AS n", "SELECT error('no room') AS n")
    monkeypatch.setitem(engines.SHARED, "innermost", arms)
    monkeypatch.setitem(engines.VIEWS, "innermost", " UNION ALL ".join(arms))
    with Engine({"agents": agents}) as engine:
        for _ in range(2):  # else the second would find the rows of the first arm, and no fault
            with pytest.raises(EngineError, match="no room"):
                list(engine.batches("SELECT * FROM innermost"))


def test_table_that_was_not_given_is_empty() -> None:
    with Engine({}) as bare:
        assert bare.select("SELECT * FROM figures").num_rows == 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM 'https://example.org/x.parquet'",
        "COPY agents TO '{folder}/out.csv'",
        "ATTACH '{folder}/db' AS other",
        "INSTALL httpfs",
        "SET enable_external_access=true",
        "CREATE TABLE t AS SELECT 1",
        "DROP VIEW spans",
        "DELETE FROM agents",
        "SELECT 1; SELECT 2",
        "SELEC 1",
        "SELECT nme FROM agents",
        "",
    ],
)
def test_anything_but_one_select_over_the_tables_is_refused(engine: Engine, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(EngineError):
        engine.select(sql.format(file=file, folder=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.csv"]
    assert engine.select("SELECT count(*) AS n FROM agents").to_pylist() == [{"n": 4}]


def test_a_file_that_is_gone_is_an_error_of_the_engine(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "roles.parquet")
    rows = pads.dataset(tmp_path / "roles.parquet")
    (tmp_path / "roles.parquet").unlink()
    with pytest.raises(EngineError, match=r"roles\.parquet"):
        Engine({"roles": rows})


def test_spans_have_a_row_per_fragment() -> None:
    patch = """crane/mentions.yaml:
  mentions:
    - {id: crane.m9, agent_id: ada-lind, form: name, anchor: "86-89;132-135 {h:86-89;132-135}"}
"""
    with Engine(to_tables(load_texts(example(patch), pad_digests=True).records)) as engine:
        rows = engine.select("SELECT start, \"end\" FROM spans WHERE anchor_id = 'crane.m9' ORDER BY start")
    assert rows.to_pylist() == [{"start": 86, "end": 89}, {"start": 132, "end": 135}]


def test_latest_review_is_the_newest() -> None:
    patch = """reviews.yaml:
  reviews:
    - {id: r2, record_table: statements, record_id: crane.s1, status: conflict, reviewer: second coder,
       reviewed_at: "2021-03-06T10:00:00Z", note: The headline may report somebody.}
"""
    with Engine(to_tables(load_texts(example(patch), pad_digests=True).records)) as engine:
        rows = engine.select("SELECT status FROM latest_reviews WHERE record_id = 'crane.s1'")
    assert rows.to_pylist() == [{"status": "conflict"}]


def test_rows_in_memory_need_no_library_for_files_or_dates() -> None:
    said = """
import sys
from onrecord.check import check_tables
from onrecord.records import load_texts
from onrecord.rules.example import example
from onrecord.tables import arrow_schema, to_tables
print(check_tables(to_tables(load_texts(example(), pad_digests=True).records)).errors)
print(sorted({"pyarrow.dataset", "pyarrow.compute", "pandas", "edtf"} & set(sys.modules)))
"""
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["0", "[]"]

"""Surveys: the same findings as a check, counted, with the same samples every time; all of them in a file."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from onrecord.check import check_loaded, check_tables, run_rules
from onrecord.engine import Engine
from onrecord.errors import BuildError, EngineError
from onrecord.finding import Finding, Location, Severity
from onrecord.model import TABLES
from onrecord.records import load_texts
from onrecord.rules import RULES
from onrecord.rules.example import example, example_rows
from onrecord.rules.references import UNKNOWN_REFERENCE
from onrecord.rules.rule import Rule
from onrecord.rules.shape import UNKNOWN_KEY
from onrecord.survey import Survey, survey
from onrecord.survey.early import Early
from onrecord.survey.findings import ROWS_AT_ONCE, SCHEMA, findings_file
from onrecord.survey.judge import EngineJudge, plain
from onrecord.survey.places import Places
from onrecord.survey.selects import readers, select_of, told_columns
from onrecord.tables import Tables, arrow_schema, to_tables

PROJECT = Path(__file__).parent.parent
SELECTING = [rule for rule in RULES if rule.select]
Key = tuple[str, str | None, str | None, str | None, str, str]


def key(finding: Finding) -> Key:
    return (finding.code, finding.table, finding.key, finding.column, finding.message, finding.help)


def rows_of(file: Path) -> Counter[Key]:
    names = ("code", "record_table", "record_id", "record_column", "message", "help")
    return Counter(tuple(row[name] for name in names) for row in pq.read_table(file).to_pylist())  # type: ignore[misc]


def counts(found: Survey) -> dict[str, int]:
    return {tally.rule.code: tally.count for tally in found.tallies}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return to_tables(load_texts(example(""), pad_digests=True).records)


@pytest.fixture(scope="module")
def planted() -> Iterator[tuple[Tables, set[tuple[str, str, str]]]]:
    """Generated tables with two faults of every kind, and what the generator says it planted."""
    if not (PROJECT / "benchmarks").is_dir():
        pytest.skip("the benchmarks are in the repository only")
    sys.path.insert(0, str(PROJECT / "benchmarks"))
    package, generate = importlib.import_module("generating.package"), importlib.import_module("generate")
    made, stream = package.whole(package.Plan(statements=400, seed=9, faults=generate.faults("all=2", False)))
    yield made, {(one["code"], one["table"], one["key"]) for one in stream.planter.manifest()}
    sys.path.remove(str(PROJECT / "benchmarks"))


# The same findings as a check


def test_a_sound_dataset_has_no_findings_and_its_rows_counted(tables: Tables) -> None:
    found = survey(tables)
    assert (found.tallies, found.errors, found.warnings, found.skipped) == ((), 0, 0, ())
    assert found.rows == {name: rows.num_rows for name, rows in tables.items()}
    assert found.records == sum(found.rows.values()) - found.rows["terms"]


def test_planted_faults_are_those_of_a_check_and_of_the_manifest(
    planted: tuple[Tables, set[tuple[str, str, str]]], tmp_path: Path
) -> None:
    made, manifest = planted
    file = tmp_path / "findings.parquet"
    found, checked = survey(made, findings=file, samples=3), check_tables(made)
    assert counts(found) == dict(checked.codes)
    assert (found.errors, found.warnings) == (checked.errors, checked.warnings)
    assert rows_of(file) == Counter(map(key, checked.findings))
    assert {(code, table, id) for code, table, id, *_ in rows_of(file)} == manifest
    for tally in found.tallies:
        mine = [f for f in checked.findings if f.code == tally.rule.code]
        mine.sort(key=lambda f: (f.table or "", f.key or "", f.column or "", f.order))
        assert list(map(key, tally.samples)) == [key(f) for f in mine[:3]]


def test_files_give_what_tables_give_and_order_of_rows_does_not_matter(
    planted: tuple[Tables, set[tuple[str, str, str]]], tmp_path: Path
) -> None:
    made = planted[0]
    for name, rows in made.items():
        turned = rows.take(list(range(rows.num_rows))[::-1]) if rows.num_rows else rows
        pq.write_table(turned, tmp_path / f"{name}.parquet", row_group_size=100)
    files = {name: pads.dataset(tmp_path / f"{name}.parquet") for name in made}
    from_files, from_tables = survey(files), survey(made)
    assert from_files == from_tables


BY_THE_MODELS = {"OR101", "OR104", "OR105", "OR106", "OR107", "OR108"}  # no table comes of such an example


def broken(rule: Rule) -> Tables:
    """The bad example of a rule as tables."""
    rows = example_rows(rule.bad)
    made = to_tables(load_texts(example("" if rows else rule.bad), pad_digests=True).records)
    for table, new in rows.items():
        there = {row["id"]: row for row in made[table].to_pylist()}
        there |= {row["id"]: there.get(row["id"], {}) | row for row in new}
        made[table] = pa.Table.from_pylist(list(there.values()), schema=arrow_schema(table))
    return made


@pytest.mark.parametrize("rule", SELECTING, ids=lambda rule: rule.code)
def test_every_bad_example_is_found_as_a_check_finds_it(rule: Rule) -> None:
    made = broken(rule)
    with EngineJudge.over(made, None, None) as judge:
        count, first = judge.tally(select_of(rule), 1_000, None)
    alone = set(run_rules(made, [rule]))
    assert {(row["record_table"], row["record_id"]) for row in first.to_pylist()} == {(f.table, f.key) for f in alone}
    assert count == len(alone)
    assert alone or rule.code in BY_THE_MODELS


def test_the_columns_that_findings_tell_are_all_that_is_kept() -> None:
    with Engine({}) as engine:
        for rule in SELECTING:
            there = set(engine.select(f"SELECT * FROM ({rule.select}) AS rows LIMIT 0").column_names)
            kept = engine.select(f"SELECT * FROM ({select_of(rule)}) AS rows LIMIT 0").column_names
            assert set(told_columns(rule)) <= there, rule.code
            assert kept[:2] == ["record_table", "record_id"] and set(kept) <= there
            assert ("record_column" in there) == ("record_column" in kept)
            assert readers(rule) <= set(TABLES) and readers(rule), rule.code


# Samples and what reading found


def test_no_samples_leaves_the_counts(planted: tuple[Tables, set[tuple[str, str, str]]]) -> None:
    none, few = survey(planted[0], samples=0), survey(planted[0], samples=1)
    assert counts(none) == counts(few)
    assert all(tally.samples == () for tally in none.tallies) and all(len(t.samples) == 1 for t in few.tallies)


def test_findings_of_reading_are_counted_with_the_rest(tables: Tables, tmp_path: Path) -> None:
    rule = UNKNOWN_KEY
    early = [
        rule.finding(
            {"value": str(n), "options": []}, location=Location("a.jsonl", n, 7), table="claims", key=f"c{n:03}"
        )
        for n in range(200, 0, -1)
    ]
    found = survey(tables, early=iter(early), samples=2, findings=tmp_path / "all.parquet")
    (tally,) = found.tallies
    assert (tally.rule, tally.count, [f.key for f in tally.samples]) == (rule, 200, ["c001", "c002"])
    assert pq.read_table(tmp_path / "all.parquet").column("line").to_pylist() == list(range(200, 0, -1))


def test_early_findings_are_not_held() -> None:
    early = Early(2)
    for number in range(1_000):
        early.add(Finding("OR001", "x", Severity.ERROR, "", key=f"{number * 7 % 1_000:04}"))
        assert len(early.kept["OR001"]) <= 2 + 64
    assert early.counts["OR001"] == 1_000


# Records that could not be read


def test_whole_rules_wait_while_records_are_missing_and_references_to_them_are_left_out() -> None:
    patch = (
        "crane/mentions.yaml:\n  mentions:\n"
        '    - {id: crane.m9, agent_id: ada-lynd, form: name, anchor: "86-94 {h:86-94}"}\n'
        '    - {id: crane.m8, agent_id: lost.one, form: name, anchor: "86-94 {h:86-94}"}\n'
        '    - {id: crane.m7, agent_id: lost.onely, form: name, anchor: "86-94 {h:86-94}"}\n'
        "agents.yaml:\n  agents:\n    - {id: lost, name: Lost, kind: ghost}\n"
    )
    loaded = load_texts(example(patch), pad_digests=True)
    assert not loaded.complete and loaded.unread == {"lost"}
    checked = check_loaded(loaded)
    lost = survey(to_tables(loaded.records), early=loaded.findings, unread=loaded.unread, complete=loaded.complete)
    assert counts(lost) == dict(checked.codes)
    assert lost.skipped == checked.skipped
    assert [f.key for t in lost.tallies if t.rule is UNKNOWN_REFERENCE for f in t.samples] == ["crane.m9"]
    nameless = survey(to_tables(loaded.records), unread=None, complete=False)
    assert UNKNOWN_REFERENCE.code in nameless.skipped


def test_a_beginning_of_an_id_is_not_the_id(tables: Tables) -> None:
    rows = tables["mentions"]
    index = rows.column_names.index("agent_id")
    told = ["ab", "a.b", "a.b.c", "abc"]
    made = tables | {"mentions": rows.set_column(index, rows.schema.field("agent_id"), pa.array(told))}
    found = survey(made, unread=frozenset({"a.b", "abc.d"}), complete=False)
    assert counts(found)[UNKNOWN_REFERENCE.code] == 2


def test_a_table_without_any_id_has_none_that_could_be_meant(tables: Tables) -> None:
    agents = tables["agents"]
    loose = pa.schema([field.with_nullable(True) for field in agents.schema])
    nobody = pa.table({**{n: agents[n] for n in agents.column_names}, "id": pa.nulls(agents.num_rows, pa.string())})
    found = survey(tables | {"agents": nobody.cast(loose)})
    assert counts(found)["OR101"] == 1 and counts(found)[UNKNOWN_REFERENCE.code] > 0


# Places


def test_findings_carry_the_line_of_their_document_or_record(tables: Tables) -> None:
    lines = pads.dataset(
        pa.table(
            {
                "record_table": ["documents", "agents", "agents", "claims"],
                "record_id": ["crane", "ada-lind", "ada-lind", "barrier-missing"],
                "file": ["b.jsonl", "a.jsonl", "a.jsonl", "a.jsonl"],
                "line": [7, 1, 3, 2],
            }
        )
    )
    places = Places(tables, lines)
    statement = tables["statements"].column("id")[0].as_py()
    found = places.of(
        [
            *[("documents", "crane"), ("statements", statement), ("attributions", f"{statement}/1")],
            *[("agents", "ada-lind"), ("figures", "crane.s3.f1"), ("anchors", "crane.s3.f1")],
            *[("agents", "nobody"), ("terms", "x/y"), ("", "z")],
        ]
    )
    document = [Location("b.jsonl", 7)]
    assert found == {
        ("documents", "crane"): document,
        ("statements", statement): document,
        ("attributions", f"{statement}/1"): document,
        ("figures", "crane.s3.f1"): document,
        ("anchors", "crane.s3.f1"): document,
        ("agents", "ada-lind"): [Location("a.jsonl", 1), Location("a.jsonl", 3)],
    }
    rows = tables["agents"]
    twice = tables | {"agents": pa.concat_tables([rows, rows.slice(0, 1)])}
    key = rows.column("id")[0].as_py()
    lines = pads.dataset(
        pa.table({"record_table": ["agents"] * 2, "record_id": [key] * 2, "file": ["a", "a"], "line": [1, 9]})
    )
    (tally,) = (t for t in survey(twice, lines=lines).tallies if t.rule.name == "duplicate-id")
    assert (tally.samples[0].location, tally.samples[0].others) == (Location("a", 9), (Location("a", 1),))


# The file of findings


def test_pandas_polars_and_duckdb_read_the_file(
    planted: tuple[Tables, set[tuple[str, str, str]]], tmp_path: Path
) -> None:
    file = tmp_path / "findings.parquet"
    found = survey(planted[0], findings=file)
    number = found.count
    assert pq.read_schema(file).equals(SCHEMA)
    frame = pd.read_parquet(file)
    assert frame.groupby("code").size().to_dict() == counts(found)
    assert pl.read_parquet(file).filter(pl.col("severity") == "error").height == found.errors
    assert duckdb.sql(f"SELECT count(*), count(DISTINCT code) FROM '{file}'").fetchall() == [
        (number, len(found.tallies))
    ]
    again = tmp_path / "again.parquet"
    survey(planted[0], findings=again)
    assert again.read_bytes() == file.read_bytes(), "the same findings are the same bytes"


def test_a_file_takes_the_place_of_an_older_one_only_when_it_is_whole(tables: Tables, tmp_path: Path) -> None:
    file = tmp_path / "findings.parquet"
    survey(tables, early=[UNKNOWN_KEY.finding({"value": "older", "options": []})], findings=file)
    older = file.read_bytes()

    def broken() -> Iterator[Finding]:
        yield UNKNOWN_KEY.finding({"value": "x", "options": []})
        raise ValueError("reading failed")

    with pytest.raises(ValueError, match="reading failed"):
        survey(tables, early=broken(), findings=file)
    assert [path.name for path in tmp_path.iterdir()] == ["findings.parquet"] and file.read_bytes() == older
    survey(tables, findings=file)
    assert pq.read_table(file).num_rows == 0 and [path.name for path in tmp_path.iterdir()] == ["findings.parquet"]


def test_a_file_that_cannot_be_written_is_told_before_anything_runs(tables: Tables, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "folder", tmp_path / "nowhere" / "x.parquet"):
        with pytest.raises(BuildError) as refused:
            survey(tables, findings=place)
        assert refused.value.help
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_hostile_texts_are_kept_as_they_are_or_escaped_where_no_file_can_hold_them(tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    said = Finding(
        "OR001", "n", Severity.ERROR, "\x1b[2J \ud800 \u202e", key="'; --", location=Location("\ud83d.jsonl", 3)
    )
    with findings_file(file) as out:
        for _ in range(ROWS_AT_ONCE // 100 + 1):
            out.add([(said, None)] * 100)
    (row,) = pq.read_table(file).group_by(["message", "record_id", "file"]).aggregate([]).to_pylist()
    assert row == {"message": "\x1b[2J \\ud800 \u202e", "record_id": "'; --", "file": "\\ud83d.jsonl"}


# Judges, memory, progress


def test_another_judge_gets_the_same_selects_and_the_ids_that_were_lost(tables: Tables) -> None:
    class Recording:
        selects: list[str] = []  # noqa: RUF012
        offered: dict[str, pa.Table] = {}  # noqa: RUF012

        def tally(self, select: str, *_: Any) -> tuple[int, pa.Table]:
            self.selects.append(select)
            return 0, pa.table({"record_id": pa.array([], pa.string())})

        def offer(self, name: str, rows: pa.Table) -> None:
            self.offered[name] = rows

        @contextmanager
        def ahead(self, selects: list[str], samples: int, whole: bool) -> Iterator[None]:
            assert selects == [select_of(rule, True) for rule in SELECTING] and samples == 3 and not whole
            yield

    judge = Recording()
    assert survey(tables, samples=3, judge=judge, unread=frozenset({"a"})).tallies == ()
    assert [said for said in judge.selects if "AS rows" in said] == [select_of(rule, True) for rule in SELECTING]
    assert judge.offered["unread"].to_pydict() == {"id": ["a"]}


def test_progress_counts_rows_up_to_their_total(tables: Tables) -> None:
    steps: list[tuple[str, int, int | None]] = []
    survey(tables, told=lambda *step: steps.append(step))
    done = [step[1] for step in steps]
    assert {step[0] for step in steps} == {"checking"} and done == sorted(done)
    assert done[0] == 0 and done[-1] == steps[-1][2] and len(steps) == len(SELECTING) + 1


@pytest.mark.parametrize(
    ("said", "told", "remedy"),
    [
        ("IO Error: Could not write file: No space left on device", "the disk is full", "--work"),
        ("failed to offload data block (max_temp_directory_size)", "the disk is full", "--work"),
        ("Out of Memory Error: could not allocate", "the memory allowed is too little", "--memory"),
        ("Invalid Error: snappy", "cannot be read to their end: Invalid Error: snappy", "anew"),
    ],
)
def test_errors_of_the_engine_say_what_can_be_done(said: str, told: str, remedy: str) -> None:
    error = plain(EngineError(said))
    assert told in error.message and remedy in error.help


def test_damage_within_a_file_is_an_error_not_a_clean_result(tables: Tables, tmp_path: Path) -> None:
    for name, rows in tables.items():
        pq.write_table(rows, tmp_path / f"{name}.parquet", compression="zstd", use_dictionary=False)
    raw = bytearray((tmp_path / "anchors.parquet").read_bytes())
    hashes = pq.read_metadata(tmp_path / "anchors.parquet").row_group(0).column(5)
    middle = hashes.data_page_offset + hashes.total_compressed_size // 2
    raw[middle : middle + 64] = bytes(64)
    (tmp_path / "anchors.parquet").write_bytes(raw)
    files: Mapping[str, Any] = {name: pads.dataset(tmp_path / f"{name}.parquet") for name in tables}
    with pytest.raises(EngineError, match="cannot be read to their end"):
        survey(files)

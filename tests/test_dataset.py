"""The reading API over a built package and over YAML records."""

from __future__ import annotations

import datetime as dt
import doctest
import importlib
import json
import shutil
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pytest

import onrecord
from conftest import write_records
from onrecord import opening
from onrecord.dataset import Dataset, TableName
from onrecord.model import TABLES, Attribution, Statement
from onrecord.tables import arrow_schema
from onrecord.vocabulary import terms_of
from onrecord.voices import CERTAINTY, Commitment, Drift, certainty_of

DRIFTING = """
crane/statements.yaml:
  statements:
    - id: crane.s2
      passage_id: crane.p2
      claim_id: crane-fell
      anchor: "27-69 {h:27-69}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: ada-lind, mode: indirect, act: assert, factuality: PS-,
           cue_anchor: "95-99 {h:95-99} said", source_anchor: "86-94 {h:86-94}"}
"""


@pytest.fixture(scope="module")
def ds(crane: Path) -> Dataset:
    return onrecord.load(crane)


# Opening


def test_load_opens_a_package_by_its_folder_or_its_descriptor(crane: Path) -> None:
    assert onrecord.load(crane).root == crane
    assert onrecord.load(str(crane / "datapackage.json")).root == crane


def test_load_opens_a_folder_of_records_and_gives_the_same_tables(crane: Path, ds: Dataset) -> None:
    from_yaml = onrecord.load(crane / "claims" / "records")
    assert (from_yaml.name, from_yaml.version) == (ds.name, ds.version) == ("crane", "0.1.0")
    for name in ds.tables:
        assert from_yaml.table(name).equals(ds.table(name)), name


def test_load_reads_nothing_until_asked(crane: Path, tmp_path: Path) -> None:
    shutil.copy(crane / "datapackage.json", tmp_path)
    ds = onrecord.load(tmp_path)
    assert ds.version == "0.1.0"
    with pytest.raises(onrecord.LoadError, match=r"there is no claims\.parquet"):
        ds.table("claims")


@pytest.mark.parametrize(
    ("name", "said"),
    [("missing", "there is no folder"), ("file.txt", "is not a folder"), ("empty", "holds neither"), ("a\0b", "a.b")],
)
def test_load_says_why_a_path_cannot_be_opened(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "file.txt").write_text("nothing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(onrecord.LoadError, match=said) as raised:
        onrecord.load(tmp_path / name)
    assert raised.value.help


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000, '{"version": ' + "1" * 5000 + "}", "\ufeff{}"])
def test_a_descriptor_that_is_none_is_refused_and_never_breaks_repr(tmp_path: Path, text: str) -> None:
    (tmp_path / "datapackage.json").write_text(text)
    ds = onrecord.load(tmp_path)
    with pytest.raises(onrecord.LoadError, match=r"datapackage\.json"):
        _ = ds.name
    assert "that cannot be read" in repr(ds)


def test_a_damaged_parquet_file_is_refused(crane: Path, tmp_path: Path) -> None:
    shutil.copytree(crane, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "claims/tables/claims.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(onrecord.LoadError, match=r"claims\.parquet") as raised:
        onrecord.load(tmp_path).table("claims")
    assert "onrecord verify" in raised.value.help


def test_a_table_with_other_columns_is_refused(crane: Path, tmp_path: Path) -> None:
    shutil.copytree(crane, tmp_path, dirs_exist_ok=True)
    shutil.copy(tmp_path / "claims/tables/topics.parquet", tmp_path / "claims/tables/claims.parquet")
    with pytest.raises(onrecord.LoadError, match="columns that this version"):
        onrecord.load(tmp_path).table("claims")


def test_tables_of_two_editions_are_not_mixed(crane: Path, tmp_path: Path) -> None:
    shutil.copytree(crane, tmp_path, dirs_exist_ok=True)
    ds = onrecord.load(tmp_path)
    ds.table("claims")
    said = json.loads((tmp_path / "datapackage.json").read_text())
    (tmp_path / "datapackage.json").write_text(json.dumps(said | {"version": "1.2.40"}))
    with pytest.raises(onrecord.LoadError, match="was replaced"):
        ds.table("agents")


def test_records_with_faults_are_not_read_in_part(tmp_path: Path) -> None:
    project = write_records(tmp_path)
    with (project / "claims/records/agents.yaml").open("a") as file:
        file.write("- {id: half\n")
    with pytest.raises(onrecord.LoadError, match="faults") as raised:
        onrecord.load(project).table("agents")
    assert f"onrecord check {project}" in raised.value.help


def test_bundled_prefers_the_data_beside_the_modules_to_the_checkout(tmp_path: Path) -> None:
    home = tmp_path / "src" / "onrecord"
    (home / "data").mkdir(parents=True)
    with pytest.raises(onrecord.LoadError, match="no dataset is built"):
        opening.bundled(home)
    (tmp_path / "datapackage.json").write_text("{}")
    assert opening.bundled(home) == tmp_path
    (home / "data" / "datapackage.json").write_text("{}")
    assert opening.bundled(home) == home / "data"


def test_bundled_does_not_take_a_strangers_package_for_its_own(tmp_path: Path) -> None:
    home = tmp_path / "site-packages" / "onrecord"
    home.mkdir(parents=True)
    (tmp_path / "datapackage.json").write_text("{}")
    with pytest.raises(onrecord.LoadError, match="carries no dataset"):
        opening.bundled(home)


# Tables


def test_table_names_are_those_of_the_model_and_of_the_type(ds: Dataset) -> None:
    assert ds.tables == tuple(TABLES) == get_args(TableName)


def test_every_table_has_the_schema_of_the_model(ds: Dataset) -> None:
    for name in ds.tables:
        assert ds.table(name).schema.equals(arrow_schema(name)), name


def test_an_unknown_table_is_named_with_those_there_are(ds: Dataset) -> None:
    for ask in (ds.table, ds.codebook, ds.to_pandas, ds.to_polars):
        with pytest.raises(onrecord.OnrecordError, match="there is no table `claim`") as raised:
            ask("claim")
        assert "claims" in raised.value.help
    with pytest.raises(onrecord.OnrecordError, match="there is no table `claim`"):
        ds.record("claim", "x")


def test_to_pandas_keeps_types_and_nulls(ds: Dataset) -> None:
    pytest.importorskip("pandas")
    times, figures = ds.to_pandas("times"), ds.to_pandas("figures")
    assert times["earliest"][0] == dt.date(2021, 3, 3)
    assert figures["value"][0] == Decimal(40)
    assert figures["lower"].isna().all()
    assert ds.to_pandas("attributions")["level"].dtype == "int64[pyarrow]"
    for name in ds.tables:
        back = pa.Table.from_pandas(ds.to_pandas(name), preserve_index=False)
        assert [field.type for field in back.schema] == [field.type for field in arrow_schema(name)]
        assert back.to_pylist() == ds.table(name).to_pylist(), name


def test_to_polars_keeps_types_and_nulls(ds: Dataset) -> None:
    polars = pytest.importorskip("polars")
    frame = ds.to_polars("times")
    assert frame.schema["earliest"] == polars.Date
    for name in ds.tables:
        assert ds.to_polars(name).to_arrow().to_pylist() == ds.table(name).to_pylist(), name


@pytest.mark.parametrize("extra", ["pandas", "polars"])
def test_a_missing_extra_is_named_with_the_command_that_brings_it(
    ds: Dataset, monkeypatch: pytest.MonkeyPatch, extra: str
) -> None:
    monkeypatch.setitem(importlib.import_module("sys").modules, extra, None)
    with pytest.raises(onrecord.ExtraMissing) as raised:
        getattr(ds, f"to_{extra}")("claims")
    assert raised.value.help == f'pip install "onrecord[{extra}]"'


def test_codebook_has_a_row_per_column_with_its_meaning(ds: Dataset) -> None:
    for name in ds.tables:
        book = ds.codebook(name)
        assert book.column("name").to_pylist() == ds.table(name).column_names
        assert all(book.column("description").to_pylist())
    rows = {row["name"]: row for row in ds.codebook("figures").to_pylist()}
    assert rows["value"]["type"] == "decimal"
    assert rows["value"]["example"] == "40"
    assert rows["lower"]["example"] is None
    assert rows["comparator"]["vocabulary"] == "comparator"
    assert rows["statement_id"]["references"] == "statements"
    assert rows["id"]["constraints"].startswith("the key; ")
    levels = {row["name"]: row for row in ds.codebook("attributions").to_pylist()}["level"]
    assert levels["constraints"] == "part of the key (statement_id, level); at least 0; at most 20"


# SQL


def test_sql_sees_every_table_by_name(ds: Dataset) -> None:
    for name in ds.tables:
        assert ds.sql(f"SELECT count(*) AS n FROM {name}").to_pylist() == [{"n": ds.table(name).num_rows}]


def test_sql_takes_parameters(ds: Dataset) -> None:
    rows = ds.sql("SELECT id FROM claims WHERE kind = $kind", {"kind": "quantity"})
    assert rows.to_pylist() == [{"id": "people-were-near"}]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('https://localhost/x.parquet')",
        "COPY claims TO '{folder}/out.csv'",
        "ATTACH '{folder}/new.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SELECT 1; SELECT * FROM '{file}'",
        "CREATE TABLE mine AS SELECT 1",
        "DELETE FROM claims",
        "PRAGMA database_list",
    ],
)
def test_sql_reads_and_writes_no_files_and_changes_nothing(ds: Dataset, tmp_path: Path, query: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("word\nsecret\n")
    with pytest.raises(onrecord.EngineError):
        ds.sql(query.format(file=file, folder=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


# Records


def test_records_come_by_id_with_their_types(ds: Dataset) -> None:
    assert ds.claim("crane-fell").kind == "event"
    assert ds.agent("ada-lind").name == "Ada Lind"
    assert ds.document("crane").text_length == 192
    assert ds.statement("crane.s2").number == 2
    assert ds.record("figures", "crane.s3.f1").value == Decimal(40)  # type: ignore[attr-defined]
    assert ds.record(Attribution, "crane.s2/1").agent_id == "ada-lind"
    assert ds.record("overview", "crane.s2").speaker_role == "harbour master"  # type: ignore[attr-defined]


def test_every_row_is_reached_by_its_key(ds: Dataset) -> None:
    for name in ds.tables:
        for row in ds.table(name).to_pylist():
            key = "/".join(str(row[part]) for part in TABLES[name].primary_key)
            record = ds.record(name, key)
            assert record.key == key
            assert record.model_dump() == row


def test_a_record_that_is_not_there_is_met_with_the_nearest_ids(ds: Dataset) -> None:
    with pytest.raises(onrecord.RecordNotFound) as raised:
        ds.claim("crane-fel")
    assert str(raised.value) == "no record of claims has the id `crane-fel`"
    assert raised.value.help.startswith("did you mean `crane-fell`")
    assert isinstance(raised.value, KeyError)


def test_statements_of_a_claim_come_in_reading_order(ds: Dataset) -> None:
    assert [s.id for s in ds.statements_of("crane-fell")] == ["crane.s1", "crane.s2"]
    assert all(isinstance(s, Statement) for s in ds.statements_of("crane-fell"))
    with pytest.raises(onrecord.RecordNotFound):
        ds.statements_of("nothing")


# Voices


def test_chain_goes_from_the_document_to_the_innermost_source(ds: Dataset) -> None:
    outer, inner = ds.chain("crane.s2")
    assert (outer.level, outer.agent.kind, outer.factuality, outer.stance) == (0, "narrator", "Uu", "relays")
    assert (inner.level, inner.agent.name, inner.factuality, inner.stance) == (1, "Ada Lind", "CT+", None)
    assert outer.cue is None
    assert inner.cue is not None
    assert inner.source is not None
    assert (inner.cue.excerpt, inner.cue.start, inner.source.start) == ("said", 95, 86)
    with pytest.raises(onrecord.RecordNotFound):
        ds.chain("crane.s99")


def test_drift_is_empty_where_commitments_agree_or_there_are_none(ds: Dataset) -> None:
    assert ds.drift() == ()  # the narrator's `Uu` beside CT+ is no commitment, and so no difference


def test_drift_says_who_is_surer_than_whom_and_where(tmp_path: Path) -> None:
    (drift,) = onrecord.load(write_records(tmp_path, DRIFTING)).drift()
    assert (drift.claim_id, drift.proposition) == ("crane-fell", "A crane came down at North Quay.")
    assert [(c.agent, c.factuality, c.level) for c in drift.commitments] == [
        ("The report", "CT+", 0),
        ("Ada Lind", "PS-", 1),
    ]
    (pair,) = drift.pairs
    assert (pair.first.agent, pair.second.agent) == ("The report", "Ada Lind")
    assert pair.certainty
    assert pair.polarity
    assert (pair.second.statement_id, pair.second.document_id) == ("crane.s2", "crane")
    assert (pair.second.start, pair.second.end) == (27, 69)
    assert str(pair) == (
        "The report (CT+, crane.s1 at 0-25) is surer than, and differs in polarity from, "
        "Ada Lind (PS-, crane.s2 at 27-69)"
    )


def commitment(factuality: str) -> Commitment:
    return Commitment("a", "A", 0, factuality, "d.s1", "d", 0, 1)


@pytest.mark.parametrize(
    ("one", "other", "certainty", "polarity"),
    [("PS+", "CT+", True, False), ("CT+", "CT-", False, True), ("PR-", "CT+", True, True), ("CTu", "CT+", False, True)],
)
def test_a_pair_tells_certainty_from_polarity(one: str, other: str, certainty: bool, polarity: bool) -> None:
    (pair,) = Drift("c", "C.", (commitment(one), commitment(other))).pairs
    assert (pair.certainty, pair.polarity) == (certainty, polarity)
    assert pair.first.certainty >= pair.second.certainty


def test_equal_commitments_make_no_pair() -> None:
    assert Drift("c", "C.", (commitment("PR+"), commitment("PR+"))).pairs == ()


def test_the_order_of_certainty_covers_the_vocabulary() -> None:
    assert {term[:-1].upper() for term in terms_of("factuality")} == set(CERTAINTY)
    assert sorted(terms_of("factuality"), key=certainty_of)[0] == "Uu"
    assert certainty_of("CT-") > certainty_of("PR+") > certainty_of("PS-") > certainty_of("Uu")


# Citations


def test_cite_names_record_document_dataset_version_and_licence(ds: Dataset) -> None:
    assert ds.cite("crane.s2") == (
        "Statement crane.s2. In “Crane falls at North Quay” (document crane, code points 27-69). "
        "The crane at North Quay, version 0.1.0. Licence: CC-BY-4.0."
    )
    assert ds.cite("crane-fell") == (
        "Claim crane-fell, “A crane came down at North Quay”. "
        "The crane at North Quay, version 0.1.0. Licence: CC-BY-4.0."
    )


def test_every_record_can_be_cited(ds: Dataset) -> None:
    for name in ds.tables:
        for row in ds.table(name).to_pylist():
            key = "/".join(str(row[part]) for part in TABLES[name].primary_key)
            said = ds.cite(f"{name}/{key}")
            assert key in said
            assert "version 0.1.0" in said
            assert "\n" not in said


def test_cite_asks_which_table_is_meant_where_an_id_is_used_twice(ds: Dataset) -> None:
    with pytest.raises(onrecord.RecordNotFound) as raised:
        ds.cite("people-nearby")
    assert raised.value.help == "write the table before it: `agents/people-nearby` or `quantities/people-nearby`"
    assert ds.cite("quantities/people-nearby").startswith("Quantity people-nearby")


@pytest.mark.parametrize("id", ["", "/", "crane.s99", "claims/", "claims/x", "nothing/crane-fell"])
def test_cite_does_not_find_what_is_not_there(ds: Dataset, id: str) -> None:
    with pytest.raises(onrecord.RecordNotFound):
        ds.cite(id)


def test_cite_says_that_a_record_was_retracted(tmp_path: Path) -> None:
    patch = """
reviews.yaml:
  reviews:
    - {id: r2, record_table: statements, record_id: crane.s1, status: retracted, reviewer: second coder,
       reviewed_at: "2021-03-06T10:00:00Z"}
"""
    ds = onrecord.load(write_records(tmp_path, patch))
    assert "This record is retracted." in ds.cite("crane.s1")
    assert "retracted" not in ds.cite("crane.s2")


# The whole


def test_verify_finds_nothing_in_a_whole_package_and_a_fault_in_a_changed_one(crane: Path, tmp_path: Path) -> None:
    assert onrecord.load(crane).verify() == []
    shutil.copytree(crane, tmp_path, dirs_exist_ok=True)
    with (tmp_path / "claims/tables/claims.csv").open("ab") as file:
        file.write(b"x")
    assert any("claims.csv" in f.message for f in onrecord.load(tmp_path).verify())


def test_verify_checks_a_folder_of_records(tmp_path: Path) -> None:
    project = write_records(tmp_path)
    assert onrecord.load(project).verify() == []
    path = project / "claims/records/claims.yaml"
    path.write_text(path.read_text().replace("topic_id: accident", "topic_id: elsewhere", 1))
    assert [f.name for f in onrecord.load(project).verify()] == ["unknown-reference"]


def test_repr_names_dataset_version_and_folder(ds: Dataset, crane: Path) -> None:
    assert repr(ds) == f"<Dataset crane 0.1.0 at {crane}>"


@pytest.mark.parametrize("module", ["onrecord.dataset", "onrecord.voices"])
def test_examples_in_docstrings_run(crane: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    try:
        opening.bundled()
    except onrecord.LoadError:  # nothing is built in this checkout
        monkeypatch.setattr(opening, "bundled", lambda: crane)
    outcome = doctest.testmod(importlib.import_module(module), extraglobs={"onrecord": onrecord})
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_figures_of_a_record_carry_no_added_zeros(crane: Path) -> None:
    figure = onrecord.load(crane).record("figures", "crane.s3.f1")
    assert str(figure.value) == "40"

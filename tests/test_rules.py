"""Every rule finds its bad example, is silent about its good one, and says what it found in whole sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from string import Formatter

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from onrecord import column as col
from onrecord.check import check_loaded, check_tables, run_rules
from onrecord.constraints import quoted
from onrecord.engine import Engine
from onrecord.finding import Finding, Location
from onrecord.form import FILES, form, with_nested
from onrecord.model import MODELS, TABLES, Overview, Record
from onrecord.records import Loaded, load_texts
from onrecord.rules import RULES, Rule, shape
from onrecord.rules.example import RAW, example, example_files, example_rows
from onrecord.rules.files import FILE_RULES, FILE_TOO_LARGE
from onrecord.tables import STORED, arrow_schema, to_tables
from onrecord.vocabulary import VOCABULARIES, terms_of
from onrecord.yamltext import MAX_BYTES, read_yaml

SELECTING = [rule for rule in RULES if rule.select]
# Rules without a SELECT about texts and packages are put to the test where those are read.
JUDGED = [rule for rule in RULES if rule.select or rule in (*FILE_RULES, *shape.SHAPE_RULES)]
# Pydantic has met every constraint on one field by the time that records are there.
BEYOND_SHAPE = [rule for rule in SELECTING if rule not in shape.SHAPE_RULES]
DIGESTS = "crane/digests.sha256"


def named(rules: Iterable[Rule]) -> list[object]:
    return [pytest.param(rule, id=f"{rule.code}-{rule.name}") for rule in rules]


def load(rule: Rule, said: str) -> Loaded:
    files = example_files(rule, said)
    return load_texts(files, pad_digests=DIGESTS not in files)


def judge(rule: Rule, said: str, rules: Iterable[Rule]) -> list[Finding]:
    """What these rules find in an example, as records or, where it has rows of its own, as tables."""
    loaded = load(rule, "" if rows_of(rule, said) else said)
    tables = laid_over_tables(to_tables(loaded.records), rows_of(rule, said))
    return [*loaded.findings, *run_rules(tables, rules, None if rows_of(rule, said) else loaded)]


@cache
def raised(rule: Rule) -> list[Finding]:
    """What a rule finds in its bad example."""
    found = judge(rule, rule.bad, [rule] if rule.select else [])
    return [finding for finding in found if finding.code == rule.code]


def rows_of(rule: Rule, said: str) -> dict[str, list[dict[str, object]]]:
    return {} if rule.code in RAW else example_rows(said)


def laid_over_tables(tables: dict[str, pa.Table], rows: dict[str, list[dict[str, object]]]) -> dict[str, pa.Table]:
    changed = dict(tables)
    for table, new in rows.items():
        there = {row["id"]: row for row in tables[table].to_pylist()}
        for row in new:
            there[row["id"]] = there.get(row["id"], {}) | row
        changed[table] = pa.Table.from_pylist(list(there.values()), schema=arrow_schema(table))
    return changed


@cache
def faults_of_good(said: str, example_file: str | None) -> list[Finding]:
    """What all rules find in a good example; several rules share one."""
    rule = next(r for r in JUDGED if r.good == said and (r.example_file if r.code in RAW else None) == example_file)
    return judge(rule, said, BEYOND_SHAPE)


# -- examples ---------------------------------------------------------------------------------


def test_example_dataset_is_clean():
    checked = check_loaded(load_texts(example(), pad_digests=True))
    assert checked.findings == ()
    assert checked.records > 40


@pytest.mark.parametrize("rule", named(r for r in JUDGED if r is not FILE_TOO_LARGE))
def test_rule_finds_its_bad_example(rule):
    found = raised(rule)
    assert found
    assert all(finding.name == rule.name and finding.severity is rule.severity for finding in found)


def test_rule_file_too_large_finds_a_file_over_the_limit():
    said = read_yaml(b"#" * (MAX_BYTES + 1), "agents.yaml")
    assert [finding.code for finding in said.findings] == [FILE_TOO_LARGE.code]
    assert said.value is None


@pytest.mark.parametrize("rule", named(JUDGED))
def test_rule_is_silent_about_its_good_example(rule):
    """Good examples are good records: no rule has anything to say about any of them."""
    assert faults_of_good(rule.good, rule.example_file if rule.code in RAW else None) == []


@pytest.mark.parametrize("rule", named(r for r in JUDGED if r is not FILE_TOO_LARGE))
def test_bad_example_reads_well_in_words(rule):
    for finding in raised(rule):
        for said in (finding.message, finding.help):
            assert said
            assert said == said.strip()
            assert "  " not in said
            assert "{" not in said
            assert "None" not in said


@pytest.mark.parametrize("rule", named(r for r in JUDGED if r is not FILE_TOO_LARGE and not rows_of(r, r.bad)))
def test_bad_example_is_found_at_the_place_of_its_record(rule):
    files = example_files(rule, rule.bad)
    sound = example()
    changed = {name for name, raw in files.items() if sound.get(name) != raw}
    for finding in raised(rule):
        assert isinstance(finding.location, Location)
        if rule.example_file == DIGESTS and finding.location.file != DIGESTS:
            assert "0-25" in files[finding.location.file].decode().splitlines()[finding.location.line - 1]
        elif rule.code in RAW:
            assert finding.location.file.split("/")[0] in {name.split("/")[0] for name in changed}
        elif finding.location.file in files and finding.key:
            assert any(same_record(finding.key, id) for id in ids_at(files[finding.location.file], finding.location))


def same_record(key: str, id: str) -> bool:
    """Whether a record with this key is the one with this id, or is nested in it."""
    return key == id or key.startswith((f"{id}.", f"{id}/"))


def ids_at(raw: bytes, place: Location) -> list[str]:
    """The ids of the mappings that enclose the value which begins at this place."""
    found: list[str] = []

    def walk(node: yaml.Node, ids: list[str]) -> None:
        children: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            ids = ids + [v.value for k, v in node.value if k.value == "id"]
            children = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            children = node.value
        if (node.start_mark.line + 1, node.start_mark.column + 1) == (place.line, place.col):
            found.extend(ids)
        for child in children:
            walk(child, ids)

    walk(yaml.compose(raw, Loader=yaml.SafeLoader), [])
    return found


# -- the rules as a body of text --------------------------------------------------------------


def test_rules_are_many_and_codes_and_names_are_unique():
    assert len(RULES) >= 40
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", named(RULES))
def test_rule_prose_is_complete(rule):
    assert re.fullmatch(r"OR[0-9]\d\d", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    for said in (rule.what, rule.why):
        assert re.match(r"[A-Z`]", said)
        assert said.endswith(".")
    for said in (rule.message, rule.mend):
        assert not said.removesuffix("...").endswith(".")
        assert said == said.strip()
    assert rule.bad != rule.good
    assert not any("  " in said for said in (rule.what, rule.why, rule.message, rule.mend))


@pytest.mark.parametrize(
    ("module", "families"),
    [
        ("files", "0"),
        ("lines", "0"),
        ("shape", "1"),
        ("references", "2"),
        ("anchors", "3"),
        ("ledger", "3"),
        ("sourced", "3"),
        ("attribution", "4"),
        ("quoting", "4"),
        ("replies", "4"),
        ("figures", "5"),
        ("times", "5"),
        ("drift", "6"),
        ("rights", "7"),
        ("reviews", "8"),
        ("history", "8"),
        ("packaged", "9"),
    ],
)
def test_rules_of_a_module_are_of_its_family_and_registered(module, families):
    drawer = pytest.importorskip(f"onrecord.rules.{module}", exc_type=ModuleNotFoundError)
    own = {rule for name, rule in vars(drawer).items() if isinstance(rule, Rule) and not name.startswith("_")}
    own = {rule for rule in own if rule.code[2] in families}
    assert own
    assert own <= set(RULES)


# -- the SELECTs ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine():
    with Engine(to_tables(load_texts(example(), pad_digests=True).records)) as opened:
        yield opened


@pytest.fixture(scope="module")
def broken():
    with Engine(broken_tables()) as opened:
        yield opened


@pytest.mark.parametrize("rule", named(SELECTING))
def test_select_gives_the_columns_its_words_name(rule, engine):
    given_columns = set(engine.select(rule.select).column_names)
    assert {"record_table", "record_id"} <= given_columns
    wanted = {name for text in (rule.message, rule.mend) for _, name, _, _ in Formatter().parse(text) if name}
    assert wanted - {"nearest"} <= given_columns
    if "nearest" in wanted:
        assert "value" in given_columns
        assert given_columns & {"options", "options_table"}


@pytest.mark.parametrize("rule", named(SELECTING))
def test_select_names_known_tables_and_columns_of_them(rule, broken):
    for row in broken.select(rule.select).to_pylist():
        assert row["record_table"] in STORED
        if row.get("record_column"):
            assert row["record_column"] in TABLES[row["record_table"]].model_fields


@pytest.mark.parametrize("rule", named(SELECTING))
def test_select_never_pairs_every_row_with_every_other(rule, engine):
    plan = "\n".join(row["explain_value"] for row in engine.select(f"EXPLAIN {rule.select}").to_pylist())
    assert plan
    for slow in ("CROSS_PRODUCT", "NESTED_LOOP_JOIN", "BLOCKWISE_NL_JOIN", "IE_JOIN", "PIECEWISE_MERGE_JOIN"):
        assert slow not in plan


def broken_tables() -> dict[str, pa.Table]:
    """Every table with one row in which nothing is known."""
    return {table: pa.Table.from_pylist([{}], schema=nullable(table)) for table in STORED}


def nullable(table: str) -> pa.Schema:
    return pa.schema([field.with_nullable(True) for field in arrow_schema(table)])


def test_selects_run_on_empty_tables():
    assert check_tables({}).findings == ()


def test_selects_run_where_everything_nullable_is_null():
    tables = to_tables(load_texts(example(), pad_digests=True).records)
    emptied = {table: without_the_optional(table, rows) for table, rows in tables.items()}
    found = check_tables(emptied)
    assert not [f for f in found.findings if f.code.startswith("OR1")]


def without_the_optional(table: str, rows: pa.Table) -> pa.Table:
    optional = [field.name for field in arrow_schema(table) if field.nullable]
    return pa.Table.from_pylist([row | dict.fromkeys(optional) for row in rows.to_pylist()], schema=rows.schema)


def test_selects_run_where_everything_is_null():
    missing = {(f.table, f.column) for f in check_tables(broken_tables()).findings if f.code == "OR101"}
    required = {(m.table, c.name) for m in STORED_MODELS for c in col.columns(m) if not c.nullable}
    assert missing == required


# -- one constraint, two ways to meet it ------------------------------------------------------


def faults_of(model: type[Record]) -> Iterator[tuple[Rule, str, object]]:
    """A value that breaks each constraint of each column of a model."""
    for c in col.columns(model):
        if not c.nullable:
            yield shape.MISSING_VALUE, c.name, None
        if c.vocabulary:
            yield shape.UNKNOWN_TERM, c.name, "no-such-term"
        if c.pattern:
            yield shape.BAD_ID if c.pattern == col.ID else shape.MALFORMED_TEXT, c.name, " X_x\u00a0"
        if c.max_length:
            yield shape.TOO_LONG, c.name, "a" * (c.max_length + 1)
        if c.minimum is not None:
            yield shape.OUT_OF_RANGE, c.name, c.minimum - 1
        if c.maximum is not None:
            yield shape.OUT_OF_RANGE, c.name, c.maximum + 1


def planted(model: type[Record]) -> tuple[list[dict[str, object]], set[tuple[str, str, str, str]]]:
    """Rows with one fault each, none of which YAML or Pydantic has seen, and what must be found in them."""
    tables = to_tables(load_texts(example(), pad_digests=True).records)
    sound = (tables[model.table].to_pylist() or [{"id": "x", "document_id": "a", "cited_id": "b"}])[0]
    rows, expected = [], set()
    for number, (rule, column, value) in enumerate(faults_of(model)):
        row = sound | {name: f"{sound[name]}.{number}" for name in model.primary_key if isinstance(sound[name], str)}
        row |= {column: value}
        key = "/".join("(null)" if row[name] is None else str(row[name]) for name in model.primary_key)
        rows.append(row)
        expected.add((rule.code, model.table, key, column))
    return rows, expected


STORED_MODELS = [model for model in MODELS if model is not Overview]


@pytest.mark.parametrize("model", STORED_MODELS, ids=lambda model: model.table)
def test_shape_rules_find_every_fault_that_never_was_yaml(model):
    rows, expected = planted(model)
    found = check_tables({model.table: pa.Table.from_pylist(rows, schema=nullable(model.table))}).findings
    shaped = {(f.code, f.table, f.key, f.column) for f in found if f.code.startswith("OR1")}
    assert expected <= shaped
    assert {said[1:] for said in shaped} == {said[1:] for said in expected}  # sound values are found fault with by none


SECTIONS = [section for sections in FILES.values() for section in with_nested(sections)]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_what_stands_in_a_records_file_is_judged_by_its_form(section):
    origins = {c.name: c.origin for c in col.columns(section.model)}
    for rule, column, value in faults_of(section.model):
        if origins[column] == "written":
            with pytest.raises(ValidationError) as raised:
                form(section).model_validate({column: value})
            assert column in {error["loc"][0] for error in raised.value.errors()}, (rule.code, column, value)


def test_what_follows_from_where_a_record_stands_is_judged_after_it_was_read():
    texts = example()
    long = "crane." + "s" * (col.ID_LENGTH - 6)  # the ids of what is nested in it are too long
    texts["crane/statements.yaml"] = texts["crane/statements.yaml"].replace(b"id: crane.s2", f"id: {long}".encode())
    found = {
        (f.table, f.column)
        for f in check_loaded(load_texts(texts, pad_digests=True)).findings
        if f.code == shape.TOO_LONG.code
    }
    assert found == {
        ("anchors", "id"),
        ("times", "id"),
        ("times", "anchor_id"),
        ("attributions", "cue_anchor_id"),
        ("attributions", "source_anchor_id"),
    }


def test_every_shape_rule_with_a_select_is_put_to_the_parity_test():
    assert {r for r in shape.SHAPE_RULES if r.select} == {rule for m in STORED_MODELS for rule, _, _ in faults_of(m)}


YAML_AND_TABLE = [
    (shape.MISSING_VALUE, "name", None),
    (shape.UNKNOWN_TERM, "kind", "persn"),
    (shape.BAD_ID, "id", "Ada_Lind"),
    (shape.MALFORMED_TEXT, "name", " Ada Lind"),
    (shape.TOO_LONG, "name", "A" * 301),
]


@pytest.mark.parametrize(("rule", "column", "value"), YAML_AND_TABLE)
def test_shape_rule_says_the_same_of_yaml_and_of_a_table(rule, column, value):
    said = yaml.safe_dump({"agents": [{"id": "ada-lind", "name": "Ada Lind", "kind": "person"} | {column: value}]})
    written = load_texts({"agents.yaml": said.encode()}).findings
    rows = pa.Table.from_pylist(yaml.safe_load(said)["agents"], schema=nullable("agents"))
    stored = [f for f in check_tables({"agents": rows}).findings if f.code == rule.code]
    assert [(f.code, f.key, f.column, f.message, f.help) for f in written] == [
        (f.code, f.key, f.column, f.message, f.help) for f in stored
    ]


PATTERNED = {
    col.ID: col.Id,
    col.TEXT: col.Line,
    col.URL: col.Url,
    col.SHA256: col.Sha256,
    col.LANGUAGE: col.Language,
    col.TEXT_FORM: col.TextForm,
    col.FRAGMENTS: col.Fragments,
}
NEAR_MISSES = st.text(
    st.sampled_from("aZ09.-;/:_ \n\t\u00a0\u0085\u2003\u200b\u2028\u3000\ufeffé\U0001f600\x1f\x7f"), max_size=8
)


def test_every_pattern_of_the_model_is_put_to_the_parity_tests():
    assert set(PATTERNED) == {c.pattern for m in MODELS for c in col.columns(m) if c.pattern}


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(PATTERNED)), st.one_of(NEAR_MISSES, st.text(max_size=8), NEAR_MISSES.map("https://".__add__))
)
def test_pattern_means_the_same_to_pydantic_and_to_the_engine(pattern, text):
    try:
        TypeAdapter(PATTERNED[pattern]).validate_python(text)
        fits = True
    except ValidationError:
        fits = False
    sql = f"SELECT regexp_matches($text, {quoted(pattern)}) AS fits"
    assert ENGINE.select(sql, {"text": text}).to_pylist() == [{"fits": fits}]


ENGINE = Engine({})


@given(st.text(max_size=6))
def test_length_means_the_same_to_pydantic_and_to_the_engine(text):
    assert ENGINE.select("SELECT length($text) AS said", {"text": text}).to_pylist() == [{"said": len(text)}]


def test_vocabularies_of_the_model_are_known():
    used = {c.vocabulary for m in MODELS for c in col.columns(m) if c.vocabulary}
    assert used == set(VOCABULARIES)
    assert all(terms_of(vocabulary) for vocabulary in used)

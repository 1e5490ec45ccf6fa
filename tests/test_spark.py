"""The rules on Spark: transpiled SELECTs mean what they mean in DuckDB, and every rule finds the same there."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from onrecord.bulk.intake import take
from onrecord.engine import Engine
from onrecord.errors import BuildError, EngineError, LoadError, SchemaError
from onrecord.packing import pack, pack_taken
from onrecord.rules import RULES
from onrecord.survey import survey
from onrecord.survey.selects import select_of
from onrecord.tables import STORED
from onrecord.views import VIEWS

pytest.importorskip("pyspark", reason="pip install 'onrecord[spark]'")
sqlglot = pytest.importorskip("sqlglot", reason="pip install 'onrecord[spark]'")
if shutil.which("java") is None:
    pytest.skip("Spark needs a Java runtime, 17 or newer", allow_module_level=True)

from onrecord.spark import edtf, reading, running  # noqa: E402
from onrecord.spark.building import ClusterWriter  # noqa: E402
from onrecord.spark.cluster import Cluster, failure, plainly  # noqa: E402
from onrecord.spark.dialect import EXCEPTIONS, to_spark  # noqa: E402
from onrecord.spark.findings import write_findings  # noqa: E402
from onrecord.spark.patterns import java_pattern  # noqa: E402
from onrecord.spark.reading import as_modelled, at_address, in_files, misfits  # noqa: E402
from onrecord.spark.session import session  # noqa: E402

PROJECT = Path(__file__).parent.parent
PREFIX = 15  # letters that the ids of an example begin with
FAULTS = ("OR206", "OR401", "OR520", "OR604", "OR826")
JUDGED = [rule for rule in RULES if rule.select]
Tables = dict[str, pa.Table]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1")  # compiled once over, for short runs
        with session("local[2]", work=tmp_path_factory.mktemp("spark")) as started:
            yield started


@pytest.fixture(scope="module")
def generating() -> Iterator[Any]:
    if not (PROJECT / "benchmarks").is_dir():
        pytest.skip("the benchmarks are in the repository only")
    sys.path.insert(0, str(PROJECT / "benchmarks"))
    yield importlib.import_module
    sys.path.remove(str(PROJECT / "benchmarks"))


def written(tables: Mapping[str, pa.Table], root: Path) -> dict[str, pads.Dataset]:
    """Tables as Parquet files."""
    root.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        pq.write_table(rows, root / f"{name}.parquet", row_group_size=100_000)
    return {name: pads.dataset(root / f"{name}.parquet") for name in tables}


def differences(spark: Any, sources: Mapping[str, pads.Dataset]) -> tuple[dict[str, str], set[tuple[str, str, str]]]:
    """Where a rule's rows or their order are other on Spark than on DuckDB; and all findings as code, table, key."""
    cluster, differing, found = Cluster(spark, in_files(spark, sources)), {}, set()
    selects = {rule.code: select_of(rule) for rule in JUDGED}
    with Engine(sources) as engine, cluster.ahead(selects.values(), 10**6):
        for code, select in selects.items():
            count, rows = cluster.tally(select, 10**6, None)
            here = pa.Table.from_batches(list(engine.batches(f"SELECT * FROM ({select}) ORDER BY ALL")) or [], None)
            one, two = (list(map(shown, table.to_pylist())) for table in (here, rows))
            if one != two or count != len(one):
                differing[code] = f"{len(one)} here, {count} there: {[row for row in two if row not in one][:2]}"
            found |= {(code, row["record_table"], row["record_id"]) for row in rows.to_pylist()}
    cluster.forget()
    return differing, found


def shown(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as its findings say it: a sum may be an integer of any width."""
    return {name: str(value) for name, value in row.items()}


@pytest.fixture
def few_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some rules in place of all, which take a minute however few the rows are: most of it is planning."""
    some = [rule for rule in RULES if rule.code in FAULTS]
    for module in ("onrecord.survey", "onrecord.spark.findings"):
        monkeypatch.setattr(f"{module}.RULES", some)


# Every rule finds the same


def test_no_rule_is_left_out() -> None:
    assert EXCEPTIONS == {}
    for rule in JUDGED:
        assert to_spark(select_of(rule)).sql and to_spark(select_of(rule, True)).sql


class Judged(NamedTuple):
    """What both engines find in one package: 100,000 statements, faults of every rule, every rule's examples."""

    differing: dict[str, str]
    found: set[tuple[str, str, str]]
    planted: set[tuple[str, str, str]]
    examples: dict[int, tuple[str, bool]]
    owners: dict[tuple[str, str], int]

    def owner(self, table: str, key: str) -> int | None:
        """The example that a finding is of."""
        return self.owners.get((table, key), self.owners.get(("", key[:PREFIX])))


@pytest.fixture(scope="module")
def judged(spark: Any, generating: Any, tmp_path_factory: pytest.TempPathFactory) -> Judged:
    package, faults = generating("generating.package"), generating("generating.faults")
    variants = generating("generating.variants")
    plan = package.Plan(statements=100_000, seed=11, overview=False, faults=dict.fromkeys(variants.CODES, 5.0))
    tables, stream = package.whole(plan)
    examples = [(code, True, one) for code in variants.CODES for one in variants.variants(code)]
    examples += [(rule.code, False, variants.Variant(rule.code, variants.rows_of(rule.good))) for rule in JUDGED]
    rows: dict[str, list[Any]] = {table: [] for table in variants.TABLED}
    owners: dict[tuple[str, str], int] = {}
    for number, (_, _, variant) in enumerate(examples):
        one = faults.Instance(variant, f"d99000000x{number:05d}", 10**6 + number, stream._logs, "0.9.0")
        faults._put(rows, one)
        owners[("", one.prefix)] = number
        owners |= {(table, id): number for table, ids in one.place.logged.items() for id in ids}
    for table, more in faults._tables(rows).items():
        tables[table] = pa.concat_tables([tables[table].cast(more.schema), more])
    differing, found = differences(spark, written(tables, tmp_path_factory.mktemp("tables")))
    planted = {(one.code, one.table, one.key) for one in stream.planter.planted}
    return Judged(differing, found, planted, {n: one[:2] for n, one in enumerate(examples)}, owners)


def test_every_rule_gives_the_same_rows_in_the_same_order(judged: Judged) -> None:
    assert judged.differing == {}


def test_faults_in_100000_statements_are_found_and_nothing_else(judged: Judged) -> None:
    assert {one for one in judged.found if judged.owner(*one[1:]) is None} == judged.planted
    assert {code for code, _, _ in judged.planted} == {rule.code for rule in JUDGED}


def test_bad_examples_are_found_and_good_ones_are_not(judged: Judged) -> None:
    owned = [(code, judged.owner(table, key)) for code, table, key in judged.found]
    hit = {(number, code) for code, number in owned if number is not None and judged.examples[number][0] == code}
    assert hit == {(number, code) for number, (code, bad) in judged.examples.items() if bad}


# SELECTs mean the same

TRICKY = [
    "", " ", "a", "A", "ab", "abc def", "a\nb", "a\n", "\n", "a\r\nb", "a\vb", "a\fb", "a\tb", "\u00a0a", "a\u2028b",
    "a\u0085b",
    "crane.c1", "crane-c1", "crane..c1", "Crane", "10-20;30-40", "10-20", "10-20;", "it's", 'say "so"', "back\\slash",
    "100%",
    "a_b", "$1", "\\1", "40", "1,234.5", "1 234", "about 40", "over 1,000", "twenty-odd", "🚢 ship", "e\u0301", "é",
    "İstanbul", "ΣΣ", "straße", "ШУМ", "2020-13", "2020-02/..", "https://example.org/a", "x" * 5000,
    "a." * 3000 + "a", "[a&&b]", "a]b", "end.", "end.”", "　a",
]  # fmt: skip


def both(spark: Any, tables: Mapping[str, pa.Table], sql: str) -> tuple[list[Any], list[Any]]:
    """The rows of a SELECT on DuckDB and on Spark."""
    cluster = Cluster(spark, {name: spark.createDataFrame(rows) for name, rows in tables.items()})
    with Engine(tables) as engine:
        return engine.select(sql).to_pylist(), cluster.frame(sql).toArrow().to_pylist()


def test_patterns_of_all_rules_match_the_same_texts(spark: Any) -> None:
    trees = [
        sqlglot.parse_one(sql, read="duckdb") for sql in (*VIEWS.values(), *(rule.select or "" for rule in JUDGED))
    ]
    kinds = (sqlglot.exp.RegexpLike, sqlglot.exp.RegexpExtract, sqlglot.exp.RegexpReplace)
    patterns = sorted({node.args["expression"].name for tree in trees for node in tree.find_all(*kinds)})
    assert len(patterns) > 20
    columns = ", ".join(
        f"regexp_matches(said, {quoted(one)}) AS m{n}, regexp_extract(said, {quoted(one)}) AS x{n}, "
        f"regexp_replace(said, {quoted(one)}, '-', 'g') AS r{n}"
        for n, one in enumerate(patterns)
    )
    here, there = both(spark, {"texts": pa.table({"said": TRICKY})}, f"SELECT said, {columns} FROM texts ORDER BY said")
    assert here == there


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize(
    "pattern", [r"a\Bb", r"[[:alpha:]]", r"(?P<x>a)", r"(?=a)", r"[\S]", r"\Qa\E", r"(?m)^a"], ids=str
)
def test_a_pattern_without_an_equal_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no equal in Java"):
        java_pattern(pattern)


EXPRESSIONS = """
    length(said), lower(said), trim(said), left(said, 2), right(said, 1), substr(said, 2, 3), said || NULL,
    coalesce(said, '') || '/' || coalesce(CAST(number AS VARCHAR), '(null)'), nullif(said, ''),
    strpos(said, 'c'), split_part(said, ';', 2), replace(said, '-', ' '), sha256(said),
    concat_ws(chr(31), said, NULL, 'x'), array_length(regexp_split_to_array(trim(said), ' ')),
    TRY_CAST(said AS BIGINT), TRY_CAST(said AS DECIMAL(38, 9)), number + 1, number * 0.5 > 1, floor(number * 0.15),
    CAST(amount AS VARCHAR), abs(amount) <> 40, CAST(amount AS DOUBLE) * 100, amount > number,
    least(amount, NULL, 3), greatest(said, 'b'), number IS DISTINCT FROM 3, said NOT IN ('a', 'b'),
    strftime(moment AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ'), moment < TIMESTAMPTZ '2021-01-01 00:00:00Z',
    day > DATE '2020-06-01', list_sort([said, 'm']) = list_sort(['m', said]),
    CAST(string_split('10.9.1', '.') AS BIGINT[]) > CAST(string_split('9.99', '.') AS BIGINT[]),
    row_number() OVER (ORDER BY number DESC, said), lag(said) OVER (ORDER BY number, said),
    first_value(said) OVER (PARTITION BY number ORDER BY said DESC)
"""
OTHER_SELECTS = [
    "SELECT number, string_agg(said, '; ' ORDER BY said DESC) AS all_of FROM texts GROUP BY number ORDER BY number",
    "SELECT number, string_agg(DISTINCT said, '; ' ORDER BY said) AS all_of FROM texts GROUP BY ALL ORDER BY number",
    "SELECT number, count(DISTINCT said) AS n, sum(number) AS total FROM texts GROUP BY number ORDER BY number",
    "SELECT said FROM texts QUALIFY row_number() OVER (PARTITION BY number ORDER BY said) = 1 ORDER BY said",
    "SELECT t.said FROM texts t ANTI JOIN (SELECT said FROM texts WHERE number = 2) u ON u.said = t.said ORDER BY 1",
    "SELECT said FROM texts SEMI JOIN (SELECT number AS n FROM texts WHERE said = 'a') ON number = n ORDER BY said",
    "SELECT DISTINCT unnest(string_split(said, 'a')) AS piece FROM texts ORDER BY piece",
    'SELECT number AS "end", said AS start FROM texts WHERE said IS NULL OR said > \'b\' ORDER BY "end", start',
    "SELECT n FROM (SELECT unnest(range(1, 4)) AS n) ORDER BY n",
    "SELECT x, y FROM texts CROSS JOIN (VALUES (1, 'a'), (2, 'b')) AS v(x, y) WHERE said = 'a' ORDER BY x",
    "WITH a AS (SELECT 1 AS x) SELECT x, (SELECT max(x) FROM (WITH a AS (SELECT 2 AS x) SELECT x FROM a)) AS y FROM a",
]


def texts() -> pa.Table:
    said: list[str | None] = [*TRICKY, None, "a", "b"]
    number = [n % 7 or None for n in range(len(said))]
    amount = pa.array([str(n - 20) for n in range(len(said))]).cast(pa.decimal128(38, 9))
    moment = pa.array([n * 40_000_000_000 for n in range(len(said))]).cast(pa.timestamp("ms", tz="UTC"))
    columns = {"said": said, "number": pa.array(number, pa.int64()), "amount": amount, "moment": moment}
    return pa.table(columns | {"day": pc.cast(moment, pa.date32())})


def test_expressions_mean_the_same(spark: Any) -> None:
    named = ", ".join(f"{one} AS c{n}" for n, one in enumerate(split_outside_brackets(EXPRESSIONS)))
    here, there = both(spark, {"texts": texts()}, f"SELECT number, said, {named} FROM texts ORDER BY number, said")
    differing = [
        (name, one["said"], one[name], two[name])
        for one, two in zip(here, there, strict=True)
        for name in one
        if str(one[name]) != str(two[name])
    ]
    assert differing == []


def split_outside_brackets(text: str) -> list[str]:
    said, depth = [""], 0
    for letter in text:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "," and not depth:
            said.append("")
        else:
            said[-1] += letter
    return [one.strip() for one in said]


@pytest.mark.parametrize("sql", OTHER_SELECTS, ids=str)
def test_selects_mean_the_same(spark: Any, sql: str) -> None:
    here, there = both(spark, {"texts": texts()}, sql)
    assert list(map(shown, here)) == list(map(shown, there))
    assert here


def test_lower_case_is_the_same_for_every_letter(spark: Any) -> None:
    letters = [chr(n) for n in range(1, 0x110000) if not 0xD800 <= n < 0xE000]
    cased = [letter for letter in letters if letter.lower() != letter or letter.upper() != letter]
    words = [*cased, *(f"α{letter}" for letter in cased), "ΟΔΣ ΟΔΣ", "İ"]
    here, there = both(
        spark, {"texts": pa.table({"said": words})}, "SELECT said, lower(said) AS low FROM texts ORDER BY said"
    )
    assert [(a["said"], a["low"], b["low"]) for a, b in zip(here, there, strict=True) if a != b] == []


def test_every_white_space_is_trimmed_or_kept_alike(spark: Any) -> None:
    words = [f"{chr(n)}a{chr(n)}" for n in range(1, 0x10000) if chr(n).isspace() or n in (0x200B, 0xFEFF, 0x180E)]
    here, there = both(
        spark, {"texts": pa.table({"said": words})}, "SELECT said, trim(said) AS t FROM texts ORDER BY said"
    )
    assert here == there and len(here) > 25


def test_an_overflow_is_an_error_as_on_this_machine(spark: Any) -> None:
    cluster = Cluster(spark, {"texts": spark.createDataFrame(pa.table({"n": [2**63 - 1]}))})
    with pytest.raises(EngineError, match="overflow"):
        cluster.tally("SELECT n + 1 AS m FROM texts", 5, None)


@pytest.mark.parametrize(
    "sql", ["SELECT regexp_replace(a, 'x', 'y') FROM t", "SELECT regexp_matches(a, b) FROM t", "SELECT FROM WHERE"]
)
def test_a_select_without_an_equal_is_refused(sql: str) -> None:
    with pytest.raises(SchemaError):
        to_spark(sql)


# Recursion

CLOSURE = """
    WITH RECURSIVE steps AS (SELECT a, b FROM pairs), reached(start, stop) AS (
        SELECT a, b FROM steps UNION SELECT r.start, s.b FROM reached r JOIN steps s ON s.a = r.stop
    ) SELECT start, stop FROM reached ORDER BY start, stop
"""


def test_recursion_ends_on_circles_and_goes_to_the_end_of_long_ways(spark: Any) -> None:
    chain = [(n, n + 1) for n in range(30)]
    pairs = [*chain, (100, 101), (101, 102), (102, 100), (5, 5)]
    table = pa.table({"a": [one for one, _ in pairs], "b": [two for _, two in pairs]})
    here, there = both(spark, {"pairs": table}, CLOSURE)
    assert here == there and len(here) == 30 * 31 // 2 + 9 + 1


def test_recursion_over_nothing_finds_nothing(spark: Any) -> None:
    here, there = both(
        spark, {"pairs": pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.int64())})}, CLOSURE
    )
    assert here == there == []


def test_a_recursive_part_has_one_name_wherever_it_stands() -> None:
    one, two = to_spark(CLOSURE), to_spark(f"SELECT stop FROM ({CLOSURE}) WHERE start = 1")
    assert one.closures == two.closures and len(one.closures) == 1


# Reading


def package_of(generating: Any, statements: int, **said: Any) -> Tables:
    package = generating("generating.package")
    tables, _ = package.whole(package.Plan(statements=statements, seed=5, overview=False, **said))
    return dict(tables)


@pytest.fixture(scope="module")
def small(generating: Any) -> Tables:
    return package_of(generating, 600)


def test_tables_at_an_address_are_read_by_the_cluster(spark: Any, small: Tables, tmp_path: Path) -> None:
    folder = tmp_path / "a [1]{b,c}*?"  # a name, and no pattern
    sources = written(small, folder)
    here = in_files(spark, sources)
    assert here["claims"].count() == small["claims"].num_rows
    for table in ("anchors", "terms"):
        (folder / f"{table}.parquet").unlink()
    halves = small["anchors"].slice(0, 500), small["anchors"].slice(500)
    for number, rows in enumerate(halves):
        (folder / "anchors").mkdir(exist_ok=True)
        pq.write_table(rows, folder / "anchors" / f"part-{number}.parquet")
    tables = at_address(spark, f"file://{folder}")
    assert tables["anchors"].count() == small["anchors"].num_rows
    assert tables["terms"].count() == small["terms"].num_rows  # from the vocabularies
    assert set(tables) == set(STORED)


def test_every_fault_of_the_columns_is_told_at_once(spark: Any, small: Tables, tmp_path: Path) -> None:
    other = dict(small)
    other["units"] = small["units"].rename_columns(
        ["begin" if name == "start" else name for name in small["units"].column_names]
    )
    other["claims"] = small["claims"].set_column(0, "id", pa.array(range(small["claims"].num_rows), pa.float64()))
    del other["times"]
    written(other, tmp_path)
    with pytest.raises(LoadError) as raised:
        at_address(spark, f"file://{tmp_path}")
    said = raised.value.message
    assert "units.start: the column is missing" in said and "units.begin: there is no such column" in said
    assert "claims.id: it is double, and has to be string" in said and "times: there is neither" in said


def test_a_torn_file_at_an_address_is_told(spark: Any, small: Tables, tmp_path: Path) -> None:
    written(small, tmp_path)
    torn = tmp_path / "roles.parquet"
    torn.write_bytes(torn.read_bytes()[:-100])
    with pytest.raises(LoadError, match=r"roles\.parquet cannot be read: .*is not a Parquet file"):
        at_address(spark, f"file://{tmp_path}")


def test_types_of_other_writers_are_taken(spark: Any) -> None:
    assert misfits("roles", dict.fromkeys(reading.sql_types("roles"), "void")) == []
    rows = spark.sql("SELECT 1 AS x").selectExpr("CAST(40 AS int) AS number", "'a' AS id")
    wanted = reading.sql_types("passages")
    rows = rows.selectExpr("number", "id", *(f"NULL AS `{name}`" for name in wanted if name not in ("number", "id")))
    assert misfits("passages", dict(rows.dtypes)) == []
    assert dict(as_modelled("passages", rows).dtypes) == wanted


@pytest.mark.parametrize(
    ("table", "column", "kind", "fits"),
    [
        ("roles", "id", "binary", False),
        ("reviews", "reviewed_at", "timestamp_ntz", False),
        ("figures", "value", "decimal(38,9)", True),
        ("figures", "value", "decimal(10,2)", True),
        ("figures", "value", "decimal(38,2)", False),
        ("figures", "value", "decimal(20,12)", False),
        ("figures", "value", "int", True),
        ("figures", "value", "double", False),
    ],
)
def test_what_a_cluster_finds_at_an_address_has_to_mean_the_same(
    table: str, column: str, kind: str, fits: bool
) -> None:
    assert (misfits(table, reading.sql_types(table) | {column: kind}) == []) is fits


def test_edtf_is_judged_here_when_there_is_little_of_it_and_by_the_workers_when_there_is_much(spark: Any) -> None:
    said = ["2020", "2020-02", "2020-21", "1984?/2004~", "not a date", "2020", None]
    tables = {"times": spark.createDataFrame(pa.table({"edtf": said}))}
    here = sorted(map(tuple, edtf.edtf_rows(spark, tables).collect()))
    there = sorted(map(tuple, edtf.edtf_rows(spark, tables, few=2).collect()))
    assert here == there
    assert [row[0] for row in here if not row[1]] == ["not a date"]
    assert edtf.edtf_rows(spark, {}).count() == 0


# Findings


@pytest.fixture(scope="module")
def faulty(generating: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("faulty")
    written(package_of(generating, 600, faults=dict.fromkeys(FAULTS, 8.0)), root)
    return root


def surveyed(spark: Any, faulty: Path, findings: Path | None) -> tuple[Any, Any]:
    """The survey of this machine, and that of a cluster, which writes its findings."""
    intake = take(faulty, faulty)
    here = survey(intake.tables, samples=3, findings=findings and findings.with_name("here.parquet"))
    cluster = Cluster(spark, in_files(spark, intake.tables))
    there = running._judged(cluster, intake, 3, findings, lambda *_: None)
    return here, there


@pytest.mark.usefixtures("few_rules")
def test_surveys_and_findings_are_those_of_one_machine(spark: Any, faulty: Path, tmp_path: Path) -> None:
    here, there = surveyed(spark, faulty, tmp_path / "there")
    assert here == there and here.count >= 8 * len(FAULTS)
    one = pq.read_table(tmp_path / "here.parquet").to_pylist()
    two = pads.dataset(tmp_path / "there").to_table().to_pylist()
    assert sorted(map(str, one)) == sorted(map(str, two))
    assert not list(tmp_path.glob(".*"))


def test_findings_replace_findings_and_nothing_else(spark: Any, tmp_path: Path) -> None:
    cluster, target = Cluster(spark, {}), tmp_path / "findings"
    for _ in range(2):
        write_findings(cluster, {}, {}, target)
        assert pads.dataset(target).count_rows() == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("do not remove")
    (tmp_path / "tables").mkdir()
    pq.write_table(pa.table({"id": ["a"]}), tmp_path / "tables" / "agents.parquet")
    for place in (tmp_path / "mine", tmp_path / "mine" / "thesis.txt", tmp_path / "tables"):
        with pytest.raises(BuildError, match="is there already and holds no findings"):
            write_findings(cluster, {}, {}, place)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "do not remove"


# Building


def built(spark: Any, source: Path, target: Path, work: Path, **said: Any) -> Any:
    """A package whose tables a cluster judges and writes."""
    work.mkdir(exist_ok=True)
    intake = take(source, work)
    cluster = Cluster(spark, in_files(spark, intake.tables))
    return pack_taken(
        intake, work, target, judge=cluster, writing=lambda *given: ClusterWriter(*given, cluster=cluster), **said
    )


def contents(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*")) if file.is_file()}


@pytest.mark.usefixtures("few_rules")
def test_a_cluster_builds_the_very_bytes_that_one_machine_builds(spark: Any, generating: Any, tmp_path: Path) -> None:
    written(package_of(generating, 3000), tmp_path / "in")
    pack(tmp_path / "in", tmp_path / "cranes", every=16)
    here = contents(tmp_path / "cranes")
    (tmp_path / "cranes").rename(tmp_path / "before")
    made = built(spark, tmp_path / "in", tmp_path / "cranes", tmp_path / "work", every=16)
    assert contents(tmp_path / "cranes") == here
    assert sum("statements/" in name for name in here) > 5
    assert made.parts["new"] == sum(name.endswith(".parquet") for name in here)
    again = built(spark, tmp_path / "in", tmp_path / "cranes", tmp_path / "work", every=16)
    assert again.changed == () and again.parts["kept"] > 0


# What goes wrong


@pytest.mark.usefixtures("few_rules")
def test_a_worker_that_dies_leaves_nothing_behind(
    spark: Any, small: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*_: object) -> Any:
        def die(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            os.kill(os.getpid(), signal.SIGKILL)
            yield from batches

        return die

    written(small, tmp_path / "in")
    monkeypatch.setattr(ClusterWriter, "_work", dying)
    with pytest.raises(EngineError, match="a worker of Spark was lost") as raised:
        built(spark, tmp_path / "in", tmp_path / "out", tmp_path / "work")
    assert "nothing was changed" in raised.value.help
    assert "\n" not in raised.value.message
    assert not (tmp_path / "out").exists() or not contents(tmp_path / "out")
    assert not (tmp_path / "work" / "parts").exists()


def test_a_worker_without_a_library_is_told_so(spark: Any) -> None:
    def lacking(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        importlib.import_module("onrecord_is_not_here")
        yield from batches

    with pytest.raises(EngineError, match=r"lacks a library.*onrecord_is_not_here"), plainly():
        spark.range(2).mapInArrow(lacking, "id bigint").collect()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("java.io.IOException: No space left on device", "out of disk"),
        ("java.lang.OutOfMemoryError: Java heap space", "out of memory"),
        ("Job 210 cancelled because SparkContext was shut down", "ended while it was at work"),
        ("ExecutorLostFailure (executor 3 exited)", "was lost"),
        ("[PARSE_SYNTAX_ERROR] here\nand a trace", "could not finish: [PARSE_SYNTAX_ERROR] here"),
    ],
    ids=str,
)
def test_what_spark_says_is_put_in_a_line(said: str, expected: str) -> None:
    error = failure(RuntimeError(said))
    assert expected in error.message and "\n" not in error.message and error.help


@pytest.mark.parametrize("master", ["spark://127.0.0.1:9", "sc://127.0.0.1:9", "sc://127.0.0.1:9/;token=secret"])
def test_a_master_that_is_not_there_is_told(master: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=f"no Spark at {master.partition('/;')[0]}$"), session(master, work=tmp_path):
        pass


@pytest.mark.parametrize(
    ("master", "memory"), [("spark://host:7077", 2**32), ("sc://host", 2**32), ("local[2]", 2**28)]
)
def test_memory_is_said_of_this_machine_only(master: str, memory: int, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="memory: Spark"), session(master, work=tmp_path, memory=memory):
        pass


def test_an_engine_on_this_machine_has_the_memory_that_was_said(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from onrecord.spark.session import session\n"
        f"with session('local[1]', work=Path({str(tmp_path)!r}), memory=int(sys.argv[1]) or None) as spark:\n"
        "    print(spark._jvm.java.lang.Runtime.getRuntime().maxMemory() >> 20)"
    )
    said = [
        int(subprocess.run([sys.executable, "-c", code, amount], capture_output=True, text=True, check=True).stdout)
        for amount in (str(3 * 2**30), "0")
    ]
    # Some collectors keep a part of it to themselves.
    assert 0.8 * 3 * 2**10 <= said[0] <= 3 * 2**10 and said[1] >= 0.8 * 2**11


def test_a_machine_without_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineError, match="needs Java"), session("local[1]", work=tmp_path):
        pass

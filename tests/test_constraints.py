"""Constraints of columns and references, found once for all rules: the same faults wherever the rows lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest

from onrecord.column import columns
from onrecord.constraints import STORED_MODELS, broken, references
from onrecord.engine import Engine
from onrecord.rules import RULES
from onrecord.tables import Tables, arrow_schema

SELECTS = {rule.code: rule.select or "" for rule in RULES}
SHAPE = ("OR101", "OR104", "OR105", "OR106", "OR107", "OR108")
Opened = Callable[[Tables], Engine]
AGENT = {"id": "ada-lind", "name": "Ada Lind", "kind": "person"}


def table(name: str, *rows: dict[str, Any]) -> pa.Table:
    """These rows, where null may stand anywhere."""
    return pa.Table.from_pylist(
        list(rows), schema=pa.schema([field.with_nullable(True) for field in arrow_schema(name)])
    )


def mention(id: str, agent: str | None = "ada-lind", anchor: str | None = None) -> dict[str, Any]:
    return {"id": id, "agent_id": agent, "form": "name", "anchor_id": anchor}


@pytest.fixture(params=["in memory", "in files"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Opens tables in an engine, as they are or out of Parquet files of small row groups."""
    engines: list[Engine] = []

    def engine(given: Tables) -> Engine:
        sources: dict[str, Any] = dict(given)
        for name, rows in given.items() if request.param == "in files" else ():
            pq.write_table(rows, tmp_path / f"{name}.parquet", row_group_size=2)
            sources[name] = pads.dataset(tmp_path / f"{name}.parquet")
        engines.append(Engine(sources))
        return engines[-1]

    yield engine
    for one in engines:
        one.close()


def found(engine: Engine, code: str) -> list[tuple[str, str, str | None]]:
    """The faults of a rule: key, column, value."""
    rows = [row for batch in engine.batches(SELECTS[code]) for row in batch.to_pylist()]
    [again] = engine.each([SELECTS[code]])
    assert sorted(map(str, rows)) == sorted(map(str, again))
    return sorted((row["record_id"], row["record_column"], row["value"]) for row in rows)


def test_every_constraint_of_the_model_has_a_rule_that_asks_for_it() -> None:
    for model in STORED_MODELS:
        for col in columns(model):
            asked = {code for code in SHAPE if broken(code, col)}
            assert ("OR101" in asked) is not col.nullable
            assert ("OR104" in asked) is (col.vocabulary is not None)
            assert len(asked & {"OR105", "OR106"}) == (col.pattern is not None)
            assert ("OR107" in asked) is (col.minimum is not None or col.maximum is not None)
            assert ("OR108" in asked) is (col.max_length is not None)


def test_every_reference_has_the_form_of_the_ids_it_refers_to() -> None:
    """What is in order about an id needs no second look at its references."""
    ids = {m.table: next((c for c in columns(m) if c.name == "id"), None) for m in STORED_MODELS}
    for _, col in references():
        to = ids[col.references or ""]
        assert to is not None
        assert (col.pattern, col.max_length) == (to.pattern, to.max_length)


def test_each_fault_of_a_row_is_found(opened: Opened) -> None:
    bad = {"id": "Ada_Lind", "name": None, "kind": "persn", "note": " x"}
    engine = opened({"agents": table("agents", AGENT, bad, bad, {**AGENT, "id": None, "name": "A" * 301})})
    twice = 2  # a row that stands there twice is at fault twice
    assert found(engine, "OR101") == [("(null)", "id", None)] + [("Ada_Lind", "name", None)] * twice
    assert found(engine, "OR104") == [("Ada_Lind", "kind", "persn")] * twice
    assert found(engine, "OR105") == [("Ada_Lind", "id", "Ada_Lind")] * twice
    assert found(engine, "OR106") == [("Ada_Lind", "note", " x")] * twice
    assert found(engine, "OR108") == [("(null)", "name", "A" * 301)]


def test_reference_is_unknown_misnamed_or_both(opened: Opened) -> None:
    agents = table("agents", AGENT, {**AGENT, "id": "Bo"}, {**AGENT, "id": "c" * 121})
    rows = [mention("m1"), mention("m2", "Bo"), mention("m3", "no-one"), mention("m4", "No One"), mention("m5", None)]
    engine = opened({"agents": agents, "mentions": table("mentions", *rows, mention("m6", "c" * 121))})
    assert found(engine, "OR202") == [("m3", "agent_id", "no-one"), ("m4", "agent_id", "No One")]
    assert found(engine, "OR105") == [("Bo", "id", "Bo"), ("m2", "agent_id", "Bo"), ("m4", "agent_id", "No One")]
    assert found(engine, "OR108") == [("c" * 121, "id", "c" * 121), ("m6", "agent_id", "c" * 121)]


def test_review_of_nothing_is_a_review_of_an_unknown_record(opened: Opened) -> None:
    rows = [{"id": "r1", "record_table": "agents", "record_id": None}, {"id": "r2", "record_table": "agents"}]
    rows += [{"id": "r3", "record_table": "agents", "record_id": "ada-lind"}]
    engine = opened({"agents": table("agents", AGENT), "reviews": table("reviews", *rows)})
    assert found(engine, "OR802") == [("r1", "record_id", None), ("r2", "record_id", None)]


COLLIDING = """
    SELECT min(id) AS first, max(id) AS second FROM (
        SELECT 'd' || lpad(CAST(d AS VARCHAR), 8, '0') || '.m' || lpad(CAST(m AS VARCHAR), 5, '0') AS id
        FROM range(200) documents(d), range(20) mentions(m))
    GROUP BY hash(id) HAVING count(*) > 1 ORDER BY first LIMIT 1
"""


def test_ids_of_one_hash_are_told_apart(opened: Opened) -> None:
    """Joins look ids up by a hash; whether they are one id is decided by the ids."""
    with Engine({}) as engine:
        ((pair,),) = engine.each([COLLIDING])
    first, second = pair["first"], pair["second"]
    assert first != second
    known = {"id": first, "document_id": "d", "start": 0, "end": 1, "text_sha256": "0" * 64}
    rows = table("mentions", mention("m1", anchor=first), mention("m2", anchor=second))
    one = opened({"agents": table("agents", AGENT), "mentions": rows, "anchors": table("anchors", known)})
    assert ("m2", "anchor_id", second) in found(one, "OR202")
    assert ("m1", "anchor_id", first) not in found(one, "OR202")
    both = opened({"anchors": table("anchors", known, {**known, "id": second})})
    assert list(both.each([SELECTS["OR201"]])) == [[]]


def test_a_view_that_rules_share_is_computed_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = opened({"agents": table("agents", AGENT)})
    computed: list[str] = []
    compute = Engine._compute
    monkeypatch.setattr(Engine, "_compute", lambda self, name: computed.append(name) or compute(self, name))
    for code in (*SHAPE, "OR202"):
        assert found(engine, code) == []
    assert {"misreferences", "misshapen", "suspects"} <= set(computed)
    assert len(computed) == len(set(computed))

"""A package as a stream of batches: so many documents at a time, with what they bring into use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onrecord.engine import Engine
from onrecord.model import TABLES, TermRecord
from onrecord.tables import OVERVIEW, STORED, arrow_schema, empty, in_order, to_arrow
from onrecord.vocabulary import TERMS

from . import world
from .documents import Documents
from .faults import Planter
from .layout import Known, Layout, lay_out
from .logs import Logs

AT_ONCE = 1_500  # documents in a batch
LARGEST = 1_500  # statements in one document
OWN_VOICES = 50_000  # narrators written at a time
_FEEDING = ("statements", "attributions", "anchors", "roles", "figures", "reviews")  # what an overview is made from

Tables = dict[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a package is to be, what is said of it, which faults are planted in it."""

    statements: int | None = None
    documents: int | None = None
    seed: int = 0
    reviews: float = 0.1
    matches: float = 0.02
    changes: float = 0.01
    overview: bool = False
    batch: int = AT_ONCE  # documents; another number gives another package
    nested: bool = False  # only faults that the nested form can say
    faults: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Stream:
    """The batches of a package; after the last one `planted` is complete.

    Each batch gives the rows of every table that it completes, in the order of the keys over all
    batches. The last batch is without documents: it has what stands after all others.
    """

    plan: Plan
    planter: Planter = field(init=False)
    statements: int = 0
    documents: int = 0
    _known: Known = field(default_factory=Known)
    _logs: Logs = field(default_factory=Logs)

    def __post_init__(self) -> None:
        self.planter = Planter(self.plan.faults, self.plan.nested)

    @property
    def done(self) -> float:
        """Which part of the package is made."""
        if self.plan.documents is not None:
            return self.documents / max(self.plan.documents, 1)
        return self.statements / max(self.plan.statements or 0, 1)

    def batches(self) -> Iterator[Tables]:
        """The batches, one after another."""
        number = 0
        while (counts := self._counts(number)).size:
            yield self.planter.loosened(self._batch(number, counts))
            number += 1
        for rest in self._end():
            yield self.planter.loosened(rest)

    def _counts(self, batch: int) -> np.ndarray:
        """Statements of each document of a batch: mostly about twelve, now and then hundreds."""
        chance = np.random.default_rng([self.plan.seed, batch, 0])
        counts = np.exp(chance.normal(2.5, 0.9, self.plan.batch)).astype(np.int64).clip(1, LARGEST)
        if self.plan.documents is not None:
            return counts[: self.plan.documents - self.documents]
        left = (self.plan.statements or 0) - self.statements
        before = np.cumsum(counts) - counts
        counts = np.minimum(counts, left - before)
        return np.asarray(counts[counts > 0])

    def _batch(self, batch: int, counts: np.ndarray) -> Tables:
        chance = np.random.default_rng([self.plan.seed, batch, 1])
        numbers = np.arange(self.documents, self.documents + len(counts), dtype=np.int64)
        before = self._known
        layout = lay_out(chance, numbers, counts, before)
        made = Documents(chance, layout, before.quantities)
        tables = made.make()
        now = Known(layout.known.agents, layout.known.claims, made.quantities)
        version = f"0.{1 + min(batch // 50, 8)}.0"
        tables["matches"] = self._logs.answer_some(chance, made, self.plan.matches, (before.claims, now.claims))
        tables["changes"] = self._logs.change_some(chance, made, self.plan.changes, version)
        entries = self._logs.review_some(chance, made, self.plan.reviews)
        tables["reviews"] = self._logs.reviewed(entries)
        tables["agents"] = world.agents(_range(before.agents, now.agents))
        tables["claims"] = world.claims(_range(before.claims, now.claims))
        tables["relations"] = world.relations(_range(before.claims, now.claims))
        tables["quantities"] = world.quantities(_range(before.quantities, now.quantities))
        self._known = now
        self.documents, self.statements = self.documents + len(counts), self.statements + int(counts.sum())
        self.planter.plant(tables, self, numbers, self._logs, version)
        if self.plan.overview:
            tables["overview"] = self._overview(tables, layout)
        return tables

    def _overview(self, tables: Tables, layout: Layout) -> pa.Table:
        """The overview of a batch, by the SELECT that makes it in a build."""
        speaking, stated = np.unique(layout.voices.agent), np.unique(layout.statements.claim)
        known = {
            "agents": [world.agents(speaking), world.narrators(layout.numbers)],
            "claims": [world.claims(stated)],
            "topics": [world.topics(world.TOPICS)],
        }
        there = {name: tables[name] for name in _FEEDING}
        for name, parts in known.items():
            there[name] = pa.concat_tables([*parts, self.planter.latest(name)])
        with Engine(self.planter.loosened(there)) as engine:
            rows = engine.select(OVERVIEW)
        return in_order("overview", rows.cast(arrow_schema("overview")))

    def _end(self) -> Iterator[Tables]:
        """The documents' own voices, and what was planted beside the documents."""
        left = self.planter.shared
        for first in range(0, self.documents, OWN_VOICES):
            last = min(first + OWN_VOICES, self.documents)
            own = world.narrators(_range(first, last))
            yield {"agents": self._with_planted(own, left["agents"], last)}
        topics = [world.topics(min(world.TOPICS, self._known.claims)), left["topics"]]
        rest = {name: left[name] for name in ("claims", "relations", "quantities")}
        rest["topics"] = in_order("topics", pa.concat_tables(topics))
        rest["terms"] = to_arrow("terms", [TermRecord(**term._asdict()) for term in TERMS])
        yield rest

    @staticmethod
    def _with_planted(own: pa.Table, planted: pa.Table, last: int) -> pa.Table:
        """Narrators together with the planted agents whose ids stand among theirs."""
        if not planted.num_rows:
            return own
        first, end = own["id"][0].as_py(), world.document_ids(np.array([last])).tobytes().decode()
        among = pc.and_(pc.less(planted["id"], end), pc.greater_equal(planted["id"], first[:9]))
        return in_order("agents", pa.concat_tables([own, planted.filter(among)]))


def _range(first: int, last: int) -> np.ndarray:
    return np.arange(first, last, dtype=np.int64)


def whole(plan: Plan) -> tuple[Tables, Stream]:
    """A package as tables in memory, for tests and small sizes."""
    stream = Stream(plan)
    parts: dict[str, list[pa.Table]] = {name: [] for name in (TABLES if plan.overview else STORED)}
    for batch in stream.batches():
        for name, rows in batch.items():
            parts[name].append(rows)
    return {
        name: pa.concat_tables(rows).combine_chunks() if rows else empty(arrow_schema(name))
        for name, rows in parts.items()
    }, stream

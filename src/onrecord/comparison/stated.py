"""What stands in each document: statements with their voices, figures, times and caveats, in the order of time."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..tables import exact
from ..verdicts import WITHDRAWN
from .selects import CAVEATS, DOCUMENTS, FIGURES, STATEMENTS, TIMES, VOICES, asked

Ask = Callable[[str], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Said:
    """One voice of a statement, and how far it commits itself."""

    level: int
    agent_id: str
    agent: str
    mode: str
    act: str
    factuality: str
    stance: str | None
    medium: str | None
    cue: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """A figure as a statement gives it, with the bounds that its words set."""

    figure_id: str
    quantity_id: str | None
    verbatim: str
    comparator: str
    approximate: bool
    value: Decimal | None
    lower: Decimal | None
    upper: Decimal | None
    unit: str
    counted: str
    amount: str | None
    """Key of the amount: two figures with the same one say the same. Null without a quantity."""

    def __str__(self) -> str:
        about = "about " if self.approximate else ""
        if self.value is not None:
            sign = "" if self.comparator == "=" else f"{self.comparator} "
            return f"{about}{sign}{exact(self.value)} {self.unit}"
        if self.lower is None and self.upper is None:
            return f"“{self.verbatim}”, no value stated"
        ends = ["…" if end is None else exact(end) for end in (self.lower, self.upper)]
        return f"{about}{ends[0]} to {ends[1]} {self.unit}"

    @property
    def bounds(self) -> str:
        """Its bounds in words: `from 40`, `up to 60`; nothing where its words set none or say only one amount."""
        if self.lower is not None and self.lower == self.upper:
            return ""
        said = [f"from {exact(self.lower)}"] if self.lower is not None else []
        return " ".join(said + ([f"up to {exact(self.upper)}"] if self.upper is not None else []))


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of a statement, as printed and as far as it resolves."""

    verbatim: str
    edtf: str | None
    earliest: dt.date | None
    latest: dt.date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A caveat about a statement."""

    kind: str
    note: str


@dataclass(frozen=True, slots=True)
class Stated:
    """One statement: voices from the document inwards, figures, times, place and review status."""

    statement_id: str
    document_id: str
    passage_id: str
    claim_id: str | None
    proposition: str | None
    presupposed: bool
    start: int
    end: int
    fragments: str | None
    excerpt: str | None
    status: str
    successor_id: str | None
    voices: tuple[Said, ...]
    figures: tuple[Given, ...]
    times: tuple[Moment, ...]
    caveats: tuple[Warned, ...]

    @property
    def withdrawn(self) -> bool:
        """True where a review took it back: it stays readable, and counts for nothing."""
        return self.status in WITHDRAWN

    @property
    def place(self) -> str:
        """Where its words stand: the passage and the code points."""
        return f"{self.passage_id}, {self.fragments or f'{self.start}-{self.end}'}"


@dataclass(frozen=True, slots=True)
class Issued:
    """A document that is compared, and when it was published as far as it or its links let one say."""

    id: str
    title: str
    medium: str
    publisher_id: str | None
    edtf: str | None
    earliest: dt.date | None
    latest: dt.date | None
    not_before: dt.date | None
    not_after: dt.date | None
    cites: tuple[str, ...]

    @property
    def date(self) -> str:
        """Its date, or what is known of it: `not before 2019-04-11`."""
        if self.edtf:
            return self.edtf
        said = [f"not before {self.not_before}"] if self.not_before else []
        said += [f"not after {self.not_after}"] if self.not_after else []
        return ", ".join(said) or "without a date"


def read_statements(ask: Ask, table: str) -> tuple[Stated, ...]:
    """The statements of a claim, or those with a figure for a quantity, in the reading order of each document."""
    voices = _grouped(ask(asked(table, VOICES)), Said)
    figures = _grouped(ask(asked(table, FIGURES[table])), Given)
    times = _grouped(ask(asked(table, TIMES)), Moment)
    caveats = _grouped(ask(asked(table, CAVEATS)), Warned)
    return tuple(
        Stated(**row, voices=voices[id], figures=figures[id], times=times[id], caveats=caveats[id])
        for row in ask(asked(table, STATEMENTS))
        for id in (row["statement_id"],)
    )


def read_documents(ask: Ask, table: str) -> tuple[Issued, ...]:
    """The documents that are compared, the earliest first; one that passes on another stands after it."""
    rows = ask(asked(table, DOCUMENTS))
    return tuple(Issued(**row | {"cites": tuple((row["cites"] or "").split())}) for row in rows)


def _grouped(rows: list[dict[str, Any]], of: Callable[..., Any]) -> Mapping[str, tuple[Any, ...]]:
    """Rows as values, under the statement that each belongs to."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.pop("statement_id")].append(of(**row))
    return defaultdict(tuple, {id: tuple(values) for id, values in found.items()})

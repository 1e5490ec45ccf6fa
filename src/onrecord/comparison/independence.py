"""How many distinct innermost sources stand behind a claim, echoes counted once, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .selects import ECHOES, PARTIES, TIES, asked
from .stated import Ask, Stated

Node = tuple[str, str]  # a statement and the position that it takes


@dataclass(frozen=True, slots=True)
class Echo:
    """A statement that passes on one of another document on record."""

    statement_id: str
    document_id: str
    of_id: str
    """The statement that it passes on."""
    of_document_id: str
    own_voice: bool
    """True where the document speaks in its own voice, so that only its link tells of an echo."""
    altered: bool
    """True where it names its source but says something else than that: counted apart, and still a drift."""

    @property
    def why(self) -> str:
        """Why it is taken for an echo, in words."""
        there = f"which states {'otherwise' if self.altered else 'it'} in {self.of_id}"
        if self.own_voice:
            return f"its own voice, but {self.document_id} passes on {self.of_document_id}, {there}"
        return f"names {self.of_document_id} as its source, {there}"


@dataclass(frozen=True, slots=True)
class Source:
    """One source, counted once: where it is the innermost one, and which statements only pass it on."""

    agent_id: str
    agent: str
    statements: tuple[str, ...]
    echoes: tuple[Echo, ...]
    reasons: tuple[str, ...]
    unnamed: bool = False
    """True where no document names it: it may be one of the others."""


@dataclass(frozen=True, slots=True)
class Backing:
    """A position (affirmed, denied, or an amount) with the sources that stand behind it."""

    position: str
    said: str
    named: int
    """How many different voices the documents name, each taken for itself."""
    sources: tuple[Source, ...]

    @property
    def independent(self) -> int:
        """How many distinct sources there are, echoes counted once."""
        return len(self.sources)

    @property
    def at_least(self) -> int:
        """How many there are if every unnamed source is one of the others."""
        return max(sum(not source.unnamed for source in self.sources), min(1, len(self.sources)))

    @property
    def at_most(self) -> int:
        """How many there would be if every document that gives no source had one of its own."""
        own = {echo.document_id for source in self.sources for echo in source.echoes if echo.own_voice}
        return len(self.sources) + len(own)


@dataclass(frozen=True, slots=True)
class Standing:
    """Who takes which position in which statement, and what passes on what."""

    parties: Mapping[Node, dict[str, Any]]
    echoes: Mapping[Node, tuple[Echo, Node]]

    def root(self, node: Node) -> Node:
        """Where an echo comes from in the end; what is no echo comes from itself."""
        seen = {node}
        while node in self.echoes and not self.echoes[node][0].altered:
            following = self.echoes[node][1]
            if following in seen:  # links in a circle: `check` names them
                return min(seen)
            seen.add(following)
            node = following
        return node


def read_standing(ask: Ask, table: str) -> Standing:
    """The positions of a comparison and the echoes among them."""
    parties = {(row["statement_id"], row["position"]): row for row in ask(asked(table, PARTIES))}
    echoes = {}
    for row in ask(asked(table, ECHOES)):
        node, of = (row["statement_id"], row["position"]), (row["of_id"], row["of_position"])
        echo = Echo(node[0], parties[node]["document_id"], of[0], row["of_document_id"], row["own_voice"],
                    altered=node[1] != of[1])  # fmt: skip
        echoes[node] = (echo, of)
    return Standing(parties, echoes)


def read_backings(ask: Ask, table: str, standing: Standing, statements: tuple[Stated, ...]) -> tuple[Backing, ...]:
    """The sources behind each position, in the order in which the positions are first taken."""
    place = {one.statement_id: number for number, one in enumerate(statements)}
    said = {given.amount: str(given) for one in reversed(statements) for given in one.figures}
    said |= {"+": "affirmed", "-": "denied"}
    ties = ask(asked(table, TIES))
    nodes: dict[str, list[Node]] = defaultdict(list)
    for node in sorted(standing.parties, key=lambda node: place[node[0]]):
        nodes[node[1]].append(node)
    found = [_backing(position, said[position], taken, standing, ties) for position, taken in nodes.items()]
    return tuple(sorted(found, key=lambda one: "+-".find(one.position)))


def _backing(position: str, said: str, nodes: list[Node], standing: Standing, ties: list[dict[str, Any]]) -> Backing:
    rooted: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        rooted[standing.parties[standing.root(node)]["party_id"]].append(node)
    agents = {standing.parties[node]["agent_id"] for node in nodes}
    sources = [_source(party, own, standing, ties, {*rooted}) for party, own in rooted.items()]
    return Backing(position, said, len(agents), tuple(sources))


def _source(party: str, nodes: list[Node], standing: Standing, ties: list[dict[str, Any]], others: set[str]) -> Source:
    own = [node for node in nodes if standing.root(node) == node]
    passed = set(nodes) - set(own)
    echoes = [standing.echoes[node][0] for node in nodes if node in passed]
    first = next(standing.parties[node] for node in [*own, *(standing.root(node) for node in nodes)])
    rows = [standing.parties[node] for node in own]
    reasons = (*_same(party, rows), *_repeats(rows), *_unnamed(first, others), *_tied(party, ties, others))
    return Source(party, first["party"], tuple(node[0] for node in own), tuple(echoes), reasons, first["unnamed"])


def _same(party: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Where a document's own voice is counted as its publisher's."""
    documents = {row["document_id"]: row for row in rows if row["agent_id"] != party}
    for id, row in documents.items():
        yield f"{row['agent']} is counted as {row['party']}, which publishes {id}"


def _repeats(rows: list[dict[str, Any]]) -> Iterator[str]:
    documents = list(dict.fromkeys(row["document_id"] for row in rows))
    if len(rows) > 1:
        where = ", ".join(documents)
        yield f"innermost in {len(rows)} statements ({where}), counted once"


def _unnamed(row: Mapping[str, Any], others: set[str]) -> Iterator[str]:
    if row["unnamed"] and len(others) > 1:
        yield "no document names it: counted apart, but it may be one of the others"


def _tied(party: str, ties: Iterable[Mapping[str, Any]], others: set[str]) -> Iterator[str]:
    """Sources that are counted apart although a document ties one to the other: the reader decides."""
    said: dict[str, str] = {}
    for tie in ties:
        if tie["agent_id"] == party and tie["body_id"] in others:
            title = f"{tie['document_id']} calls {tie['agent']} “{tie['title']}” of {tie['body']}"
            said.setdefault(tie["body_id"], f"counted apart, but {title}, which is counted too")
    yield from said.values()

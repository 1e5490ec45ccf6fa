"""How certainty, number and words change on the way: from voice to voice, and from document to document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..voices import NO_COMMITMENT, certainty_of
from .independence import Node, Standing
from .stated import Issued, Said, Stated

_WORDS = {"opposite": "the opposite", "undecided": "leaves open, or settles, what the other did not"}
_CAME = {
    "first": "",
    "again": "the same source again; compared with {}",
    "echo": "passes on {}",
    "altered": "passes on {}, but otherwise",
}


@dataclass(frozen=True, slots=True)
class Hop:
    """One voice on the way outwards, and how its commitment differs from the last one before it."""

    level: int
    agent_id: str
    agent: str
    mode: str
    act: str
    factuality: str
    stance: str | None
    change: str | None
    """`surer`, `less sure`, `opposite`, `undecided`; null where nothing changes or it commits itself to nothing."""
    before: str | None
    """The commitment that it is compared with."""

    @property
    def changed(self) -> str:
        """How its commitment differs, in words: `less sure: CT+ became PS+`; empty where nothing changes."""
        return f"{_WORDS.get(self.change, self.change)}: {self.before} became {self.factuality}" if self.change else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One statement on the way: its voices from the innermost outwards, and what changed since the step before."""

    statement_id: str
    document_id: str
    date: str
    follows: str | None
    """The statement that it is compared with: what it passes on, or what the same source said before."""
    how: str
    """`first`, `again` (the same source in another place), `echo`, or `altered` (passed on, but otherwise)."""
    in_order: bool
    """False where nothing tells whether it is later than the step that it is compared with."""
    hops: tuple[Hop, ...]
    figures: tuple[str, ...]
    figures_before: tuple[str, ...]
    counted: tuple[str, ...]
    counted_before: tuple[str, ...]
    words: str | None
    """The words of its content, where they are kept."""
    words_before: str | None

    @property
    def came(self) -> str:
        """Where it comes from, in words: `passes on crane.s1`; empty for the first."""
        said = _CAME[self.how].format(self.follows)
        return said if self.in_order else f"{said}, which may be later"

    @property
    def changes(self) -> tuple[str, ...]:
        """What else changed since the step before, in words: figures, the label of what is counted, the words."""
        if self.follows is None:
            return ()
        listed = (("figure", self.figures_before, self.figures), ("label", self.counted_before, self.counted))
        said = [f"{what}: {_all(before)} became {_all(now)}" for what, before, now in listed if before != now]
        if self.words and self.words_before and self.words.casefold() != self.words_before.casefold():
            said.append(f"words: “{self.words_before}” became “{self.words}”")
        return tuple(said)


def _all(values: tuple[str, ...]) -> str:
    return "; ".join(values) or "none"


@dataclass(frozen=True, slots=True)
class Path:
    """What became of what one source said: its statements and their echoes, the earliest first."""

    agent_id: str
    agent: str
    steps: tuple[Step, ...]

    @property
    def drifts(self) -> bool:
        """True where a certainty, a figure or the label of what is counted changes on the way."""
        return any(
            any(hop.change for hop in step.hops)
            or (step.follows and (step.figures != step.figures_before or step.counted != step.counted_before))
            for step in self.steps
        )


def read_paths(standing: Standing, documents: tuple[Issued, ...], statements: tuple[Stated, ...]) -> tuple[Path, ...]:
    """A path for each source; the source whose words came first leads."""
    of = {one.statement_id: one for one in statements}
    order = {one.statement_id: number for number, one in enumerate(statements)}
    issued = {document.id: document for document in documents}
    nodes: dict[str, list[Node]] = defaultdict(list)
    for node in sorted(standing.parties, key=lambda node: order[node[0]]):
        nodes[standing.parties[_start(node, standing)]["party_id"]].append(node)
    return tuple(_path(party, taken, standing, issued, of) for party, taken in nodes.items())


def _start(node: Node, standing: Standing) -> Node:
    """Where a path starts: also what was passed on otherwise than it was said belongs to it."""
    seen = {node}
    while node in standing.echoes and standing.echoes[node][1] not in seen:
        node = standing.echoes[node][1]
        seen.add(node)
    return node


def _path(
    party: str, nodes: list[Node], standing: Standing, issued: Mapping[str, Issued], of: Mapping[str, Stated]
) -> Path:
    steps: dict[str, Step] = {}
    own: Node | None = None
    for node in nodes:
        if node[0] in steps:  # it takes several positions
            continue
        echo = standing.echoes.get(node)
        before = echo[1] if echo else own
        how = ("altered" if echo[0].altered else "echo") if echo else "again" if own else "first"
        steps[node[0]] = _step(node, before, how, standing, issued, of)
        own = own if echo else node
    name = standing.parties[_start(nodes[0], standing)]["party"]
    return Path(party, name, tuple(steps.values()))


def _step(
    node: Node,
    before: Node | None,
    how: str,
    standing: Standing,
    issued: Mapping[str, Issued],
    of: Mapping[str, Stated],
) -> Step:
    this, that = of[node[0]], of[before[0]] if before else None
    last = _committed(that, standing.parties[before]["level"] if how == "again" else 0) if before and that else None
    return Step(
        statement_id=this.statement_id,
        document_id=this.document_id,
        date=issued[this.document_id].date,
        follows=that.statement_id if that else None,
        how=how,
        in_order=that is None or how != "again" or _later(issued[that.document_id], issued[this.document_id]),
        hops=tuple(_hops(this.voices, last)),
        figures=tuple(str(given) for given in this.figures),
        figures_before=tuple(str(given) for given in that.figures) if that else (),
        counted=tuple(given.counted for given in this.figures),
        counted_before=tuple(given.counted for given in that.figures) if that else (),
        words=this.excerpt,
        words_before=that.excerpt if that else None,
    )


def _later(first: Issued, second: Issued) -> bool:
    """Whether the second is known to be the same document or a later one."""
    if first.id == second.id:
        return True
    latest, earliest = first.latest or first.not_after, second.earliest or second.not_before
    return latest is not None and earliest is not None and latest <= earliest


def _committed(stated: Stated, level: int) -> str | None:
    """The outermost commitment of a statement, from a level inwards."""
    found = [said.factuality for said in stated.voices if said.level >= level and said.factuality != NO_COMMITMENT]
    return found[0] if found else None


def _hops(voices: tuple[Said, ...], last: str | None) -> Iterator[Hop]:
    """The voices from the innermost outwards, each beside the last that committed itself."""
    for said in reversed(voices):
        change = _change(last, said.factuality)
        yield Hop(said.level, said.agent_id, said.agent, said.mode, said.act, said.factuality, said.stance,
                  change, last if change else None)  # fmt: skip
        last = last if said.factuality == NO_COMMITMENT else said.factuality


def _change(before: str | None, now: str) -> str | None:
    if before is None or now in (before, NO_COMMITMENT):
        return None
    if {before[-1], now[-1]} == {"+", "-"}:
        return "opposite"
    if before[-1] != now[-1]:
        return "undecided"
    return "surer" if certainty_of(now) > certainty_of(before) else "less sure"

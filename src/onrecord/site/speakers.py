"""The pages of speakers: everybody on record, and a page for each with what is theirs and what is passed on of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..vocabulary import terms_of
from .addresses import address, path_of
from .pages import Page, page
from .replies import answers
from .shelf import Row, Shelf
from .statements import OWN_WORDS, Stated, Voice, points, stated

Spoken = tuple[Voice, Stated]


def pages(shelf: Shelf) -> Iterator[Page]:
    """The list of speakers and a page for each."""
    yield page("speakers/index.md", "speakers.md", kinds=[*_kinds(shelf)], total=len(shelf.rows("agents")))
    known = {row["id"]: stated(shelf, row) for row in shelf.rows("statements")}
    for agent in shelf.rows("agents"):
        yield _page(shelf, agent, known)


def _kinds(shelf: Shelf) -> Iterator[tuple[str, list[Row]]]:
    """The agents by kind, in the order of the vocabulary."""
    for kind in terms_of("agent-kind"):
        agents = shelf.where("agents", "kind", kind)
        if agents:
            yield shelf.label("agent-kind", kind), [_listed(shelf, agent) for agent in agents]


def _listed(shelf: Shelf, agent: Row) -> Row:
    """An agent with its numbers for the list."""
    said = shelf.where("attributions", "agent_id", agent["id"])
    source = [row for row in said if shelf.chain(row["statement_id"])[-1]["level"] == row["level"]]
    roles = dict.fromkeys(row["title"] for row in shelf.where("roles", "agent_id", agent["id"]))
    return agent | {
        "address": address("agents", agent),
        "roles": "; ".join(roles),
        "source": len(source),
        "passes_on": len(said) - len(source),
        "mentions": len(shelf.where("mentions", "agent_id", agent["id"])),
    }


@dataclass(slots=True)
class Shares:
    """The statements in which an agent has a voice, by what its part is; each is in one of the lists."""

    own: list[Spoken] = field(default_factory=list)
    """Its own words, all of them: quoted in full, or the document's own voice."""
    passed: list[Spoken] = field(default_factory=list)
    """Passed on of it, wholly or partly in the words of others."""
    passes: list[Spoken] = field(default_factory=list)
    """What it passes on of others."""
    addressed: list[Spoken] = field(default_factory=list)
    """What others are said to have put to it."""


def shares(shelf: Shelf, agent_id: str, known: Mapping[str, Stated]) -> Shares:
    """What part an agent has in which statements, in the order of the tables."""
    found = Shares()
    for voice, one in _voices(shelf, "agent_id", agent_id, known):
        if voice.level < one.source.level:
            found.passes.append((voice, one))
        elif voice.mode_term in OWN_WORDS:
            found.own.append((voice, one))
        else:
            found.passed.append((voice, one))
    found.addressed = [*_voices(shelf, "addressee_id", agent_id, known)]
    return found


def _voices(shelf: Shelf, column: str, agent_id: str, known: Mapping[str, Stated]) -> Iterator[Spoken]:
    for row in shelf.where("attributions", column, agent_id):
        one = known[row["statement_id"]]
        yield next(voice for voice in one.voices if voice.level == row["level"]), one


def _page(shelf: Shelf, agent: Row, known: Mapping[str, Stated]) -> Page:
    found = shares(shelf, agent["id"], known)
    return page(
        path_of("agents", agent["id"]),
        "speaker.md",
        agent=agent,
        address=address("agents", agent),
        kind=shelf.label("agent-kind", agent["kind"]),
        roles=[_role(shelf, row) for row in shelf.where("roles", "agent_id", agent["id"])],
        holders=[*_holders(shelf, agent)],
        forms=[*_forms(shelf, agent)],
        shares=found,
        through=_often(outer for voice, one in found.passed for outer in one.voices[: voice.level]),
        of=_often(one.source for _, one in found.passes),
        by=_often(voice for voice, _ in found.addressed),
        replies=answers(shelf, "party_id", agent["id"]),
        issues=[row | {"address": address("documents", row)}
                for row in shelf.where("documents", "publisher_id", agent["id"])],
        citation=shelf.dataset.cite(f"agents/{agent['id']}"),
    )  # fmt: skip


def _often(voices: Iterable[Voice]) -> list[tuple[str, str, int]]:
    """Names and addresses with how often they come, the most frequent first."""
    often = Counter((voice.name, voice.address) for voice in voices)
    return [(name, where, number) for (name, where), number in often.most_common()]


def _role(shelf: Shelf, row: Row) -> Row:
    """A role with its body, document and place."""
    body = shelf.maybe("agents", row["body_id"])
    return row | {
        "body": body,
        "body_address": address("agents", body) if body else "",
        "document_address": address("documents", {"id": row["document_id"]}),
        "place": points(shelf.one("anchors", row["anchor_id"])),
    }


def _holders(shelf: Shelf, agent: Row) -> Iterator[Row]:
    """The roles that documents say others hold in this body, each title of an agent once."""
    seen = set()
    for row in shelf.where("roles", "body_id", agent["id"]):
        holder = shelf.one("agents", row["agent_id"])
        if (holder["id"], row["title"]) not in seen:
            seen.add((holder["id"], row["title"]))
            yield row | {"holder": holder, "holder_address": address("agents", holder)}


def _forms(shelf: Shelf, agent: Row) -> Iterator[Row]:
    """How often each document refers to the agent by which form, with the words where they are kept."""
    mentions: dict[str, list[Row]] = defaultdict(list)
    for row in shelf.where("mentions", "agent_id", agent["id"]):
        mentions[row["document_id"]].append(row)
    for document, found in mentions.items():
        often = Counter(row["form"] for row in found)
        said = [
            f"by {shelf.label('mention-form', form)} {often[form]:,}"
            for form in terms_of("mention-form")
            if often[form]
        ]
        yield {
            "document_id": document,
            "address": address("documents", {"id": document}),
            "places": ", ".join(said),
            "words": _words(shelf, found),
        }


def _words(shelf: Shelf, mentions: Iterable[Row]) -> list[str]:
    """The labels as far as the tables keep them, each once."""
    found = (shelf.one("anchors", row["anchor_id"])["excerpt"] for row in mentions)
    return [*dict.fromkeys(said for said in found if said)]

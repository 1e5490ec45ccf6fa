"""The pages of claims: all of them by topic, and a page for each with every statement of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from ..lettering import as_json
from ..tables import to_record
from ..vocabulary import terms_of
from ..voices import NO_COMMITMENT
from .across import across, compared
from .addresses import address, path_of
from .charts import READING, Chain, Link, Voiced, drift, related
from .charts.wording import listed
from .encoding import TURNS
from .linked import claim_data
from .pages import Page, page
from .replies import answers
from .shelf import Row, Shelf
from .statements import OWN_WORDS, Stated, Voice, by_weight, history, standing, stated, warned, withdrawal

# Relations whose label alone would not make a sentence, or would tell more than the record does.
RELATIONS = {"part-of": "is part of", "causes": "tells of the cause of", "supports": "is given as a ground for"}
MOST_NAMED = 4  # sources of a claim that the index names for each certainty


def pages(shelf: Shelf) -> Iterator[Page]:
    """The index of claims and a page for each."""
    yield page("claims/index.md", "claims.md", topics=[*_topics(shelf)], total=len(shelf.rows("claims")))
    wide = compared(shelf)
    for claim in shelf.rows("claims"):
        yield _page(shelf, claim, f"claims/{claim['id']}" in wide)


@dataclass(frozen=True, slots=True)
class Listed:
    """A claim in the index: how often, in how many documents, by which innermost voices and how surely."""

    id: str
    proposition: str
    address: str
    kind: str
    statements: int
    documents: int
    sure: tuple[tuple[str, str, str], ...]
    """The voices that are so sure; the certainty in words; its term."""
    status: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its claims."""

    id: str
    label: str
    note: str | None
    claims: tuple[Listed, ...]


def _topics(shelf: Shelf) -> Iterator[Topic]:
    """The topics that hold claims, in the order of the table."""
    for topic in shelf.rows("topics"):
        claims = tuple(_listed(shelf, claim) for claim in shelf.where("claims", "topic_id", topic["id"]))
        if claims:
            yield Topic(topic["id"], topic["label"], topic["note"], claims)


def _listed(shelf: Shelf, claim: Row) -> Listed:
    rows = shelf.where("statements", "claim_id", claim["id"])
    status = shelf.status("claims", claim["id"])
    return Listed(
        id=claim["id"],
        proposition=claim["proposition"],
        address=address("claims", claim),
        kind=shelf.label("claim-kind", claim["kind"]),
        statements=len(rows),
        documents=len({row["document_id"] for row in rows}),
        sure=tuple(_sources(shelf, shelf.standing(claim["id"]))),
        status=shelf.label("review-status", status.status) if status.withdrawn else "",
    )


def _sources(shelf: Shelf, statements: list[Row]) -> Iterator[tuple[str, str, str]]:
    """Who is how sure, by certainty: an allegation of somebody unnamed must not look like a fact."""
    innermost = [shelf.chain(row["id"])[-1] for row in statements]
    for term in terms_of("factuality"):
        agents = dict.fromkeys(row["agent_id"] for row in innermost if row["factuality"] == term)
        names = [shelf.one("agents", agent)["name"] for agent in agents]
        if names:
            yield listed(names, MOST_NAMED), shelf.label("factuality", term), term


def _page(shelf: Shelf, claim: Row, wide: bool) -> Page:
    path = path_of("claims", claim["id"])
    statements = [stated(shelf, row) for row in shelf.where("statements", "claim_id", claim["id"])]
    status = shelf.status("claims", claim["id"])
    reviewed = [(status, address("claims", claim)), *((one.status, one.address) for one in statements)]
    links = [*_links(shelf, claim)]
    return page(
        path,
        "claim.md",
        claim=claim,
        address=address("claims", claim),
        topic=shelf.one("topics", claim["topic_id"]),
        kind=shelf.label("claim-kind", claim["kind"]),
        withdrawal=withdrawal(shelf, status),
        statements=statements,
        documents=len({one.document_id for one in statements}),
        positions=positions(shelf, statements),
        granted=sum(one.presupposed for one in statements),
        differing=sum(one.status.status == "conflict" for one in statements),
        opposed=opposed(statements),
        drift=_drift(shelf, claim),
        compared=across(shelf, path, "claims", claim) if wide else None,
        caveats=[warned(shelf, row) for row in by_weight(_caveats(shelf, statements))],
        replies=answers(shelf, "claim_id", claim["id"]),
        links=links,
        contradicted=[link for link in links if link["type"] == "contradicts"],
        related=_related(claim, links),
        history=history(shelf, reviewed),
        citation=shelf.dataset.cite(f"claims/{claim['id']}"),
        raw=raw("claims", claim),
        linked=claim_data(shelf, claim),
    )


@dataclass(frozen=True, slots=True)
class Holder:
    """An innermost voice, in how many statements it is so sure, and how they give its words."""

    name: str
    address: str
    how: str
    """Empty where the words are its own."""
    statements: int


@dataclass(frozen=True, slots=True)
class Position:
    """A certainty, with the innermost voices that have it."""

    sure: str
    factuality: str
    voices: tuple[Holder, ...]


def positions(shelf: Shelf, statements: list[Stated]) -> list[Position]:
    """How sure the innermost voices are, in the order of the vocabulary; what was taken back is left out."""
    sources = [one.source for one in standing(statements)]
    found = []
    for term in terms_of("factuality"):
        often = Counter((voice.name, voice.address, given(voice)) for voice in sources if voice.factuality == term)
        if often:
            voices = tuple(Holder(*said, number) for said, number in often.items())
            found.append(Position(shelf.label("factuality", term), term, voices))
    return found


def given(voice: Voice) -> str:
    """How a voice is given where its words are wholly or partly those of others; empty where they are its own."""
    return "" if voice.mode_term in OWN_WORDS else f"in {voice.mode}"


def opposed(statements: list[Stated]) -> bool:
    """Whether one voice affirms what another denies."""
    signs = {voice.factuality[-1] for one in standing(statements) for voice in one.voices}
    return signs >= {"+", "-"}


def chains(shelf: Shelf, claim_id: str) -> list[Chain]:
    """The statements of a claim that stand, with their voices, for drawing."""
    return [
        Chain(row["id"], row["document_id"], tuple(_voiced(shelf, voice) for voice in shelf.chain(row["id"])))
        for row in shelf.standing(claim_id)
    ]


def _voiced(shelf: Shelf, voice: Row) -> Voiced:
    return Voiced(shelf.one("agents", voice["agent_id"])["name"], voice["factuality"], voice["mode"])


def _drift(shelf: Shelf, claim: Row) -> Markup | None:
    """The voices on the scale of certainty, where there is more than one to compare."""
    found = chains(shelf, claim["id"])
    voices = [voice for one in found for voice in one.voices if voice.factuality != NO_COMMITMENT]
    if len(voices) < 2:
        return None
    differ = len({voice.factuality for voice in voices}) > 1
    said = "The voices are not equally sure" if differ else "The voices are equally sure"
    return drift(claim["id"], claim["proposition"], found).figure(
        f"{said}; those that commit to nothing stand apart. {READING}"
    )


def _caveats(shelf: Shelf, statements: list[Stated]) -> list[Row]:
    return [row for one in statements for row in shelf.where("caveats", "statement_id", one.id)]


def _links(shelf: Shelf, claim: Row) -> Iterator[Row]:
    """The relations of a claim in both directions, with the other claim."""
    for mine, theirs, outgoing in (("from_claim_id", "to_claim_id", True), ("to_claim_id", "from_claim_id", False)):
        for row in shelf.where("relations", mine, claim["id"]):
            other = shelf.one("claims", row[theirs])
            yield {
                "type": row["type"],
                "words": RELATIONS.get(row["type"]) or shelf.label("relation", row["type"]),
                "note": row["note"],
                "claim": other,
                "address": address("claims", other),
                "outgoing": outgoing,
            }


def _related(claim: Row, links: list[Row]) -> Markup | None:
    if not links:
        return None
    drawn = [Link(one["type"], one["claim"]["id"], one["claim"]["proposition"], one["outgoing"]) for one in links]
    return related(claim["id"], claim["proposition"], drawn).figure()


def raw(table: str, row: Row) -> Markup:
    """The record as JSON for a `<pre>`, on one line of the page: whatever is no letter or digit is an entity.

    Marks that turn the direction of what follows stand as JSON escapes, so that they are seen and turn nothing.
    """
    escapes = {mark: f"\\u{mark:04x}" for mark in TURNS}
    said = as_json(to_record(table, row).model_dump(mode="json")).translate(escapes)
    return Markup("".join(mark if mark.isalnum() else f"&#{ord(mark)};" for mark in said))

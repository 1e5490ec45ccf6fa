"""The first page: what this is, how much of it there is, three doors, one claim followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from . import references
from .charts import READING, certainties, drift
from .claims import chains
from .ledger import open_units
from .linked import dataset_data
from .pages import Page, page
from .prose import link
from .shelf import Row, Shelf
from .statements import stated

HOME = "index.md"


def pages(shelf: Shelf) -> Iterator[Page]:
    """The home page."""
    said = shelf.description
    yield page(
        HOME,
        HOME,
        name=said.get("title") or shelf.dataset.name,
        numbers=numbers(shelf),
        certainties=_certainties(shelf),
        example=_example(shelf),
        documents=[references.document(shelf, HOME, row["id"]) for row in shelf.rows("documents")[:20]],
        total=len(shelf.rows("documents")),
        linked=dataset_data(shelf),
        ethics=link("Ethics and limits", "ethics.md", HOME, shelf.there) if "ethics.md" in shelf.there else None,
    )


def numbers(shelf: Shelf) -> list[tuple[str, str]]:
    """How much there is, as words and counts."""
    units = len(shelf.rows("units"))
    speakers = {row["agent_id"] for row in shelf.rows("attributions") if row["level"]}
    share = f"{units - len(open_units(shelf)):,} of {units:,}" if units else "none"
    counted = [("Documents", "documents"), ("Claims", "claims"), ("Statements", "statements"), ("Figures", "figures")]
    said = [(label, f"{len(shelf.rows(table)):,}") for label, table in counted]
    return [*said[:3], ("Speakers quoted or reported", f"{len(speakers):,}"), said[3], ("Units accounted for", share)]


def _certainties(shelf: Shelf) -> Markup | None:
    counts = Counter(shelf.chain(row["id"])[-1]["factuality"] for row in shelf.standing())
    return (
        certainties("home", counts).figure(
            "Statements by how sure the wording of their innermost voice is. This counts words, not what is so."
        )
        if counts
        else None
    )


def _example(shelf: Shelf) -> dict[str, object] | None:
    """One claim to begin with: the one on which most voices differ; else the one with the deepest chain."""
    drifting = shelf.dataset.drift()
    key = max(drifting, key=lambda one: len(one.commitments)).claim_id if drifting else _deepest(shelf)
    if key is None:
        return None
    claim = shelf.one("claims", key)
    deepest = max(shelf.standing(key), key=lambda row: len(shelf.chain(row["id"])))
    return {
        "claim": references.claim(shelf, HOME, key),
        "voices": stated(shelf, deepest).inwards,
        "place": _place(shelf, deepest),
        "chart": drift("home-drift", claim["proposition"], chains(shelf, key)).figure(READING),
    }


def _deepest(shelf: Shelf) -> str | None:
    stands = [row for claim in shelf.rows("claims") for row in shelf.standing(claim["id"])]
    return max(stands, key=lambda row: len(shelf.chain(row["id"])))["claim_id"] if stands else None


def _place(shelf: Shelf, statement: Row) -> Markup:
    anchor = shelf.one("anchors", statement["anchor_id"])
    return Markup("{}, code points {}–{}").format(
        references.statement(shelf, HOME, statement["id"]), anchor["start"], anchor["end"]
    )

"""The first page: what this is, how much of it there is, three doors, one claim followed; and `llms.txt`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from markupsafe import Markup

from . import references
from .charts import certainties, drift
from .encoding import plain
from .frame import SECTIONS
from .linked import dataset_data
from .overviews import chains
from .pages import Page, page
from .shelf import Row, Shelf

HOME, FOR_MACHINES = "index.md", "llms.txt"


def pages(shelf: Shelf) -> Iterator[Page]:
    """The home page, and the same in plain text for programs that read sites."""
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
    )
    yield Page.of(FOR_MACHINES, "\n".join(_for_machines(shelf)) + "\n")


def _for_machines(shelf: Shelf) -> Iterator[str]:
    """What the site holds, as a list of links in plain Markdown, for programs that read sites."""
    said = shelf.description
    yield f"# {plain(str(said.get('title') or shelf.dataset.name))}"
    yield ""
    yield f"> {plain(str(said.get('description') or ''))}"
    yield ""
    yield "Being recorded is not endorsement: a record says what a document says and who says it there."
    yield ""
    yield from (f"- {label}: {number}" for label, number in numbers(shelf))
    for title, places in SECTIONS:
        yield f"\n## {title}\n"
        yield from (
            f"- [{label}]({path.removesuffix('index.md').removesuffix('.md').rstrip('/')}/)" for label, path in places
        )
    yield "\n## Data\n"
    yield "- [Every statement, one row each, as CSV](data/overview.csv)"
    yield "- [The same for programs, as JSON](data/statements.json)"


def numbers(shelf: Shelf) -> list[tuple[str, str]]:
    """How much there is, as words and counts."""
    units = Counter(row["status"] for row in shelf.rows("units"))
    speakers = {row["agent_id"] for row in shelf.rows("attributions") if row["level"]}
    settled = units["covered"] + units["waived"]
    share = f"{settled:,} of {units.total():,}" if units else "none"
    counted = [("Documents", "documents"), ("Claims", "claims"), ("Statements", "statements"), ("Figures", "figures")]
    said = [(label, f"{len(shelf.rows(table)):,}") for label, table in counted]
    return [*said[:3], ("Speakers quoted or reported", f"{len(speakers):,}"), said[3], ("Units accounted for", share)]


def _certainties(shelf: Shelf) -> Markup | None:
    counts = Counter(shelf.chain(row["id"])[-1]["factuality"] for row in shelf.rows("statements"))
    return (
        certainties("home", counts).figure("How sure the innermost voice is, statement by statement")
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
    rows = shelf.where("statements", "claim_id", key)
    deepest = max(rows, key=lambda row: len(shelf.chain(row["id"])))
    return {
        "claim": references.claim(shelf, HOME, key),
        "voices": references.voices(shelf, HOME, deepest["id"]),
        "place": _place(shelf, deepest),
        "chart": drift("home-drift", claim["proposition"], chains(shelf, key)).figure(),
    }


def _deepest(shelf: Shelf) -> str | None:
    stated = [row for row in shelf.rows("statements") if row["claim_id"]]
    return max(stated, key=lambda row: len(shelf.chain(row["id"])))["claim_id"] if stated else None


def _place(shelf: Shelf, statement: Row) -> Markup:
    anchor = shelf.one("anchors", statement["anchor_id"])
    return Markup("{}, code points {}–{}").format(
        references.statement(shelf, HOME, statement["id"]), anchor["start"], anchor["end"]
    )

"""Pages that look across all documents: figures, the timeline, who passes on whom, drift."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from markupsafe import Markup

from ..voices import Commitment, Drift
from . import references
from .across import across, compared
from .charts import READING, Amount, Moment, Passing, attribution, drift, figures, timeline
from .claims import chains
from .encoding import encoded
from .pages import Page, page
from .shelf import Row, Shelf
from .statements import OWN_WORDS

FIGURES, TIMELINE, ATTRIBUTION, DRIFT = "figures.md", "timeline.md", "attribution.md", "drift.md"
MOST_DRAWN = 200  # drawings on one page; what is more is in the tables


def pages(shelf: Shelf) -> Iterator[Page]:
    """One page for each view; a view without anything to show says so."""
    yield _figures(shelf)
    yield _timeline(shelf)
    yield _attribution(shelf)
    yield _drift(shelf)


# Figures


def _figures(shelf: Shelf) -> Page:
    wide = compared(shelf)
    said = [_quantity(shelf, row, f"quantities/{row['id']}" in wide) for row in shelf.rows("quantities")]
    alone = [_figure(shelf, row) for row in shelf.where("figures", "quantity_id", None)]
    return page(FIGURES, FIGURES, quantities=said, alone=alone)


def _quantity(shelf: Shelf, quantity: Row, wide: bool) -> dict[str, object]:
    rows = shelf.where("figures", "quantity_id", quantity["id"])
    amounts = [_amount(shelf, row) for row in rows]
    drawn = any(one.value is not None or one.lower is not None or one.upper is not None for one in amounts)
    chart = figures(quantity["id"], quantity["label"], quantity["unit"] or "", amounts) if drawn else None
    return {
        "id": quantity["id"],
        "label": quantity["label"],
        "definition": quantity["definition"],
        "chart": chart.figure() if chart else None,
        "rows": [_figure(shelf, row) for row in rows],
        "compared": across(shelf, FIGURES, "quantities", quantity) if wide else None,
    }


def _amount(shelf: Shelf, row: Row) -> Amount:
    bounds = {name: row[name] for name in ("verbatim", "comparator", "approximate", "value", "lower", "upper")}
    return Amount(
        who=references.voiced(shelf, row["statement_id"]), place=row["statement_id"], unit=row["unit"] or "", **bounds
    )


def _figure(shelf: Shelf, row: Row) -> tuple[object, ...]:
    innermost = shelf.chain(row["statement_id"])[-1]
    return (
        Markup('<q class="excerpt">{}</q>').format(encoded(row["verbatim"])),
        row["counted"] or row["unit"] or "",
        references.voices(shelf, FIGURES, row["statement_id"]),
        references.certainty(innermost["factuality"]),
        references.statement(shelf, FIGURES, row["statement_id"]),
    )


# Times


def _timeline(shelf: Shelf) -> Page:
    resolved = [row for row in shelf.rows("times") if row["edtf"]]
    resolved.sort(key=lambda row: (str(row["earliest"] or row["latest"]), row["id"]))
    moments = [
        Moment(
            row["verbatim"], _about(shelf, row), row["edtf"], row["earliest"], row["latest"],
            row["statement_id"] or row["document_id"],
        )
        for row in resolved
    ]  # fmt: skip
    return page(
        TIMELINE,
        TIMELINE,
        charts=[one.figure() for one in timeline("timeline", moments)],
        resolved=[_time(shelf, row) for row in resolved],
        unresolved=[_time(shelf, row) for row in shelf.rows("times") if not row["edtf"]],
    )


def _about(shelf: Shelf, row: Row) -> str:
    statement = shelf.maybe("statements", row["statement_id"])
    claim = shelf.maybe("claims", statement["claim_id"]) if statement else None
    return str(claim["proposition"] if claim else row["note"] or "belongs to no statement")


def _time(shelf: Shelf, row: Row) -> tuple[object, ...]:
    """A time with the claim it belongs to, never without the voices that state it and the note on how it is read."""
    statement = shelf.maybe("statements", row["statement_id"])
    note = Markup('<br><span class="quiet">{}</span>').format(encoded(row["note"])) if row["note"] else Markup()
    document = references.document(shelf, TIMELINE, row["document_id"])
    return (
        Markup('<q class="excerpt">{}</q>').format(encoded(row["verbatim"])),
        row["edtf"] or "",
        shelf.label("time-basis", row["basis"]),
        (references.claim(shelf, TIMELINE, statement["claim_id"]) if statement else Markup("belongs to no statement"))
        + note,
        references.voices(shelf, TIMELINE, statement["id"]) if statement else "",
        references.statement(shelf, TIMELINE, statement["id"]) if statement else document,
    )


# Voices


def _attribution(shelf: Shelf) -> Page:
    counts: Counter[tuple[str, str]] = Counter()
    for statement in shelf.standing():
        chain = [voice["agent_id"] for voice in shelf.chain(statement["id"])]
        counts.update(pairwise(chain))
    named = {row["id"]: row["name"] for row in shelf.rows("agents")}
    passings = [Passing(a, named[a], b, named[b], count) for (a, b), count in sorted(counts.items())]
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rows = [
        (references.agent(shelf, ATTRIBUTION, a), references.agent(shelf, ATTRIBUTION, b), f"{count:,}")
        for (a, b), count in ordered
    ]
    chart = attribution("attribution", passings).figure() if passings else None
    return page(ATTRIBUTION, ATTRIBUTION, chart=chart, rows=rows)


def _drift(shelf: Shelf) -> Page:
    drifting = shelf.dataset.drift()
    drawn = [_drifting(shelf, one.claim_id) for one in drifting[:MOST_DRAWN]]
    rows = [(references.claim(shelf, DRIFT, one.claim_id), _commitments(shelf, one)) for one in drifting]
    return page(DRIFT, DRIFT, drawn=drawn, rows=rows, most=MOST_DRAWN)


def _commitments(shelf: Shelf, found: Drift) -> Markup:
    """Who is how sure, the voices that are equally sure together; words given by others are told from own words."""
    held: dict[str, dict[tuple[str, str], Markup]] = defaultdict(dict)
    for one in found.commitments:
        how = _given(shelf, one)
        who = references.agent(shelf, DRIFT, one.agent_id)
        if how:
            who += Markup(' <span class="quiet">in {}</span>').format(encoded(how))
        held[one.factuality].setdefault((one.agent_id, how), who)
    lines = (Markup(", ").join(who.values()) + ": " + references.certainty(said) for said, who in held.items())
    return Markup("<br>").join(lines)


def _given(shelf: Shelf, one: Commitment) -> str:
    """The mode in which a voice is given, in words; empty where all of the words are its own."""
    mode = next(voice["mode"] for voice in shelf.chain(one.statement_id) if voice["level"] == one.level)
    return "" if mode in OWN_WORDS else shelf.label("mode", mode)


def _drifting(shelf: Shelf, claim_id: str) -> dict[str, object]:
    proposition = shelf.one("claims", claim_id)["proposition"]
    chart = drift(claim_id, proposition, chains(shelf, claim_id))
    return {"id": claim_id, "claim": references.claim(shelf, DRIFT, claim_id), "chart": chart.figure(READING)}

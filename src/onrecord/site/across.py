"""A claim or a quantity across documents: what conflicts, how many sources it has, how it drifts on the way."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from ..comparison import Backing, Contrast, Crowd, Echo
from ..comparison.drawn import independent
from . import references
from .charts import paths
from .encoding import encoded
from .shelf import Row, Shelf

# A comparison takes some tenths of a second. What only one document states has nothing to compare; of what
# more state, those that most documents state are compared on the page, the others by `onrecord compare`.
MOST_COMPARED = 300
# A hedge counts on its side, and the page says so.
SIGNS = {"affirmed": "affirmed, surely or with a hedge", "denied": "denied, surely or with a hedge"}


@dataclass(frozen=True, slots=True)
class Source:
    """One source behind a position, with the statements that only pass it on."""

    agent: Markup
    statements: Markup
    reasons: tuple[str, ...]
    echoes: tuple[tuple[Markup, str], ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A position with its sources, counted."""

    said: str
    counted: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Across:
    """What a page shows of a comparison."""

    conflicts: tuple[Markup, ...]
    differences: tuple[Markup, ...]
    crowds: tuple[Crowd, ...]
    positions: tuple[Position, ...]
    charts: tuple[Markup, ...]


def compared(shelf: Shelf) -> frozenset[str]:
    """The claims and quantities whose pages show a comparison, as `claims/ID` and `quantities/ID`."""
    spread: dict[str, set[str]] = {}
    for row in shelf.standing():
        if row["claim_id"]:
            spread.setdefault(f"claims/{row['claim_id']}", set()).add(row["document_id"])
    for row in shelf.rows("figures"):
        if row["quantity_id"]:
            document = shelf.one("statements", row["statement_id"])["document_id"]
            spread.setdefault(f"quantities/{row['quantity_id']}", set()).add(document)
    wide = [key for key, documents in spread.items() if len(documents) > 1]
    return frozenset(sorted(wide, key=lambda key: (-len(spread[key]), key))[:MOST_COMPARED])


def across(shelf: Shelf, page: str, table: str, row: Row) -> Across:
    """The comparison of one claim or quantity, worded for a page (its file under `docs/`)."""
    found = shelf.dataset.compare(f"{table}/{row['id']}")
    return Across(
        conflicts=tuple(_contrast(shelf, page, one) for one in found.conflicts),
        differences=tuple(_contrast(shelf, page, one) for one in found.differences),
        crowds=found.crowds,
        positions=tuple(_position(shelf, page, one) for one in found.backings),
        charts=tuple(one.figure() for one in paths(f"{row['id']}-paths", found.label, found.paths)),
    )


def _contrast(shelf: Shelf, page: str, one: Contrast) -> Markup:
    sides = Markup("; ").join(
        Markup("{}: {}").format(
            encoded(side.said), _statements(shelf, page, tuple(voice.statement_id for voice in side.voices))
        )
        for side in (one.first, one.second)
    )
    notes = Markup("").join(Markup(' <span class="quiet">{}</span>').format(encoded(note)) for note in one.notes)
    return Markup("{} ({}){}").format(encoded(one.how), sides, notes)


def _position(shelf: Shelf, page: str, backing: Backing) -> Position:
    sources = tuple(
        Source(
            agent=references.agent(shelf, page, source.agent_id),
            statements=_statements(shelf, page, source.statements),
            reasons=source.reasons,
            echoes=tuple(_echo(shelf, page, echo) for echo in source.echoes),
        )
        for source in backing.sources
    )
    return Position(SIGNS.get(backing.said, backing.said), independent(backing), sources)


def _echo(shelf: Shelf, page: str, echo: Echo) -> tuple[Markup, str]:
    return references.statement(shelf, page, echo.statement_id), echo.why


def _statements(shelf: Shelf, page: str, keys: tuple[str, ...]) -> Markup:
    return Markup(", ").join(references.statement(shelf, page, key) for key in dict.fromkeys(keys))

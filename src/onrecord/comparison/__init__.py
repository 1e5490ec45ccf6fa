"""One claim or quantity in every document: who states it how, what conflicts, who stands behind it, how it drifts.

Everything about rows is a SELECT (`selects`); what is left is to set side by side what they return.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..engine import Engine
from ..errors import RecordNotFound
from ..model import Claim, Quantity, Record
from ..tables import Source as Table
from .contrast import Contradiction, Contrast, Crowd, Side, read_contradictions, read_contrasts, read_crowds
from .independence import Backing, Echo, Source, read_backings, read_standing
from .paths import Hop, Path, Step, read_paths
from .stated import Given, Issued, Moment, Said, Stated, Warned, read_documents, read_statements

COMPARED = (Claim.table, Quantity.table)

__all__ = [
    "COMPARED",
    "Backing",
    "Comparison",
    "Contradiction",
    "Contrast",
    "Crowd",
    "Echo",
    "Given",
    "Hop",
    "Issued",
    "Moment",
    "Path",
    "Said",
    "Side",
    "Source",
    "Stated",
    "Step",
    "Warned",
    "compare",
]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every statement of a claim, or of a quantity's figures, in every document, side by side."""

    table: str
    """`claims` or `quantities`."""
    id: str
    label: str
    """The proposition of the claim, or the label of the quantity."""
    documents: tuple[Issued, ...]
    """The documents that state it, the earliest first, as far as their times are known."""
    statements: tuple[Stated, ...]
    """Their statements, in the order of the documents; also those that were taken back."""
    contrasts: tuple[Contrast, ...]
    crowds: tuple[Crowd, ...]
    """The quantities with so many amounts that not every pair of them is among the contrasts."""
    contradictions: tuple[Contradiction, ...]
    """What coders recorded as contradictory, whatever the figures and factualities say."""
    backings: tuple[Backing, ...]
    paths: tuple[Path, ...]

    @property
    def conflicts(self) -> tuple[Contrast, ...]:
        """What cannot both hold: figures by their bounds, factualities by their signs."""
        return tuple(one for one in self.contrasts if one.conflict)

    @property
    def differences(self) -> tuple[Contrast, ...]:
        """What differs and can both hold: open bounds, imprecise figures, another certainty."""
        return tuple(one for one in self.contrasts if not one.conflict)

    def plain(self) -> dict[str, Any]:
        """All of it as plain values, under the names of the fields; conflicts and differences apart."""
        said = asdict(self)
        del said["contrasts"]
        both = {"conflicts": self.conflicts, "differences": self.differences}
        said |= {name: [asdict(one) | {"how": one.how} for one in found] for name, found in both.items()}
        for whole, backing in zip(said["backings"], self.backings, strict=True):
            whole |= {name: getattr(backing, name) for name in ("independent", "at_least", "at_most")}
            for source, known in zip(whole["sources"], backing.sources, strict=True):
                source["echoes"] = [asdict(echo) | {"why": echo.why} for echo in known.echoes]
        return said


def compare(tables: Mapping[str, Table], record: Record) -> Comparison:
    """Compare the statements of a claim, or of the figures for a quantity, over all documents.

    Raises RecordNotFound for a record that is neither.
    """
    match record:
        case Claim(id=id, proposition=label) | Quantity(id=id, label=label):
            table = record.table
        case _:
            raise _not_compared(record)
    with Engine(tables) as engine:

        def ask(select: str) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = engine.select(select, {"id": id} if "$id" in select else None).to_pylist()
            return rows

        documents = read_documents(ask, table)
        place = {document.id: number for number, document in enumerate(documents)}
        read = read_statements(ask, table)
        statements = tuple(sorted(read, key=lambda one: place[one.document_id]))
        standing = read_standing(ask, table)
        return Comparison(
            table=table,
            id=id,
            label=label,
            documents=documents,
            statements=statements,
            contrasts=read_contrasts(ask, table, statements),
            crowds=read_crowds(ask, table),
            contradictions=read_contradictions(ask, table),
            backings=read_backings(ask, table, standing, statements),
            paths=read_paths(standing, documents, statements),
        )


def _not_compared(record: Record) -> RecordNotFound:
    """The exception for a record that is neither a claim nor a quantity; it names the claim that could be meant."""
    claim = getattr(record, "claim_id", None)
    help = f"its claim is `{claim}`" if claim else '`onrecord query "SELECT id FROM claims"` lists the claims'
    said = f"`{record.key}` is a record of {record.table}; only claims and quantities are compared"
    return RecordNotFound(said, help=help)

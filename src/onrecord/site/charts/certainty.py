"""How sure a voice is, as shapes: pointing up where it affirms, down where it denies, filled by how certain it is."""

from __future__ import annotations

from ...voices import NO_COMMITMENT
from .picture import COLOURS, INK, PAPER, Picture
from .wording import label

# The scale, from certainly not so to certainly so. `Uu` and `CTu` are not on it and stand apart.
SCALE = ("CT-", "PR-", "PS-", "PS+", "PR+", "CT+")
APART = ("CTu", NO_COMMITMENT)
SURENESS = {"CT": "certainly", "PR": "probably", "PS": "possibly"}
_SHAPES = {"+": "triangle-up", "-": "triangle-down"}
_COLOURS = {"+": COLOURS[0], "-": COLOURS[1]}


def worded(factuality: str) -> str:
    """A factuality with its plain words: `PS+ (possibly so)`."""
    return f"{factuality} ({label('factuality', factuality)})"


def mark(picture: Picture, x: float, y: float, factuality: str) -> None:
    """The shape of a factuality at a place; the inner dot of a probable one tells it from the other two."""
    shape = _SHAPES.get(factuality[-1:], "circle" if factuality == NO_COMMITMENT else "diamond")
    colour = _COLOURS.get(factuality[-1:], INK)
    certain = factuality.startswith("CT") and factuality != "CTu"
    picture.symbol(x, y, shape, fill=colour if certain else PAPER, edge=colour, size=130)
    if factuality.startswith("PR"):
        picture.symbol(x, y, "circle", fill=colour, edge=colour, size=14)

"""Paths of echo and drift: what became of a source's words, from voice to voice and document to document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...comparison import Path, Step
from ...lettering import counted
from .certainty import mark, worded
from .chart import Chart
from .picture import FAINT, INK, QUIET, SMALL, Picture
from .wording import label, line, lines, listed

COLUMNS = ("source", "statement", "document", "date", "comes from", "voice", "level", "mode", "certainty", "change")
_RAIL, _TEXT, _MARK = 44.0, 66, 76


def paths(prefix: str, name: str, found: Sequence[Path], most: int = 20) -> tuple[Chart, ...]:
    """A picture for each source: its statements and their echoes downwards, with what changes at each step."""
    return tuple(_path(f"{prefix}-{number}", name, path, most) for number, path in enumerate(found, 1))


def _path(prefix: str, name: str, path: Path, most: int) -> Chart:
    picture = Picture()
    picture.text(0, 16, line(path.agent, 500), weight="bold")
    y, places = 28.0, {}
    for step in path.steps[:most]:
        places[step.statement_id] = y + 12
        y = _step(picture, step, y)
    picture.height = y
    _rail(picture, path.steps[:most], places)
    said = " ".join(_alternative(name, path, most))
    return Chart(picture.svg(f"{prefix}-path", "A path of echo and drift", said), said, COLUMNS, tuple(_rows(path)))


def _step(picture: Picture, step: Step, y: float) -> float:
    """One statement on the way; returns where the next begins."""
    picture.text(_TEXT, y + 16, line(f"{step.statement_id}, {step.date}", 440))
    y += 16
    if step.came:
        how = lines(step.came, 440, SMALL, 2)
        picture.text(_TEXT, y + 16, how, size=SMALL, colour=QUIET)
        y += 16 * len(how)
    for hop in step.hops:
        y += 24
        mark(picture, _MARK, y - 4, hop.factuality)
        picture.text(_MARK + 16, y, line(f"{hop.agent}: {worded(hop.factuality)}", 420))
        if hop.change:
            y += 17
            picture.text(_MARK + 16, y, f"→ {hop.changed}", size=SMALL, weight="bold")
    for change in step.changes:
        said = lines(f"→ {change}", 430, SMALL, 3)
        y += 20
        picture.text(_TEXT, y, said, size=SMALL, weight="bold")
        y += 16 * (len(said) - 1)
    return y + 22


def _rail(picture: Picture, steps: Sequence[Step], places: dict[str, float]) -> None:
    """A dot for each step, joined with the step that it is compared with: an arc where others lie between."""
    order = list(places)
    for step in steps:
        y, dash = places[step.statement_id], () if step.how in ("echo", "altered") else (4, 3)
        before = places.get(step.follows or "")
        if before is not None and order.index(step.statement_id) - order.index(step.follows or "") == 1:
            picture.line(_RAIL, before, _RAIL, y, dash=dash, width=1.5)
        elif before is not None:
            bow = max(4, _RAIL - 8 - abs(y - before) / 20)
            picture.path(f"M{_RAIL},{before:.1f}C{bow:.1f},{before:.1f},{bow:.1f},{y:.1f},{_RAIL},{y:.1f}",
                         width=1.5, dash=dash)  # fmt: skip
        elif step.follows:
            picture.line(_RAIL, y - 14, _RAIL, y, dash=dash, colour=FAINT)
    for step in steps:
        picture.symbol(_RAIL, places[step.statement_id], "circle", fill=INK, size=70)


def _alternative(name: str, path: Path, most: int) -> Iterator[str]:
    yield f"What became of what {path.agent} says of “{name}”: {counted(len(path.steps), 'statement')}."
    for step in path.steps[:most]:
        voices = listed(f"{hop.agent} {worded(hop.factuality)}" + (f", {hop.changed}" if hop.change else "")
                        for hop in step.hops)  # fmt: skip
        changes = "".join(f"; {change}" for change in step.changes)
        yield f"{step.statement_id}, {step.date}, {step.came or 'first'}: {voices}{changes}."
    if not path.drifts:
        yield "Nothing changes on the way."
    if most < len(path.steps):
        yield f"The picture shows {most} of {len(path.steps):,}; the table has all."


def _rows(path: Path) -> Iterator[tuple[str, ...]]:
    for step in path.steps:
        for hop in step.hops:
            changes = [hop.changed] if hop.change else []
            changes += step.changes if hop is step.hops[-1] else []
            yield (path.agent, step.statement_id, step.document_id, step.date, step.came or "first", hop.agent,
                   str(hop.level), label("mode", hop.mode), worded(hop.factuality), "; ".join(changes))  # fmt: skip

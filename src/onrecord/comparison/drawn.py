"""A comparison as text: documents in the order of time, conflicts, sources, and paths drawn step by step.

Only characters, no colour. Every line went through `visible`, so it can go to any terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..lettering import counted, wrapped
from ..vocabulary import LABELS
from ..voices import Commitment, certainty_of
from . import Backing, Comparison, Contrast, Given, Hop, Path, Side, Stated

RUNGS = ("···", "█··", "██·", "███")  # by certainty: none, possible, probable, certain


def draw_comparison(found: Comparison) -> Iterator[str]:
    """A comparison as lines of text."""
    yield from _line(f"{found.id}: {found.label}", "")
    documents = counted(len(found.documents), "document")
    yield from _line(f"{counted(len(found.statements), 'statement')} in {documents}", "  ")
    yield from _documents(found)
    yield from _contrasts("conflicts", "conflict", found.conflicts, found)
    yield from _crowds(found)
    yield from _recorded(found)
    yield from _contrasts("differences", "difference", found.differences, found)
    yield from _backings(found)
    yield from _paths(found.paths)


def _documents(found: Comparison) -> Iterator[str]:
    for document in found.documents:
        yield ""
        passes = f"; passes on {', '.join(document.cites)}" if document.cites else ""
        yield from _line(f"{document.id}  {document.date}  “{document.title}”{passes}", "")
        for one in found.statements:
            if one.document_id == document.id:
                yield from _stated(one, found)


def _stated(one: Stated, found: Comparison) -> Iterator[str]:
    claim = f"  {one.claim_id or 'no claim chosen yet'}" if found.table == "quantities" else ""
    yield from _line(f"{one.statement_id}{claim}  {one.place}  {_status(one)}", "  ")
    for said in one.voices:
        how = [LABELS["act", said.act], LABELS["mode", said.mode]] + ([f"{said.stance} it"] if said.stance else [])
        lead = "    " + "   " * max(said.level - 1, 0) + ("└─ " if said.level else "")
        yield from _line(f"{_rung(said.factuality)} {said.agent}: {'; '.join(how)}", lead)
    if one.excerpt:
        yield from _line(f"words   “{one.excerpt}”", "    ")
    for given in one.figures:
        yield from _line(f"figure  {_given(given)}", "    ")
    for moment in one.times:
        known = f"{moment.edtf} ({moment.basis})" if moment.edtf else moment.basis
        yield from _line(f"time    {moment.verbatim}: {known}", "    ")
    for caveat in one.caveats:
        yield from _line(f"caveat  {LABELS['caveat-kind', caveat.kind]}: {caveat.note}", "    ")


def _status(one: Stated) -> str:
    after = f" by {one.successor_id}" if one.status == "superseded" and one.successor_id else ""
    counts = "; counts for nothing below" if one.withdrawn else ""
    return f"{one.status}{after}{counts}" + ("; taken for granted" if one.presupposed else "")


def _given(given: Given) -> str:
    bounds = f", {given.bounds}" if given.bounds else ""
    return f"“{given.verbatim}”: {given}{bounds} ({given.counted})"


def _rung(factuality: str) -> str:
    return f"{RUNGS[certainty_of(factuality)]} {factuality}"


def _contrasts(heading: str, noun: str, contrasts: tuple[Contrast, ...], found: Comparison) -> Iterator[str]:
    yield ""
    yield f"{heading}: {counted(len(contrasts), noun)}" if contrasts else f"{heading}: none"
    for one in contrasts:
        about = f"{one.about}: " if one.about != found.id else ""
        yield from _line(f"{about}{one.first.said} / {one.second.said}: {one.how}", "  ")
        yield from _side(one.first)
        yield from _side(one.second)
        for note in one.notes:
            yield from _line(f"note: {note}", "      ")


def _side(side: Side) -> Iterator[str]:
    """Who says so: each voice once, with its statements."""
    voices: dict[tuple[str, str], list[Commitment]] = {}
    for voice in side.voices:
        voices.setdefault((voice.agent, voice.factuality), []).append(voice)
    said = [f"{agent} {factuality} ({', '.join(v.statement_id for v in found)})"
            for (agent, factuality), found in voices.items()]  # fmt: skip
    yield from _line(f"{side.said}: {'; '.join(said)}", "    - ")


def _crowds(found: Comparison) -> Iterator[str]:
    for crowd in found.crowds:
        said = f"{counted(crowd.amounts, 'amount')}, {counted(crowd.conflicts, 'pair')} of which cannot both hold"
        yield from _line(f"{crowd.about}: {said}; of each amount only the nearest that conflict are listed", "  ")


def _recorded(found: Comparison) -> Iterator[str]:
    if not found.contradictions:
        return
    yield ""
    yield "contradictions on record, whatever the figures and signs say:"
    for one in found.contradictions:
        yield from _line(f"{one.from_claim_id} / {one.to_claim_id}: {one.note or 'no reason given'}", "  ")


def _backings(found: Comparison) -> Iterator[str]:
    yield ""
    yield "independence: distinct innermost sources, echoes counted once"
    for backing in found.backings:
        yield from _line(f"{backing.said}: {independent(backing)}", "  ")
        for source in backing.sources:
            yield from _line(f"{source.agent}: {', '.join(source.statements) or 'no statement of its own'}", "    - ")
            for reason in source.reasons:
                yield from _line(reason, "      ")
            for echo in source.echoes:
                yield from _line(f"echo {echo.statement_id}: {echo.why}", "      ")
    silent = len([one for one in found.statements if not one.withdrawn and _uncommitted(one)])
    if silent:
        yield from _line(f"{counted(silent, 'statement')} in which no voice commits itself, counted nowhere", "  ")
    if not found.backings:
        yield "  no voice commits itself"


def independent(backing: Backing) -> str:
    """How many sources stand behind a position, in words."""
    said = counted(backing.independent, "independent source")
    if backing.at_least < backing.independent:
        said += f" ({backing.at_least} if the unnamed ones are among the others)"
    if backing.at_most > backing.independent:
        said += f" ({backing.at_most} if documents that name no source had one of their own)"
    return f"{said} of {counted(backing.named, 'voice')} named"


def _uncommitted(one: Stated) -> bool:
    return not any(said.factuality[-1] in "+-" for said in one.voices)


def _paths(paths: Iterable[Path]) -> Iterator[str]:
    yield ""
    yield "paths: what became of each source's words, from voice to voice and document to document"
    for path in paths:
        yield from _line(f"{path.agent}" + ("" if path.drifts else ": nothing changes"), "  ")
        for number, step in enumerate(path.steps):
            last = number == len(path.steps) - 1
            came = f"  {step.came}" if step.came else ""
            yield from _line(f"{step.statement_id}  {step.date}{came}", "   └─ " if last else "   ├─ ")
            under = "      " if last else "   │  "
            for hop in step.hops:
                yield from _line(_hop(hop), f"{under}   ")
            for change in step.changes:
                yield from _line(f"→ {change}", f"{under}   ")


def _hop(hop: Hop) -> str:
    said = f"{_rung(hop.factuality)} {hop.agent}"
    if hop.change:
        return f"{said} → {hop.changed}"
    return said + (", passes it on without committing itself" if hop.factuality == "Uu" and hop.stance else "")


def _line(text: str, lead: str) -> list[str]:
    """A text behind a lead, wrapped under itself."""
    lines = wrapped(lead + text, " " * len(lead) + "  ") if not lead.strip() else wrapped(lead + text, _under(lead))
    return lines or [""]


def _under(lead: str) -> str:
    """A lead as it continues on the next line: the stem of a branch goes on, its fork does not."""
    return lead.replace("├", "│").replace("└", " ").replace("─", " ").replace("-", " ")

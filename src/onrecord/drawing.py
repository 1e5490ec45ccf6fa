"""Records as text for readers: a statement as its chain of voices, drift as a ladder, others as fields.

Only characters, no colour. Every line went through `visible`, so it can go to any terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from .citation import NAMES
from .column import columns
from .coverage import LEGEND, Compared, Coverage, Place, Tally
from .dataset import Dataset
from .lettering import aligned, counted, visible, wrapped
from .model import Agent, Claim, Document, Quantity, Record, Statement
from .report import render_findings
from .tables import plain
from .verdicts import WITHDRAWN, Status, successors
from .vocabulary import LABELS
from .voices import Commitment, Drift, Pair, Voice, certainty_of, surest_first

if TYPE_CHECKING:
    from rich.text import Text

RUNGS = ("···", "█··", "██·", "███")  # by certainty: none, possible, probable, certain


def draw(dataset: Dataset, record: Record) -> Iterator[str]:
    """A record as lines of text: what became of it if it was withdrawn, the record itself, its reviews."""
    status = dataset.status(f"{record.table}/{record.key}")
    yield from draw_withdrawal(dataset, status)
    yield from _draw_record(dataset, record)
    yield from draw_history(status)


def draw_withdrawal(dataset: Dataset, status: Status) -> Iterator[str]:
    """That a record no longer stands, with the reason and what stands in its place; nothing of one that does."""
    if not status.withdrawn or status.newest is None:
        return
    yield from wrapped(f"{status.status.upper()} on {status.newest.reviewed_at:%Y-%m-%d}: {status.reason}", "  ")
    then = [f"{one.key} ({one.status})" if one.withdrawn else one.key for one in successors(dataset, status)]
    if then:
        yield from wrapped(f"in its place: {', and in the place of that '.join(then)}", "  ")
    yield ""


def draw_history(status: Status) -> Iterator[str]:
    """The reviews of a record, the oldest first, each with its reason and successor."""
    if status.history:
        yield ""
        yield counted(len(status.history), "review")
    for review in status.history:
        successor = f" by {review.successor_id}" if review.successor_id else ""
        said = f"{review.reviewed_at:%Y-%m-%d}  {review.status}{successor}, {review.reviewer} ({review.id})"
        yield from wrapped(f"  {said}" + (f": {review.note}" if review.note else ""), " " * 14)


def _draw_record(dataset: Dataset, record: Record) -> Iterator[str]:
    match record:
        case Statement():
            yield from draw_statement(dataset, record)
        case Claim():
            yield from _fields(dataset, record)
            yield from _stated(dataset, "claim_id", record.id)
            yield from _replies(dataset, "claim_id", record.id)
        case Agent():
            yield from _fields(dataset, record)
            yield from _roles(dataset, record)
            voiced = {row["statement_id"] for row in _rows(dataset, "attributions", "agent_id", record.id)}
            yield from _stated(dataset, "statement_id", *voiced)
            yield from _replies(dataset, "party_id", record.id)
        case Document():
            yield from _fields(dataset, record)
            yield from _stated(dataset, "document_id", record.id)
        case Quantity():
            yield from _fields(dataset, record)
            yield from _measured(dataset, record)
        case _:
            yield from _fields(dataset, record)


def draw_statement(dataset: Dataset, statement: Statement) -> Iterator[str]:
    """A statement: the claim, the voices from the document inwards, figures, times and caveats."""
    claim = dataset.claim(statement.claim_id) if statement.claim_id else None
    overview: Any = dataset.record("overview", statement.id)
    said = f"{claim.id}: {claim.proposition}" if claim else "no claim chosen yet"
    yield from wrapped(f"{statement.id}  {said}", "  ")
    how = "taken for granted" if statement.presupposed else "stated"
    place = f"{statement.passage_id}, code points {overview.start}-{overview.end}"
    kind = f"{claim.kind}, " if claim else ""
    yield visible(f"  {kind}{how} in {place}; {overview.review_status}")
    if overview.excerpt:
        yield from _labelled("words", f"“{overview.excerpt}”")
    yield ""
    yield from draw_chain(dataset.chain(statement.id))
    details = [*_details(dataset, statement)]
    if details:
        yield ""
        yield from details


def draw_chain(chain: Iterable[Voice]) -> Iterator[str]:
    """Voices, the document's own first, each deeper one hanging from the one that passes it on."""
    for voice in chain:
        lead = "  " + ("   " * (voice.level - 1) + "└─ " if voice.level else "")
        yield visible(f"{lead}{voice.agent.name}")
        under = "  " + "   " * voice.level + "│ "
        said = [LABELS["act", voice.act], _factuality(voice.factuality), LABELS["mode", voice.mode]]
        said += [f"{voice.stance} it"] if voice.stance else []
        yield visible(f"{under}{'; '.join(said)}")
        yield from (visible(under + line) for line in _voice_details(voice))


def _voice_details(voice: Voice) -> Iterator[str]:
    if voice.cue:
        place = voice.cue.fragments or f"{voice.cue.start}-{voice.cue.end}"
        words = voice.cue.excerpt
        yield f"cue “{words}” at {place}" if words else f"cue at code points {place}, its words not kept"
    if voice.addressee:
        yield f"to {voice.addressee.name}"
    if voice.medium:
        yield f"through {voice.medium}"


def _factuality(term: str) -> str:
    return f"{term} {LABELS['factuality', term]}"


def _details(dataset: Dataset, statement: Statement) -> Iterator[str]:
    for row in _rows(dataset, "figures", "statement_id", statement.id):
        yield from _labelled("figure", f"{row['verbatim']}: {_figure(row)} ({row['counted']})")
    for row in _rows(dataset, "times", "statement_id", statement.id):
        said = f"{row['edtf']} ({row['basis']})" if row["edtf"] else row["basis"]
        yield from _labelled("time", f"{row['verbatim']}: {said}")
    for row in _rows(dataset, "caveats", "statement_id", statement.id):
        yield from _labelled("caveat", f"{LABELS['caveat-kind', row['kind']]}: {row['note']}")
    if statement.note:
        yield from _labelled("note", statement.note)


def _figure(row: Mapping[str, Any]) -> str:
    about = "about " if row["approximate"] else ""
    if row["value"] is not None:
        sign = "" if row["comparator"] == "=" else f"{row['comparator']} "
        return f"{about}{sign}{plain(row['value'])} {row['unit']}"
    ends = [plain(row[end]) if row[end] is not None else "…" for end in ("lower", "upper")]
    return f"{about}{ends[0]} to {ends[1]} {row['unit']}" if ends != ["…", "…"] else "no value stated"


def _rows(dataset: Dataset, table: str, column: str, *values: str) -> list[dict[str, Any]]:
    wanted = pa.array(values, pa.string())  # typed, since Arrow cannot compare with nothing of no type
    rows: list[dict[str, Any]] = dataset.table(table).filter(pc.field(column).isin(wanted)).to_pylist()
    return rows


def _fields(dataset: Dataset, record: Record) -> Iterator[str]:
    """The fields of a record that say something, under their headings."""
    yield visible(f"{type(record).__name__.removesuffix('Record')} {record.key}")
    for col in columns(type(record)):
        value = getattr(record, col.name)
        if value is not None and (col.name,) != type(record).primary_key:
            name = _name(dataset, col.references, value)
            yield from _labelled(col.title, f"{plain(value)}{name}", 20)


def _name(dataset: Dataset, table: str | None, key: Any) -> str:
    """What a referenced record is known by, after its id."""
    if table is None:
        return ""
    record = dataset.record(table, key)
    names = (getattr(record, column, None) for column in NAMES)
    known = next((name for name in names if name), None)
    return f"  {known}" if known else ""


def _roles(dataset: Dataset, agent: Agent) -> Iterator[str]:
    for row in _rows(dataset, "roles", "agent_id", agent.id):
        yield from _labelled("Stated as", f"{row['title']} ({row['document_id']})", 20)


def _measured(dataset: Dataset, quantity: Quantity) -> Iterator[str]:
    """The figures for a quantity, with who gives each: what other documents' figures stand beside."""
    for row in _rows(dataset, "figures", "quantity_id", quantity.id):
        speaker: Any = dataset.record("overview", row["statement_id"])
        yield from _labelled("Figure", f"{row['verbatim']}: {_figure(row)}, {speaker.chain} ({row['id']})", 20)


def _stated(dataset: Dataset, column: str, *values: str) -> Iterator[str]:
    """The statements with these values in the overview, a line for each."""
    rows = _rows(dataset, "overview", column, *values)
    rows.sort(key=lambda row: (row["document_id"], row["start"], row["statement_id"]))
    if rows:
        yield ""
        yield counted(len(rows), "statement")
        lines = aligned(
            ("statement", "factuality", "claim", "voices"),
            [(_marked(r), r["factuality"], r["claim_id"], r["chain"]) for r in rows],
        )
        yield from (f"  {line}" for line in lines)


def _marked(row: Mapping[str, Any]) -> str:
    """The id of a statement; of one that no longer stands, with what became of it."""
    status = f" ({row['review_status']})" if row["review_status"] in WITHDRAWN else ""
    return f"{row['statement_id']}{status}"


def _replies(dataset: Dataset, column: str, value: str) -> Iterator[str]:
    """What the parties said of a claim, or a party of the claims about it: a line for each, with its notes."""
    rows = sorted(_rows(dataset, "replies", column, value), key=lambda row: (row["document_id"], row["id"]))
    if not rows:
        return
    yield ""
    yield "1 reply" if len(rows) == 1 else f"{len(rows):,} replies"
    for row in rows:
        asked = f", asked {row['asked_at']}" if row["asked_at"] else ""
        where = f"in {row['statement_id']}" if row["statement_id"] else f"in {row['document_id']}"
        about = dataset.agent(row["party_id"]).name if column == "claim_id" else f"to {row['claim_id']}"
        said = f"{about}{asked}: {LABELS['response', row['response']]}, {where} ({row['id']})"
        yield from wrapped(f"  {said}" + (f": {row['note']}" if row["note"] else ""), "    ")


def draw_drift(drift: Drift) -> Iterator[str]:
    """A claim with its commitments, the surest first, and who is surer than whom."""
    yield from wrapped(f"{drift.claim_id}: {drift.proposition}", "  ")
    ladder = sorted(drift.commitments, key=_rung)
    rows = [(RUNGS[certainty_of(c.factuality)], _factuality(c.factuality), c.agent, _at(c)) for c in ladder]
    yield from (f"  {line}" for line in list(aligned(("", "", "", ""), rows))[2:])
    steps = [list(step) for _, step in groupby(ladder, key=lambda commitment: commitment.factuality)]
    for surer, other in combinations(steps, 2):  # what holds of two values holds of all their voices
        how = _difference(Pair(surer[0], other[0]), "are" if len(_names(surer)) > 1 else "is")
        yield from wrapped(f"  {_together(surer)} {how} {_together(other)}", "    ") if how else ()


def _rung(commitment: Commitment) -> tuple[object, ...]:
    """Where a commitment stands on the ladder: the surest first, then in reading order."""
    return *surest_first(commitment), commitment.document_id, commitment.start, commitment.level


def _at(commitment: Commitment) -> str:
    return f"{commitment.statement_id}, {commitment.start}-{commitment.end}"


def _difference(pair: Pair, verb: str) -> str:
    """How the first of two commitments differs from the second; nothing where that is neither surer nor opposite."""
    said = {(True, False): "surer than", (False, True): "at odds with", (True, True): "surer than, and at odds with,"}
    how = said.get((pair.certainty, pair.opposite))
    return f"{verb} {how}" if how else ""


def _names(commitments: Iterable[Commitment]) -> list[str]:
    return list({commitment.agent_id: commitment.agent for commitment in commitments}.values())


def _together(commitments: Sequence[Commitment]) -> str:
    """Voices with the same factuality, each named once: `A, B and C (all CT+)`."""
    names = _names(commitments)
    whole = {1: "", 2: "both "}.get(len(names), "all ")
    listed = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    return f"{listed} ({whole}{commitments[0].factuality})"


def draw_coverage(said: Coverage) -> Iterator[str]:
    """A document's units by kind, and its passages as strips."""
    yield visible(f"{said.document_id}: {counted(said.open, 'open unit')}")
    rows = [(kind, *_tally(tally)) for kind, tally in sorted(said.units.items())]
    yield from (f"  {line}" for line in aligned(("units", "all", "covered", "open", "waived"), rows))
    yield ""
    yield f"  {LEGEND}; one character is {counted(said.scale, 'code point')}"
    strips = [(passage.id, passage.kind, passage.strip) for passage in said.passages]
    yield from (f"  {line}" for line in list(aligned(("", "", ""), strips))[2:])


FOUND_ALL = "nothing that is found in the text is"


def draw_compared(said: Compared) -> Iterator[Text | str]:
    """A ledger beside its text: what is open in its words, what is no unit, marks without a partner."""
    for place in said.coverage.open_units:
        yield visible(f"  open: {place.kind} {place.start}-{place.end} (`{place.unit_id}` in `{place.passage_id}`)")
        yield from _words(said, place)
    for place, finding in zip(said.unlisted, said.findings(), strict=True):
        yield from render_findings([finding])
        yield from _words(said, place)
    for mark in said.unclosed:
        yield visible(f"  note: the quotation mark {mark.mark} at {mark.offset} has no partner")
    missing = len(said.unlisted)
    found = f"{counted(missing, 'piece')} of the text {'is' if missing == 1 else 'are'}" if missing else FOUND_ALL
    yield visible(f"{said.coverage.document_id}: {found} missing from the ledger")


def _words(said: Compared, place: Place) -> Iterator[str]:
    yield from wrapped(f"    “{said.words(place)}”", "     ")


def _tally(tally: Tally) -> tuple[int, int, int, str]:
    waived = ", ".join(f"{number} {reason}" for reason, number in sorted(tally.waived.items()))
    return tally.total, tally.covered, tally.open, waived


def _labelled(label: str, text: str, column: int = 8) -> Iterator[str]:
    """A label and its text, wrapped under itself."""
    yield from wrapped(f"  {label:<{column}}{text}", " " * (column + 2))

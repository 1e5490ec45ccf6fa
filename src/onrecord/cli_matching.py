"""The command line: what is proposed to be one claim, and what people answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .program import PathParam, path_or_at, project, say
from .vocabulary import terms_of

if TYPE_CHECKING:
    from .linking import Linked, Proposals

ANSWERS = click.Choice(terms_of("match-answer"))
KEYS = {"y": "yes", "n": "no", "u": "unsure", "s": "skip", "q": "quit"}


@click.command(short_help="Propose claims for statements, and keep the answers.")
@path_or_at
@click.option("--source", type=PathParam(path_type=Path), help="Your copy of the text, or its folder, for its words.")
@click.option("--limit", type=click.IntRange(1), default=3, show_default=True, help="Claims proposed for each record.")
@click.option("--least", type=click.FloatRange(0, 1), help="Propose nothing less alike than this, from 0 to 1.")
@click.option(
    "--answer", nargs=3, type=(str, str, ANSWERS), metavar="ID CLAIM ANSWER", help="Answer yes, no or unsure."
)
@click.option("--undo", metavar="ID", help="Take this answer back; what it merged is parted again.")
@click.option("--instead", type=ANSWERS, help="With --undo: the answer that holds instead; else unsure.")
@click.option("--by", metavar="CODER", help="Who answers: a role, or a name that may be published.")
@click.option("--note", metavar="TEXT", help="Why.")
@click.option("--json", "as_data", is_flag=True, help="Print the pairs, or what was written, as JSON.")
def match(
    path: Path | None,
    source: Path | None,
    limit: int,
    least: float | None,
    answer: tuple[str, str, str] | None,
    undo: str | None,
    instead: str | None,
    by: str | None,
    note: str | None,
    as_data: bool,
) -> None:
    """Propose claims for statements that have none, and claims that may be one; keep what people answer.

    Nothing is merged without a yes. With --by and neither --answer nor --undo, each pair is asked in turn.
    Each answer stands in matches.yaml with who gave it and when, and no pair is asked twice.

    \b
    Example:
      onrecord match --source my-texts/
      onrecord match --by "first coder"
      onrecord match --answer crane.s2 crane-fell yes --by "first coder"
      onrecord match --undo m0001 --by "first coder" --note "Another crane."
    """
    from .lettering import as_json
    from .linking import propose

    _refuse_mixed(answer, undo, instead, by, note, as_data)
    root = project(path)
    if answer or undo:
        done = _written(root, answer, undo, instead, by or "", note, source)
        say([as_json(done.plain())] if as_data else done.lines())
        return
    found = propose(root, source=source, limit=limit, least=least)
    if by is None:
        say([as_json(found.plain())] if as_data else found.lines())
    else:
        _ask(root, found, by, note, source)


def _refuse_mixed(
    answer: object, undo: str | None, instead: str | None, by: str | None, note: str | None, as_data: bool
) -> None:
    if answer and undo:
        raise click.UsageError("--answer and --undo are both given; leave one of them out")
    if instead and not undo:
        raise click.UsageError("--instead goes with --undo")
    if (answer or undo) and by is None:
        raise click.UsageError("say who answers with --by")
    if by is None and note is not None:
        raise click.UsageError("--note goes with an answer")
    if as_data and by is not None and not (answer or undo):
        raise click.UsageError("with --json nobody can be asked; leave --by out, or give --answer")


def _written(
    root: Path,
    answer: tuple[str, str, str] | None,
    undo: str | None,
    instead: str | None,
    by: str,
    note: str | None,
    source: Path | None,
) -> Linked:
    from . import linking
    from .answering import UNSURE, Answer

    if answer:
        id, claim, said = answer
        return linking.answer(id, claim, Answer(said, by, note), root, source=source)
    return linking.undo(undo or "", Answer(instead or UNSURE, by, note), root)


def _ask(root: Path, found: Proposals, by: str, note: str | None, source: Path | None) -> None:
    """Put pair after pair before a person; each answer is written at once. The end of the input ends it."""
    from . import linking
    from .answering import YES, Answer, MatchRefused

    moved: set[str] = set()
    for number, one in enumerate(found.candidates, 1):
        if one.id in moved or one.claim in moved:
            continue  # an answer just given settled it
        say([f"pair {number} of {len(found.candidates)}", *linking.drawn(one)])
        said = _reply()
        if said == "quit":
            break
        if said == "skip":
            continue
        try:
            done = linking.answer(f"{one.table}/{one.id}", one.claim, Answer(said, by, note), root, source=source)
        except MatchRefused as error:
            say(_refusal(error))
            continue
        say(done.lines())
        moved |= {one.id} if said == YES else set()
    if not found.candidates:
        say(found.lines())


def _reply() -> str:
    try:
        key = click.prompt(
            "one claim? yes, no, unsure, skip, quit", type=click.Choice([*KEYS, *KEYS.values()]), show_choices=False
        )
    except click.Abort:
        click.echo()
        return "quit"
    return KEYS.get(key, key)


def _refusal(error: Exception) -> Iterator[str]:
    from .lettering import visible

    yield visible(f"refused: {error}")
    yield visible(f"  help: {getattr(error, 'help', '')}")


COMMANDS = (match,)

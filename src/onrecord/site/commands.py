"""The commands, from the program itself: usage, arguments, options, examples, exit codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import click
from markupsafe import Markup

from .encoding import encoded
from .pages import Page, page
from .prose import fenced, prose

PATH = "commands.md"
# Whom the commands of a module are for; those of any other module come last.
GROUPS = (
    ("For readers", ("cli_read", "cli_compare")),
    ("For curators: records and packages", ("cli",)),
    ("For curators: the text of a source", ("cli_text",)),
    ("For curators: versions", ("cli_difference",)),
    ("For curators: reviews, coders, links between documents", ("cli_reviewing", "cli_agreement", "cli_matching")),
    ("The site", ("cli_site",)),
)
FURTHER = "Further commands"
EXITS = (
    ("0", "Done, and nothing was found."),
    ("1", "Done, and there are findings: faults in records, packages or texts, or what an option asked to be told of."),
    ("2", "It could not run; the message says why, and its `help:` what to do."),
    ("130", "Stopped by Ctrl-C."),
)
_EXAMPLE = re.compile(r"\n*\x08?\n? *Examples?:\n")


def pages(program: click.Group) -> Iterator[Page]:
    """One page with every command."""
    yield page(
        PATH,
        PATH,
        groups=[*_groups(program)],
        options=[*_options(program, "onrecord")],
        exits=[(key, prose(said)) for key, said in EXITS],
    )


def _groups(program: click.Group) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    shown = {name: command for name, command in program.commands.items() if not command.hidden}
    homes = {name: getattr(command.callback, "__module__", "").rpartition(".")[2] for name, command in shown.items()}
    grouped = {module for _, modules in GROUPS for module in modules}
    for title, modules in (*GROUPS, (FURTHER, tuple({*homes.values()} - grouped))):
        names = [name for name in sorted(shown) if homes[name] in modules]
        if names:
            yield title, [_command(name, shown[name]) for name in names]


def _command(name: str, command: click.Command) -> dict[str, Any]:
    whole = f"onrecord {name}"
    text, example = _split(command.help or "")
    return {
        "name": Markup(name),
        "short": prose(command.get_short_help_str(200)),
        "text": [prose(" ".join(part.split())) for part in re.split(r"\n\s*\n", text.strip()) if part.strip()],
        "usage": fenced(" ".join([whole, *command.collect_usage_pieces(_context(command, whole))])),
        "options": [*_options(command, whole)],
        "example": fenced("\n".join(line.strip() for line in example.splitlines() if line.strip()), "sh"),
    }


def _split(help_text: str) -> tuple[str, str]:
    """The words of a help text, and the examples under it."""
    found = _EXAMPLE.search(help_text)
    return (help_text[: found.start()], help_text[found.end() :]) if found else (help_text, "")


def _context(command: click.Command, name: str) -> click.Context:
    return click.Context(command, info_name=name)


def _options(command: click.Command, name: str) -> Iterator[tuple[object, ...]]:
    """What a command declares; `--help`, which each has, is told once for all."""
    context = _context(command, name)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            record = parameter.get_help_record(context)
            if record:
                yield _whole(record[0]), prose(record[1])


def _whole(said: str) -> Markup:
    """An option with what it takes; its own name is never broken across lines."""
    words = (
        Markup('<span class="name">{}</span>').format(encoded(w)) if w[0] == "-" else encoded(w) for w in said.split()
    )
    return Markup("<code>") + Markup(" ").join(words) + Markup("</code>")

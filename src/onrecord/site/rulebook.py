"""The rules: a page for each, by its code; a small page by its name that leads there; also for retired ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from ..lettering import visible_lines
from ..rules import RETIRED, RULES
from ..rules.example import filled
from ..rules.rule import Rule
from .pages import Page, page
from .prose import code, fenced, link, prose
from .shelf import Shelf

INDEX = "rules/index.md"
FAMILIES = {
    "OR0": "Files",
    "OR1": "Shape: constraints on one field",
    "OR2": "Keys and references",
    "OR3": "Anchors and the ledger",
    "OR4": "Attribution and replies",
    "OR5": "Figures and times",
    "OR6": "Drift and fidelity",
    "OR7": "Rights",
    "OR8": "Reviews, answers to proposed links, changes",
    "OR9": "Packages",
}
_FIELD = re.compile(r"\{\w+\}")
_RULE = re.compile(r"\bOR\d{3}\b")


def pages(_: Shelf) -> Iterator[Page]:
    """The list of rules, and the pages of each."""
    yield page(INDEX, "rules.md", families=[*_families()], retired=[*_retired()])
    for rule in RULES:
        yield _rule(rule)
        yield _named(rule.name, rule.code)
    for key, (name, now) in RETIRED.items():
        yield page(file_of(key), "retired.md", code=Markup(key), name=Markup(name), now=_linked(now, file_of(key)))
        yield _named(name, key)


def file_of(key: str) -> str:
    """The file of the page of a rule's code or name."""
    return f"rules/{key}.md"


def _families() -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    for prefix, title in FAMILIES.items():
        yield title, [_line(rule) for rule in RULES if rule.code.startswith(prefix)]


def _line(rule: Rule) -> tuple[object, ...]:
    return link(rule.code, file_of(rule.code), INDEX), code(rule.name), rule.severity.value, prose(rule.what)


def _retired() -> Iterator[tuple[object, ...]]:
    for key, (name, now) in RETIRED.items():
        yield link(key, file_of(key), INDEX), code(name), _linked(now, INDEX)


def _linked(said: str, path: str) -> Markup:
    """Words of ours in which every code of a rule leads to its page."""
    known = {rule.code for rule in RULES}

    def lead(found: re.Match[str]) -> str:
        return link(found[0], file_of(found[0]), path) if found[0] in known else found[0]

    return Markup(_RULE.sub(lead, prose(said)))


def _rule(rule: Rule) -> Page:
    path = file_of(rule.code)
    examples = [
        (label, fenced(visible_lines(filled(said)), "yaml", rule.example_file or ""))
        for label, said in (("Bad", rule.bad), ("Good", rule.good))
        if said.strip()
    ]
    return page(
        path,
        "rule.md",
        rule=rule,
        heading=Markup(f"{rule.code} {rule.name}"),
        what=_linked(rule.what, path),
        why=_linked(rule.why, path),
        mend=_linked(_sentence(rule.remedy), path),
        message=code(_FIELD.sub("…", rule.message.replace("{nearest}", ""))),
        examples=examples,
    )


def _sentence(said: str) -> str:
    """A help line as a sentence."""
    return said and said[0].upper() + said[1:] + ("" if said.endswith((".", "…", "?")) else ".")


def _named(name: str, key: str) -> Page:
    return page(file_of(name), "rule-name.md", name=Markup(name), code=Markup(key))

"""Rules and tables explained: what each finds or holds, why it matters, how to mend it."""

from __future__ import annotations

from collections.abc import Iterator

from .dataset import Dataset
from .errors import RecordNotFound
from .lettering import aligned, visible, visible_lines
from .model import TABLES
from .rules import RETIRED, RULES
from .rules.example import filled
from .rules.rule import Rule, nearest
from .vocabulary import terms_of


def rule_named(said: str) -> Rule:
    """The rule with this code or name. Raises RecordNotFound, with the nearest ones."""
    for rule in RULES:
        if said.upper() == rule.code or said.lower() == rule.name:
            return rule
    for code, (name, now) in RETIRED.items():
        if said.upper() == code or said.lower() == name:
            raise RecordNotFound(f"{code} {name} is retired", help=f"what it found is now said by {now}")
    near = nearest(said, [word for rule in RULES for word in (rule.code, rule.name)])
    raise RecordNotFound(f"there is no rule `{said}`{near}", help="`onrecord explain` lists them all")


def explain_rule(said: str) -> Iterator[str]:
    """One rule in full."""
    rule = rule_named(said)
    yield f"{rule.code} {rule.name} ({rule.severity})"
    yield ""
    yield f"What: {rule.what}"
    yield f"Why:  {rule.why}"
    if rule.remedy:
        yield f"Mend: {rule.remedy}"
    where = f" ({rule.example_file})" if rule.example_file else ""
    for label, example in (("Bad", rule.bad), ("Good", rule.good)):
        if example.strip():
            yield ""
            yield f"{label}{where}:"
            yield from (f"  {line}" for line in visible_lines(filled(example).rstrip("\n")).split("\n"))


def list_rules() -> Iterator[str]:
    """Every rule on a line: code, name, severity, what it finds."""
    yield from aligned(("code", "name", "severity", "finds"), [(r.code, r.name, r.severity, r.what) for r in RULES])


def list_tables(dataset: Dataset) -> Iterator[str]:
    """Every table on a line: name, rows, what a row of it is."""
    rows = [(name, dataset.table(name).num_rows, TABLES[name].__doc__) for name in dataset.tables]
    yield from aligned(("table", "rows", "a row is"), rows)


def explain_table(dataset: Dataset, name: str) -> Iterator[str]:
    """Every column of a table: name, type, whether it may be empty, what it means, what it refers to."""
    for row in dataset.codebook(name).to_pylist():
        null = ", may be empty" if row["nullable"] else ""
        yield f"{row['name']} ({row['type']}{null}): {row['description']}"
        said = {"constraints": row["constraints"], "refers to": row["references"], "example": row["example"]}
        yield from (visible(f"  {label}: {words}") for label, words in said.items() if words is not None)
        if row["vocabulary"]:
            yield f"  one of `{row['vocabulary']}`: {', '.join(terms_of(row['vocabulary']))}"
    if name == "terms":
        yield ""
        terms = dataset.table("terms").to_pylist()
        yield from aligned(
            ("vocabulary", "term", "definition"), [(t["vocabulary"], t["term"], t["definition"]) for t in terms]
        )

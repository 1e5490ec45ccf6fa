"""OR1xx: constraints on one field. Pydantic enforces them while YAML loads; the SELECTs here are
derived from the same columns, for data that never was YAML."""

from __future__ import annotations

from collections.abc import Callable

from ..column import ID, PATTERN_SAYS, Column, columns
from ..constraints import STORED_MODELS, UNION, broken, quoted
from ..vocabulary import terms_of
from .rule import Rule

Words = Callable[[Column], dict[str, str]]


def _broken(rule: str, words: Words | None = None, *, references: str | None = None) -> str:
    """One SELECT of the values that break a rule, with the words that its message needs about the column.

    `references` names the mark by which a reference breaks it.
    """
    chosen = "record_table, record_id, record_column, value"
    faults = f"SELECT {chosen} FROM misshapen WHERE rule = {quoted(rule)}"
    if references:
        faults += f"{UNION}SELECT {chosen} FROM misreferences WHERE {references}"
    if words is None:
        return faults
    said = {(m.table, c.name): words(c) for m in STORED_MODELS for c in columns(m) if broken(rule, c)}
    rows = ", ".join(f"({', '.join(map(quoted, (*place, *about.values())))})" for place, about in said.items())
    names = ", ".join(f'"{name}"' for name in next(iter(said.values())))
    return (
        f"SELECT {chosen}, {names} FROM ({faults}) AS found "
        f"JOIN (VALUES {rows}) AS about(of_table, of_column, {names}) "
        "ON record_table = of_table AND record_column = of_column"
    )


def _vocabulary(col: Column) -> dict[str, str]:
    known = terms_of(col.vocabulary or "")
    return {"vocabulary": col.vocabulary or "", "options": ", ".join(known)}


def limits(col: Column) -> str:
    """The range of a column in words."""
    said = [f"at least {col.minimum}"] if col.minimum is not None else []
    said += [f"at most {col.maximum}"] if col.maximum is not None else []
    return " and ".join(said)


AGENT = "agents.yaml:\n  agents:\n    - {{id: {id}, name: {name}, kind: {kind}}}\n"
GOOD = AGENT.format(id="ada-lind", name="Ada Lind", kind="person")
# The quotation of the example text, ready for the figure that it gives.
COUNTED = """crane/statements.yaml:
  statements:
    - id: crane.s3
      passage_id: crane.p2
      claim_id: people-were-near
      anchor: "102-129 {h:102-129}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: report, factuality: Uu, stance: relays}
        - {level: 1, agent_id: ada-lind, mode: direct, act: assert, factuality: CT+,
           cue_anchor: "136-141 {h:136-141} wrote", source_anchor: "132-135 {h:132-135}"}
      figures:
"""
FIGURE = (
    COUNTED
    + """        - {quantity_id: people-nearby, kind: cardinal, verbatim: About 40, comparator: "=", approximate: true,
           value: VALUE, unit: person, counted: people nearby, anchor: "102-110 {h:102-110}"}
"""
)

MISSING_VALUE = Rule(
    code="OR101",
    name="missing-value",
    what="A required field is missing or null.",
    why="A record without it cannot be read, checked or compared.",
    message="`{record_column}` is missing",
    mend="add `{record_column}: ...`",
    select=_broken("OR101"),
    bad="agents.yaml:\n  agents:\n    - {id: ada-lind, kind: person}\n",
    good=GOOD,
)
UNKNOWN_KEY = Rule(
    code="OR102",
    name="unknown-key",
    what="A record has a key that its table does not know.",
    why="What stands under it would be lost without a word.",
    message="unknown key `{value}`{nearest}",
    mend="correct the key, or move its words to `note`",
    bad="agents.yaml:\n  agents:\n    - {id: ada-lind, nme: Ada Lind, name: Ada Lind, kind: person}\n",
    good=GOOD,
)
WRONG_TYPE = Rule(
    code="OR103",
    name="wrong-type",
    what="A value is of another type than its field: text for a number, a number for text, a list for one value.",
    why="A silent conversion would change what was written: `010` is not 8 and `no` is not false.",
    message="`{record_column}`: expected {expected}, got {value}",
    mend="{hint}",
    bad="agents.yaml:\n  agents:\n    - {id: ada-lind, name: 1988, kind: person}\n",
    good='agents.yaml:\n  agents:\n    - {id: ada-lind, name: "1988", kind: person}\n',
)
UNKNOWN_TERM = Rule(
    code="OR104",
    name="unknown-term",
    what="A value is not a term of its field's vocabulary.",
    why="Records can be counted and compared only when the same thing has the same name.",
    message='`{record_column}`: "{value}" is not a term of `{vocabulary}`{nearest}',
    mend="use a term of the vocabulary; `onrecord codebook terms` lists them with their definitions",
    select=_broken("OR104", _vocabulary),
    bad=AGENT.format(id="ada-lind", name="Ada Lind", kind="persn"),
    good=GOOD,
)
BAD_ID = Rule(
    code="OR105",
    name="bad-id",
    what="An id is not made of lower-case ASCII letters and digits in words joined by `-` or `.`.",
    why="Ids become file names and addresses, on disks that do not tell `A` from `a` and in scripts that look alike.",
    message='`{record_column}`: "{value}" is not an id',
    mend=f"write {PATTERN_SAYS[ID]}, for example `ada-lind`",
    select=_broken("OR105", references="malformed"),
    bad=AGENT.format(id="Ada_Lind", name="Ada Lind", kind="person"),
    good=GOOD,
)
MALFORMED_TEXT = Rule(
    code="OR106",
    name="malformed-text",
    what="A text does not have the form its field asks for.",
    why="Hashes, addresses, spans and language tags are read by machines that take them at their word.",
    message='`{record_column}`: "{value}" is not {expected}',
    mend="write {expected}",
    select=_broken("OR106", lambda col: {"expected": PATTERN_SAYS[col.pattern or ""]}),
    bad='agents.yaml:\n  agents:\n    - {id: ada-lind, name: " Ada Lind", kind: person}\n',
    good=GOOD,
)
OUT_OF_RANGE = Rule(
    code="OR107",
    name="out-of-range",
    what="A number lies outside the range of its field.",
    why="A negative offset or a level over 20 can only be a slip.",
    message="`{record_column}`: {value} is not {limits}",
    mend="write a number that is {limits}",
    select=_broken("OR107", lambda col: {"limits": limits(col)}),
    bad="""crane/statements.yaml:
  statements:
    - id: crane.s1
      passage_id: crane.p1
      claim_id: crane-fell
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: -1, agent_id: crane.narrator, mode: narration, act: assert, factuality: CT+}
""",
    good="""crane/statements.yaml:
  statements:
    - id: crane.s1
      passage_id: crane.p1
      claim_id: crane-fell
      anchor: "0-25 {h:0-25}"
      attributions:
        - {level: 0, agent_id: crane.narrator, mode: narration, act: assert, factuality: CT+}
""",
)
TOO_LONG = Rule(
    code="OR108",
    name="too-long",
    what="A text is longer than its field allows.",
    why="Names, labels and propositions must fit where people read them; long text may be source text.",
    message="`{record_column}` is longer than {limit} characters",
    mend="shorten it, or move the detail to `note`",
    select=_broken("OR108", lambda col: {"limit": str(col.max_length)}, references="overlong"),
    bad=AGENT.format(id="ada-lind", name="A" * 301, kind="person"),
    good=GOOD,
)
INEXACT_NUMBER = Rule(
    code="OR109",
    name="inexact-number",
    what="A number has more digits than the tables can hold exactly: 29 before the point, 9 after it.",
    why="A rounded figure is not the figure that was printed.",
    message="`{record_column}`: {value} cannot be held exactly",
    mend="give the number in a larger or smaller unit; `verbatim` keeps it as printed",
    bad=FIGURE.replace("VALUE", "40.0000000001"),
    good=FIGURE.replace("VALUE", "40"),
)
BAD_DATE = Rule(
    code="OR110",
    name="bad-date",
    what="A day or a time is not written in ISO 8601 or does not exist.",
    why="Dates written otherwise are read differently by different people and programs.",
    message="`{record_column}`: expected {expected}, got {value}",
    mend="months run from 01 to 12; leave the field out if the day is not known",
    bad="""crane/document.yaml:
  document:
    published_earliest: "2021-13-03"
""",
    good="""crane/document.yaml:
  document:
    published_earliest: "2021-03-03"
""",
)

SHAPE_RULES: tuple[Rule, ...] = (
    MISSING_VALUE,
    UNKNOWN_KEY,
    WRONG_TYPE,
    UNKNOWN_TERM,
    BAD_ID,
    MALFORMED_TEXT,
    OUT_OF_RANGE,
    TOO_LONG,
    INEXACT_NUMBER,
    BAD_DATE,
)

"""OR1xx: constraints on one field. Pydantic enforces them while YAML loads; the SELECTs here are
derived from the same columns, for data that never was YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..column import ID, PATTERN_SAYS, Column, columns
from ..model import TABLES, Overview, Record
from ..vocabulary import terms_of
from .rule import Rule

Predicate = Callable[[Column], tuple[str, dict[str, str]] | None]


def quoted(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def key_of(model: type[Record]) -> str:
    """The SQL expression for the key of a table's rows."""
    return " || '/' || ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '(null)')" for name in model.primary_key)


def derived(predicate: Predicate) -> str:
    """One SELECT over every column to which the predicate gives a condition for being at fault."""
    return "\nUNION ALL\n".join(_pieces(predicate))


def _pieces(predicate: Predicate) -> Iterable[str]:
    for table, model in TABLES.items():
        if model is Overview:  # computed from the others
            continue
        for col in columns(model):
            said = predicate(col)
            if said is None:
                continue
            condition, words = said
            extra = "".join(f", {quoted(text)} AS {name}" for name, text in words.items())
            yield (
                f"SELECT {quoted(table)} AS record_table, {key_of(model)} AS record_id, "
                f"{quoted(col.name)} AS record_column, "
                f'CAST("{col.name}" AS VARCHAR) AS value{extra} FROM "{table}" WHERE {condition}'
            )


def _missing(col: Column) -> tuple[str, dict[str, str]] | None:
    return None if col.nullable else (f'"{col.name}" IS NULL', {})


def _unknown_term(col: Column) -> tuple[str, dict[str, str]] | None:
    if col.vocabulary is None:
        return None
    known = terms_of(col.vocabulary)
    condition = f'"{col.name}" NOT IN ({", ".join(map(quoted, known))})'
    return condition, {"vocabulary": col.vocabulary, "options": ", ".join(known)}


def _mismatch(col: Column) -> str:
    return f'NOT regexp_matches("{col.name}", {quoted(col.pattern or "")})'


def _bad_id(col: Column) -> tuple[str, dict[str, str]] | None:
    return (_mismatch(col), {}) if col.pattern == ID else None


def _malformed(col: Column) -> tuple[str, dict[str, str]] | None:
    if col.pattern is None or col.pattern == ID:
        return None
    return _mismatch(col), {"expected": PATTERN_SAYS[col.pattern]}


def _too_long(col: Column) -> tuple[str, dict[str, str]] | None:
    if col.max_length is None:
        return None
    return f'length("{col.name}") > {col.max_length}', {"limit": str(col.max_length)}


def _out_of_range(col: Column) -> tuple[str, dict[str, str]] | None:
    faults = [f'"{col.name}" < {col.minimum}'] if col.minimum is not None else []
    faults += [f'"{col.name}" > {col.maximum}'] if col.maximum is not None else []
    return (" OR ".join(faults), {"limits": limits(col)}) if faults else None


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
    select=derived(_missing),
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
    select=derived(_unknown_term),
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
    select=derived(_bad_id),
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
    select=derived(_malformed),
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
    select=derived(_out_of_range),
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
    select=derived(_too_long),
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

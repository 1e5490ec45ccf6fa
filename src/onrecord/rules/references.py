"""OR2xx: keys and references: every id once, every reference to something, no circles."""

from __future__ import annotations

from ..column import columns
from ..model import MODELS, Overview
from .rule import Rule
from .shape import key_of, quoted


def _duplicates() -> str:
    return "\nUNION ALL\n".join(
        f"SELECT {quoted(m.table)} AS record_table, {key_of(m)} AS record_id, count(*) AS times "
        f'FROM "{m.table}" GROUP BY ALL HAVING count(*) > 1'
        for m in MODELS
        if m is not Overview
    )


def _dangling() -> str:
    return "\nUNION ALL\n".join(
        f"SELECT {quoted(m.table)} AS record_table, {key_of(m)} AS record_id, {quoted(c.name)} AS record_column, "
        f'"{c.name}" AS value, {quoted(c.references)} AS options_table '
        f'FROM "{m.table}" ANTI JOIN (SELECT id AS known FROM "{c.references}") ON "{c.name}" = known '
        f'WHERE "{c.name}" IS NOT NULL'
        for m in MODELS
        if m is not Overview
        for c in columns(m)
        if c.references
    )


DUPLICATE_ID = Rule(
    code="OR201",
    name="duplicate-id",
    what="Two records of one table have the same key.",
    why="A reference to that key, a citation or a review could mean either of them.",
    message="`{record_id}` is used by {times} records of {record_table}",
    mend="give each record an id of its own, or remove the repetition",
    select=_duplicates(),
    bad="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
    - {agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}", id: crane.m5}
""",
    good="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
""",
)
UNKNOWN_REFERENCE = Rule(
    code="OR202",
    name="unknown-reference",
    what="A field refers to a record that is not there.",
    why="A statement without its speaker, or a figure without its statement, says nothing.",
    message='`{record_column}`: there is no "{value}" in {options_table}{nearest}',
    mend="correct the id, or add the record to {options_table}",
    whole=True,
    select=_dangling(),
    bad="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lynd, form: name, anchor: "86-94 {h:86-94}"}
""",
    good="""crane/mentions.yaml:
  mentions:
    - {id: crane.m5, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
""",
)

REFERENCE_RULES: tuple[Rule, ...] = (DUPLICATE_ID, UNKNOWN_REFERENCE)

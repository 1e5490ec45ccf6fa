"""The constraints of single columns, and references, as SQL views: every fault of that kind, found once for all rules.

`misshapen` (rule, record_table, record_id, record_column, value) has a row per value that breaks a
constraint of its column, save references. `suspects` (options_table, value, missing, malformed,
overlong) has the few values that are no good as a reference to a table: nothing there has that
id, or what has it is misnamed. `misreferences` has the references that name one of them, so that a
reference to a record that is there, under a good id, is looked at no second time.
"""

from __future__ import annotations

from collections.abc import Iterator

from .column import ID, ID_LENGTH, Column, columns
from .form import FILES, with_nested
from .model import TABLES, Overview, Record
from .vocabulary import terms_of

UNION = "\nUNION ALL\n"
STORED_MODELS: tuple[type[Record], ...] = tuple(m for m in TABLES.values() if m is not Overview)  # it is computed
# These are answered by the statistics of a Parquet file; they are asked apart from those that look at each value.
_FROM_STATISTICS = ("OR101", "OR107")
_BY_LOOKING = ("OR104", "OR105", "OR106", "OR108")


def quoted(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def key_of(model: type[Record]) -> str:
    """The SQL expression for the key of a table's rows."""
    return " || '/' || ".join(f"coalesce(CAST(\"{name}\" AS VARCHAR), '(null)')" for name in model.primary_key)


def broken(rule: str, col: Column) -> str | None:
    """The condition under which a value of a column breaks what a rule asks; None where it asks nothing of it."""
    name = f'"{col.name}"'
    match rule:
        case "OR101":
            return None if col.nullable else f"{name} IS NULL"
        case "OR104" if col.vocabulary:
            return f"{name} NOT IN ({', '.join(map(quoted, terms_of(col.vocabulary)))})"
        case "OR105" | "OR106" if col.pattern and (col.pattern == ID) is (rule == "OR105"):
            return mismatch(name, col.pattern)
        case "OR107":
            faults = [f"{name} < {col.minimum}"] if col.minimum is not None else []
            faults += [f"{name} > {col.maximum}"] if col.maximum is not None else []
            return " OR ".join(faults) or None
        case "OR108" if col.max_length is not None:
            return f"length({name}) > {col.max_length}"
    return None


def mismatch(name: str, pattern: str) -> str:
    """The condition under which a text does not match a pattern."""
    return f"NOT regexp_matches({name}, {quoted(pattern)})"


def references(to: str | None = None) -> list[tuple[type[Record], Column]]:
    """Every reference of the model, or those to one table."""
    return [(m, c) for m in STORED_MODELS for c in columns(m) if c.references and to in (None, c.references)]


def _misshapen(*, read: bool = False) -> Iterator[str]:
    written = _written() if read else set()
    for model in STORED_MODELS:
        for rules in (_FROM_STATISTICS, _BY_LOOKING):
            cols = [c for c in columns(model) if not c.references or rules is _FROM_STATISTICS]
            cols = [c for c in cols if (model.table, c.name) not in written]
            faults = {(rule, c.name): said for rule in rules for c in cols if (said := broken(rule, c))}
            if faults:
                yield _faulty(model, faults)


def _written() -> set[tuple[str, str]]:
    """The columns whose values stand in records files, where the forms judge them while they are read."""
    models = {section.model for sections in FILES.values() for section in with_nested(sections)}
    return {(model.table, c.name) for model in models for c in columns(model) if c.origin == "written"}


def _faulty(model: type[Record], faults: dict[tuple[str, str], str]) -> str:
    """The faults of one table: its rows are read once, and only the faulty ones looked at fault by fault."""
    number = {key: place for place, key in enumerate(faults)}
    names = dict.fromkeys(name for _, name in faults)
    values = " ".join(f'WHEN {quoted(name)} THEN CAST("{name}" AS VARCHAR)' for name in names)
    return (
        f"SELECT rule, {quoted(model.table)} AS record_table, {key_of(model)} AS record_id, record_column, "
        f"CASE record_column {values} END AS value "
        f'FROM (SELECT * FROM "{model.table}" WHERE {" OR ".join(faults.values())}) '
        f"CROSS JOIN (VALUES {', '.join(f'({place}, {quoted(r)}, {quoted(n)})' for (r, n), place in number.items())}) "
        "AS asked(fault, rule, record_column) "
        f"WHERE CASE fault {' '.join(f'WHEN {number[key]} THEN {said}' for key, said in faults.items())} END"
    )


def _suspects() -> Iterator[str]:
    said = f"{mismatch('value', ID)} AS malformed, length(value) > {ID_LENGTH} AS overlong"
    for table in dict.fromkeys(c.references or "" for _, c in references()):
        used = " UNION ALL ".join(f'SELECT "{c.name}" AS value FROM "{m.table}"' for m, c in references(table))
        yield (
            f"SELECT {quoted(table)} AS options_table, value, TRUE AS missing, {said} FROM (SELECT DISTINCT value "
            f'FROM ({used}) ANTI JOIN (SELECT id AS known FROM "{table}") ON value = known WHERE value IS NOT NULL)'
        )
    yield (
        f"SELECT options_table, value, FALSE AS missing, {said} FROM ("
        "SELECT DISTINCT record_table AS options_table, value FROM misshapen "
        f"WHERE record_column = 'id' AND rule IN ('OR105', 'OR108'))"
    )


def _misreferences() -> Iterator[str]:
    for model, col in references():
        yield (
            f"SELECT {quoted(model.table)} AS record_table, {key_of(model)} AS record_id, "
            f"{quoted(col.name)} AS record_column, suspect AS value, {quoted(col.references or '')} AS options_table, "
            f'missing, malformed, overlong FROM "{model.table}" JOIN (SELECT value AS suspect, missing, malformed, '
            f'overlong FROM suspects WHERE options_table = {quoted(col.references or "")}) ON "{col.name}" = suspect'
        )


# The view for records that were read from YAML: what the forms have judged is not asked again.
MISSHAPEN_THOUGH_READ = UNION.join(_misshapen(read=True))
# Each view with its arms, which are joined by UNION ALL.
CONSTRAINT_VIEWS: dict[str, tuple[str, ...]] = {
    "misshapen": tuple(_misshapen()),
    "suspects": tuple(_suspects()),
    "misreferences": tuple(_misreferences()),
}

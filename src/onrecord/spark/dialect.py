"""One DuckDB text to Spark SQL: sqlglot transpiles it; what it gets wrong is mended here, each with its reason.

Spark has no recursion with UNION, and none that ends on a circle: a recursive part is taken out as a
`Closure`, which `closures.py` works out round by round.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from ..errors import SchemaError
from .patterns import java_pattern

try:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
except ImportError as error:
    from ..errors import MissingExtra

    raise MissingExtra("sqlglot", "spark") from error

# Rules that cannot run on Spark, each with the reason. There are none; a test says so.
EXCEPTIONS: dict[str, str] = {}

# Where Java's lower case is not the simple one of DuckDB, the letter is replaced before.
LOWER_FROM, LOWER_TO = "\u0130\u03a3", "i\u03c3"
SPACES = " \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"  # category Zs
_TIMES = {"Y": "yyyy", "m": "MM", "d": "dd", "H": "HH", "M": "mm", "S": "ss"}


@dataclass(frozen=True, slots=True)
class Closure:
    """A recursive part of a SELECT: rows to begin with, and those that follow from the newest ones.

    `base` and `step` are Spark SQL; `step` reads the rows of the last round from the view `newest`,
    and the SELECT reads all of them from the view `name`. The same closure has the same name everywhere.
    """

    name: str
    columns: tuple[str, ...]
    base: str
    step: str
    distinct: bool

    @property
    def newest(self) -> str:
        """The view of the rows found in the last round."""
        return f"{self.name}_newest"


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT in Spark SQL, and the closures it reads, in the order in which they are worked out."""

    sql: str
    closures: tuple[Closure, ...] = ()


@cache
def to_spark(sql: str) -> Query:
    """The Spark SQL of one SELECT in the DuckDB dialect. Raises SchemaError where it has no equal."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        closures = tuple(_closures(tree))
        return Query(_written(tree), closures)
    except (SqlglotError, ValueError) as error:
        raise SchemaError(f"a SELECT cannot be said in Spark SQL: {error}") from error


def without_order(sql: str) -> str:
    """A SELECT in the DuckDB dialect without its ORDER BY."""
    tree = sqlglot.parse_one(sql, read="duckdb")
    tree.set("order", None)
    return tree.sql(dialect="duckdb")


def _written(tree: exp.Expr) -> str:
    mended = tree.copy()
    _own_names(mended)
    for node in list(mended.walk(bfs=False)):
        mend = MENDED.get(type(node))
        if mend:
            mend(node)
    return mended.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


# What sqlglot leaves as it is


def _pattern(node: exp.Expr) -> None:
    """Patterns are RE2's; only literals can be rewritten, and no flag but `g` has an equal."""
    said = node.args["expression"]
    if not said.is_string or node.args.get("flag"):
        raise ValueError(f"a pattern that is no literal, or has flags: {node.sql('duckdb')[:80]}")
    said.replace(exp.Literal.string(java_pattern(said.name)))


def _replaced(node: exp.Expr) -> None:
    """`regexp_replace` replaces all in Spark, and only the first in DuckDB unless it is told otherwise."""
    if node.args.get("modifiers") is None or node.args["modifiers"].name != "g":
        raise ValueError("regexp_replace without 'g' has no equal")
    if not node.args["replacement"].is_string or set(node.args["replacement"].name) & set("\\$"):
        raise ValueError("a replacement with groups is written otherwise in Java")
    _pattern(node)


def _lower(node: exp.Expr) -> None:
    """Java knows a final sigma and keeps the dot of a Turkish I; DuckDB maps letter by letter."""
    letters = [exp.Literal.string(said) for said in (LOWER_FROM, LOWER_TO)]
    node.set("this", exp.Anonymous(this="TRANSLATE", expressions=[node.this.copy(), *letters]))


def _trimmed(node: exp.Expr) -> None:
    """`trim` takes away every kind of space in DuckDB, and that of ASCII alone in Spark."""
    if node.args.get("expression") is None:
        node.set("expression", exp.Literal.string(SPACES))


def _time_said(node: exp.Expr) -> None:
    """Letters in a format are quoted for Java: `T` and `Z` would be fields."""
    said, parts, literal = iter(node.args["format"].name), [], ""
    for letter in said:
        if letter != "%":
            literal += letter
            continue
        parts += [f"'{literal}'", _TIMES[next(said)]] if literal else [_TIMES[next(said)]]
        literal = ""
    pattern = exp.Literal.string("".join(parts) + (f"'{literal}'" if literal else ""))
    node.replace(exp.Anonymous(this="DATE_FORMAT", expressions=[node.this.copy(), pattern]))


def _function(node: exp.Expr) -> None:
    """Functions that sqlglot passes on by a name that Spark does not know."""
    name = str(node.this).lower()
    if name == "regexp_split_to_array":
        text, said = node.expressions
        pattern = exp.Literal.string(java_pattern(said.name))
        node.replace(exp.Anonymous(this="SPLIT", expressions=[text.copy(), pattern]))


MENDED: dict[type[exp.Expr], Callable[[exp.Expr], None]] = {
    exp.RegexpLike: _pattern,
    exp.RegexpExtract: _pattern,
    exp.RegexpReplace: _replaced,
    exp.Lower: _lower,
    exp.TimeToStr: _time_said,
    exp.Trim: _trimmed,
    exp.Anonymous: _function,
}


# Names of common table expressions: sqlglot puts all of them at the top, where no two may be alike


def _own_names(tree: exp.Expr) -> None:
    parts = [(scope, cte) for scope in tree.find_all(exp.With) for cte in scope.expressions]
    count = Counter(cte.alias.lower() for _, cte in parts)
    for number, (scope, cte) in enumerate(reversed(parts)):  # the innermost first
        if count[cte.alias.lower()] > 1:
            _renamed(_owner(scope), cte.alias, f"{cte.alias}_{number}")
            cte.args["alias"].set("this", exp.to_identifier(f"{cte.alias}_{number}"))


def _owner(scope: exp.With) -> exp.Expr:
    """The SELECT that a WITH belongs to."""
    assert scope.parent is not None
    return scope.parent


def _renamed(within: exp.Expr, name: str, new: str) -> None:
    """References to a table by another name; columns still find it by the old one."""
    for table in within.find_all(exp.Table):
        if table.name.lower() == name.lower() and not table.db:
            table.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name)))
            table.set("this", exp.to_identifier(new))


# Recursion


def _closures(tree: exp.Expr) -> Iterator[Closure]:
    """Take every recursive part out of a tree, which reads a view instead."""
    for scope in list(tree.find_all(exp.With)):
        for cte in list(scope.expressions):
            if _refers(cte.this, cte.alias):
                closure = _closure(cte)
                cte.pop()
                _renamed(_owner(scope), cte.alias, closure.name)
                yield closure
        scope.set("recursive", False)
        _unread_dropped(scope)


def _unread_dropped(scope: exp.With) -> None:
    """Leave out what only the recursive part read."""
    for cte in reversed(scope.expressions):
        if not _refers(_owner(scope), cte.alias):
            cte.pop()
    if not scope.expressions:
        scope.pop()


def _refers(within: exp.Expr, name: str) -> int:
    return sum(table.name.lower() == name.lower() for table in within.find_all(exp.Table))


def _closure(cte: exp.Expr) -> Closure:
    union = cte.this
    if not isinstance(union, exp.Union) or _refers(union.left, cte.alias) or _refers(union.right, cte.alias) != 1:
        raise ValueError(f"`{cte.alias}` is not one SELECT and one that reads it once")
    named = [column.name for column in cte.args["alias"].columns]
    before = _before(cte)
    base, step = (_written(_with(before, side)) for side in (union.left, union.right))
    name = "closure_" + hashlib.sha256(f"{base} {step}".encode()).hexdigest()[:12]
    step_tree = _with(before, union.right)
    _renamed(step_tree, cte.alias, f"{name}_newest")
    return Closure(
        name, tuple(named or union.left.named_selects), base, _written(step_tree), bool(union.args.get("distinct"))
    )


def _before(cte: exp.Expr) -> list[exp.Expr]:
    """What a common table expression can read: those before it, here and around it."""
    seen: list[exp.Expr] = []
    child, node = cte, cte.parent
    while node is not None:
        if isinstance(node, exp.With):
            seen = [*_until(child, node.expressions), *seen]
        elif (scope := node.args.get("with_")) is not None and scope is not child:
            seen = [*scope.expressions, *seen]
        child, node = node, node.parent
    return seen


def _until(last: exp.Expr, these: list[exp.Expr]) -> list[exp.Expr]:
    return these[: next(place for place, one in enumerate(these) if one is last)]


def _with(before: list[exp.Expr], select: exp.Expr) -> exp.Expr:
    select = select.copy()
    if before:
        select.set("with_", exp.With(expressions=[one.copy() for one in before]))
    return select

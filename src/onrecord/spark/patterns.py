"""Regular expressions from RE2 (DuckDB) to Java (Spark), character by character.

What differs: `$` stands before a last line break in Java, `.` leaves out more than `\\n`, `\\s` knows
one character more, `\\v` and `\\b` mean other things, a `[` or `&&` in a class begins another class,
and a repeated choice is matched by recursion, which a long text would exhaust.
"""

from __future__ import annotations

import re

SPACE = r"\t\n\f\r "
WORD = "[0-9A-Za-z_]"
BOUNDARY = f"(?:(?<={WORD})(?!{WORD})|(?<!{WORD})(?={WORD}))"
ANY = r"([\s\S])"  # a class is repeated in a loop, the choice `(.|\n)` by recursion
OUTSIDE = {
    r"\s": f"[{SPACE}]",
    r"\S": f"[^{SPACE}]",
    r"\v": r"\x0B",
    r"\b": BOUNDARY,
    ".": r"[^\n]",
    "$": r"\z",
    r"(.|\n)": ANY,
    "(?i)": "(?iu)",
}
INSIDE = {r"\s": SPACE, r"\v": r"\x0B", "[": r"\[", "&": r"\&"}
_TOKEN = re.compile(
    r"""\(\.\|\\n\)|\\x\{[0-9A-Fa-f]+\}|\\x[0-9A-Fa-f]{2}|\\[pP](?:\{\^?\w+\}|[A-Z])|\\[sSdDwWvbBtnrfaAz]|\\[^0-9A-Za-z]
    |\(\?:|\(\?i\)|\[:|.""",
    re.VERBOSE | re.DOTALL,
)
_REFUSED = {"", "\\", r"\B", "[:"}
_NOT_IN_CLASSES = {r"\S", r"\b"}


def java_pattern(pattern: str) -> str:
    """The same pattern for Java. Raises ValueError for what has no equal there, or is not known here to have one."""
    said, at, inside = [], 0, False
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        token = found.group() if found else ""
        if (
            token in _REFUSED
            or (inside and token in _NOT_IN_CLASSES)
            or (token == "(" and pattern.startswith("(?", at))
        ):
            raise ValueError(f"no equal in Java for `{pattern[at : at + 8]}`")
        at += len(token)
        if not inside and token == "[":
            token, inside = "[", True
            for first in ("^", "]"):
                if pattern.startswith(first, at):
                    token, at = token + ("^" if first == "^" else r"\]"), at + 1
            said.append(token)
        elif inside:
            inside = token != "]"
            said.append(INSIDE.get(token, token))
        else:
            said.append(OUTSIDE.get(token, token))
    return "".join(said)

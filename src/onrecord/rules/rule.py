"""The type of a rule: a frozen value that says what it finds, why it matters and how to mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..finding import Finding, Location, Severity


def nearest(value: str, options: str | list[str]) -> str:
    """The options most like a value, as words: `; did you mean ...?`, or all of them when few."""
    known = options.split(", ") if isinstance(options, str) else list(options)
    close = get_close_matches(value, known, n=3, cutoff=0.5)
    if close:
        return "; did you mean " + " or ".join(f"`{word}`" for word in close) + "?"
    return "; it can be " + ", ".join(f"`{word}`" for word in known) if 0 < len(known) <= 20 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    `select` is one SELECT in the DuckDB dialect. It returns a row per fault, with the columns
    `record_table` and `record_id` (parts of a composite key joined by `/`), if wanted
    `record_column` (the field at fault) and `other_id` (a second record of the same table, whose
    place is shown too), and the columns that `message` and `mend` name in braces. Two columns are
    special: `options` (words joined by `, `) or `options_table` (its ids) together with `value`
    give the message its `{nearest}`. A rule without `select` is raised while files are read.

    `bad` and `good` are YAML: records by file (or rows by table, under `tables`), laid over the
    example dataset in `example.py`; where `example_file` names one of the records files, they are
    its whole text. `whole` marks a rule that judges what is absent: it is skipped while some
    record is unreadable, since that may be the one.
    """

    code: str
    name: str
    what: str
    why: str
    mend: str
    message: str
    bad: str
    good: str
    select: str | None = None
    severity: Severity = Severity.ERROR
    whole: bool = False
    example_file: str | None = None

    @property
    def remedy(self) -> str:
        """How to mend it in general: what depends on the fault is left out as `…`."""
        said = re.sub(r"\{\w+\}", "…", self.mend)
        return "" if said == "…" else said

    def finding(self, said: dict[str, Any] | None = None, *, location: Location | None = None, **rest: Any) -> Finding:
        """A finding of this rule; `said` fills the braces of its message and its help."""
        said = dict(said or {})
        if "options" in said:
            said["nearest"] = nearest(str(said.get("value", "")), said["options"])
        message, help = self.message.format_map(said), self.mend.format_map(said)
        return Finding(self.code, self.name, self.severity, message, help, location, **rest)

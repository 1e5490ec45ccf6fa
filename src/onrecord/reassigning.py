"""The claim of a statement rewritten in its file: that one value, and every other byte as it was."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping

from .errors import LoadError
from .model import Statement
from .yamledit import Scalar, double_quoted, scalar, scalars, spliced
from .yamltext import Path, read_yaml


def reassigned(raw: bytes, claims: Mapping[str, str | None], file: str = "YAML") -> bytes:
    """A file of statements with the claims of these statements changed; None takes the claim away.

    The result is read again: LoadError when anything else would change. KeyError for a statement that is not there.
    """
    for id, claim in claims.items():
        raw = _one(raw, id, claim, file)
    return raw


def _one(raw: bytes, id: str, claim: str | None, file: str) -> bytes:
    said = read_yaml(raw, file).value
    items = said.get(Statement.table) if isinstance(said, dict) else None
    number = next((n for n, item in enumerate(items or []) if isinstance(item, dict) and item.get("id") == id), None)
    if number is None:
        raise KeyError(id)
    at: Path = (Statement.table, number)
    found = scalars(raw, file)
    there = found.get((*at, "claim_id"))
    if there is not None and there.is_text and claim is not None:
        return spliced(raw, {(*at, "claim_id"): claim}, file)
    text = raw.decode("utf-8")
    if there is not None:
        result = text[: there.start] + _value(text, there, claim) + text[there.end :]
    elif claim is not None:
        result = _inserted(text, found[(*at, "id")], claim)
    else:
        return raw
    wanted = copy.deepcopy(said)
    wanted[Statement.table][number]["claim_id"] = claim
    again = read_yaml(result.encode(), file)
    if again.findings or again.value != wanted:
        raise LoadError(
            f"the claim of `{id}` cannot be changed in {file} without changing more; it is left as it was",
            help="write the statement with each key on a line of its own, with `claim_id: null`, and try again",
        )
    return result.encode()


def _value(text: str, there: Scalar, claim: str | None) -> str:
    """What stands in the place of a claim, or of nothing."""
    apart = "" if there.start < there.end or text[there.start - 1].isspace() else " "
    return apart + (scalar(claim) if claim is None or not there.quoted else double_quoted(claim))


def _inserted(text: str, id: Scalar, claim: str) -> str:
    """The claim as a key of its own behind the id of its statement."""
    if id.flow:
        return f"{text[: id.end]}, claim_id: {scalar(claim)}{text[id.end :]}"
    begin = text.rfind("\n", 0, id.start) + 1
    indent = re.sub(r"[^ ]", " ", text[begin : text.rfind("id", begin, id.start)])
    stop = text.find("\n", id.end)
    if stop < 0:
        return f"{text}\n{indent}claim_id: {scalar(claim)}\n"
    line_end = "\r\n" if text[stop - 1] == "\r" else "\n"
    return f"{text[: stop + 1]}{indent}claim_id: {scalar(claim)}{line_end}{text[stop + 1 :]}"

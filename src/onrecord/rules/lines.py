"""OR02x: faults of JSON Lines themselves, raised while they are read. No SELECT: only such files have them."""

from __future__ import annotations

from .rule import Rule

LINES = "records.jsonl"

JSON_SYNTAX = Rule(
    code="OR022",
    name="json-syntax",
    what="A line of a JSON Lines file is not well-formed JSON, or is cut short.",
    why="Nothing of such a line can be trusted to mean what it seems to mean; all its records are left out.",
    message="the line cannot be read as JSON: {problem}",
    mend="write one JSON object to a line, and write the line again from where it came",
    example_file=LINES,
    bad='{"agents": [{"id": "ada-lind", "name": "Ada Li\n',
    good='{"agents": [{"id": "ada-lind", "name": "Ada Lind", "kind": "person"}]}\n',
)
LINE_TOO_LONG = Rule(
    code="OR023",
    name="line-too-long",
    what="A line of a JSON Lines file is longer than the limit.",
    why="A line is read whole. One that has no end would take all memory.",
    message="the line has {size} bytes; a line may have {limit}",
    mend="write each document as a line of its own, and the records that documents share in lines of some hundred",
    example_file=LINES,
    bad='{"agents": [{"id": "ada-lind", "name": "Ada Lind, Ada Lind, Ada Lind and so on for all the file\n',
    good='{"agents": [{"id": "ada-lind", "name": "Ada Lind", "kind": "person"}]}\n',
)
LINE_WITHOUT_DOCUMENT = Rule(
    code="OR024",
    name="line-without-document",
    what="A line of a JSON Lines file has sections of a document, such as `statements`, but no `document`.",
    why="Without it nobody knows whose records these are, nor which text their offsets count; they are left out.",
    message="the line has {sections}, but no document record",
    mend="add the key `document` to the same line",
    example_file=LINES,
    bad='{"caveats": []}\n',
    good='{"document": {"id": "crane"}, "caveats": []}\n',
)
LINE_RULES: tuple[Rule, ...] = (JSON_SYNTAX, LINE_TOO_LONG, LINE_WITHOUT_DOCUMENT)

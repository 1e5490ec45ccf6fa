"""Findings and texts to the terminal, to JSON, to SARIF and to GitHub: the only place with colour.

Record text is data: it is never read as markup, and hidden characters are shown by their code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .check import Checked
from .finding import Finding, Location, Severity
from .lettering import aligned, as_json, counted, visible, visible_lines, wrapped
from .rules import RULES
from .rules.rule import Rule
from .version import code_version

if TYPE_CHECKING:
    from rich.text import Text

    from .survey import Survey, Tally

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow"}


def total(checked: Checked | Survey) -> str:
    """The closing line of a check: how many problems in how many records."""
    found = checked.errors + checked.warnings
    said = f"{counted(found, 'problem')} in {counted(checked.records, 'record')}"
    if checked.errors and checked.warnings:
        said += f" ({counted(checked.errors, 'error')}, {counted(checked.warnings, 'warning')})"
    return said


def skipped(checked: Checked | Survey) -> str:
    """What was not judged, or an empty text."""
    if not checked.skipped:
        return ""
    number, codes = len(checked.skipped), ", ".join(checked.skipped)
    wait, judge = ("rule waits", "it judges") if number == 1 else ("rules wait", "they judge")
    return f"{number} {wait} until all records can be read, since {judge} what is absent: {codes}"


def render_text(checked: Checked) -> Iterator[Text]:
    """Findings as lines for people: place, code, name, message, help, other places, totals."""
    yield from render_findings(checked.findings)
    for line in (*wrapped(skipped(checked), "  "), total(checked)):
        yield _text((line, "bold"))


def render_findings(findings: Iterable[Finding]) -> Iterator[Text]:
    """Findings as lines for people, without totals. Help that is the same for a run of them is said once, after it."""
    for (_, help, others), run in groupby(findings, key=lambda one: (one.code, one.help, one.others)):
        same = list(run)
        yield from map(_headline, same)
        if help:
            label = "help" if len(same) == 1 else f"help for these {len(same):,}"
            yield _text((f"  {label}: ", "cyan"), (visible(help), ""))
        for other in others:
            yield _text(("  see also: ", "cyan"), (visible(str(other)), ""))


def render_survey(survey: Survey) -> Iterator[str | Text]:
    """A survey as lines for people: how often each rule found something, then samples of each, totals."""
    if survey.tallies:
        numbers = [f"{tally.count:,}".rjust(len("findings")) for tally in survey.tallies]
        rules = (tally.rule for tally in survey.tallies)
        rows = ((number, r.severity.value, r.code, r.name) for number, r in zip(numbers, rules, strict=True))
        yield from aligned(("findings", "severity", "code", "rule"), rows)
    for tally in survey.tallies:
        yield ""
        yield _text((_samples_of(tally), "bold"))
        yield from render_findings(tally.samples)
    if survey.tallies:
        yield ""
    for line in (*wrapped(skipped(survey), "  "), total(survey)):
        yield _text((line, "bold"))


def _samples_of(tally: Tally) -> str:
    shown = len(tally.samples)
    which = "" if shown == tally.count else f"; the first {shown:,}" if shown > 1 else "; the first" if shown else ""
    return f"{tally.rule.code} {tally.rule.name}: {counted(tally.count, 'finding')}{which}"


def survey_as_check(survey: Survey) -> Checked:
    """The samples of a survey as the outcome of a check, for formats that know findings only."""
    found = tuple(finding for tally in survey.tallies for finding in tally.samples)
    return Checked(found, survey.records, survey.rows, survey.skipped)


def render_survey_json(survey: Survey) -> str:
    """A survey as one JSON object: `counts`, samples as `findings`, `rows`, and the totals of a check."""
    said = {
        "counts": [
            {"code": t.rule.code, "name": t.rule.name, "severity": t.rule.severity.value, "count": t.count}
            for t in survey.tallies
        ],
        "findings": [plain_finding(finding) for tally in survey.tallies for finding in tally.samples],
        "records": survey.records,
        "rows": dict(survey.rows),
        "errors": survey.errors,
        "warnings": survey.warnings,
        "skipped": list(survey.skipped),
    }
    return as_json(said)


def _headline(finding: Finding) -> Text:
    return _text(
        (f"{_where(finding)}: ", "bold"),
        (finding.code, STYLES[finding.severity]),
        (f" {finding.name}: {visible(finding.message)}", ""),
    )


def _text(*pieces: tuple[str, str]) -> Text:
    from rich.text import Text

    return Text.assemble(*pieces)


def _where(finding: Finding) -> str:
    if finding.location:
        return visible(str(finding.location))
    return visible(f"{finding.table or 'dataset'} {finding.key or ''}".strip())


def render_json(checked: Checked) -> str:
    """Findings as one JSON object: `findings`, `records`, `errors`, `warnings`, `skipped`."""
    said = {
        "findings": [plain_finding(finding) for finding in checked.findings],
        "records": checked.records,
        "errors": checked.errors,
        "warnings": checked.warnings,
        "skipped": list(checked.skipped),
    }
    return as_json(said)


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A finding as plain values, for JSON."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "location": _place(finding.location),
        "table": finding.table,
        "key": finding.key,
        "column": finding.column,
        "others": [_place(other) for other in finding.others],
    }


def _place(location: Location | None) -> dict[str, Any] | None:
    return {"file": location.file, "line": location.line, "column": location.col} if location else None


def render_github(checked: Checked) -> Iterator[str]:
    """Findings as workflow commands, which GitHub shows beside the changed lines."""
    for finding in checked.findings:
        at = finding.location
        said: dict[str, Any] = {"file": at.file, "line": at.line, "col": at.col} if at else {}
        said["title"] = f"{finding.code} {finding.name}"
        properties = ",".join(f"{key}={_property(str(value))}" for key, value in said.items())
        lines = [visible(finding.message if at else f"{_where(finding)}: {finding.message}")]
        lines += [f"help: {visible(finding.help)}"] if finding.help else []
        yield f"::{finding.severity.value} {properties}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")


def render_sarif(checked: Checked) -> str:
    """Findings as a SARIF 2.1.0 log, with every rule and its help."""
    index = {rule.code: number for number, rule in enumerate(RULES)}
    driver = {
        "name": "onrecord",
        "version": code_version(),
        "rules": [_sarif_rule(rule) for rule in RULES],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(finding, index) for finding in checked.findings],
    }
    return as_json({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.what},
        "fullDescription": {"text": f"{rule.what} {rule.why}"},
        "help": {
            "text": f"{rule.remedy or rule.what}\n\nBad:\n{visible_lines(rule.bad)}\nGood:\n{visible_lines(rule.good)}"
        },
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _sarif_result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    said: dict[str, Any] = {"ruleId": finding.code, "level": finding.severity.value}
    if finding.code in index:
        said["ruleIndex"] = index[finding.code]
    said["message"] = {"text": visible(f"{finding.message}\n{finding.help}".strip().replace("\n", " – "))}
    said["locations"] = [_sarif_location(finding)]
    if finding.others:
        said["relatedLocations"] = [{"physicalLocation": _physical(other)} for other in finding.others]
    return said


def _sarif_location(finding: Finding) -> dict[str, Any]:
    said: dict[str, Any] = {"physicalLocation": _physical(finding.location)} if finding.location else {}
    if finding.table and finding.key:
        name = f"{finding.table}/{finding.key}"
        said["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "record"}]
    return said


def _physical(location: Location) -> dict[str, Any]:
    uri = quote(location.file.replace("\\", "/"), safe="/", errors="surrogatepass")
    region = {"startLine": location.line, "startColumn": location.col}
    return {"artifactLocation": {"uri": uri}, "region": region}

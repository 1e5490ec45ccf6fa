"""onrecord, its peers and the limit side by side: the same rows, one run, ratios within a round.

    python benchmarks/compare_peers.py
    python benchmarks/compare_peers.py --statements 1000000,10000000 --rounds 3 --slow-rounds 1
    python benchmarks/compare_peers.py --render --write docs/benchmarks.md

Makes synthetic packages, plants faults in a small one to see that all who are measured find the
same, then measures each in a fresh process, round after round. Results are kept as JSON, one entry
for each size; `--write` puts their tables between the markers of a page and the chart beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from peers import CASES, LIMIT, PROCESSES, SPARK, Case
from peers.agreement import agreement, in_columns
from peers.machine import machine, versions
from peers.making import add_form, faulty, manifest, package, weight
from peers.measuring import BENCHMARKS, Failed, rounds, run, summaries, warm
from peers.page import rendered, write
from peers.picture import chart

ROOT = BENCHMARKS.parent
FAULTY = 2_000  # statements of the package with faults


def tell(words: str) -> None:
    """Say how far the run is."""
    print(words, file=sys.stderr, flush=True)


def compared(asked: argparse.Namespace, statements: int, work: Path) -> dict[str, Any]:
    """One size: everything that is measured of it."""
    cases, skipped = chosen(asked, statements)
    forms = sorted({case.form for case in cases} - {"tables"})
    failed: dict[str, str] = {}
    folder = package(work, statements, asked.seed, tell)
    for form in forms:
        try:
            add_form(folder, form, statements, asked.seed, tell)
        except Failed as error:
            failed |= {case.title: str(error) for case in cases if case.form == form}
            cases = [case for case in cases if case.form != form]
    warm(folder)
    pairs = [(case, folder) for case in cases]
    pairs += [(case, ROOT) for case in PROCESSES] if asked.processes else []
    found, broken = rounds(pairs, asked.rounds, asked.slow_rounds, tell)
    titles = {case.name: case for case, _ in pairs}
    said = manifest(folder)
    return {
        "statements": said["statements"],
        "rows": sum(rows for table, rows in said["rows"].items() if table != "overview"),
        "bytes": weight(folder / "tables"),
        "machine": machine(),
        "versions": versions(),
        "constraints": json.loads(run([sys.executable, "-m", "peers.subset"])[0]),
        "agreement": agreed(cases, work, asked.seed) if asked.agreement else None,
        "skipped": skipped,
        "failed": failed | {titles[name].title: why for name, why in broken.items()},
        "summaries": [asdict(one) | about(titles[one.case]) for one in summaries(found, LIMIT)],
        "measures": [asdict(one) for one in found],
    }


def about(case: Case) -> dict[str, Any]:
    """What a case says of itself, for the page."""
    return {"title": case.title, "group": case.group, "covers": list(case.covers)}


def chosen(asked: argparse.Namespace, statements: int) -> tuple[list[Case], dict[str, str]]:
    """The cases of a size, and why others are left out."""
    cases, skipped = [], {}
    for case in [*CASES, *([SPARK] if asked.spark else [])]:
        if (asked.only and case.name not in asked.only.split(",")) or case.name in asked.without.split(","):
            continue
        if case.missing:
            skipped[case.title] = f"{case.missing} is not installed"
        elif statements < case.least:
            continue
        elif statements > case.most:
            skipped[case.title] = f"not run on more than {case.most:,} statements"
        else:
            cases.append(case)
    return cases, skipped


def agreed(cases: Sequence[Case], work: Path, seed: int) -> dict[str, Any]:
    """What each module finds of planted faults."""
    tell("planting faults, and asking everybody for them")
    folder = faulty(work, FAULTY, seed)
    said = agreement(cases, folder)
    columns = in_columns(said)
    for name, one in said.items():
        one.pop("faults", None)
        for which in ("missed", "besides"):
            one[which] = len(one.get(which, ()))
        one["otherwise"] = columns.get(name)
    return {"statements": FAULTY, "modules": said}


def disagreements(runs: dict[str, Any]) -> list[str]:
    """Who did not find what all others found, or found something in a package without faults."""
    said = []
    for size, those in runs.items():
        for one in ((those["agreement"] or {}).get("modules", {})).values():
            if one.get("failed") or one["missed"] or one["besides"] or one["otherwise"]:
                said.append(f"{one['title']} does not find the planted faults: {one}")
        checks = {one["case"] for one in those["summaries"] if one["group"] in ("ours", "peer")}
        said += [
            f"{one['case']} finds {one['result']} faults among {size} sound statements"
            for one in those["measures"]
            if one["case"] in checks and one["result"]
        ]
    return said


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure onrecord, its peers and the limit side by side.")
    parser.add_argument("--statements", default="100000", metavar="N,...", help="sizes (100,000)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow-rounds", type=int, default=2, help="rounds of what takes a minute (2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="CASE,...", help="nothing but these cases")
    parser.add_argument("--without", default="", metavar="CASE,...", help="leave these cases out")
    parser.add_argument("--spark", action="store_true", help="measure the check on Spark, on this machine, too")
    parser.add_argument("--no-agreement", dest="agreement", action="store_false", help="plant no faults")
    parser.add_argument("--no-processes", dest="processes", action="store_false", help="no start-up times")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "benchmarks", help="where the data is made")
    parser.add_argument("--results", type=Path, help="the JSON file of results (in the folder of the data)")
    parser.add_argument("--render", action="store_true", help="measure nothing, write what was kept")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into this page, the chart beside it")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 1 when those measured do not agree."""
    asked = _parser().parse_args(words)
    results = asked.results or asked.work / "results.json"
    runs: dict[str, Any] = json.loads(results.read_bytes()) if results.exists() else {}
    asked.work.mkdir(parents=True, exist_ok=True)
    sizes = [] if asked.render else [int(size) for size in asked.statements.split(",")]
    for size in sizes:
        try:
            runs[str(size)] = compared(asked, size, asked.work.resolve())
        except Failed as error:
            print(f"error: {error}", file=sys.stderr)
            return 2
        results.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    shown = {size: run for size, run in runs.items() if asked.render or int(size) in sizes}
    print(rendered(shown))
    if asked.write:
        asked.write.with_suffix(".svg").write_text(chart(runs), encoding="utf-8")
        write(asked.write, rendered(runs, f"![Chart of the ratios in the tables below]({asked.write.stem}.svg)"))
    wrong = disagreements(shown)
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

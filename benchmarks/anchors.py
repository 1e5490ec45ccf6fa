"""Verifying anchors beside the least it can cost, side by side in one run: medians of wall time and their ratios.

    python benchmarks/anchors.py [--anchors N] [--megabytes N] [--documents N] [--rounds N]

The floor hashes the text once and the words of every anchor, both being in memory already. Ours starts
from Arrow tables and files, as `onrecord verify --source` does. The naive way reads the text for every
anchor; it is measured for a few of them and multiplied. Every measurement is a fresh process, which also
gives its peak of memory; rounds are interleaved.
"""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.tables import arrow_schema

WORDS = ("harbour", "crane", "quay", "fell", "the", "on", "about", "forty", "people", "–", "were", "“near", "Ålesund”")
SHORTEST, LONGEST = 3, 250
NAIVE = 5  # anchors that are verified in the naive way

READ = """
import sys, time, resource
from hashlib import sha256
from pathlib import Path
import pyarrow.parquet as pq
root = Path(sys.argv[1])
tables = {path.stem: pq.read_table(path) for path in root.glob("*.parquet")}
files = sorted(root.glob("texts/*.txt"))
"""
FLOOR = """
raws = [file.read_bytes() for file in files]
texts = {sha256(raw).hexdigest(): raw.decode() for raw in raws}
rows = tables["documents"].to_pydict()
of = {id: texts[digest] for id, digest in zip(rows["id"], rows["text_sha256"])}
rows = tables["anchors"].to_pydict()
spans = list(zip(rows["document_id"], rows["start"], rows["end"], rows["text_sha256"]))
start = time.perf_counter()
for raw in raws:
    sha256(raw).hexdigest()
for document, first, last, wanted in spans:
    assert sha256(of[document][first:last].encode()).hexdigest() == wanted
"""
OURS = """
from onrecord.copies import Texts
from onrecord.places import places_of
from onrecord.standing import stand
start = time.perf_counter()
pairs = Texts(root / "texts", places_of(tables), None).pairs([]) if len(files) > 1 else (
    Texts(files[0], places_of(tables), None).pairs([]))
standings = [stand(places, text) for places, text in pairs]
assert len(standings) == tables["documents"].num_rows and all(s.same and not s.placements for s in standings)
"""
NAIVELY = f"""
from onrecord.source import canonical
rows = tables["anchors"].slice(0, {NAIVE}).to_pylist()
which = {{sha256(file.read_bytes()).hexdigest(): file for file in files}}
of = {{row["id"]: which[row["text_sha256"]] for row in tables["documents"].to_pylist()}}
start = time.perf_counter()
for row in rows:
    text = canonical(of[row["document_id"]].read_bytes()).text
    assert sha256(text[row["start"]:row["end"]].encode()).hexdigest() == row["text_sha256"]
"""
SAY = "\nprint(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
WAYS = {"floor: hash the text and the spans": FLOOR, "onrecord": OURS, "naive: read the text for every anchor": NAIVELY}


def make(root: Path, anchors: int, size: int, documents: int) -> None:
    """Write texts and the tables of their anchors, which come in no order."""
    draw = random.Random(1)
    (root / "texts").mkdir()
    rows: dict[str, list[object]] = defaultdict(list)
    for number in range(documents):
        text = _text(draw, size // documents, number)
        (root / "texts" / f"{number}.txt").write_text(text, encoding="utf-8", newline="")
        _document(rows, f"doc{number}", text)
        _anchors(rows, draw, f"doc{number}", text, anchors // documents)
    for name in ("documents", "anchors"):
        columns = {field.name: rows[f"{name}.{field.name}"] for field in arrow_schema(name)}
        pq.write_table(pa.table(columns, schema=arrow_schema(name)), root / f"{name}.parquet")


def _text(draw: random.Random, size: int, number: int) -> str:
    some = " ".join(draw.choices(WORDS, k=min(200_000, size // 4)))
    return (f"{number}. " + some * (size // len(some.encode()) + 1))[: size * len(some) // len(some.encode())]


def _document(rows: dict[str, list[object]], id: str, text: str) -> None:
    said = {"id": id, "text_sha256": sha256(text.encode()).hexdigest(), "text_length": len(text)}
    said |= {"title": id, "language": "en", "medium": "other", "text_form": "nfc-lf/1", "rights": "none"}
    for field in arrow_schema("documents"):
        rows[f"documents.{field.name}"].append(said.get(field.name))


def _anchors(rows: dict[str, list[object]], draw: random.Random, id: str, text: str, count: int) -> None:
    for number in range(count):
        start = draw.randrange(len(text) - LONGEST)
        end = start + draw.randint(SHORTEST, LONGEST)
        said = {"id": f"{id}.s{number:07}", "document_id": id, "start": start, "end": end}
        said["text_sha256"] = sha256(text[start:end].encode()).hexdigest()
        for field in arrow_schema("anchors"):
            rows[f"anchors.{field.name}"].append(said.get(field.name))


def measured(root: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds and peak megabytes of every way, round by round."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(rounds):
        for name, code in WAYS.items():
            command = [sys.executable, "-c", READ + code + SAY, str(root)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds, peak = map(float, done.stdout.split())
            found[name].append((seconds, peak / 1024))
    return found


def report(found: dict[str, list[tuple[float, float]]], anchors: int) -> None:
    """Print the medians as a Markdown table; ratios are medians of those within each round."""
    floors = [seconds for seconds, _ in next(iter(found.values()))]
    print("| what | median s | least s | ratio to the floor | peak MB |\n|---|---|---|---|---|")
    for name, rounds in found.items():
        times = [seconds * (anchors / NAIVE if name.startswith("naive") else 1) for seconds, _ in rounds]
        ratio = statistics.median(time / floor for time, floor in zip(times, floors, strict=True))
        said = f"{statistics.median(times):,.2f} | {min(times):,.2f} | {ratio:,.2f}"
        print(f"| {name} | {said} | {max(peak for _, peak in rounds):,.0f} |")


def main() -> None:
    """Make the data, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--anchors", type=int, default=1_000_000)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--documents", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), asked.anchors, asked.megabytes * 1_000_000, asked.documents)
        print(f"{platform.platform()}, Python {platform.python_version()}")
        print(f"{asked.anchors:,} anchors, {asked.megabytes} MB of text, {asked.documents:,} documents\n")
        report(measured(Path(folder), asked.rounds), asked.anchors)


if __name__ == "__main__":
    main()

"""Anchors of a long text found again in another edition, side by side in one run.

    python benchmarks/relocation.py [ANCHORS [EDITS]]

The text is invented: passages of sentences whose words are drawn as unevenly as in real ones, some
sentences said twice. The edits are noted as they are made, so where every anchor truly stands is
known, and a placement is wrong when it is claimed for certain and is not there. Each way runs in a
process of its own; ratios are of processor time, which a busy machine touches least. The slow ways
are given a sample, and their seconds are those of the sample, scaled to all anchors.
"""

from __future__ import annotations

import bisect
import json
import platform
import random
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from onrecord.relocation import Pointer, relocate
from onrecord.span import digest_of

SAMPLES = {"str.find, word by word": 2_000, "rapidfuzz, word by word": 12}
Piece = tuple[int, int, bool] | str  # a stretch of the old text and whether it is a copy, or what was typed
Span = tuple[int, int]
Found = tuple[str, int | None]  # state, place if it is claimed


@dataclass(frozen=True)
class Data:
    """Two editions, the anchors, and where each truly stands."""

    old: str
    new: str
    pointers: list[Pointer]
    truth: list[int | None]


def vocabulary(rng: random.Random) -> tuple[list[str], list[float]]:
    """Words and how often they come; some of them as in any report."""
    syllables = ["ha", "ro", "lin", "te", "ka", "mor", "se", "du", "vi", "pel", "an", "qu", "os", "er", "ti"]
    made = dict.fromkeys("".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(30_000))
    words = ["the", "said", "of", "two", "three", "12", "1,200", "Lind", "Harbour", *made]
    return words, list(accumulate(1 / (rank + 3) for rank in range(len(words))))


def written(rng: random.Random, sentences: int) -> list[str]:
    """Sentences, each with the white space behind it; one in fifty was said before."""
    words, weights = vocabulary(rng)
    text: list[str] = []
    for number in range(sentences):
        again = text and rng.random() < 0.02
        said = rng.choice(text).rstrip() if again else sentence(rng, words, weights)
        text.append(said + ("\n\n" if number % 5 == 4 else " "))
    return text


def sentence(rng: random.Random, words: list[str], weights: list[float]) -> str:
    """Some words, with a capital letter and a full stop."""
    said = " ".join(rng.choices(words, cum_weights=weights, k=rng.randint(6, 30)))
    return said[0].upper() + said[1:] + "."


def edited(rng: random.Random, text: list[str], edits: int) -> list[Piece]:
    """The sentences after the edits; each is a stretch of the old text or typed."""
    ends = list(accumulate(map(len, text)))
    pieces: list[list[Piece]] = [[(end - len(said), end, False)] for said, end in zip(text, ends, strict=True)]
    twins = [at for at, count in enumerate(map(Counter(text).__getitem__, text)) if count > 1]
    for number, at in enumerate(rng.sample(range(1, len(text) - 1), edits)):
        kind = ("change", "insert", "delete", "duplicate", "swap", "lookalike")[number % 6]
        edit(rng, pieces, twins[number % len(twins)] if kind == "lookalike" else at, kind)
    return [piece for found in pieces for piece in found]


def edit(rng: random.Random, pieces: list[list[Piece]], at: int, kind: str) -> None:
    """One edit of the sentence at a place; none where that sentence was edited before."""
    if len(pieces[at]) != 1 or isinstance(pieces[at][0], str):
        return
    start, end, copy = pieces[at][0]
    if kind in ("delete", "lookalike"):
        pieces[at] = []
    elif kind == "swap":
        pieces[at], pieces[at - 1] = pieces[at - 1], pieces[at]
    elif kind == "insert":
        pieces[at] = [f"{rng.randint(10, 9999)} typed words were said here. ", *pieces[at]]
    elif kind == "duplicate":
        there = rng.randrange(len(pieces))
        pieces[there] = [*pieces[there], (start, end, True)]
    elif not copy:
        middle = rng.randrange(start + 1, end - 2)
        pieces[at] = [(start, middle, False), "#", (middle + 1, end, False)]


def anchors(rng: random.Random, text: list[str], count: int) -> Iterator[tuple[Span, bool]]:
    """Passages, sentences, and words or phrases of them; the first two are tiles."""
    ends = list(accumulate(map(len, text)))
    for number, (said, end) in enumerate(zip(text, ends, strict=True)):
        start, size = end - len(said), len(said.rstrip())
        if number % 5 == 0:
            last = min(number + 4, len(text) - 1)
            yield (start, ends[last] - len(text[last]) + len(text[last].rstrip())), True
        yield (start, start + size), True
        for _ in range(max(0, round(count / len(text) - 1.2 + rng.random() - 0.5))):
            words = said.rstrip(".\n ").split(" ")
            first = rng.randrange(len(words))
            offset = len(" ".join(words[:first])) + (first > 0)
            phrase = " ".join(words[first : first + rng.choice([1, 1, 1, 2, 3, 6])])
            yield (start + offset, start + offset + len(phrase)), False


def made(count: int, edits: int) -> Data:
    """The same data for the same numbers."""
    rng = random.Random(20211122)
    text = written(rng, count * 3 // 4)
    pieces = edited(rng, text, edits)
    old, kept = "".join(text), []
    parts: list[str] = []
    offset = 0
    for piece in pieces:
        parts.append(piece if isinstance(piece, str) else old[piece[0] : piece[1]])
        if not isinstance(piece, str) and not piece[2]:
            kept.append((piece[0], piece[1], offset))
        offset += len(parts[-1])
    new = "".join(parts)
    spans = dict(anchors(rng, text, count))
    pointers = [
        Pointer(f"a{n}", (span,), digest_of(old[slice(*span)]), tile) for n, (span, tile) in enumerate(spans.items())
    ]
    return Data(old, new, pointers, truths(sorted(kept), [*spans]))


def truths(kept: list[tuple[int, int, int]], spans: list[Span]) -> list[int | None]:
    """Where spans stand now: in one stretch that was kept, or in several that still follow one another."""
    joined: list[tuple[int, int, int]] = []
    for start, end, place in kept:
        if joined and joined[-1][1] == start and joined[-1][2] - joined[-1][0] == place - start:
            start, _, place = joined.pop()
        joined.append((start, end, place))
    starts = [start for start, _, _ in joined]
    found: list[int | None] = []
    for start, end in spans:
        index = bisect.bisect_right(starts, start) - 1
        inside = index >= 0 and end <= joined[index][1]
        found.append(joined[index][2] + start - joined[index][0] if inside else None)
    return found


# The ways


def known(data: Data, pointers: list[Pointer]) -> list[Found]:
    """The words are known; what is settled is claimed."""
    found = relocate(data.new, pointers, old=data.old)
    return [(p.state, p.spans[0][0] if p.settled and p.spans else None) for p in found]


def hashed(data: Data, pointers: list[Pointer]) -> list[Found]:
    """Only the hashes are known; what is settled is claimed, other single places are proposed."""
    found = relocate(data.new, pointers)
    states = [p.state if p.settled or not p.spans else "proposed" for p in found]
    places = [p.spans[0][0] if p.settled and p.spans else None for p in found]
    return list(zip(states, places, strict=True))


def naive(data: Data, pointers: list[Pointer]) -> list[Found]:
    """The words, sought one after another; one place is taken for the place."""
    found: list[Found] = []
    for pointer in pointers:
        start, end = pointer.spans[0]
        words = data.old[start:end]
        at = data.new.find(words)
        again = data.new.find(words, at + 1) if at >= 0 else -1
        state = "missing" if at < 0 else "ambiguous" if again >= 0 else "exact" if at == start else "moved"
        found.append((state, at if at >= 0 > again else None))
    return found


def fuzzy(data: Data, pointers: list[Pointer]) -> list[Found]:
    """The place most like the words, whatever else is like them."""
    from rapidfuzz.fuzz import partial_ratio_alignment

    found: list[Found] = []
    for pointer in pointers:
        start, end = pointer.spans[0]
        said = partial_ratio_alignment(data.old[start:end], data.new)
        at = said.dest_start if said and said.score == 100 else None
        found.append(("missing" if at is None else "exact" if at == start else "moved", at))
    return found


WAYS: dict[str, Callable[[Data, list[Pointer]], list[Found]]] = {
    "relocate, old edition given": known,
    "relocate, hashes only": hashed,
    "str.find, word by word": naive,
    "rapidfuzz, word by word": fuzzy,
}


def measured(name: str, count: int, edits: int) -> dict[str, float | str]:
    """One way in this process: seconds, memory, states and wrong placements."""
    data = made(count, edits)
    size = min(len(data.pointers), SAMPLES.get(name, len(data.pointers)))
    chosen = sorted(random.Random(7).sample(range(len(data.pointers)), size))
    pointers = [data.pointers[i] for i in chosen]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start, busy = time.perf_counter(), time.process_time()
    found = WAYS[name](data, pointers)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    claimed = [(place, i) for (_, place), i in zip(found, chosen, strict=True) if place is not None]
    wrong = [i for place, i in claimed if place != data.truth[i]]
    only = [i for i in wrong if data.truth[i] is None and alone(data, data.pointers[i])]
    return {
        "way": name,
        "text": len(data.new),
        "anchors": len(data.pointers),
        "given": len(pointers),
        "seconds": seconds * len(data.pointers) / len(pointers),
        "busy": busy * len(data.pointers) / len(pointers),
        "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
        "claimed": len(claimed),
        "wrong": len(wrong) - len(only),
        "copies": len(only),
        **Counter(str(state) for state, _ in found),
    }


def alone(data: Data, pointer: Pointer) -> bool:
    """Whether the words stand once in both editions: then a copy of deleted words is a move."""
    words = data.old[slice(*pointer.spans[0])]
    return data.old.count(words) == 1 and data.new.count(words) == 1


def report(count: int, edits: int) -> None:
    """Run each way in a fresh process and print a Markdown table; ratios are to the first."""
    command = [sys.executable, __file__]
    rows = []
    for name in WAYS:
        done = subprocess.run([*command, str(count), str(edits), name], check=True, capture_output=True, text=True)
        rows.append(json.loads(done.stdout))
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(f"{rows[0]['text']:,} code points, {rows[0]['anchors']:,} anchors, {edits} edits\n")
    states = ["exact", "moved", "proposed", "ambiguous", "missing"]
    heads = ["way", "given", "seconds for all", "of the processor", "ratio", "more memory MB", *states]
    print(f"| {' | '.join(heads)} | claimed | wrong |\n|{'---|' * (len(heads) + 2)}")
    for row in rows:
        figures = (row["seconds"], row["busy"], row["busy"] / rows[0]["busy"], row["memory"])
        counts = [f"{row.get(name, 0):,}" for name in (*states, "claimed", "wrong")]
        print(" | ".join(["| " + row["way"], f"{row['given']:,}", *(f"{n:,.1f}" for n in figures), *counts]) + " |")
    print("\nSeconds of a way that was given a sample are those of the sample, scaled to all anchors.")


if __name__ == "__main__":
    said = [int(number) for number in sys.argv[1:3]]
    size = (said + [100_000, 500][len(said) :])[:2]
    if len(sys.argv) > 3:
        print(json.dumps(measured(sys.argv[3], *size)))
    else:
        report(*size)

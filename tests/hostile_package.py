"""A data package in which every free-text field of every table holds hostile strings.

Its rows pass the model; no rule is asked, because rules judge meaning and would refuse most of them.
The fields are found by the model itself: one that is added to it is filled too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import hostile
from onrecord.column import TEXT, URL, Column, columns
from onrecord.descriptor import descriptor, table_file
from onrecord.engine import with_overview
from onrecord.formats import write_parquet
from onrecord.info import Contributor, License, PackageInfo
from onrecord.model import TABLES
from onrecord.source import FORM
from onrecord.tables import Tables, to_tables
from onrecord.vocabulary import TERMS, terms_of

PACKED = 6  # strings in a text of many lines
WORDS = 4_000  # of a document's text, each of which an anchor can take
VOICES, CLAIMS = 10, 16


@dataclass
class Hostile:
    """The strings that went into each column, by `table.column`, and the rows they went into."""

    strings: Iterator[str]
    used: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    places: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, table: str, **said: Any) -> str:
        """A row: what is said of it, and hostile strings in every text column that is not."""
        filled = {col.name: self._text(table, col) for col in columns(TABLES[table]) if _is_free(col, said)}
        TABLES[table].model_validate(filled | said)
        self.rows[table].append(filled | said)
        return str(said.get("id", ""))

    def _text(self, table: str, col: Column) -> str:
        found = [*islice(self.strings, PACKED if (col.max_length or 0) > 1_000 and col.pattern == TEXT else 1)]
        if col.pattern == URL:
            found = [hostile.address(found[0])]
        self.used[f"{table}.{col.name}"] += found
        return " ".join(found)

    def anchor(self, document: str, owner: str, **said: Any) -> str:
        """An anchor at the next word of a document's text."""
        number = self.places[document]
        self.places[document] += 1
        words = word(number)
        digest = sha256(words.encode()).hexdigest()
        start = number * 6
        place = {"document_id": document, "start": start, "end": start + 5, "fragments": None, "text_sha256": digest}
        return self.add("anchors", id=owner, **place, **said)


def _is_free(col: Column, said: Mapping[str, Any]) -> bool:
    return col.kind == "text" and col.name not in said and not col.vocabulary and col.pattern in (TEXT, URL)


def word(number: int) -> str:
    return f"w{number:04d}"


def text() -> str:
    """The canonical text of every document here."""
    return " ".join(map(word, range(WORDS)))


def made(statements: int, documents: int = 2, seed: int = 5) -> tuple[Tables, PackageInfo, Hostile]:
    """Tables and description of a dataset with so many statements."""
    into = Hostile(hostile.strings(seed))
    _of_everybody(into)
    for number in range(documents):
        _document(into, f"d{number}")
        for at in range(number, statements, documents):
            _statement(into, f"d{number}", at)
    _history(into)
    tables = to_tables({t: [TABLES[t].model_validate(row) for row in rows] for t, rows in into.rows.items()})
    tables["terms"] = to_tables({})["terms"].from_pylist(_terms(into), schema=tables["terms"].schema)
    return with_overview(tables), _info(into), into


def _terms(into: Hostile) -> list[dict[str, Any]]:
    for term in TERMS:
        into.add("terms", vocabulary=term.vocabulary, term=term.term, source="here")
    return into.rows["terms"]


def _info(into: Hostile) -> PackageInfo:
    def line(name: str) -> str:
        into.used[f"package.{name}"].append(next(into.strings))
        return into.used[f"package.{name}"][-1]

    path = hostile.address(line("path"))
    into.used["package.path"] = [path]
    return PackageInfo(
        name="hostile",
        title=line("title"),
        description=line("description"),
        version="1.0.0",
        keywords=(line("keywords"),),
        licenses=(License(name="CC-BY-4.0", title=line("licence"), path=path),),
        contributors=(Contributor(title=line("contributor"), roles=("author",)),),
    )


def _of_everybody(into: Hostile) -> None:
    """Agents, topics, claims, quantities, and how claims stand to one another."""
    kinds = terms_of("agent-kind")
    for n in range(VOICES):
        into.add("agents", id=f"a{n}", kind=kinds[n % len(kinds)])
    for n in range(3):
        into.add("topics", id=f"t{n}")
        into.add("quantities", id=f"m{n}")
    for n in range(CLAIMS):
        into.add("claims", id=f"c{n}", kind=_nth("claim-kind", n), topic_id=f"t{n % 3}")
    for n in range(CLAIMS):
        relation = {"from_claim_id": f"c{n}", "to_claim_id": f"c{(n + 1) % CLAIMS}", "type": _nth("relation", n)}
        into.add("relations", id=f"c{n}.r1", **relation)


def _nth(vocabulary: str, n: int) -> str:
    terms = terms_of(vocabulary)
    return terms[n % len(terms)]


def _document(into: Hostile, id: str) -> None:
    whole = text()
    into.add(
        "documents",
        id=id,
        language="en",
        medium=_nth("document-medium", 0),
        publisher_id="a1",
        source_url_basis=_nth("source-url-basis", 0),
        published_earliest=None,
        published_latest=None,
        text_sha256=sha256(whole.encode()).hexdigest(),
        text_length=len(whole),
        text_form=FORM,
    )
    span = {"start": 0, "end": len(whole), "text_sha256": sha256(whole.encode()).hexdigest()}
    into.add("passages", id=f"{id}.p1", document_id=id, number=1, kind=_nth("passage-kind", 0), **span)
    for n in range(6):
        one = word(n)
        place = {"start": n * 6, "end": n * 6 + 5, "text_sha256": sha256(one.encode()).hexdigest()}
        waived = {"status": "waived", "waiver": _nth("waiver", n)} if n % 2 else {"status": "covered", "waiver": None}
        mine = {"document_id": id, "passage_id": f"{id}.p1", "kind": _nth("unit-kind", n)}
        into.add("units", id=f"{id}.u{n}", **mine, **place, **waived)
    for n in range(VOICES):
        mine = {"agent_id": f"a{n}", "document_id": id}
        into.add("roles", id=f"{id}.o{n}", body_id="a2", anchor_id=into.anchor(id, f"{id}.o{n}", excerpt=None), **mine)
        form = _nth("mention-form", n)
        into.add("mentions", id=f"{id}.n{n}", form=form, anchor_id=into.anchor(id, f"{id}.n{n}"), **mine)
    for n in range(4):
        asked = {"asked_earliest": None, "asked_latest": None, "statement_id": None}
        party = {"document_id": id, "claim_id": f"c{n}", "party_id": f"a{n}", "response": _nth("response", n)}
        into.add("replies", id=f"{id}.y{n}", anchor_id=into.anchor(id, f"{id}.y{n}", excerpt=None), **party, **asked)
        said = {"document_id": id, "statement_id": None, "anchor_id": None}
        into.add("caveats", id=f"{id}.w{n}", kind=_nth("caveat-kind", n), **said)
    _time(into, id, None, f"{id}.t")
    if id != "d0":
        into.add("cites", id=f"{id}.x", document_id=id, cited_id="d0", anchor_id=None)


def _statement(into: Hostile, document: str, n: int) -> None:
    id = f"{document}.s{n}"
    number = sum(row["document_id"] == document for row in into.rows["statements"]) + 1
    into.add(
        "statements",
        id=id,
        document_id=document,
        passage_id=f"{document}.p1",
        claim_id=None if n % 50 == 49 else f"c{n % CLAIMS}",
        number=number,
        anchor_id=into.anchor(document, f"{id}.content"),
        presupposed=n % 3 == 0,
    )
    for level in range(2 + n % 2):
        into.add(
            "attributions",
            statement_id=id,
            level=level,
            agent_id=f"a{(n * level) % VOICES}",
            mode=_nth("mode", n + level),
            act=_nth("act", n + level),
            factuality=_nth("factuality", n + level),
            stance=_nth("stance", n),
            addressee_id=f"a{(n + 3) % VOICES}" if n % 2 else None,
            cue_anchor_id=None,
            source_anchor_id=None,
        )
    into.add(
        "figures",
        id=f"{id}.f1",
        statement_id=id,
        quantity_id=None if n % 4 == 3 else f"m{n % 4}",
        kind=_nth("figure-kind", n),
        comparator=_nth("comparator", n),
        approximate=n % 2 == 0,
        value=Decimal(n + 1),
        lower=None,
        upper=None,
        anchor_id=into.anchor(document, f"{id}.f1", excerpt=None),
    )
    _time(into, document, id, f"{id}.t1")
    said = {"document_id": document, "statement_id": id, "anchor_id": into.anchor(document, f"{id}.w1")}
    into.add("caveats", id=f"{id}.w1", kind=_nth("caveat-kind", n), **said)


def _time(into: Hostile, document: str, statement: str | None, id: str) -> None:
    dated = len(into.rows["times"]) % 2
    said = {"earliest": dt.date(2021, 3, 1 + dated), "latest": dt.date(2021, 4, 2)} if dated else {"edtf": None}
    into.add(
        "times",
        id=id,
        document_id=document,
        statement_id=statement,
        basis=_nth("time-basis", dated),
        anchor_id=into.anchor(document, id, excerpt=None),
        **({"earliest": None, "latest": None} | said),
    )


def _history(into: Hostile) -> None:
    """Reviews, answers to proposed links, changes, agreement."""
    when = dt.datetime(2021, 3, 5, 10, 0, tzinfo=dt.UTC)
    reviewed = [("statements", row["id"]) for row in into.rows["statements"] if row["claim_id"]]
    reviewed += [("claims", row["id"]) for row in into.rows["claims"]]
    for n, (table, key) in enumerate(reviewed, 1):
        status = _nth("review-status", n)
        follows = {"successor_id": ("c0" if table == "claims" else "d0.s0") if status == "superseded" else None}
        said = {"record_table": table, "record_id": key, "status": status, "reviewed_at": when, **follows}
        into.add("reviews", id=f"v{n}", number=n, previous_sha256=None, **said)
    for n in range(1, 5):
        said = {"record_table": "statements", "record_id": "d0.s0", "answered_at": when, "score": None}
        terms = {"grade": _nth("match-grade", n), "answer": _nth("match-answer", n)}
        into.add("matches", id=f"h{n}", number=n, claim_id="c1", undoes_id=None, **said, **terms)
    for n in range(1, 41):
        said = {"record_table": "claims", "version": f"1.{n // 10}.0"}
        into.add("changes", id=f"k{n}", number=n, change=_nth("change", n), **said)
    for n in range(1, 4):
        measured = {"value": Decimal("0.5"), "lower": Decimal("0.25"), "upper": Decimal("0.75"), "n": 12}
        into.add("agreement", id=f"d0.k{n}", document_id="d0", measure="alpha", **measured)


def written(root: Path, tables: Tables, info: PackageInfo) -> Path:
    """A folder that holds the tables as a package, as far as reading it needs."""
    for table, rows in tables.items():
        file = root / table_file(table, "parquet")
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            write_parquet(table, rows, out, {})
    files = {table_file(t, suffix): ("0" * 64, 0) for t in TABLES for suffix in ("csv", "parquet")}
    (root / "datapackage.json").write_text(json.dumps(descriptor(info, tables, files)), encoding="utf-8")
    return root

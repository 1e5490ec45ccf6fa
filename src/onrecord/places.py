"""The places of a document as columns in the order of its text, compared with a text in one pass.

The text passes by once: what is held of it is a window as wide as the widest place. No record is
made of a row, and a row is looked at by itself only where its words are not those at its offsets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from binascii import unhexlify
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from operator import sub
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .span import Spans, digest_of, read_spans
from .tables import arrow_schema, empty

POINTING = ("passages", "units", "anchors")
QUOTING = {"figures": "verbatim", "times": "verbatim", "roles": "title"}
FULL = 64  # hex digits of a hash
_BEYOND = 1 << 62  # after every offset


@dataclass(frozen=True)
class Places:
    """The passages, units and anchors of one document by offset, and what its records quote from it."""

    document: Mapping[str, Any]
    columns: Columns
    within: slice
    quoted: pa.Table

    @property
    def id(self) -> str:
        """The document's id."""
        return str(self.document["id"])

    @cached_property
    def starts(self) -> list[int]:
        """Offsets of the first code points, ascending."""
        return self.columns.starts[self.within]

    @cached_property
    def ends(self) -> list[int]:
        """Offsets after the last code points."""
        return self.columns.ends[self.within]

    @cached_property
    def split(self) -> dict[int, Spans]:
        """The rows whose words are not in one piece, and their spans."""
        return {row: self.spans(row) for row in self._those(self.columns.split)}

    @property
    def passages(self) -> list[int]:
        """The rows that are passages."""
        return self._those(self.columns.passages)

    @property
    def tiles(self) -> list[int]:
        """The rows that cover the text: passages and sentences."""
        return self._those(self.columns.tiles)

    @property
    def unusable(self) -> list[int]:
        """The rows that hold no hash."""
        return self._those(self.columns.unusable)

    def _those(self, rows: list[int]) -> list[int]:
        """Those of some rows of the table that are this document's, counted from its first one."""
        first, last = self.within.start, self.within.stop
        return [row - first for row in rows[bisect_left(rows, first) : bisect_left(rows, last)]]

    @cached_property
    def gaps(self) -> list[tuple[int, int]]:
        """What lies before, between and after the passages, the text being as long as is on record."""
        last = int(self.document["text_length"] or 0)
        edges = [(0, 0), *((self.starts[row], self.ends[row]) for row in self.passages), (last, last)]
        return [(before, after) for (_, before), (after, _) in pairwise(edges)] if self.passages else []

    def __len__(self) -> int:
        return int(self.within.stop - self.within.start)

    def hashes(self, digits: int) -> bytes:
        """The hashes on record one after the other, as far as so many digits go."""
        size, first = digits // 2, self.within.start
        if digits == FULL:
            return self.columns.hashes[first * size : self.within.stop * size]
        at = range(first * FULL // 2, self.within.stop * FULL // 2, FULL // 2)
        return b"".join(self.columns.hashes[start : start + size] for start in at)

    def spans(self, row: int) -> Spans:
        """The spans of a row."""
        return spans_in({name: self._value(name, row) for name in ("start", "end", "fragments")})

    def key(self, row: int) -> tuple[str, str]:
        """Table and id of a row."""
        return str(self._value("record_table", row)), str(self._value("id", row))

    def digest(self, row: int) -> str:
        """The hash on record."""
        return str(self._value("text_sha256", row))

    def _value(self, name: str, row: int) -> Any:
        return self.columns.rows[name][self.within.start + row].as_py()


@dataclass(frozen=True, slots=True)
class Columns:
    """The places of all documents, by document and offset: as a table, and what is asked of every row as lists."""

    rows: pa.Table
    starts: list[int]
    ends: list[int]
    hashes: bytes
    unusable: list[int]
    split: list[int]
    passages: list[int]
    tiles: list[int]

    @classmethod
    def of(cls, rows: pa.Table) -> Columns:
        """The columns of a table."""
        hashes, unusable = _bytes_of(rows["text_sha256"])
        return cls(
            rows,
            _integers(rows["start"]),
            _integers(rows["end"]),
            hashes,
            unusable,
            split=_nonzero(pc.is_valid(rows["fragments"])),
            passages=_nonzero(pc.equal(rows["record_table"].cast(pa.string()), "passages")),
            tiles=_nonzero(rows["tile"]),
        )


@dataclass(slots=True)
class Compared:
    """What came of comparing: the text's own hash and length, rows whose words are others, words asked for."""

    sha256: str
    length: int
    wrong: list[int]
    words: dict[tuple[int, int], str]

    def words_at(self, spans: Spans, joined: str = " ") -> str:
        """The words at spans that were asked for; those beyond the text are none."""
        return joined.join(self.words.get(span, "") for span in spans)


def spans_in(row: Mapping[str, Any]) -> Spans:
    """The spans of a row with start, end and perhaps fragments."""
    try:
        return read_spans(row["fragments"]) if row["fragments"] else ((row["start"], row["end"]),)
    except ValueError:  # a table that was never YAML may hold anything
        return ((row["start"], row["end"]),)


# Tables to places


def places_of(tables: Mapping[str, pa.Table]) -> dict[str, Places]:
    """The places of every document, by its id."""
    rows, where = _by_document(_pointing(tables))
    quoted, quoting = _by_document(_quoting(tables))
    columns, none = Columns.of(rows), slice(0, 0)
    documents = {str(document["id"]): document for document in tables["documents"].to_pylist()}
    return {
        id: Places(said, columns, where.get(id, none), quoted[quoting.get(id, none)]) for id, said in documents.items()
    }


def _table(tables: Mapping[str, pa.Table], name: str) -> pa.Table:
    return tables[name] if name in tables else empty(arrow_schema(name))


def _pointing(tables: Mapping[str, pa.Table]) -> pa.Table:
    """Every passage, unit and anchor."""
    return pa.concat_tables(_pointers(name, _table(tables, name)) for name in POINTING).combine_chunks()


def _pointers(name: str, rows: pa.Table) -> pa.Table:
    nothing = pa.nulls(len(rows), pa.string())
    sentence = pc.equal(rows["kind"], "sentence") if name == "units" else pa.repeat(name == "passages", len(rows))
    return pa.table(
        {
            "record_table": pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int8()), len(rows)), [name]),
            "id": rows["id"],
            "document_id": rows["document_id"],
            "start": pc.fill_null(rows["start"], -1),
            "end": pc.fill_null(rows["end"], -1),
            "fragments": rows["fragments"] if "fragments" in rows.column_names else nothing,
            "text_sha256": pc.fill_null(rows["text_sha256"], ""),
            "tile": sentence,
        }
    )


def _quoting(tables: Mapping[str, pa.Table]) -> pa.Table:
    """What records quote: excerpts, figures and times as printed, titles as stated, each with its anchor's place."""
    where = ["id", "document_id", "start", "end", "fragments"]
    anchors = _table(tables, "anchors")
    excerpts = anchors.filter(pc.is_valid(anchors["excerpt"]))
    said = [_quotes("anchors", "excerpt", excerpts.append_column("anchor_id", excerpts["id"]))]
    said += [_quotes(name, column, _table(tables, name)) for name, column in QUOTING.items()]
    quotes = pa.concat_tables(said)
    anchors = anchors.select(where).rename_columns(["anchor_id", *where[1:]])
    return quotes.join(anchors if len(quotes) else anchors[:0], "anchor_id", join_type="inner").combine_chunks()


def _quotes(name: str, column: str, rows: pa.Table) -> pa.Table:
    columns = {"id": rows["id"], "said": rows[column], "anchor_id": rows["anchor_id"]}
    named = {"record_table": pa.repeat(name, len(rows)), "column": pa.repeat(column, len(rows))}
    return pa.table(named | columns)


def _by_document(rows: pa.Table) -> tuple[pa.Table, dict[str, slice]]:
    """Rows by document and offset, and which are whose."""
    documents = _whole(rows["document_id"]).dictionary_encode()
    keys = pa.table({"document": documents.indices, "start": rows["start"]})
    order = pc.sort_indices(keys, sort_keys=[("document", "ascending"), ("start", "ascending")])
    counts = dict(zip(*(part.to_pylist() for part in pc.value_counts(documents.indices).flatten()), strict=True))
    found, at = {}, 0
    for code, id in enumerate(documents.dictionary.to_pylist()):
        found[id] = slice(at, at + counts[code])
        at += counts[code]
    return rows.take(order), found


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _integers(column: pa.ChunkedArray) -> list[int]:
    """A column of whole numbers as a list, many times faster than one value after the other."""
    values = _whole(column)
    return memoryview(values.buffers()[1]).cast("q")[values.offset : values.offset + len(values)].tolist()


def _nonzero(mask: Any) -> list[int]:
    found: list[int] = pc.indices_nonzero(mask).to_pylist()
    return found


# The text passes by


def compared(
    text: Iterable[str],
    places: Places,
    *,
    digits: int = FULL,
    asked: Iterable[Spans] = (),
    sha256: str | None = None,
) -> Compared:
    """Compare the words at every place with their hashes, in one pass over the text.

    Hashes count as far as `digits` go. The words at the spans that are asked for are kept. A text
    whose hash is known is not hashed again.
    """
    hashes, words = _Hashes(places, digits), _Words([*asked, *places.split.values()])
    said, length = _passed(text, hashes, words, sha256)
    found = Compared(said, length, [], words.kept)
    spans = enumerate(zip(places.starts, places.ends, strict=True))
    hashes.wrong |= {row for row, (start, end) in spans if not 0 <= start < end <= length}
    right = {row for row, spans in places.split.items() if _fits(found, spans, places.digest(row)[:digits])}
    found.wrong = sorted((hashes.wrong | places.split.keys()) - right)
    return found


def _fits(found: Compared, spans: Spans, wanted: str) -> bool:
    inside = all(0 <= start < end <= found.length for start, end in spans)
    return inside and wanted != "" and digest_of(found.words_at(spans)).startswith(wanted)


def _passed(text: Iterable[str], hashes: _Hashes, words: _Words, known: str | None) -> tuple[str, int]:
    """Let a text pass by the spans that wait for it; returns its hash and length."""
    whole, held, base, reach = sha256(), deque[str](), 0, 0
    waiting: tuple[_Waiting, ...] = (hashes, words)
    for chunk in text:
        if known is None:
            whole.update(chunk.encode())
        held.append(chunk)
        reach += len(chunk)
        if any(one.next <= reach - one.longest for one in waiting):
            _meet("".join(held), base, reach, waiting)
        needed = min(one.next for one in waiting)
        while held and base + len(held[0]) <= needed:
            base += len(held.popleft())
    _meet("".join(held), base, _BEYOND, waiting)
    return known or whole.hexdigest(), reach


def _meet(window: str, base: int, reach: int, waiting: Iterable[_Waiting]) -> None:
    """Hand each its spans that lie whole in a window of the text, which begins at `base`."""
    for one in waiting:
        first, one.done = one.done, bisect_right(one.starts, reach - one.longest, one.done)
        if first < one.done:
            one.take(window, base, slice(first, one.done))


class _Waiting(ABC):
    """Spans in ascending order that wait for the text to reach them."""

    def __init__(self, starts: list[int], ends: list[int]) -> None:
        self.starts, self.ends, self.done = starts, ends, 0
        self.longest = max(map(sub, ends, starts), default=0)

    @property
    def next(self) -> int:
        """Where the first span begins that still waits."""
        return self.starts[self.done] if self.done < len(self.starts) else _BEYOND

    @abstractmethod
    def take(self, window: str, base: int, due: slice) -> None:
        """Do with the words of these spans what they are wanted for."""


class _Hashes(_Waiting):
    """Compares the words at every place with the hash on record."""

    def __init__(self, places: Places, digits: int) -> None:
        super().__init__(places.starts, places.ends)
        self.size = digits // 2
        self.wanted, self.wrong = places.hashes(digits), set(places.unusable)

    def take(self, window: str, base: int, due: slice) -> None:
        size, spans = self.size, zip(self.starts[due], self.ends[due], strict=True)
        found = [sha256(window[start - base : end - base].encode()).digest()[:size] for start, end in spans]
        wanted = self.wanted[due.start * size : due.stop * size]
        if b"".join(found) != wanted:  # which they are is asked only then
            each = (wanted[at : at + size] for at in range(0, len(wanted), size))
            pairs = enumerate(zip(found, each, strict=True), due.start)
            self.wrong |= {row for row, (said, hash) in pairs if said != hash}


class _Words(_Waiting):
    """Keeps the words at the spans that were asked for."""

    def __init__(self, asked: Iterable[Spans]) -> None:
        spans = sorted({span for spans in asked for span in spans})
        super().__init__([start for start, _ in spans], [end for _, end in spans])
        self.kept: dict[tuple[int, int], str] = {}

    def take(self, window: str, base: int, due: slice) -> None:
        spans = zip(self.starts[due], self.ends[due], strict=True)
        self.kept.update({(start, end): window[start - base : end - base] for start, end in spans})


def _bytes_of(hashes: pa.ChunkedArray) -> tuple[bytes, list[int]]:
    """Hashes one after the other as bytes, and the rows that hold none, which nothing equals."""
    texts = _whole(hashes)
    good = pc.match_substring_regex(texts, f"^[0-9a-f]{{{FULL}}}$")
    hexes = pc.if_else(good, texts, "0" * FULL).buffers()[2]
    data = memoryview(hexes)[: len(texts) * FULL] if len(texts) else b""
    return unhexlify(data), _nonzero(pc.invert(good))

"""The full hashes of the documents of a block, and the anchors that are found among them.

What an anchor says before its excerpt, `0-25 0123456789abcdef`, must be the span and the beginning
of a full hash of its own document. So it is looked up as a whole; one that is not found, or found
in another document only, is left to the models.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ...column import SPACE
from ...span import DIGEST_PREFIX, read_spans

_OFFSET = r"(?:0|[1-9][0-9]{0,11})"
_LINE = rf"^[0-9a-f]{{64}}  {_OFFSET}-{_OFFSET}(?:;{_OFFSET}-{_OFFSET})*$"
_DIGITS, _SPANS_AT, _LONGEST = 64, 66, 1000
_EXCERPT = rf"^[^{SPACE}\x00-\x1f][^\x00-\x1f]*$"
_LONGEST_ANCHOR = 1200
_BITS, _ROW_BITS = 22, 19  # a span and the number of a line, in one integer


@dataclass(slots=True)
class Found:
    """Anchors that were looked up: which hash each has, its excerpt, and which of them could not be found."""

    place: pa.Array
    excerpt: pa.Array
    missed: pa.Array

    def slice(self, start: int, length: int) -> Found:
        """Some of them."""
        return Found(*(part.slice(start, length) for part in (self.place, self.excerpt, self.missed)))


class Hashes:
    """The lines of digests of a block, taken apart."""

    def __init__(self, lists: pa.ListArray) -> None:
        said, row = pc.list_flatten(lists), pc.list_parent_indices(lists)
        fits = pc.and_(pc.match_substring_regex(said, _LINE), pc.less_equal(pc.binary_length(said), _LONGEST))
        self.bad_rows: list[pa.Array] = []
        if fits.null_count or not pc.all(fits, min_count=0).as_py():
            fits = pc.fill_null(fits, False)
            self.bad_rows.append(row.filter(pc.invert(fits)))
            said, row = said.filter(fits), row.filter(fits)
        raw = said.view(pa.binary())
        spans = _text(raw, _SPANS_AT, _LONGEST)
        self.row = row
        self.key = pc.binary_join_element_wise(spans, _text(raw, 0, DIGEST_PREFIX), " ")
        self.text_sha256 = _text(raw, 0, _DIGITS)
        several = pc.match_substring(spans, ";")
        self.fragments = pc.if_else(several, spans, pa.scalar(None, pa.string()))
        self.start, self.end = _ends(spans, several)
        self.bad_rows += _repeated(row, spans, several, self.start, self.end)

    def find(self, anchors: pa.Array, rows: pa.Array) -> Found:
        """Look up anchors, each in the document of its row."""
        more = pc.greater(pc.count_substring(anchors, " "), 1)
        excerpt = pa.nulls(len(anchors), pa.string())
        keys = anchors
        if pc.any(more, min_count=0).as_py():
            more = pc.fill_null(more, False)
            heads, words = _parted(anchors.filter(more))
            keys, excerpt = pc.replace_with_mask(anchors, more, heads), pc.replace_with_mask(excerpt, more, words)
        place = self._place(keys, rows)
        return Found(place, excerpt, pc.and_(pc.is_valid(anchors), pc.is_null(place)))

    def _place(self, keys: pa.Array, rows: pa.Array) -> pa.Array:
        place = pc.index_in(keys, value_set=self.key, skip_nulls=True)
        elsewhere = pc.not_equal(self.row.take(place), rows)
        if not pc.any(elsewhere, min_count=0).as_py():
            return place
        # The same span and digits in several documents: then the row counts too.
        elsewhere = pc.fill_null(elsewhere, False)
        mine = _with_row(rows.filter(elsewhere), keys.filter(elsewhere))
        whole = _with_row(self.row, self.key)
        return pc.replace_with_mask(place, elsewhere, pc.index_in(mine, value_set=whole))


def _parted(anchors: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Anchors that have an excerpt: what stands before it, null where it is not as it should be, and the excerpt."""
    parts = pa.FixedSizeListArray.from_arrays(pc.list_flatten(pc.split_pattern(anchors, " ", max_splits=2)), 3)
    words = pc.list_element(parts, 2)
    head = pc.binary_join_element_wise(pc.list_element(parts, 0), pc.list_element(parts, 1), " ")
    fits = pc.and_(pc.match_substring_regex(words, _EXCERPT), pc.less_equal(pc.binary_length(anchors), _LONGEST_ANCHOR))
    return pc.if_else(fits, head, pa.scalar(None, pa.string())), words


def _text(raw: pa.Array, start: int, stop: int) -> pa.Array:
    return pc.binary_slice(raw, start, stop).view(pa.string())


def _with_row(rows: pa.Array, text: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(rows.cast(pa.string()), text, " ")


def _ends(spans: pa.Array, several: pa.Array) -> tuple[pa.Array, pa.Array]:
    """First and last offset of each span."""
    plain = pc.if_else(several, "0-0", spans)
    numbers = pc.list_flatten(pc.split_pattern(plain, "-")).cast(pa.int64())
    pairs = pa.FixedSizeListArray.from_arrays(numbers, 2)
    start, end = pc.list_element(pairs, 0), pc.list_element(pairs, 1)
    if not pc.any(several, min_count=0).as_py():
        return start, end
    read = [read_spans(said) for said in spans.filter(several).to_pylist()]
    starts = pa.array([said[0][0] for said in read], pa.int64())
    ends = pa.array([max(last for _, last in said) for said in read], pa.int64())
    return pc.replace_with_mask(start, several, starts), pc.replace_with_mask(end, several, ends)


def _repeated(row: pa.Array, spans: pa.Array, several: pa.Array, start: pa.Array, end: pa.Array) -> list[pa.Array]:
    """The rows that give a span twice; for others there is no asking which of the two counts."""
    if not len(row):
        return []
    one = pc.invert(several)
    first, last, rows = start.filter(one), end.filter(one), row.filter(one)
    code = pc.bit_wise_or(pc.bit_wise_or(pc.shift_left(rows, 2 * _BITS), pc.shift_left(first, _BITS)), last)
    small = max(pc.max(end).as_py(), pc.max(start).as_py()) < 1 << _BITS and pc.max(row).as_py() < 1 << _ROW_BITS
    mixed = _with_row(row.filter(several), spans.filter(several))
    if small and len(pc.unique(code)) == len(code) and len(pc.unique(mixed)) == len(mixed):
        return []
    whole = _with_row(row, spans)
    first_place = pc.index_in(whole, value_set=whole)
    places = pc.subtract(pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int32()), len(whole))), pa.scalar(1, pa.int32()))
    return [row.filter(pc.not_equal(first_place, places))]

"""The notation of anchors: what is written is read back as it was."""

from __future__ import annotations

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.span import (
    AnchorNote,
    Placeholder,
    digest_of,
    is_placeholder,
    read_anchor,
    read_placeholder,
    read_spans,
    words_at,
    write_spans,
)

SPANS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=5).map(tuple)
DIGEST = st.text("0123456789abcdef", min_size=16, max_size=16)
EXCERPT = st.none() | st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(SPANS)
def test_spans_are_read_back_as_written(spans: tuple[tuple[int, int], ...]) -> None:
    assert read_spans(write_spans(spans)) == spans


@given(SPANS, DIGEST, EXCERPT)
def test_anchor_is_read_back_as_written(spans: tuple[tuple[int, int], ...], digest: str, excerpt: str | None) -> None:
    said = f"{write_spans(spans)} {digest}" + (f" {excerpt}" if excerpt else "")
    assert read_anchor(said) == AnchorNote(spans, digest, excerpt)


def test_anchor_keeps_an_excerpt_of_several_words() -> None:
    note = read_anchor("752-760;769-800 9f3a1c2e5b6a7980 described … as")
    assert (note.start, note.end, note.fragments, note.excerpt) == (752, 800, "752-760;769-800", "described … as")


@pytest.mark.parametrize("said", ["", "7", "7-", "a-b 9f3a1c2e5b6a7980", "7-9"])
def test_anchor_of_another_form_is_refused(said: str) -> None:
    with pytest.raises(ValueError):
        read_anchor(said)


def test_words_count_code_points_and_join_fragments_by_a_space() -> None:
    text = "😀 Ada Lind said it, and wrote it."
    assert words_at(text, ((2, 10),)) == "Ada Lind"
    assert words_at(text, ((2, 5), (24, 29))) == "Ada wrote"
    assert digest_of("é") == hashlib.sha256(b"\xc3\xa9").hexdigest()


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("?fell?", Placeholder("fell")),
        ("? one\n line ?", Placeholder("one\n line")),
        ("?Who fell??", Placeholder("Who fell?")),
        ("?Who fell? she asked?", Placeholder("Who fell? she asked")),
        ("?Who fell? nth 2?", Placeholder("Who fell? nth 2")),
        ("?fell? nth 2", Placeholder("fell", nth=2)),
        ("?fell?  near 1846", Placeholder("fell", near=1846)),
        ("?fell? excerpt", Placeholder("fell", excerpt=True)),
        ("?fell? nth 2 excerpt", Placeholder("fell", nth=2, excerpt=True)),
        ("?fell? excerpt near 0", Placeholder("fell", near=0, excerpt=True)),
        ("?fell? before: at the quay?", Placeholder("fell", before="at the quay?")),
        ("?fell? excerpt after: A crane before: at", Placeholder("fell", after="A crane", before="at", excerpt=True)),
        ("?A crane … Quay?", Placeholder("A crane … Quay")),
    ],
)
def test_placeholder_is_read(said: str, read: Placeholder) -> None:
    assert is_placeholder(said)
    assert read_placeholder(said) == read


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("?", "its words end with `?`"),
        ("?fell", "its words end with `?`"),
        ("??", "it has no words"),
        ("? ?", "it has no words"),
        ("?fell? nth two", "after its words come `?` and options"),
        ("?fell? 2", "after its words come `?` and options"),
        ("?fell? nth 0", "places are counted from 1, not from 0"),
        ("?fell? nth 1 nth 2", "`nth` is given twice"),
        ("?fell? nth 1 near 2", "it chooses in several ways at once"),
        ("?fell? nth 1 before: at", "it chooses in several ways at once"),
        ("?fell? before:", "`before:` has no words"),
        ("?fell? after: a after: b", "`after:` is given twice"),
    ],
)
def test_malformed_placeholder_says_why(said: str, why: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(why)}$"):
        read_placeholder(said)


def test_anchor_is_no_placeholder() -> None:
    assert not is_placeholder("752-760 9f3a1c2e5b6a7980 who?")

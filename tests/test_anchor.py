"""Anchors against the text: exact, or said why not; never other words without a sign."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.anchor import digests, spans_of, verify_anchors
from onrecord.errors import RecordNotFound, SourceError
from onrecord.finding import Finding
from onrecord.records import Loaded, load_texts
from onrecord.rules.example import TEXT, example
from onrecord.rules.rule import Rule
from onrecord.rules.sourced import SOURCED_RULES
from onrecord.source import Source, canonical
from onrecord.span import digest_of, words_at

SOURCE = canonical(TEXT.encode())
STATES = {"OR331", "OR332", "OR333"}


def mention(anchor: str) -> str:
    """A patch that puts the example's first mention at another anchor."""
    return f"""crane/mentions.yaml:
  mentions:
    - {{id: crane.m1, agent_id: ada-lind, form: name, anchor: "{anchor}"}}
"""


def loaded(patch: str = "") -> Loaded:
    said = load_texts(example(patch), pad_digests=True)
    assert said.findings == []
    return said


def verified(said: Loaded, source: Source = SOURCE) -> list[Finding]:
    return verify_anchors(source, said.records, "crane", place=said.place, prefix_only=True)


@pytest.mark.parametrize("rule", SOURCED_RULES, ids=lambda rule: rule.code)
def test_sourced_rule_finds_its_bad_example_and_passes_its_good_one(rule: Rule) -> None:
    assert [finding.code for finding in verified(loaded(rule.bad))] == [rule.code]
    assert verified(loaded(rule.good)) == []


def test_other_edition_is_said_first_with_both_hashes_then_the_states() -> None:
    other = canonical(TEXT.replace("Crane", "Cranes").encode())
    finding, *states = verified(loaded(), other)
    assert finding.code == "OR320"
    assert {state.code for state in states} <= STATES
    assert SOURCE.sha256 in finding.message and other.sha256 in finding.message
    assert str(finding.location).startswith("crane/document.yaml:")


def test_moved_words_are_located_but_not_moved() -> None:
    patch = mention("80-88 {h:86-94}")
    [finding] = verified(loaded(patch))
    assert finding.message.startswith("the words of 80-88 stand at 86-94")
    assert finding.help == "compare the words there with the record; if they are meant, write 86-94"
    assert finding.location is not None and finding.location.file == "crane/mentions.yaml"


def test_ambiguous_words_are_all_named() -> None:
    start = TEXT.index("Quay")
    again = TEXT.index("Quay", start + 1)
    patch = mention(f"0-4 {{h:{start}-{start + 4}}}")
    [finding] = verified(loaded(patch))
    assert finding.message.startswith("the words of 0-4 stand in 2 places: ")
    assert f"{start}-{start + 4}" in finding.message and f"{again}-{again + 4}" in finding.message


def test_an_anchor_beyond_the_text_is_never_exact() -> None:
    [finding] = verified(loaded(mention("186-194 {h:186-192}")))  # sliced like a list, the words would fit
    assert finding.code == "OR333" and "which has 192 code points" in finding.message


def test_fragments_are_joined_by_a_space_and_shown_with_an_elision() -> None:
    patch = mention("71-78;90-94 {h:71-78;90-94} harbour … Lind")
    assert verified(loaded(patch)) == []
    assert [f.code for f in verified(loaded(patch.replace("harbour … Lind", "harbour Lind")))] == ["OR323"]


def test_full_hashes_are_compared_in_full() -> None:
    found = verify_anchors(SOURCE, loaded().records, "crane")
    assert {finding.code for finding in found} == {"OR333"}  # padded hashes agree in 16 digits only
    assert len(found) == len(digests(SOURCE, loaded().records).splitlines()) + 5  # five places are used twice


def test_digests_are_sorted_unique_and_complete() -> None:
    said = loaded()
    lines = [line.split("  ") for line in digests(SOURCE, said.records).splitlines()]
    starts = [int(spans.split("-")[0]) for _, spans in lines]
    assert starts == sorted(starts)
    assert len({spans for _, spans in lines}) == len(lines)
    texts = example() | {"crane/digests.sha256": digests(SOURCE, said.records).encode()}
    complete = load_texts(texts)
    assert complete.findings == []
    assert verify_anchors(SOURCE, complete.records, "crane") == []


def test_digests_of_an_unknown_text_are_refused() -> None:
    with pytest.raises(SourceError, match="no document was recorded from the text"):
        digests(canonical(b"something else"), loaded().records)


def test_unknown_document_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RecordNotFound, match="no document `crate`") as raised:
        verify_anchors(SOURCE, loaded().records, "crate")
    assert raised.value.help == "the documents are: crane"


def test_a_text_with_the_hash_on_record_is_the_text_whatever_its_form_is_called() -> None:
    patch = "crane/document.yaml:\n  document: {text_form: nfkc-lf/1}\n"
    assert verified(loaded(patch)) == []


EXAMPLE = load_texts(example(), pad_digests=True)
SAVED = st.builds(
    lambda form, end, bom, tail: (form, end, bom, tail),
    st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from(["", " ", "\n", "Ａ½"]),
)


@settings(deadline=None)
@given(SAVED)
def test_every_way_of_saving_gives_the_same_spans_or_another_edition(saved: tuple[str, str, bool, str]) -> None:
    form, end, bom, tail = saved
    text = unicodedata.normalize(form, TEXT + tail).replace("\n", end)  # type: ignore[arg-type]
    source = canonical((b"\xef\xbb\xbf" if bom else b"") + text.encode())
    found = verified(EXAMPLE, source)
    if found:
        assert found[0].code == "OR320" and source.sha256 != SOURCE.sha256
    else:
        assert source == SOURCE


@settings(deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.sampled_from(["", "x", "😀", "e\u0301"]))
def test_an_edited_text_is_never_taken_for_the_edition(at: int, put: str) -> None:
    source = canonical((TEXT[:at] + put + TEXT[at + 1 :]).encode())
    found = [finding.code for finding in verified(EXAMPLE, source)]
    assert found[0] == "OR320" and set(found[1:]) <= STATES


@settings(deadline=None)
@given(st.integers(0, 80), st.integers(1, 30), st.integers(1, 60))
def test_a_shifted_anchor_is_never_called_exact(start: int, length: int, shift: int) -> None:
    said = words_at(TEXT, ((start, start + length),))
    moved = {"start": start + shift, "end": start + shift + length}
    shifted = EXAMPLE.records["anchors"][0].model_copy(update=moved | {"text_sha256": digest_of(said), "excerpt": None})
    records = {table: [] for table in EXAMPLE.records} | {
        "documents": EXAMPLE.records["documents"],
        "anchors": [shifted],
    }
    found = verify_anchors(SOURCE, records, "crane")
    assert bool(found) == (words_at(TEXT, ((moved["start"], moved["end"]),)) != said)


def test_spans_of_a_passage_and_of_fragments() -> None:
    records = loaded().records
    assert spans_of(records["passages"][0]) == ((0, 25),)

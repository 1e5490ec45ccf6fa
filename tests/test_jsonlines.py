"""JSON Lines say what the same records say in YAML: the same rows, the same findings, whatever is amiss in them."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nested_lines import (
    Line,
    Number,
    again,
    as_files,
    as_lines,
    block,
    example_lines,
    rows_made,
    rows_of,
    schema_of,
    staged,
    written,
)
from onrecord.bulk.jsonlines.jsontext import read_json, spelled
from onrecord.finding import Finding
from onrecord.form import DOCUMENT_FILES, SHARED_FILES, form
from onrecord.records import Loaded, load_texts
from onrecord.tables import STORED, to_tables

SOUND = example_lines()
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 21, 10**13, 10**30, Decimal("0.5"), Decimal("40.0000000001"), Decimal("1.0"),
    Decimal("-3.25"), Decimal("100000000000000000000000000000"), Decimal("0.1000000000000"), "", " ", "x", " x", "x ",
    "a\tb", "a\nb", "a\u00a0", "Ü–é", "𝄞", "x" * 121, "x" * 301, "x" * 4001, "ä" * 300, "CT+", "assert", "other",
    "0-25", "2021-02-29", "2020-02-29", "0000-01-01", "0001-01-01", "2021-3-1", "2021-03-05T10:00:00Z",
    "2021-03-05T24:00:00Z", "2021-03-05T10:00:60Z", "2021-02-30T10:00:00Z", "?the crane?", "?the crane? nth",
    "!0-25@479656262b22bc50 9f3a1c2e5b6a7980", "0-25 9f3a1c2e5b6a7980", "00-25 9f3a1c2e5b6a7980",
    "0-25 9f3a1c2e5b6a7980 a crane", "0-25 9f3a1c2e5b6a7980  x", "57-69 ", "crane.p1", "crane.", "A-b", "a--b", "no",
    "12:30", "https://example.org/x y", "a" * 64, "nfc-lf/1", "en", [], {}, [[]], [None], [1], ["x"], [{}],
    {"id": "x"}, [{"id": "x"}],
]  # fmt: skip
EASILY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


def paths_in(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, one in inner for found in ((*path, key), *paths_in(one, (*path, key)))]


def may_be_null(path: tuple[str | int, ...]) -> bool:
    """Whether null says the same in YAML: not where there it is a value that a list or a flag cannot have."""
    return path[-1] != "presupposed" and not (
        path[-1] in ("attributions", "figures", "times", "relations") and len(path) > 1
    )


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def spoiled(draw: st.DrawFn) -> list[Line]:
    """The example, with some values changed, taken out, put in or doubled."""
    lines = again(SOUND)
    for _ in range(draw(st.integers(0, 4))):
        number = draw(st.integers(0, len(lines) - 1))
        paths = [
            path
            for path in paths_in(lines[number])
            if path[0] != "digests" and path not in (("document",), ("document", "id"))
        ]
        path = draw(st.sampled_from(paths))
        _spoil(draw, lines[number], path)
    if draw(st.booleans()):
        _spoil_digests(draw, lines[draw(st.integers(1, len(lines) - 1))]["digests"])
    return lines


def _spoil(draw: st.DrawFn, line: Line, path: tuple[str | int, ...]) -> None:
    there, last = at(line, path[:-1]), path[-1]
    what = draw(st.sampled_from(["change", "change", "change", "swap", "leave out", "unknown", "suggested", "twice"]))
    value = there[last]
    if what == "change":
        odd = again([draw(st.sampled_from(ODD))])[0]
        there[last] = there[last] if odd is None and not may_be_null(path) else odd
    elif what == "swap":
        there[last] = again([at(line, draw(st.sampled_from(paths_in(line))))])[0]
    elif what == "leave out" and isinstance(there, dict):
        del there[last]
    elif what == "unknown" and isinstance(value, dict) and len(path) > 1:
        value[draw(st.sampled_from(["notes", "ID", "", "x y"]))] = again([draw(st.sampled_from(ODD))])[0]
    elif what == "suggested" and isinstance(value, dict):
        value["suggested"] = draw(st.sampled_from([True, False, None, "yes"]))
    elif what == "twice" and isinstance(there, list):
        there.append(json.loads(json.dumps(value, default=int)))


def _spoil_digests(draw: st.DrawFn, digests: list[str]) -> None:
    number = draw(st.integers(0, len(digests) - 1))
    said = digests[number]
    other = "0" * 64 + said[64:]
    odd = [
        [],
        [said, said],
        [other],
        [said, other],
        [said[:63]],
        [said.upper()],
        [f"{said} "],
        [said, "  "],
        [said, ""],
    ]
    odd += [[said[:64] + " " + said[66:]], ["0" * 64 + "  00-25"], ["x" + said], [said, "a  b"]]
    digests[number : number + 1] = draw(st.sampled_from(odd))


def said_of(findings: list[Finding]) -> Counter[tuple[Any, ...]]:
    return Counter((f.code, f.table, f.key, f.column, f.message, f.help) for f in findings)


def rows_loaded(loaded: Loaded) -> dict[str, list[str]]:
    tables = to_tables(loaded.records)
    rows = {table: sorted(map(repr, tables[table].to_pylist())) for table in STORED if table != "terms"}
    return {table: said for table, said in rows.items() if said}


# -- the two ways -----------------------------------------------------------------------------


def test_sound_lines_say_what_yaml_says(tmp_path):
    said = staged(tmp_path, as_lines(SOUND))
    loaded = load_texts(as_files(SOUND))
    assert loaded.findings == []
    assert list(said.findings) == []
    assert (said.complete, said.unread) == (True, frozenset())
    assert rows_of(said) == rows_loaded(loaded)
    assert len(rows_of(said)) >= 20


@EASILY
@given(lines=spoiled())
def test_spoiled_lines_say_what_yaml_says(lines):
    loaded = load_texts(as_files(lines))
    made = block(as_lines(lines))
    assert {table: rows for table, rows in rows_made(made).items() if table in STORED} == rows_loaded(loaded)
    assert said_of(made.findings) == said_of(loaded.findings)


@EASILY
@given(lines=spoiled())
def test_columns_find_what_the_models_find_in_spoiled_lines(lines):
    agree(as_lines(lines))


@EASILY
@given(data=st.data())
def test_columns_find_what_the_models_find_in_spoiled_bytes(data):
    raw = bytearray(as_lines(SOUND))
    for _ in range(data.draw(st.integers(1, 3))):
        where = data.draw(st.integers(0, len(raw) - 1))
        length = data.draw(st.sampled_from([0, 0, 1, 1, 2, 5, 40]))
        raw[where : where + length] = data.draw(st.sampled_from(PIECES))
    agree(bytes(raw))


PIECES = [
    b"", b"\n", b"\r\n", b" ", b"\t", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"null", b"{}", b"{}\n",
    b"[]\n", b"null\n", b"\x00", b"\x01", b"\x7f", b"\xff", b"\xc3", b"\xc3\xa9", b"\xc2\x85", b"\xe2\x80\xa8",
    b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\u0000", b"\\ud800", b"\\udc00", b"\\ud83d\\ude00", b"\\u2028", b"\\u0061",
    b"\\n", b"\\b", b"\\r", b"1", b"0", b"-0", b"1E2", b"1e400", b".5", b"NaN", b"Infinity", b"true",
    b"40.0000000001", b'"40"', b',"id":null', b'"x":1,', b"a", b"A", b"-", b"/",
]  # fmt: skip


def agree(raw: bytes) -> None:
    """Check that the columns, where they are used, leave nothing out and make the same rows as the models."""
    fast, slow = block(raw), block(raw, by_models=True)
    assert rows_made(fast) == rows_made(slow)
    assert fast.findings == slow.findings
    assert fast.logs == slow.logs
    schema_of(fast)


NUMBERS = [
    "1E2",
    "1e2",
    "-0",
    "-0.0",
    "1.0",
    "1.50",
    "1e-9",
    "1e400",
    "NaN",
    "-Infinity",
    "0.1234567891",
    "9" * 29,
    "9" * 30,
    "9" * 42,
]


@pytest.mark.parametrize("key", ["value", "level", "n"])
@pytest.mark.parametrize("printed", NUMBERS)
def test_numbers_are_read_as_they_are_written(key, printed):
    lines = again(SOUND)
    figure, voice = lines[1]["statements"][2]["figures"][0], lines[1]["statements"][0]["attributions"][0]
    {"value": figure, "level": voice, "n": lines[1]["agreement"][0]}[key][key] = Number(printed)
    agree(as_lines(lines))


@pytest.mark.parametrize("printed", ["1E2", "-0", "1e400", "NaN", "Infinity", "9" * 42])
def test_a_number_that_records_do_not_write_so_is_of_the_wrong_type(printed):
    lines = again(SOUND)
    lines[1]["statements"][2]["figures"][0]["value"] = Number(printed)
    [found] = block(as_lines(lines)).findings
    assert (found.code, found.column, found.key) == ("OR103", "value", "crane.s3")
    assert printed in found.message


def test_decimals_keep_every_digit():
    lines = again(SOUND)
    lines[1]["statements"][2]["figures"][0]["value"] = Number("12345678901234567890123456789.123456789")
    [row] = [
        row
        for rows in block(as_lines(lines)).tables["figures"]
        for row in rows.to_pylist()
        if row["id"] == "crane.s3.f1"
    ]
    assert row["value"] == Decimal("12345678901234567890123456789.123456789")


# -- places -----------------------------------------------------------------------------------


def test_a_fault_is_told_with_line_column_path_and_value():
    lines = again(SOUND)
    lines[1]["statements"][3]["attributions"][1]["factuality"] = "CT?"
    raw = as_lines(lines)
    [found] = block(raw).findings
    assert (found.code, found.table, found.key, found.column) == ("OR104", "statements", "crane.s4", "factuality")
    place = found.location
    assert place is not None
    assert (place.line, place.path) == (2, "statements[3].attributions[1].factuality")
    assert raw.decode().splitlines()[1][place.col - 1 :].startswith('"CT?"')
    assert str(place).endswith(f"records.jsonl:2:{place.col} statements[3].attributions[1].factuality")


@EASILY
@given(lines=spoiled())
def test_every_place_is_that_of_its_value(lines):
    raw = as_lines(lines)
    texts = raw.decode().splitlines()
    for found in block(raw).findings:
        place = found.location
        assert place is not None
        said = texts[place.line - 1]
        assert 1 <= place.col <= len(said)
        here = at_place(lines[place.line - 1], place.path)
        if here is not None:
            assert said[place.col - 1 :].startswith((written(here), *key_of(place.path)))


def at_place(line: Line, path: str) -> Any:
    """The value at a path; None when there is none."""
    found = [p for p in paths_in(line) if spelled(p) == path]
    return at(line, found[0]) if found else None


def key_of(path: str) -> list[str]:
    """The last key of a path as it is written; an unknown key is told at its own place."""
    return [json.dumps(path.rsplit(".", 1)[-1])]


# -- null, keys, lines ------------------------------------------------------------------------


def test_null_says_that_a_value_is_left_out():
    with_nulls = again(SOUND)
    for line in with_nulls:
        for name, sections in (SHARED_FILES | DOCUMENT_FILES).items():
            assert name
            for section in sections:
                fill_with_nulls(section, line.setdefault(section.key, None))
    [sound, filled] = [block(as_lines(lines)) for lines in (SOUND, with_nulls)]
    assert filled.findings == []
    assert {t: r for t, r in rows_made(filled).items() if t in STORED} == {
        t: r for t, r in rows_made(sound).items() if t in STORED
    }
    agree(as_lines(with_nulls))


def fill_with_nulls(section: Any, value: Any) -> None:
    for item in value if isinstance(value, list) else [value] if value else []:
        for key, info in form(section).model_fields.items():
            if not info.is_required():
                item.setdefault(key, None)
        for child in section.children:
            fill_with_nulls(child, item[child.key])


@pytest.mark.parametrize(
    ("raw", "code", "words"),
    [
        (b'{"agents": [], "agents": []}', "OR004", "`agents` is repeated"),
        (b'{"agents": [{"id": "a", "name": "A", "kind": "person", "id": "a"}]}', "OR004", "`id` is repeated"),
        (b'{"agents": [{"id": "a", "name": "\\ud800", "kind": "person"}]}', "OR006", "U+D800"),
        (b'{"agents": [{"id": "a", "name": "\\u0007", "kind": "person"}]}', "OR006", "U+0007"),
        (b'{"agents": [{"id": "a", "name": "\x1b[31m", "kind": "person"}]}', "OR006", "U+001B"),
        (b'{"agents": [{"id": "a", "name": "\xff", "kind": "person"}]}', "OR007", "0xff"),
        (b'{"agents": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "OR005", "32 levels"),
        (b'{"x": ' * 10_000, "OR005", "32 levels"),
        (b"[" * 3_000_000, "OR005", "32 levels"),
        (b'[{"agents": []}]', "OR012", "got a list"),
        (b"12", "OR012", "got 12"),
        (b"null", "OR012", "got nothing"),
        (b'"agents"', "OR012", 'got "agents"'),
        (b'{"agents": [{"id": "a", "na', "OR022", "it is cut short"),
        (b'{"agents": []} {"topics": []}', "OR022", "something follows after its end"),
        (b'{"agents": []}null{}', "OR022", "something follows after its end"),
        (b"{'agents': []}", "OR022", "double quotes"),
        (b'{"agents": [],}', "OR022", "cannot be read as JSON"),
        (b'{"statements": []}', "OR024", "`statements`, but no document"),
        (b'{"digests": []}', "OR024", "`digests`, but no document"),
        (b'{"agent": []}', "OR102", "did you mean `agents`"),
        (b'{"document": []}', "OR012", "expected a mapping"),
    ],
)
def test_a_faulty_line_gives_one_finding_and_leaves_the_others(raw, code, words):
    sound = as_lines(SOUND)
    made = block(sound + raw + b"\n" + sound)
    [found] = made.findings
    assert found.code == code
    assert words in found.message
    assert found.location is not None
    assert found.location.line == len(SOUND) + 1
    assert len(rows_made(made)["documents"]) == 4
    agree(raw)


def test_lines_end_as_they_like_and_blank_ones_count():
    raw = b"\xef\xbb\xbf" + as_lines(SOUND).replace(b"\n", b"\r\n\r\n  \r\n")
    made = block(raw.removeprefix(b"\xef\xbb\xbf").rstrip())
    assert made.findings == []
    places = {row["record_id"]: row["line"] for rows in made.tables["lines"] for row in rows.to_pylist()}
    assert (places["ada-lind"], places["crane"], places["pier"]) == (1, 4, 7)


def test_a_document_without_an_id_keeps_none_of_its_records():
    lines = again(SOUND)
    del lines[1]["document"]["id"]
    made = block(as_lines(lines))
    assert [(f.code, f.column, f.key) for f in made.findings] == [("OR101", "id", None)]
    assert not any("crane." in row for table in ("statements", "anchors", "units") for row in rows_made(made)[table])
    assert any("pier." in row for row in rows_made(made)["statements"])


def test_the_same_document_in_two_lines_is_kept_twice_for_the_rules_to_find():
    made = block(as_lines([SOUND[0], SOUND[1], SOUND[1]]))
    assert made.findings == []
    assert len(rows_made(made)["documents"]) == 2
    agree(as_lines([SOUND[0], SOUND[1], SOUND[1]]))


def test_entries_of_a_log_are_numbered_over_all_lines():
    review = SOUND[0]["reviews"][0]
    lines: list[Line] = [
        {"reviews": [review, {**review, "id": "r2"}]},
        {"reviews": [{**review, "id": "r3", "status": "odd"}]},
    ]
    lines += [{"agents": []}, {"reviews": [{**review, "id": "r4"}]}]
    made = block(as_lines(lines))
    numbers = {row["id"]: row["number"] for rows in made.tables["reviews"] for row in rows.to_pylist()}
    assert numbers == {"r1": 1, "r2": 2, "r4": 4}
    agree(as_lines(lines))


def test_the_same_span_in_two_documents_has_the_hash_of_its_own():
    """A hash may only pre-select: here the first digits of two hashes are the same, by intent."""
    lines = again(SOUND)
    for line, tail in ((lines[1], "a"), (lines[2], "b")):
        line["digests"] = [said[:16] + tail * 48 + said[64:] for said in line["digests"]]
    made = block(as_lines(lines))
    assert made.findings == []
    for rows in made.tables["anchors"]:
        for row in rows.to_pylist():
            assert row["text_sha256"].endswith("a" if row["document_id"] == "crane" else "b")
    agree(as_lines(lines))


def test_a_hash_that_only_another_document_has_is_missing():
    lines = again(SOUND)
    taken = lines[2]["digests"].pop(0).split("  ")[1]
    found = block(as_lines(lines)).findings
    assert found
    assert {f.code for f in found} == {"OR013"}
    assert all(taken in f.message for f in found)
    agree(as_lines(lines))


def test_reading_a_line_gives_exact_numbers_and_every_repeated_key_once():
    text = read_json(b'{"a": {"x": 1, "x": {"y": 2, "y": 3}}, "b": 0.10}', "f", 3)
    assert text.value == {"a": {"x": 1}, "b": Decimal("0.10")}
    assert [f.message for f in text.findings] == [
        "key `x` is repeated (first at line 3)",
        "key `y` is repeated (first at line 3)",
    ]

"""Values are changed in place: what was asked for changes, every other byte stays."""

import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import yamledit
from onrecord.errors import LoadError
from onrecord.rules.example import example
from onrecord.yamledit import scalars, spliced
from onrecord.yamltext import read_yaml


def changed(text: str, new: str, *path: str | int) -> str:
    return spliced(text.encode(), {path or ("key",): new}).decode()


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("key: old\n", "new", "key: new\n"),
        ("key: 'old'\n", "it's", "key: 'it''s'\n"),
        ('key: "old"\n', 'a "b" \\', 'key: "a \\"b\\" \\\\"\n'),
        ('key:   "old"   # why\n\n', "new", 'key:   "new"   # why\n\n'),
        ("key: old\n", "a: b", 'key: "a: b"\n'),
        ("key: old\n", "a #b", 'key: "a #b"\n'),
        ("key: old\n", "a, b", "key: a, b\n"),
        ("key: old\n", "7", 'key: "7"\n'),
        ("key: old\n", "null", 'key: "null"\n'),
        ("key: old\n", "", 'key: ""\n'),
        ("key: old\n", " x ", 'key: " x "\n'),
        ("key: old\n", "a\nb", 'key: "a\\nb"\n'),
        ("key: 'old'\n", "a\tb", "key: 'a\tb'\n"),
        ("key: 7\n", "8", "key: 8\n"),
        ("key: 7\n", "eight", "key: eight\n"),
        ("key:\nnext: 1\n", "new", "key: new\nnext: 1\n"),
        ("key:   # nothing\n", "new", "key: new   # nothing\n"),
        ("{key: old, b: 1}\n", "a, b", '{key: "a, b", b: 1}\n'),
        ("{key: , b: 1}\n", "new", "{key: new, b: 1}\n"),
        ("{key, b: 1}\n", "new", "{key: new, b: 1}\n"),
        ("key: two\n  lines\nb: 1\n", "new", "key: new\nb: 1\n"),
        ("key: 'two\n\n  lines'\nb: 1\n", "new", "key: 'new'\nb: 1\n"),
        ("key: >-\n  two\n  lines\n\n# c\nb: 1\n", "new", 'key: "new"\n\n# c\nb: 1\n'),
        ("key: |+ # why\n  x\n\n\nb: 1\n", "x\n", 'key: "x\\n" # why\n\n\nb: 1\n'),
        ("key: |-\n  x", "y", 'key: "y"'),
        ("\ufeffkey: old\r\n\r\nb: x\r\n", "new", "\ufeffkey: new\r\n\r\nb: x\r\n"),
        ("a: 😀é\rkey: 😀\rb: 😀\r", "é", "a: 😀é\rkey: é\rb: 😀\r"),
        ("key: old\n", "old", "key: old\n"),
        ("key: 'old'", "no break", "key: 'no break'"),
    ],
)
def test_value_is_changed_in_its_own_style(before: str, new: str, after: str) -> None:
    assert changed(before, new) == after


def test_scalar_says_where_it_stands() -> None:
    text = "\ufeffa: 😀\r\nb:\r\n  - {c: 'x', d: 7}\r\n"
    found = scalars(text.encode())
    assert {path: text[s.start : s.end] for path, s in found.items()} == {
        ("a",): "😀",
        ("b", 0, "c"): "'x'",
        ("b", 0, "d"): "7",
    }
    assert [(s.value, s.line, s.col, s.quoted, s.is_text) for s in found.values()] == [
        ("😀", 1, 4, False, True),
        ("x", 3, 9, True, True),
        ("7", 3, 17, False, False),
    ]


def test_text_without_values_has_no_scalars() -> None:
    assert scalars(b"") == scalars(b"# only a comment\n") == scalars(b"a: []\n") == {}


def test_unknown_path_is_refused() -> None:
    with pytest.raises(KeyError):
        changed("key: old\n", "new", "kay")


@pytest.mark.parametrize("raw", [b"a: [\n", b"a: 1\na: 2\n", b"a: &x 1\n", b"\xff", b"a: !t 1\n"])
def test_unreadable_text_is_refused(raw: bytes) -> None:
    for attempt in (lambda: scalars(raw), lambda: spliced(raw, {})):
        with pytest.raises(LoadError, match=r"YAML:\d+:\d+ OR0\d\d "):
            attempt()


@pytest.mark.parametrize("new", ["\x00", "a\x7f", "\u2028", "\ufeff", "\ud800", "\uffff"])
def test_text_that_records_cannot_hold_is_refused(new: str) -> None:
    with pytest.raises(LoadError, match="cannot be changed in place"):
        changed("key: old\n", new)


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\u2028\u2029\ufeff"))
VALUE = TEXT | st.sampled_from(
    ["null", "7", "- x", "? x", "a: b", "a #b", "x:", "#x", "%x", "@x", "'", '"', "{a}", "| x"]
)


def double(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def single(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def plain(value: str) -> str:
    return "w" + re.sub(r"[^\w\u4e00-\u4fff]", "", value)


def block(value: str) -> str:
    return ">-  # note\n    w" + plain(value) + "\n\n    x"


@st.composite
def documents(draw: Any) -> bytes:
    """YAML in every style there is, with comments, blanks, flow, a byte-order mark, any line end."""
    lines = []
    for number, value in enumerate(draw(st.lists(VALUE, min_size=1, max_size=6))):
        style = draw(st.sampled_from([double, single, plain, block, lambda _: "", lambda _: "7"]))
        flow = draw(st.sampled_from([double, single, plain]))
        lines.append(f"k{number}:{draw(st.sampled_from([' ', '   ']))}{style(value)}")
        lines += draw(
            st.sampled_from(
                [[], [""], ["# 😀 comment"], [f"s{number}:", f"  - {{a: {flow(value)}, b: [ x,  y ]}}", "  -", "  - z"]]
            )
        )
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = (
        draw(st.sampled_from(["", "\ufeff"]))
        + end.join("\n".join(lines).split("\n"))
        + draw(st.sampled_from(["", end, end * 3]))
    )
    return text.encode()


@settings(deadline=None, max_examples=150)
@given(documents(), st.data())
def test_splicing_changes_what_is_asked_and_nothing_else(raw: bytes, data: Any) -> None:
    before = scalars(raw)
    paths = data.draw(st.sets(st.sampled_from(sorted(before, key=str))))
    changes = {path: data.draw(VALUE) for path in paths}
    after = spliced(raw, changes)
    now = scalars(after)
    assert {path: s.value for path, s in now.items()} == {path: s.value for path, s in before.items()} | changes
    assert outside(raw, before, paths) == outside(after, now, paths)
    for path in before.keys() - paths:
        assert written(raw, before[path]) == written(after, now[path])


def test_marks_are_the_same_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\ufeffa: 😀 # x\r\nb: >-\r\n  é\r\n\r\nc: {d: '😀'}\r\nf:\r\ng: two\r\n  lines\r\n"
    fast = scalars(text.encode())
    monkeypatch.setattr(yamledit, "PARSER", yaml.SafeLoader)
    assert scalars(text.encode()) == fast
    assert {path: text[s.start : s.end] for path, s in fast.items() if s.end > s.start} == {
        ("a",): "😀",
        ("b",): ">-\r\n  é",
        ("c", "d"): "'😀'",
        ("g",): "two\r\n  lines",
    }


def written(raw: bytes, scalar: Any) -> str:
    return raw.decode()[scalar.start : scalar.end]


def outside(raw: bytes, found: dict[Any, Any], paths: set[Any]) -> str:
    """The text without the values at these paths, without the blanks that part a key from a value."""
    text, kept, done = raw.decode(), [], 0
    for scalar in sorted((found[path] for path in paths), key=lambda s: s.start):
        kept.append(text[done : scalar.start].rstrip(" "))
        done = scalar.end
    return "".join([*kept, text[done:]]).replace("  # note", "")  # stands within a block, then beside what replaced it


def test_nothing_asked_changes_nothing() -> None:
    for raw in example().values():
        assert spliced(raw, {}) == raw
        assert spliced(raw, {path: scalar.value for path, scalar in scalars(raw).items()}) == raw


def test_every_value_of_the_example_can_be_changed_and_changed_back() -> None:
    for name, raw in example().items():
        if not name.endswith(".yaml"):
            continue
        said = scalars(raw)
        there = spliced(raw, {path: "x" + scalar.value for path, scalar in said.items()})
        assert {path: "x" + s.value for path, s in said.items()} == {
            path: s.value for path, s in scalars(there).items()
        }
        quoted = {path: scalar.value for path, scalar in said.items() if scalar.quoted}
        assert spliced(spliced(raw, dict.fromkeys(quoted, "y")), quoted) == raw
        assert read_yaml(there, name).findings == []

"""YAML is read as printed: no guessed types, nothing lost, nothing hidden, every fault with its place."""

import string
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord import yamltext
from onrecord.yamltext import MAX_BYTES, MAX_DEPTH, read_yaml


def value(scalar: str) -> Any:
    said = read_yaml(f"key: {scalar}\n".encode(), "a.yaml")
    assert said.findings == []
    return said.value["key"]


def fault(raw: str | bytes) -> tuple[str, str]:
    said = read_yaml(raw if isinstance(raw, bytes) else raw.encode(), "a.yaml")
    assert said.value is None
    [finding] = said.findings
    return finding.code, str(finding.location)


@pytest.mark.parametrize(
    ("scalar", "read"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("010", "010"),
        ("0o10", "0o10"),
        ("0x1F", "0x1F"),
        ("12:30:45", "12:30:45"),
        ("1988-07-01", "1988-07-01"),
        ("1e3", "1e3"),
        ("1_000", "1_000"),
        ("+5", "+5"),
        ("-0", "-0"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        (".5", ".5"),
        ("5.", "5."),
        ("<<", "<<"),
        ("=", "="),
        ("7", 7),
        ("-7", -7),
        ("0", 0),
        ("1.10", Decimal("1.10")),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("null", None),
        ("", None),
        ('"1.10"', "1.10"),
        ("'no'", "no"),
        ('"~"', "~"),
        ('""', ""),
        ('"7"', "7"),
        ("|-\n  7", "7"),
        ("9" * 60, "9" * 60),
    ],
)
def test_scalar_is_read_as_printed(scalar: str, read: Any) -> None:
    said = value(scalar)
    assert (type(said), said) == (type(read), read)


def test_decimal_keeps_its_zeros() -> None:
    assert str(value("1.10")) == "1.10"


PLAIN = st.text(string.ascii_letters + string.digits + "+-._~:", min_size=1, max_size=12)


@settings(deadline=None)
@given(PLAIN)
def test_every_accepted_plain_scalar_keeps_its_text(text: str) -> None:
    said = read_yaml(f"- {text}\n".encode(), "a.yaml")
    if said.findings or not isinstance(said.value[0], str | int | Decimal | None):
        return  # refused, or a structure such as `- a:`
    match said.value[0]:
        case None:
            assert text.lower() in ("~", "null")
        case bool(truth):
            assert text.lower() == str(truth).lower()
        case Decimal() as number:
            assert f"{number:f}" == text
        case other:
            assert str(other) == text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029\ufeff\ufffe\uffff")))
def test_every_quoted_text_comes_back(text: str) -> None:
    raw = yaml.safe_dump([text], allow_unicode=True, default_style='"', width=10**6).encode()
    assert read_yaml(raw, "a.yaml").value == [text]


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_give_a_value_or_a_finding(raw: bytes) -> None:
    said = read_yaml(raw, "a.yaml")
    assert said.findings or not said.value or said.places


@pytest.mark.parametrize(
    ("raw", "code", "place"),
    [
        ("a: [1\n", "OR001", "a.yaml:2:1"),
        ("a: b: c\n", "OR001", "a.yaml:1:5"),
        ("a: 1\n---\nb: 2\n", "OR001", "a.yaml:2:1"),
        ("? [a]\n: b\n", "OR001", "a.yaml:1:3"),
        ("a: !!python/object:os.system x\n", "OR002", "a.yaml:1:4"),
        ("a: !!str 1\n", "OR002", "a.yaml:1:4"),
        ("a: ! 1\n", "OR002", "a.yaml:1:4"),
        ("!!str a: 1\n", "OR002", "a.yaml:1:1"),
        ("a: &x 1\nb: *x\n", "OR003", "a.yaml:1:4"),
        ("a: *x\n", "OR003", "a.yaml:1:4"),
        ("&x a: 1\n", "OR003", "a.yaml:1:1"),
        ("<<: *x\n", "OR003", "a.yaml:1:5"),
        ("[" * 500 + "]" * 500, "OR005", f"a.yaml:1:{MAX_DEPTH + 1}"),
        ("- " * 500 + "x", "OR005", f"a.yaml:1:{2 * MAX_DEPTH + 1}"),
        ("a: x\x00y\n", "OR006", "a.yaml:1:5"),
        ("a: 1\nb: x\x1b[31m\n", "OR006", "a.yaml:2:5"),
        ("a: x\x85y\n", "OR006", "a.yaml:1:5"),
        ("a: x\u2028y\n", "OR006", "a.yaml:1:5"),
        ("a: x\ufeffy\n", "OR006", "a.yaml:1:5"),
        ('a: "x\\ey"\n', "OR006", "a.yaml:1:4"),
        ('a: "x\\Ny"\n', "OR006", "a.yaml:1:4"),
        ('a: "x\\0y"\n', "OR006", "a.yaml:1:4"),
        ('"x\\ey": a\n', "OR006", "a.yaml:1:1"),
        (b"a: \xe9\n", "OR007", "a.yaml:1:4"),
        (b"\xef\xbb\xbf\xc3\xa9: 1\nb: \xff\n", "OR007", "a.yaml:2:4"),
        (b"\xff\xfea\x00", "OR007", "a.yaml:1:1"),
        (b"a: \xed\xa0\x80\n", "OR007", "a.yaml:1:4"),
    ],
)
def test_refused_yaml_is_one_finding_at_its_place(raw: str | bytes, code: str, place: str) -> None:
    assert fault(raw) == (code, place)


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff", "\\ud83d\\ude00"])
def test_escaped_surrogates_never_come_through(escape: str) -> None:
    said = read_yaml(f'a: "{escape}"\n'.encode(), "a.yaml")
    assert said.value is None and said.findings[0].code in ("OR001", "OR006")


def test_byte_offset_counts_the_bytes_of_the_file() -> None:
    [finding] = read_yaml(b"\xef\xbb\xbf\xc3\xa9: 1\nb: \xff\n", "a.yaml").findings
    assert finding.message == "byte 0xff at byte offset 12 is not UTF-8"


def test_alias_bomb_is_refused_before_it_grows() -> None:
    levels = "\n".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 9))
    assert fault(f"l0: &l0 [x, x]\n{levels}\n")[0] == "OR003"


def test_repeated_key_is_said_with_both_lines_and_the_first_is_kept() -> None:
    said = read_yaml(b"a: 1\nb: 2\na: 3\n", "a.yaml")
    [finding] = said.findings
    assert finding.message == "key `a` is repeated (first at line 1)"
    assert str(finding.location) == "a.yaml:3:1"
    assert [str(other) for other in finding.others] == ["a.yaml:1:1"]
    assert said.value == {"a": 1, "b": 2}


def test_keys_are_text_even_where_they_look_like_numbers() -> None:
    assert read_yaml(b"1: a\nno: b\n~: c\n", "a.yaml").value == {"1": "a", "no": "b", "~": "c"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_byte_order_mark_change_nothing(end: str, bom: str) -> None:
    text = bom + "a: é\nb: [1, 😀]\nc: |\n  two\n  lines\n".replace("\n", end)
    said = read_yaml(text.encode(), "a.yaml")
    assert said.value == {"a": "é", "b": [1, "😀"], "c": "two\nlines\n"}
    assert str(said.place(("b", 1))) == "a.yaml:2:8"


def test_places_count_code_points() -> None:
    said = read_yaml("{😀é: x, b: y}\n".encode(), "a.yaml")
    assert str(said.place(("b",))) == "a.yaml:1:12"
    assert str(said.place(("b", "deeper"))) == "a.yaml:1:12"


def test_empty_text_has_no_value_and_no_fault() -> None:
    for raw in (b"", b"# only a comment\n", b"---\n"):
        said = read_yaml(raw, "a.yaml")
        assert (said.value, said.findings) == (None, [])


def test_text_over_the_limit_is_refused() -> None:
    assert fault(b"#" * (MAX_BYTES + 1))[0] == "OR008"


def test_parser_is_the_fast_one() -> None:
    """PyYAML's wheels carry libyaml, which is some ten times as quick; the slow one must not slip in unnoticed."""
    assert yamltext.PARSER.__name__ == "CSafeLoader"

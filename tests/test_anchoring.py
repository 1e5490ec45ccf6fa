"""`onrecord anchor`: the anchor of given words alone, or every place to choose from; never a guess."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.anchoring import SHOWN
from onrecord.cli import program
from onrecord.rules.example import TEXT
from onrecord.source import canonical
from onrecord.span import digest_of


@pytest.fixture
def project(example_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example project as the current folder, with the text of its document beside it."""
    (example_project / "crane.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(example_project)
    return example_project


def anchor(*arguments: str, source: str = "crane.txt", document: str = "crane") -> Result:
    return CliRunner().invoke(program, ["anchor", document, *arguments, "--source", source], prog_name="onrecord")


def digest(words: str) -> str:
    return digest_of(words)[:16]


pytestmark = pytest.mark.usefixtures("project")


def test_words_that_stand_once_give_the_anchor_alone() -> None:
    said = anchor("harbour master")
    assert (said.exit_code, said.stdout, said.stderr) == (0, f"71-85 {digest('harbour master')}\n", "")


def test_discontinuous_words_give_both_spans() -> None:
    said = anchor("A crane … 3 March")
    assert said.stdout == f"27-34;57-64 {digest('A crane 3 March')}\n"


def test_several_places_are_listed_with_their_surroundings_and_ways_to_choose() -> None:
    said = anchor("crane")
    assert (said.exit_code, said.stderr) == (1, "")
    assert said.stdout.splitlines() == [
        'the words "crane" stand in 2 places',
        "nth  place    passage   in the text",
        "---  -------  --------  ---------------------------------------------------------------------------",
        "1    29-34    crane.p2  Crane falls at North Quay A [crane] fell at North Quay on 3 March 2021, har",
        "2    171-176  crane.p2  she wrote. The company denies that the [crane] was overloaded.",
        "note: in another letter case the words stand in 1 more place: 0-5",
        "choose one with --nth (1 to 2), --near, --before or --after, or give more words",
    ]


@pytest.mark.parametrize(
    ("option", "value", "spans"),
    [
        ("--nth", "2", "171-176"),
        ("--near", "30", "29-34"),
        ("--before", "was overloaded", "171-176"),
        ("--after", "A", "29-34"),
    ],
)
def test_options_choose_one_of_several(option: str, value: str, spans: str) -> None:
    assert anchor("crane", option, value).stdout == f"{spans} {digest('crane')}\n"


def test_passage_narrows_the_search() -> None:
    assert anchor("North Quay").exit_code == 1
    assert anchor("North Quay", "--passage", "crane.p1").stdout.startswith("15-25 ")
    assert anchor("North Quay", "--passage", "p1").stdout.startswith("15-25 ")
    said = anchor("North Quay", "--passage", "crane.p9")
    assert said.exit_code == 2
    assert "crane has no passage `crane.p9`\n  help: its passages are: crane.p1, crane.p2" in said.stderr


def test_place_inside_a_word_is_not_taken_unasked() -> None:
    said = anchor("overload")
    assert said.exit_code == 1
    assert said.stdout.startswith('the words "overload" stand in one place, inside longer words\n')
    assert anchor("overload", "--nth", "1").stdout.startswith("181-189 ")


def test_number_beyond_the_only_place_is_told_that_there_is_only_one() -> None:
    said = anchor("harbour master", "--nth", "9").stdout.splitlines()
    assert said[0] == 'the words "harbour master" stand in one place; there is no number 9'
    assert said[-1] == "there is only this one: choose it with --nth 1, or give other words"


def test_other_letter_case_is_noted_beside_the_anchor() -> None:
    once = anchor("Crane")
    assert (once.exit_code, once.stdout) == (0, f"0-5 {digest('Crane')}\n")
    assert once.stderr == "note: in another letter case the words stand in 2 more places: 29-34, 171-176\n"
    assert anchor("crane", "--passage", "p2", "--nth", "1").stderr == ""
    assert json.loads(anchor("Crane", "--json").stdout)["other_case"] == ["29-34", "171-176"]


def test_words_that_resemble_others_are_answered_with_a_proposal() -> None:
    said = anchor('"About 40 PEOPLE')
    assert said.exit_code == 1
    assert said.stdout.splitlines() == [
        'the words ""About 40 PEOPLE" do not stand there',
        'did you mean "“About 40 people" at 101-117? It differs in letter case, quotation marks or dashes',
    ]


def test_similar_words_are_proposed_with_their_similarity() -> None:
    pytest.importorskip("rapidfuzz")
    said = anchor("harbor master Ada")
    assert said.exit_code == 1
    assert 'did you mean "harbour master Ada" at 71-89? It is 97% similar' in said.stdout


def test_words_longer_than_the_text_are_simply_not_there() -> None:
    said = anchor("crane " * 100)
    assert (said.exit_code, said.stdout.count("\n")) == (1, 1)
    assert said.stdout.endswith('..." do not stand there\n')


@pytest.mark.parametrize("words", ["", " \n ", "…"])
def test_no_words_are_refused(words: str) -> None:
    said = anchor(words)
    assert (said.exit_code, said.stdout) == (2, "")
    assert "error: there are no words to look for" in said.stderr


def test_excerpt_is_the_words_on_one_line() -> None:
    assert anchor("denies  that", "--excerpt").stdout == f"155-166 {digest('denies that')} denies that\n"
    assert anchor("A crane … 3 March", "--excerpt").stdout.endswith(" A crane … 3 March\n")


def test_excerpt_beyond_the_limits_is_refused_by_the_rules() -> None:
    long = anchor(TEXT[27:100], "--excerpt")
    assert long.exit_code == 1
    assert "OR701 excerpt-too-long: the excerpt at 27-100 has 15 words; 12 are allowed" in long.stdout
    assert "OR704 whole-sentence: the excerpt at 27-100 is the whole sentence `crane.u2`" in long.stdout
    assert digest(TEXT[27:100]) not in long.stdout
    assert anchor(TEXT[27:100]).exit_code == 0


def test_other_edition_is_refused_with_both_hashes(project: Path) -> None:
    (project / "other.txt").write_text(TEXT + "!", encoding="utf-8")
    said = anchor("crane", source="other.txt")
    assert (said.exit_code, said.stdout) == (2, "")
    assert digest_of(TEXT) in said.stderr and digest_of(TEXT + "!") in said.stderr


def test_line_ends_and_composition_of_the_copy_do_not_matter(project: Path) -> None:
    (project / "copy.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert anchor("Ada Lind", source="copy.txt").stdout == anchor("Ada Lind", source=".").stdout
    assert canonical((project / "copy.txt").read_bytes()).text == TEXT


def test_unknown_document_names_those_there_are() -> None:
    said = anchor("crane", document="krane")
    assert said.exit_code == 2
    assert "there is no document `krane`\n  help: the documents are: crane" in said.stderr


def test_document_that_cannot_be_read_says_why(project: Path) -> None:
    file = project / "claims" / "records" / "crane" / "document.yaml"
    file.write_text(file.read_text().replace("medium: newspaper", "medium: paper"))
    said = anchor("crane")
    assert said.exit_code == 1
    assert "OR" in said.stdout and "unknown-term" in said.stdout
    assert "the document `crane` cannot be read" in said.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["crane", "--dry-run"],
        ["crane", "--near", "-1"],
        ["crane", "--nth", "0"],
        ["crane", "--nth", "1", "--near", "2"],
        ["crane", "--nth", "1", "--before", "x"],
        ["crane", "--fill"],
        ["--fill", "--excerpt"],
        ["--fill", "--nth", "1"],
    ],
)
def test_contradictory_options_are_refused(arguments: list[str]) -> None:
    said = anchor(*arguments)
    assert (said.exit_code, said.stdout) == (2, "")
    assert "rror: " in said.stderr


def test_source_must_be_given() -> None:
    said = CliRunner().invoke(program, ["anchor", "crane", "crane"])
    assert said.exit_code == 2
    assert "--source" in said.stderr


def test_missing_and_binary_sources_are_refused(project: Path) -> None:
    assert anchor("crane", source="nowhere.txt").exit_code == 2
    (project / "crane.bin").write_bytes(bytes(range(256)))
    assert anchor("crane", source="crane.bin").exit_code == 2


def test_json_holds_every_place_and_what_surrounds_it() -> None:
    said = json.loads(anchor("crane", "--json").stdout)
    assert (said["anchor"], said["count"], said["problem"]) == (None, 2, "stand in 2 places")
    assert said["matches"][1] == {
        "number": 2,
        "spans": "171-176",
        "passage_id": "crane.p2",
        "before": TEXT[131:171],
        "words": "crane",
        "after": " was overloaded.",
    }
    chosen = json.loads(anchor("crane", "--nth", "2", "--json").stdout)
    assert chosen["anchor"] == f"171-176 {digest('crane')}"
    proposed = json.loads(anchor("Harbour Master", "--json").stdout)["proposals"]
    assert [(one["start"], one["end"], one["words"]) for one in proposed] == [(71, 85, "harbour master")]


def test_many_places_are_counted_and_only_some_listed(tmp_path: Path, project: Path) -> None:
    text = "quay \u202e" * 10_000 + "end"
    (tmp_path / "long.txt").write_text(text, encoding="utf-8")
    file = project / "claims" / "records" / "crane" / "document.yaml"
    said = file.read_text().replace(digest_of(TEXT), digest_of(text)).replace("192", str(len(text)))
    file.write_text(said)
    listed = anchor("quay", source=str(tmp_path / "long.txt"))
    assert listed.exit_code == 1
    assert listed.stdout.startswith('the words "quay" stand in 10,000 places\n')
    assert f"and {10_000 - SHOWN:,} places more" in listed.stdout
    assert len(listed.stdout.splitlines()) == SHOWN + 5
    assert "\u202e" not in listed.stdout and "<U+202E>" in listed.stdout

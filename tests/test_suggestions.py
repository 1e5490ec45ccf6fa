"""Suggestions: marked until a person confirms them, and as right as words beside words can tell."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest

from conftest import write_records
from onrecord.anchor import verify_anchors
from onrecord.check import check
from onrecord.draft import new
from onrecord.model import Anchor
from onrecord.package import Refused, build
from onrecord.records import Loaded, load_records, load_texts
from onrecord.rules.example import TEXT, example
from onrecord.segment import segment
from onrecord.source import read_source
from onrecord.span import words_at
from onrecord.suggestions import Place, Suggested, named, suggest

CODE, OPEN = "OR020", "OR308"
SAMPLES = Path(__file__).parent / "samples"
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or Path(__file__).parents[2] / "shared" / "sources")
LETTER = SOURCES / "un-experts-letter-1988.txt"
Rates = dict[str, tuple[float, float]]


# The mark


def marked(old: str, new: str, file: str = "crane/statements.yaml") -> Loaded:
    files = example()
    assert old.encode() in files[file]
    files[file] = files[file].replace(old.encode(), new.encode(), 1)
    return load_texts(files, pad_digests=True)


@pytest.mark.parametrize(
    ("file", "old", "key"),
    [
        ("agents.yaml", "- id: ada-lind\n", "ada-lind"),
        ("claims.yaml", "- id: crane-fell\n", "crane-fell"),
        ("claims.yaml", "  relations:\n  - type: depends-on\n", "people-were-near"),
        ("crane/document.yaml", "document:\n", "crane"),
        ("crane/ledger.yaml", "- id: crane.u1\n", "crane.u1"),
        ("crane/mentions.yaml", "- id: crane.role1\n", "crane.role1"),
        ("crane/statements.yaml", "- id: crane.s3\n", "crane.s3"),
        ("crane/statements.yaml", "  - level: 0\n", "crane.s1"),
        ("crane/statements.yaml", "  figures:\n  - quantity_id: people-nearby\n", "crane.s3"),
        ("crane/statements.yaml", "  times:\n  - verbatim: 3 March 2021\n", "crane.s2"),
        ("crane/caveats.yaml", "- id: crane.c1\n", "crane.c1"),
    ],
)
def test_a_mark_is_found_at_its_place_in_any_record(file: str, old: str, key: str) -> None:
    indent = " " * (len(old) - len(old.lstrip(" ")) + 2) if old != "document:\n" else "  "
    if "\n  - " in old:
        indent = "    "
    loaded = marked(old, f"{old}{indent}suggested: true\n", file)
    (finding,) = loaded.findings
    assert (finding.code, finding.key, finding.column) == (CODE, key, "suggested")
    assert finding.location and finding.location.file == file
    assert finding.help.startswith("compare it with the text; delete `suggested: true`")
    assert loaded.count == load_texts(example(), pad_digests=True).count
    assert loaded.complete
    assert loaded.unread == frozenset()


@pytest.mark.parametrize("value", ["false", "null", '"true"', "1", "[]"])
def test_another_value_of_the_mark_is_a_fault_of_its_own(value: str) -> None:
    loaded = marked("- id: crane.s3\n", f"- id: crane.s3\n  suggested: {value}\n")
    assert [finding.code for finding in loaded.findings] == ["OR021"]


def test_other_faults_of_a_suggestion_show_too() -> None:
    loaded = marked("- id: crane.s3\n", "- id: crane.s3\n  suggested: true\n  colour: red\n")
    assert [finding.code for finding in loaded.findings] == [CODE, "OR102"]


def test_no_build_while_a_suggestion_is_left(tmp_path: Path) -> None:
    project = write_records(
        tmp_path, "agents.yaml:\n  agents:\n    - {id: ada-lind, name: Ada Lind, kind: person, suggested: true}\n"
    )
    assert set(check(project).codes) == {CODE}
    assert check(project).skipped == ()
    with pytest.raises(Refused):
        build(project, project, frictionless=False)


# What is suggested


def suggested(text: str, language: str = "en", known: dict[str, str] | None = None) -> Suggested:
    return suggest(text, language, named("quay", segment(text, language)), known or {})


def said(text: str, language: str = "en") -> list[tuple[str, str, str, str, str]]:
    """Content, cue, source, mode and act of each statement that somebody else is said to make."""
    statements = [record for records in suggested(text, language).statements.values() for record in records]
    voices = [(record, record["attributions"][1]) for record in statements if len(record["attributions"]) > 1]

    def words(place: Place) -> str:
        return words_at(text, place.spans)

    return [
        (words(record["anchor"]), words(v["cue_anchor"]), words(v["source_anchor"]), v["mode"], v["act"])
        for record, v in voices
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“It fell,” Ada Lind said.", ("It fell", "said", "Ada Lind", "direct", "assert")),
        ("“It fell,” said Ada Lind.", ("It fell", "said", "Ada Lind", "direct", "assert")),
        ('"It fell", said the harbour master.', ("It fell", "said", "the harbour master", "direct", "assert")),
        ("Ada Lind said: “It fell.”", ("It fell", "said", "Ada Lind", "direct", "assert")),
        ("Ada Lind said that it fell.", ("it fell", "said", "Ada Lind", "indirect", "assert")),
        ("It fell, the harbour office said.", ("It fell", "said", "the harbour office", "indirect", "assert")),
        ("According to Ada Lind, it fell.", ("it fell", "According to", "Ada Lind", "indirect", "assert")),
        ("It fell, according to the police.", ("It fell", "according to", "the police", "indirect", "assert")),
        ("The owner, Tessa Lift, denied that.", ("that", "denied", "Tessa Lift", "indirect", "deny")),
        ("The union demanded that it stop.", ("it stop", "demanded", "The union", "indirect", "demand")),
        ("Ada Lind told reporters that it fell.", ("it fell", "told", "Ada Lind", "indirect", "assert")),
        ("She said it “fell like a tree”.", ("it “fell like a tree”", "said", "She", "mixed", "assert")),
        ("The office has warned that it may fall.", ("it may fall", "warned", "The office", "indirect", "warn")),
        ("A man who saw it said that it fell.", ("it fell", "said", "A man who saw it", "indirect", "assert")),
    ],
)
def test_a_voice_is_found_by_its_cue(text: str, expected: tuple[str, ...]) -> None:
    assert said(text) == [expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "„Er fiel“, sagte die Hafenmeisterin.", ("Er fiel", "sagte", "die Hafenmeisterin", "direct", "assert")),
        ("de", "Ada Lind sagte, dass er fiel.", ("er fiel", "sagte", "Ada Lind", "indirect", "assert")),
        ("fr", "« Elle est tombée », a déclaré Ada Lind.", None),
        (
            "fr",
            "Ada Lind a déclaré que la grue est tombée.",
            ("la grue est tombée", "déclaré", "Ada Lind", "indirect", "assert"),
        ),
        ("es", "Ada Lind dijo que la grúa cayó.", ("la grúa cayó", "dijo", "Ada Lind", "indirect", "assert")),
        ("es", "Según Ada Lind, la grúa cayó.", ("la grúa cayó", "Según", "Ada Lind", "indirect", "assert")),
    ],
)
def test_main_verbs_of_other_languages_are_known(language: str, text: str, expected: tuple[str, ...] | None) -> None:
    found = said(text, language)
    assert found == [expected] if expected else [one[:2] for one in found] in ([], [("Elle est tombée", "déclaré")])


@pytest.mark.parametrize(
    "text",
    [
        "Nobody said that it fell.",
        "Ada Lind did not say that it fell.",
        "We said that it fell.",
        "The crane, as described by Ada Lind, was old.",
        "The union’s demands were met.",
        "She said so.",
        "The crane they call “the Heron” stands again.",
        "“Heron” is its name.",
        "The crane fell.",
    ],
)
def test_where_it_is_not_plain_nobody_is_said_to_speak(text: str) -> None:
    assert said(text) == []


def test_a_quotation_goes_on_with_the_voice_before_it() -> None:
    text = "“It fell,” Ada Lind said. “Nobody was there.” The rope broke."
    assert [one[0] for one in said(text)] == ["It fell", "Nobody was there"]
    second = suggested(text).statements["quay.s002"][0]
    assert "go on with the voice before" in second["note"]


def test_a_pronoun_is_taken_for_the_last_voice_and_the_note_says_so() -> None:
    record = suggested("Ada Lind said that it fell. It was old, she said.").statements["quay.s002"][0]
    assert record["attributions"][1]["agent_id"] == "ada-lind"
    assert record["note"].endswith("The pronoun is taken for Ada Lind.")


def test_nothing_is_claimed_of_commitment() -> None:
    records = suggested(TEXT).statements.values()
    voices = [voice for statements in records for record in statements for voice in record["attributions"]]
    assert {voice["factuality"] for voice in voices} == {"Uu"}
    assert all("still to be judged" in record["note"] for statements in records for record in statements)


def test_figures_and_times_are_parsed_as_records_want_them() -> None:
    (record,) = suggested("At least 40 people left on 3 March 2021.").statements["quay.s001"]
    ((figure,), (time,)) = record["figures"], record["times"]
    assert {key: str(figure[key]) for key in ("verbatim", "comparator", "value", "lower", "unit", "counted")} == {
        "verbatim": "At least 40",
        "comparator": ">=",
        "value": "40",
        "lower": "40",
        "unit": "person",
        "counted": "people left",
    }
    assert "upper" not in figure
    assert (time["edtf"], time["earliest"], time["basis"]) == ("2021-03-03", "2021-03-03", "stated")


@pytest.mark.parametrize("text", ["It fell into Basin Four.", "See page 3.", "Not one stood.", "12"])
def test_a_numeral_that_only_names_is_no_figure(text: str) -> None:
    assert suggested(text).statements == {}


def test_names_titles_and_family_names_are_one_agent() -> None:
    found = suggested(
        "A crane fell, harbour master Zoë Ávila said. Later Ávila left with Dr. Tom Berg of Acme Lifting."
    )
    assert {(agent["id"], agent["name"], agent["kind"]) for agent in found.agents} == {
        ("zoe-avila", "Zoë Ávila", "person"),
        ("tom-berg", "Tom Berg", "person"),
        ("acme-lifting", "Acme Lifting", "organisation"),
    }
    assert [(role["agent_id"], role["title"]) for role in found.roles] == [("zoe-avila", "harbour master")]
    assert [mention["agent_id"] for mention in found.mentions] == ["zoe-avila", "zoe-avila", "tom-berg", "acme-lifting"]


def test_an_agent_that_the_project_knows_is_not_suggested_again() -> None:
    found = suggested("Ada Lind said that it fell.", known={"lind": "Ada Lind", "ada-lind": "Another"})
    assert found.agents == ()
    assert found.mentions[0]["agent_id"] == "lind"


def test_a_name_without_latin_letters_gets_an_id_all_the_same() -> None:
    (agent,) = suggested("Иван Петров вышел.").agents
    assert (agent["name"], agent["id"]) == ("Иван Петров", "quay.agent1")


# In a new folder

HOSTILE = (
    "Zoë *x {a} said: “- &b: # [c” and left.\n\nAda “|” Lind’s %d, Tom Berg: {id} said that “'null': ~” is “!!x\".\n\n"
    "--- Yes No said at least 40 \\x41 on 2021-02-30.\n\n? key: > said Ada Lind\n"
)


@pytest.mark.parametrize("text", [TEXT, HOSTILE, "x", "Said. Said said “said” said said, said said."])
def test_a_folder_with_suggestions_has_no_other_fault(text: str, tmp_path: Path) -> None:
    source = tmp_path / "text.txt"
    source.write_text(text, encoding="utf-8")
    done = new("quay", source, tmp_path / "project", title="A title", suggest=True)
    checked = check(tmp_path / "project")
    assert set(checked.codes) <= {CODE, OPEN}, [f for f in checked.findings if f.code not in (CODE, OPEN)]
    assert checked.skipped == ()
    assert verify_anchors(read_source(source), load_records(tmp_path / "project").records, "quay") == []
    assert bool(done.suggested) == (CODE in checked.codes)


@pytest.mark.parametrize("name", ["agency", "paper", "company"])
def test_confirming_is_deleting_the_line_of_the_mark(name: str, tmp_path: Path) -> None:
    source = SAMPLES / "sources" / f"{name}.txt"
    new(name, source, tmp_path / "project", title="A title", suggest=True)
    assert set(check(tmp_path / "project").codes) == {CODE, OPEN}
    for file in (tmp_path / "project/claims/records").rglob("*.yaml"):
        raw = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"^ +suggested: true\n", "", raw, flags=re.MULTILINE), encoding="utf-8")
    checked = check(tmp_path / "project")
    assert set(checked.codes) <= {OPEN}, [f for f in checked.findings if f.code != OPEN]
    assert verify_anchors(read_source(source), load_records(tmp_path / "project").records, name) == []


def test_suggestions_are_added_to_the_agents_of_a_project(example_project: Path) -> None:
    file = example_project / "claims/records/agents.yaml"
    before = file.read_bytes()
    source = example_project.parent / "text.txt"
    source.write_text("Ada Lind said that it fell. Bo Berg left.", encoding="utf-8")
    new("quay", source, example_project, title="A title", suggest=True)
    assert file.read_bytes().startswith(before)
    added = [agent.key for agent in load_records(example_project).records["agents"]][-2:]
    assert added == ["quay.narrator", "bo-berg"]


def test_no_excerpt_is_longer_than_the_rules_allow(tmp_path: Path) -> None:
    source = SAMPLES / "sources" / "agency.txt"
    new("agency", source, tmp_path / "project", title="A title", suggest=True)
    anchors = load_records(tmp_path / "project").records["anchors"]
    excerpts = [anchor.excerpt for anchor in anchors if isinstance(anchor, Anchor) and anchor.excerpt]
    assert excerpts
    assert max(len(excerpt.split()) for excerpt in excerpts) <= 2


# How right they are, against hand-made records


def places(id: str, source: Path, hand: Path) -> dict[str, tuple[set[Any], set[Any]]]:
    """By what was looked for: what is suggested, and what people recorded."""
    text = read_source(source).text
    found = suggest(text, "en", named(id, segment(text, "en")), {})
    records: dict[str, list[Any]] = dict(load_records(hand).records)
    anchors = {one.id: (one.start, one.end) for one in records["anchors"]}
    theirs = {one.id for one in records["statements"] if one.document_id == id}
    made = [record for statements in found.statements.values() for record in statements]
    voices = [record["attributions"][1] for record in made if len(record["attributions"]) > 1]
    kept = [one for one in records["attributions"] if one.statement_id in theirs and one.cue_anchor_id and one.level]

    def span(place: Place) -> tuple[int, int]:
        return place.spans[0]

    def nested(key: str) -> list[Any]:
        return [one for record in made for one in record.get(key, ())]

    return {
        "cues": ({span(v["cue_anchor"]) for v in voices}, {anchors[one.cue_anchor_id] for one in kept}),
        "voices": (
            {(span(v["cue_anchor"]), span(v["source_anchor"])) for v in voices},
            {(anchors[one.cue_anchor_id], anchors[one.source_anchor_id]) for one in kept if one.source_anchor_id},
        ),
        "figures": (
            {(span(f["anchor"]), f.get("value"), f["comparator"], f["approximate"]) for f in nested("figures")},
            {
                (anchors[f.anchor_id], f.value, f.comparator, f.approximate)
                for f in records["figures"]
                if f.statement_id in theirs
            },
        ),
        "times": (
            {(span(t["anchor"]), t["edtf"]) for t in nested("times") if t["basis"] == "stated"},
            {(anchors[t.anchor_id], t.edtf) for t in records["times"] if t.document_id == id and t.basis == "stated"},
        ),
        "names": (
            {span(m["anchor"]) for m in found.mentions if m["form"] == "name"},
            {anchors[m.anchor_id] for m in records["mentions"] if m.document_id == id and m.form == "name"},
        ),
    }


def quality(documents: list[tuple[str, Path, Path]]) -> Rates:
    """Precision and recall over several documents."""
    found = [places(*document) for document in documents]
    rates = {}
    for key in found[0]:
        both = sum(len(made & kept) for made, kept in (one[key] for one in found))
        made, kept = (sum(len(one[key][side]) for one in found) for side in (0, 1))
        rates[key] = both / made, both / kept
    return rates


def below(found: Rates, floors: Rates) -> Rates:
    """What has come out worse than it was."""
    return {
        key: found[key]
        for key, (precise, whole) in floors.items()
        if found[key] < (precise, 0) or found[key][1] < whole
    }


def test_suggestions_are_as_right_as_they_were_on_the_samples() -> None:
    names = ("agency", "paper", "company")
    documents = [(f"heron-{name}", SAMPLES / "sources" / f"{name}.txt", SAMPLES) for name in names]
    floors = {"cues": (0.95, 0.6), "voices": (0.85, 0.55), "figures": (0.8, 0.75)}
    assert below(quality(documents), floors | {"times": (0.9, 0.9), "names": (0.9, 0.85)}) == {}


@pytest.mark.skipif(
    not LETTER.is_file(), reason="put the text into ../shared/sources, or name its folder in ONRECORD_SOURCES"
)
def test_suggestions_are_as_right_as_they_were_on_the_first_document() -> None:
    floors = {"cues": (0.9, 0.3), "voices": (0.7, 0.25), "figures": (0.55, 0.75), "times": (0.85, 0.9)}
    found = quality([("un-experts-letter-1988", LETTER, Path(__file__).parents[1])])
    assert below(found, floors) == {}


def test_a_long_text_takes_no_more_than_its_share_of_time() -> None:
    def seconds(number: int) -> float:
        text = "\n\n".join(f"Ada Lind said that crane {n} fell. “So it is,” said Bo Lund." for n in range(number))
        there = named("quay", segment(text, "en"))
        before = time.process_time()
        assert len(suggest(text, "en", there, {}).statements) == 2 * number
        return time.process_time() - before

    seconds(10)
    assert seconds(800) < 24 * seconds(100)  # eight times as long: eight times, not sixty-four

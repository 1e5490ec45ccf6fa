"""Records moved to another edition of their text: what is certain is written, all of it or nothing."""

from __future__ import annotations

import itertools
import json
import os
import re
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import write_records
from onrecord import edition
from onrecord.cli import program
from onrecord.edition import LOG, EditionRefused
from onrecord.errors import OnrecordError
from onrecord.rules.example import TEXT
from onrecord.source import canonical
from onrecord.span import digest_of, read_anchor, read_spans, read_unsettled, words_at
from onrecord.staging import settle
from test_staging import Crash, failing, no_space

ADDED = "It was raining that day. "
MIDDLE = TEXT.index("“About")
INSERTED = TEXT[:MIDDLE] + ADDED + TEXT[MIDDLE:]
PROJECT = Path(__file__).parent.parent
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or PROJECT.parent / "shared" / "sources")
_WRITTEN = re.compile(r"!?[0-9]+-[0-9]+[0-9;@a-f-]* [0-9a-f]{16}(?: [^\"'\n,}]*)?")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(program, [str(argument) for argument in arguments], prog_name="onrecord")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the example's records, its text beside it in `old.txt`, as the current folder."""
    root = write_records(tmp_path / "project")
    (root / "old.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1614938400")
    return root


def folder(project: Path) -> Path:
    return project / "claims" / "records" / "crane"


def files(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder(project).iterdir() if path.is_file()}


def yaml_files(project: Path) -> dict[str, bytes]:
    return {name: raw for name, raw in files(project).items() if name.endswith(".yaml")}


def anchors(project: Path) -> list[str]:
    return [found for raw in yaml_files(project).values() for found in _WRITTEN.findall(raw.decode())]


def new(project: Path, text: str) -> Path:
    file = project / "new.txt"
    file.write_text(text, encoding="utf-8")
    return file


def moving(project: Path, text: str, *more: str) -> Result:
    return run("reanchor", "crane", "--source", new(project, text), "--from", project / "old.txt", *more)


def log(project: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder(project) / LOG).read_text().splitlines()]


HEADED = f"A report.\n\n{TEXT}"

# What is certain is written


def test_a_plan_is_shown_and_nothing_is_written(project: Path) -> None:
    before = files(project)
    said = moving(project, HEADED)
    assert said.exit_code == 0, said.output
    old, there, *_ = said.stdout.splitlines()
    assert old == f"on record: {digest_of(TEXT)} ({len(TEXT)} code points, nfc-lf/1)"
    assert there == f"this text: {digest_of(HEADED)} ({len(HEADED)} code points, nfc-lf/1)"
    assert re.search(r"^crane.s3: 102-129 -> 113-140 \(.+\)$", said.stdout, re.MULTILINE)
    assert said.stdout.splitlines()[-1].startswith("nothing was written; --accept writes the new edition and ")
    assert files(project) == before


def test_what_moved_is_written_and_everything_fits_the_new_edition(project: Path) -> None:
    before = {name: anchors.count(b"anchor") for name, anchors in yaml_files(project).items()}
    said = moving(project, INSERTED, "--accept")
    # The second passage has another text now: nobody can say that it is the same.
    assert (said.exit_code, said.stdout.count("OR333 missing-words")) == (1, 1), said.output
    assert {name: raw.count(b"anchor") for name, raw in yaml_files(project).items()} == before
    for anchor in anchors(project):
        if not anchor.startswith("!"):
            note = read_anchor(anchor)
            words = words_at(INSERTED, note.spans)
            assert digest_of(words).startswith(note.digest) and note.excerpt in (None, words)
    assert [read_unsettled(a) for a in anchors(project) if a.startswith("!")] == [("27-192", digest_of(TEXT)[:16])]


@pytest.mark.parametrize("front", ["\n\n", "A report.\n\n"])
def test_after_moving_everything_the_records_are_those_of_the_new_edition(project: Path, front: str) -> None:
    text = front + TEXT
    said = moving(project, text, "--accept")
    assert said.exit_code == 0, said.output
    document = (folder(project) / "document.yaml").read_text()
    assert f"text_sha256: {digest_of(text)}\n" in document and f"text_length: {len(text)}\n" in document
    verified, checked = run("verify", "--source", "new.txt"), run("check")
    assert re.search(r"^crane: (\d+) places: \1 exact$", verified.stdout, re.MULTILINE)
    if front.isspace():
        assert (verified.exit_code, checked.exit_code) == (0, 0), verified.output
    else:  # what was added is in no passage yet
        assert "OR326 words-between-passages" in verified.stdout and "OR307" in checked.stdout


def test_the_log_says_what_moved_from_where_to_where_and_never_in_which_words(project: Path) -> None:
    moving(project, HEADED, "--accept")
    [entry] = log(project)
    assert (entry["at"], entry["document"]) == ("2021-03-05T10:00:00Z", "crane")
    assert entry["from"] == {"sha256": digest_of(TEXT), "length": len(TEXT), "form": "nfc-lf/1"}
    assert entry["to"] == {"sha256": digest_of(HEADED), "length": len(HEADED), "form": "nfc-lf/1"}
    moved = entry["places"]
    assert isinstance(moved, list) and len(moved) == len(anchors(project)) and entry["stayed"] == 0
    for one in moved:
        assert words_at(TEXT, read_spans(one["from"])) == words_at(HEADED, read_spans(one["to"]))
        assert one["state"] == "moved" and one["evidence"]
    raw = (folder(project) / LOG).read_text()
    assert not re.search("crane fell|Ada|Lind|quay|people", raw, re.IGNORECASE)


def test_the_way_back_gives_the_same_bytes(project: Path) -> None:
    statements = folder(project) / "statements.yaml"
    statements.write_bytes(b"# A comment: 0-25\r\n" + statements.read_bytes().replace(b"\n", b"   # kept\n", 1))
    before = yaml_files(project)
    assert moving(project, HEADED, "--accept").exit_code == 0
    assert yaml_files(project) != before
    back = run("reanchor", "crane", "--source", "old.txt", "--from", "new.txt", "--accept")
    assert back.exit_code == 0, back.output
    assert yaml_files(project) == before
    assert [entry["to"]["sha256"] for entry in log(project)] == [digest_of(HEADED), digest_of(TEXT)]  # type: ignore[index]


def test_the_edition_on_record_is_nothing_to_do_also_a_second_time(project: Path) -> None:
    before = files(project)
    said = run("reanchor", "crane", "--source", "old.txt", "--accept")
    assert (said.exit_code, files(project)) == (0, before)
    assert said.stdout.endswith("crane: nothing to do: this is the edition on record\n")
    moving(project, HEADED, "--accept")
    after = files(project)
    again = moving(project, HEADED, "--accept")
    assert (again.exit_code, files(project)) == (0, after)
    assert again.stdout.endswith("crane: nothing to do: this is the edition on record\n")


def test_the_edition_on_record_is_found_in_a_folder_by_its_hash(project: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("another text", encoding="utf-8")
    (texts / "b.txt").write_bytes(TEXT.replace("\n", "\r\n").encode("utf-8-sig"))
    said = run("reanchor", "crane", "--source", new(project, HEADED), "--from", texts)
    assert said.exit_code == 0, said.output


# What is not certain waits for a person

TWICE = TEXT.replace(
    "The company denies that the crane was overloaded.",
    "The company denies that the crane was overloaded. The company denies that the crane was overloaded.",
)


def test_lookalikes_wait_for_a_person_and_are_marked(project: Path) -> None:
    said = moving(project, TWICE, "--accept")
    assert said.exit_code == 1
    assert "OR332 ambiguous-words: the words of 167-191 stand in 2 places: " in said.stdout
    assert "`--choose crane.s4=" in said.stdout
    assert f"!167-191@{digest_of(TEXT)[:16]} {digest_of(TEXT[167:191])[:16]}" in anchors(project)
    checked = run("check")
    assert checked.exit_code == 1 and "OR019 unsettled-anchor" in checked.stdout
    verified = run("verify", "--source", "new.txt")
    assert re.search(r"^crane: (\d+) places: \1 exact$", verified.stdout, re.MULTILINE)


def test_a_person_chooses_among_lookalikes_and_the_log_says_so(project: Path) -> None:
    second = TWICE.rindex("the crane was overloaded")
    said = moving(project, TWICE, "--choose", f"crane.s4={second}-{second + 24}", "--accept")
    assert "crane.s4: 167-191 -> " in said.stdout and "(chosen by a person)" in said.stdout
    assert f"{second}-{second + 24} {digest_of(TEXT[167:191])[:16]}" in anchors(project)
    [entry] = log(project)
    [chosen] = [one for one in entry["places"] if one["id"] == "crane.s4"]  # type: ignore[attr-defined]
    assert chosen["evidence"] == "chosen by a person" and chosen["to"] == f"{second}-{second + 24}"


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("crane.s4=0-24", "the words at 0-24 are not those of `crane.s4`"),
        ("crane.s4=900-924", "the words at 900-924 are not those of `crane.s4`"),
        ("crane.s4=167", "`crane.s4=167` is not a choice"),
        ("=167-191", "`=167-191` is not a choice"),
        ("crane.s44=167-191", "crane has no place with the id `crane.s44`"),
    ],
)
def test_a_choice_of_other_words_is_refused(project: Path, choice: str, message: str) -> None:
    before = files(project)
    said = moving(project, TWICE, "--choose", choice, "--accept")
    assert said.exit_code == 2 and message in said.stderr
    assert files(project) == before


def test_two_choices_for_the_same_words_are_refused(project: Path) -> None:
    first, second = TWICE.index("the crane was"), TWICE.rindex("the crane was")
    choices = [f"--choose=crane.s4={at}-{at + 24}" for at in (first, second)]
    assert "two places are chosen" in moving(project, TWICE, *choices).stderr


def test_a_changed_word_is_missing_and_the_nearest_is_only_proposed(project: Path) -> None:
    said = moving(project, TEXT.replace("overloaded", "overcharged"), "--accept")
    assert said.exit_code == 1
    place = re.search(
        r"OR333 missing-words: the words of 167-191 .* most like them is 1\d+-19\d \(similarity 0\.\d\d\)", said.stdout
    )
    assert place, said.stdout
    assert "correct the record after comparing it with the words that are most like it, or take it out" in said.stdout
    assert f"!167-191@{digest_of(TEXT)[:16]} {digest_of(TEXT[167:191])[:16]}" in anchors(project)


def test_without_the_edition_on_record_no_lookalike_is_taken(project: Path) -> None:
    said = run("reanchor", "crane", "--source", new(project, TWICE), "--accept")
    assert said.exit_code == 1
    assert f"!167-191@{digest_of(TEXT)[:16]} {digest_of(TEXT[167:191])[:16]}" in anchors(project)


def test_json_says_the_same_and_holds_no_words(project: Path) -> None:
    said = moving(project, TWICE, "--json")
    plan = json.loads(said.stdout)
    assert plan["document"] == "crane" and plan["written"] == []
    assert sum(plan["counts"].values()) == len(plan["places"]) == len(anchors(project))
    assert not re.search("overloaded|Lind|Quay", said.stdout)


# Refusals


def test_another_edition_than_the_one_on_record_is_refused_with_both_hashes(project: Path) -> None:
    other = project / "other.txt"
    other.write_text(TEXT + "!", encoding="utf-8")
    said = run("reanchor", "crane", "--source", new(project, INSERTED), "--from", other, "--accept")
    assert said.exit_code == 2
    assert digest_of(TEXT) in said.stderr and digest_of(TEXT + "!") in said.stderr


def test_an_unknown_document_is_refused_with_the_known_ones(project: Path) -> None:
    said = run("reanchor", "crate", "--source", new(project, INSERTED))
    assert said.exit_code == 2 and "there is no document `crate`" in said.stderr and "crane" in said.stderr


def test_a_text_of_something_else_is_not_taken_for_an_edition(project: Path) -> None:
    before = files(project)
    said = moving(project, "Nothing of this was ever in it.\n", "--accept")
    assert said.exit_code == 2 and "not one of 27 places of crane is certain in this text" in said.stderr
    assert files(project) == before


def test_an_empty_text_is_refused(project: Path) -> None:
    said = run("reanchor", "crane", "--source", new(project, "\n"), "--accept")
    assert said.exit_code == 2 and "is empty" in said.stderr


@pytest.mark.parametrize("name", ["statements.yaml", "document.yaml"])
def test_records_that_cannot_be_read_are_not_moved(project: Path, name: str) -> None:
    file = folder(project) / name
    file.write_text(file.read_text().replace("kind:", "kinds:").replace("medium:", "mediums:"))
    before = files(project)
    said = moving(project, HEADED, "--accept")
    assert said.exit_code == 1 and name in said.stdout and "nothing was written" in said.stderr
    assert files(project) == before


def test_a_suggestion_moves_like_any_other_record(project: Path) -> None:
    file = folder(project) / "mentions.yaml"
    file.write_text(file.read_text().replace("  form: pronoun\n", "  form: pronoun\n  suggested: true\n"))
    said = moving(project, HEADED, "--accept")
    assert said.exit_code == 0, said.output
    assert "OR020" in run("check").stdout and not [anchor for anchor in anchors(project) if anchor.startswith("!")]


def test_an_open_placeholder_has_to_be_filled_in_first(project: Path) -> None:
    file = folder(project) / "mentions.yaml"
    file.write_text(re.sub("anchor: 86-94 [0-9a-f]+", 'anchor: "?Ada Lind?"', file.read_text()))
    before = files(project)
    said = moving(project, HEADED, "--accept")
    assert said.exit_code == 1 and "OR016 open-placeholder" in said.stdout
    assert files(project) == before


def test_two_records_of_one_id_are_refused(project: Path) -> None:
    file = folder(project) / "mentions.yaml"
    file.write_text(file.read_text().replace("id: crane.m2", "id: crane.m1"))
    said = moving(project, HEADED, "--accept")
    assert said.exit_code == 2 and "`crane.m1` is the id of two records" in said.stderr


# All or nothing


def test_a_failing_disk_leaves_every_file_as_it_was(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, made = files(project), plan_of(project, HEADED)
    for at in itertools.count(1):
        with failing(monkeypatch, at, no_space, lasting=False) as done, suppress(OnrecordError):
            edition.accept(made)
        if len(done) < at:
            break
        if done[at - 1] != "discard":  # what was to be discarded is discarded by the next run
            assert kept(files(project)) == before, f"{done[at - 1]} number {at}"
        restore(project, before)
    assert at > 40


def test_a_machine_that_stops_leaves_one_whole_edition(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, made = files(project), plan_of(project, HEADED)
    edition.accept(made)
    after, outcomes = kept(files(project)), []
    for at in itertools.count(1, 2):
        restore(project, before)
        with failing(monkeypatch, at, Crash, lasting=True) as done, suppress(Crash):
            edition.accept(made)
        if len(done) < at:
            break
        assert settle(folder(project))
        assert kept(files(project)) in (before, after), f"{done[at - 1]} number {at}"
        outcomes.append(kept(files(project)) == after)
    assert outcomes == sorted(outcomes) and {*outcomes} == {True, False}


def test_the_next_command_finishes_what_a_killed_one_began(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = plan_of(project, "\n\n" + TEXT)
    for at in itertools.count(20):
        with failing(monkeypatch, at, Crash, lasting=True), suppress(Crash):
            edition.accept(made)
        if (folder(project) / ".onrecord" / "journal.json").exists():
            break
    assert f"text_sha256: {digest_of(TEXT)}\n" in (folder(project) / "document.yaml").read_text()
    said = run("check")
    assert (said.exit_code, said.stdout[:14]) == (0, "0 problems in "), said.output
    assert f"text_length: {len(TEXT) + 2}\n" in (folder(project) / "document.yaml").read_text()


def restore(project: Path, said: dict[str, bytes]) -> None:
    for name in files(project):
        (folder(project) / name).unlink()
    for name, raw in said.items():
        (folder(project) / name).write_bytes(raw)


def plan_of(project: Path, text: str) -> edition.Plan:
    return edition.plan("crane", project, new(project, text), old=project / "old.txt")


def kept(said: dict[str, bytes]) -> dict[str, bytes]:
    return {name: raw for name, raw in said.items() if name != ".onrecord.lock"}


# Any edit

EDITS = st.lists(
    st.tuples(st.sampled_from(["insert", "delete", "double", "change"]), st.integers(0, 191), st.integers(1, 40)),
    min_size=1,
    max_size=3,
)


def edited(edits: list[tuple[str, int, int]]) -> str:
    text = TEXT
    for what, at, size in edits:
        piece = text[at : at + size]
        put = {"insert": piece + "Quay crane ", "delete": "", "double": piece + piece, "change": piece.swapcase()}[what]
        text = text[:at] + put + text[at + size :]
    return text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS, known=st.booleans())
def test_no_anchor_ever_rests_on_other_words(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int, int]], known: bool
) -> None:
    root = write_records(tmp_path_factory.mktemp("edited"))
    text = canonical(edited(edits).encode()).text
    (root / "old.txt").write_text(TEXT, encoding="utf-8")
    before = sorted(read_anchor(said).digest for said in anchors(root))
    made = edition.plan("crane", root, new(root, text), old=root / "old.txt" if known else None)
    if made.moves and len(made.open) == len(made.moves):
        with pytest.raises(EditionRefused):
            edition.accept(made)
        return
    edition.accept(made)
    for said in anchors(root):
        if not said.startswith("!"):
            assert digest_of(words_at(text, read_anchor(said).spans)).startswith(read_anchor(said).digest)
    assert sorted(said.split(" ")[1] for said in anchors(root)) == before
    assert made.same or len(made.open) == sum(said.startswith("!") for said in anchors(root))


# The real document


def test_the_real_document_moves_by_one_line_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    id = "un-experts-letter-1988"
    if not (SOURCES / f"{id}.txt").is_file():
        pytest.skip("there are no source texts: put them into ../shared/sources, or name a folder in ONRECORD_SOURCES")
    shutil.copytree(PROJECT / "claims" / "records", tmp_path / "claims" / "records")
    monkeypatch.chdir(tmp_path)
    text = (SOURCES / f"{id}.txt").read_bytes()
    (tmp_path / "new.txt").write_bytes(b"A line of its own.\n" + text.removeprefix(b"\xef\xbb\xbf"))
    home = tmp_path / "claims" / "records" / id
    before = {path.name: path.read_bytes() for path in home.glob("*.yaml")}
    said = run("reanchor", id, "--source", "new.txt", "--from", SOURCES, "--accept")
    assert said.exit_code == 0, said.output
    assert f"{id}: 578 places: 578 moved; 578 settled, 0 for a person" in said.stdout
    assert run("reanchor", id, "--source", SOURCES / f"{id}.txt", "--from", "new.txt", "--accept").exit_code == 0
    assert {path.name: path.read_bytes() for path in home.glob("*.yaml")} == before

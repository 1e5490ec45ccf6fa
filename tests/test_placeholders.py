"""`onrecord anchor --fill`: every placeholder gets its anchor or none does, and no other byte changes."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onrecord import placeholders, records, staging
from onrecord.anchor import digests
from onrecord.cli import program
from onrecord.column import ANCHOR
from onrecord.errors import LoadError
from onrecord.form import DOCUMENT_FILES
from onrecord.placeholders import fill
from onrecord.records import load_records
from onrecord.rules.example import TEXT, example
from onrecord.rules.placeholders import PLACEHOLDER_RULES
from onrecord.rules.rule import Rule
from onrecord.seek import seek
from onrecord.source import Source, canonical, find_source
from onrecord.span import digest_of, read_anchor
from onrecord.yamledit import scalars, spliced
from onrecord.yamltext import read_yaml

ROOT = Path(__file__).parent.parent
SOURCES = Path(os.environ.get("ONRECORD_SOURCES", ROOT.parent / "shared" / "sources"))
SAMPLES = Path(__file__).parent / "samples"
SOURCE = canonical(TEXT.encode())
FOLDER = Path("claims/records/crane")


@pytest.fixture
def project(example_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example project as the current folder, its anchors in quotes, the text of its document beside it."""
    (example_project / "crane.txt").write_text(TEXT, encoding="utf-8")
    for path in (example_project / FOLDER).glob("*.yaml"):
        said = re.sub(r"(anchor: )([0-9].*)", r'\1"\2"', path.read_text(encoding="utf-8"))
        path.write_text(said, encoding="utf-8")
    lines = digests(SOURCE, load_records(example_project).records, "crane")
    (example_project / FOLDER / "digests.sha256").write_text(lines, encoding="utf-8")
    monkeypatch.chdir(example_project)
    return example_project


pytestmark = pytest.mark.usefixtures("project")


def run(*options: str, document: str = "crane", source: str = "crane.txt") -> Result:
    return CliRunner().invoke(program, ["anchor", document, "--fill", "--source", source, *options])


def put(name: str, old: str, new: str) -> None:
    """Replace a piece of a records file of the example, which stands in it once."""
    text = (FOLDER / name).read_bytes().decode()
    assert text.count(old) == 1, (old, text)
    (FOLDER / name).write_bytes(text.replace(old, new).encode())


def ask(name: str, span: str, placeholder: str) -> None:
    """Put a placeholder in the place of the one anchor of a file that has this span."""
    [said] = re.findall(rf'"{re.escape(span)} [0-9a-f]{{16}}[^"]*"', (FOLDER / name).read_bytes().decode())
    put(name, said, json.dumps(placeholder, ensure_ascii=False))


def contents() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}


def refused(*wanted: str) -> str:
    """Fill in, see that it is refused with these codes and that nothing at all was written; returns what is said."""
    before = contents()
    said = run()
    assert said.exit_code == 1
    assert re.findall(r"yaml:\d+:\d+: (OR\d{3}) ", said.stdout) == list(wanted)
    assert said.stdout.endswith("nothing was written\n")
    assert contents() == before
    return str(said.stdout)


# What is filled in


@pytest.mark.parametrize(
    ("name", "span", "placeholder"),
    [
        ("mentions.yaml", "143-154", "?The company?"),
        ("document.yaml", "27-192", "?" + TEXT[27:] + "?"),
        ("ledger.yaml", "108-110", "?40?"),
        ("ledger.yaml", "102-130", "?About 40 people were nearby,?"),
        ("statements.yaml", "167-191", "? the crane\n was  overloaded ?"),
        ("statements.yaml", "155-161", "?denies? excerpt"),
        ("statements.yaml", "95-99", "?said? nth 1 excerpt"),
        ("statements.yaml", "136-141", "?wrote? excerpt after: she"),
        ("statements.yaml", "27-69", "?A crane fell at North Quay on 3 March 2021? near 20"),
        ("statements.yaml", "102-129", "?About 40 people were nearby? before: ,” she after: said. “"),
        ("statements.yaml", "132-135", "?she?"),
    ],
)
def test_placeholder_gets_its_anchor_and_no_other_byte_changes(name: str, span: str, placeholder: str) -> None:
    before = contents()
    ask(name, span, placeholder)
    said = run()
    assert said.exit_code == 0, said.output
    assert contents() == before


def test_all_placeholders_of_all_files_are_filled_in_at_once() -> None:
    before = contents()
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    ask("mentions.yaml", "71-85", "?harbour master?")
    ask("statements.yaml", "57-69", "?3 March 2021?")
    said = run()
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert [re.sub(r"^\S+/|:\d+:\d+", "", line) for line in lines[:3]] == [
        f'mentions.yaml: "?harbour master?" -> 71-85 {digest_of("harbour master")[:16]}',
        f'mentions.yaml: "?Ada Lind?" -> 86-94 {digest_of("Ada Lind")[:16]}',
        f'statements.yaml: "?3 March 2021?" -> 57-69 {digest_of("3 March 2021")[:16]}',
    ]
    assert lines[3:] == ["3 placeholders in 2 files filled in; 22 hashes in digests.sha256"]
    assert contents() == before
    assert run().stdout == "there are no placeholders in the records of crane\n"


def test_pieces_become_a_discontinuous_anchor() -> None:
    ask("statements.yaml", "27-69", "?A crane fell … 3 March 2021? excerpt")
    assert run().exit_code == 0
    digest = digest_of("A crane fell 3 March 2021")
    assert (
        f'anchor: "27-39;57-69 {digest[:16]} A crane fell … 3 March 2021"' in (FOLDER / "statements.yaml").read_text()
    )
    assert f"{digest}  27-39;57-69\n" in (FOLDER / "digests.sha256").read_text()


def test_passage_of_the_record_narrows_the_search() -> None:
    ask("statements.yaml", "0-25", "?North Quay?")  # crane.s1 is in crane.p1
    ask("statements.yaml", "27-69", "?North Quay?")  # crane.s2 is in crane.p2
    ask("ledger.yaml", "65-69", "?North Quay?")
    assert run().exit_code == 0
    assert (FOLDER / "statements.yaml").read_text().count('anchor: "15-25 ') == 1
    assert (FOLDER / "statements.yaml").read_text().count('anchor: "43-53 ') == 1
    assert (FOLDER / "ledger.yaml").read_text().count('anchor: "43-53 ') == 1


def test_passage_that_was_a_placeholder_itself_narrows_the_search() -> None:
    ask("document.yaml", "0-25", "?Crane falls at North Quay?")
    ask("statements.yaml", "0-25", "?North Quay?")
    assert run().exit_code == 0
    assert 'anchor: "15-25 ' in (FOLDER / "statements.yaml").read_text()


def test_records_without_a_passage_are_sought_in_the_whole_text() -> None:
    ask("mentions.yaml", "86-94", "?North Quay?")
    refused("OR341")


def test_layout_comments_and_line_ends_stay(project: Path) -> None:
    path = FOLDER / "mentions.yaml"
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    text = path.read_text()
    text = "\ufeff# a comment\n\n" + text.replace('"?Ada Lind?"', "  '?Ada Lind?'   # who  ") + "\n\n# the end  "
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert run().exit_code == 0
    wanted = text.replace("'?Ada Lind?'", f"'86-94 {digest_of('Ada Lind')[:16]}'")
    assert path.read_bytes() == wanted.replace("\n", "\r\n").encode()


def test_placeholder_may_stand_in_flow_and_without_quotes() -> None:
    put("mentions.yaml", "mentions:", "mentions:\n- {id: crane.m5, agent_id: ada-lind, form: pronoun, anchor: '?she?'}")
    ask("mentions.yaml", "86-94", "x")
    put("mentions.yaml", '"x"', "?Ada Lind? nth 1")
    said = run()
    assert said.exit_code == 0, said.output
    written = (FOLDER / "mentions.yaml").read_text()
    assert f"anchor: '132-135 {digest_of('she')[:16]}'}}" in written
    assert f"anchor: 86-94 {digest_of('Ada Lind')[:16]}\n" in written


def test_hashes_are_those_of_the_digest_command() -> None:
    ask("statements.yaml", "27-69", "?A crane fell?")
    (FOLDER / "digests.sha256").unlink()
    assert run().exit_code == 0
    loaded = load_records(".")
    assert (FOLDER / "digests.sha256").read_text() == digests(SOURCE, loaded.records, "crane")
    assert [finding.code for finding in loaded.findings] == []


def test_anchor_that_does_not_fit_keeps_its_hash() -> None:
    old = f"{'ab' * 32}  86-94\n"
    put("mentions.yaml", digest_of("Ada Lind")[:16], "ab" * 8)
    put("digests.sha256", f"{digest_of('Ada Lind')}  86-94\n", old)
    put("statements.yaml", f'"86-94 {digest_of("Ada Lind")[:16]}"', '"?harbour master?"')
    assert run().exit_code == 0
    assert old in (FOLDER / "digests.sha256").read_text()


def test_faults_elsewhere_in_the_records_are_no_hindrance() -> None:
    put("statements.yaml", "act: deny", "act: denny")
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    before = (FOLDER / "digests.sha256").read_bytes()
    assert run().exit_code == 0
    assert (FOLDER / "digests.sha256").read_bytes() == before


def test_mode_of_a_file_is_kept() -> None:
    (FOLDER / "mentions.yaml").chmod(0o640)
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    assert run().exit_code == 0
    assert stat.S_IMODE((FOLDER / "mentions.yaml").stat().st_mode) == 0o640


def test_dry_run_shows_and_writes_nothing() -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    before = contents()
    said = run("--dry-run")
    assert said.exit_code == 0
    assert said.stdout.splitlines()[0].endswith(f'"?Ada Lind?" -> 86-94 {digest_of("Ada Lind")[:16]}')
    assert said.stdout.splitlines()[1:] == ["1 placeholder in 1 file; nothing was written"]
    assert contents() == before


def test_json_says_what_was_filled_in() -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    said = json.loads(run("--json").stdout)
    [one] = said["filled"]
    assert (said["document_id"], said["written"], said["findings"]) == ("crane", True, [])
    assert one["file"].endswith("crane/mentions.yaml")
    assert (one["placeholder"], one["anchor"]) == ("?Ada Lind?", f"86-94 {digest_of('Ada Lind')[:16]}")
    ask("mentions.yaml", "86-94", "?Ada Lindt?")
    assert [finding["code"] for finding in json.loads(run("--json").stdout)["findings"]] == ["OR340"]


# What is refused


@pytest.mark.parametrize("rule", PLACEHOLDER_RULES, ids=lambda rule: rule.code)
def test_rule_finds_its_bad_example_and_passes_its_good_one(rule: Rule) -> None:
    for name, raw in example(rule.bad).items():
        (FOLDER.parent / name).write_bytes(raw)
    said = refused(rule.code)
    assert "{" not in said and "None" not in said and "  help: " in said
    for name, raw in example(rule.good).items():
        (FOLDER.parent / name).write_bytes(raw)
    assert run().exit_code == 0


def test_every_fault_is_listed_at_its_place_and_nothing_is_written() -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind?")  # this one could be filled in
    ask("mentions.yaml", "71-85", "?harbor master?")
    ask("mentions.yaml", "143-154", "?North Quay?")
    ask("statements.yaml", "57-69", "?3 March 2021? twice")
    put("statements.yaml", "verbatim: About 40", 'verbatim: "?About 40?"')
    said = refused("OR340", "OR341", "OR017", "OR342")
    for line in said.splitlines():
        if found := re.match(r"(\S+\.yaml):(\d+):(\d+): ", line):
            row = Path(found[1]).read_text().splitlines()[int(found[2]) - 1]
            assert row[int(found[3]) - 1 :].startswith('"?')
    assert "4 problems; nothing was written" in said


def test_ambiguous_placeholder_names_its_places_and_how_to_choose() -> None:
    ask("mentions.yaml", "86-94", "?crane?")
    said = refused("OR341")
    assert 'the words "crane" stand in 2 places in the text: 1) 29-34 in crane.p2, 2) 171-176 in crane.p2' in said
    assert (
        '`onrecord anchor crane crane --source FILE` shows what stands around them; then write "?crane? nth K"' in said
    )


def test_help_names_the_records_where_the_current_folder_does_not(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("mentions.yaml", "86-94", "?crane?")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    said = run("--at", str(project), source=str(project / "crane.txt")).stdout
    [command] = re.findall(r"`onrecord (anchor [^`]*) --source FILE`", said)
    assert command == f"anchor crane crane --at {shlex.quote(str(project / 'claims' / 'records'))}"
    shown = CliRunner().invoke(program, [*shlex.split(command), "--source", str(project / "crane.txt")])
    assert "North Quay" not in said and "North Quay on 3 March" in shown.stdout


def test_numbers_count_within_the_passage_and_the_help_says_so() -> None:
    ask("statements.yaml", "167-191", "?crane?")
    assert "in crane.p2: 1) 29-34, 2) 171-176" in refused("OR341")
    assert "`onrecord anchor crane crane --passage crane.p2 --source FILE`" in refused("OR341")


def test_choice_that_fits_several_or_no_places_is_refused() -> None:
    ask("statements.yaml", "167-191", "?crane? nth 3")
    assert "stand in 2 places; there is no number 3" in refused("OR341")
    put("statements.yaml", "nth 3", "before: quay wall")
    assert "none of them directly before `quay wall`" in refused("OR341")
    put("statements.yaml", "?crane? before: quay wall", "?crane? near 100")
    assert "2 of them are equally near 100" in refused("OR341")


def test_words_inside_a_longer_word_need_a_choice() -> None:
    ask("statements.yaml", "167-191", "?overload?")
    assert "stand in one place, inside longer words" in refused("OR341")
    put("statements.yaml", "?overload?", "?overload? nth 1")
    assert run().exit_code == 0


def test_words_of_another_passage_are_told_where_they_stand() -> None:
    ask("statements.yaml", "0-25", "?harbour master?")
    said = refused("OR340")
    assert 'the words "harbour master" do not stand there\n' in said
    assert "they stand in crane.p2: correct `passage_id`" in said


def test_words_that_differ_are_answered_with_those_of_the_text() -> None:
    ask("mentions.yaml", "71-85", "?Harbour master?")
    assert 'the text has "harbour master" at 71-85: copy the words as they are printed' in refused("OR340")


@pytest.mark.parametrize(
    "placeholder", ["?", "??", "? ?", "?…?", "?crane", "?crane …?", "?crane? nth 0", "?crane? nth 1 near 2"]
)
def test_malformed_placeholder_is_refused(placeholder: str) -> None:
    ask("mentions.yaml", "86-94", placeholder)
    refused("OR017")


def test_question_in_a_note_is_no_placeholder() -> None:
    put("caveats.yaml", "note: The report", 'note: "?The report')
    put("caveats.yaml", "publishes it.", 'publishes it."')
    assert run().exit_code == 0


def test_excerpt_beyond_the_limits_is_refused() -> None:
    ask("statements.yaml", "0-25", "?Crane falls at North Quay? excerpt")
    ask("statements.yaml", "27-69", f"?{TEXT[27:99]}? excerpt")
    said = refused("OR704", "OR701", "OR704")
    assert "has 15 words; 12 are allowed" in said


@pytest.mark.parametrize("raw", [b"mentions: [\n", b"\xff", b"mentions: []\nmentions: []\n", b"mentions: &a []\n"])
def test_file_that_cannot_be_read_stops_everything(raw: bytes) -> None:
    ask("statements.yaml", "57-69", "?3 March 2021?")
    (FOLDER / "mentions.yaml").write_bytes(raw)
    before = contents()
    said = run()
    assert said.exit_code == 1
    assert re.search(r"mentions\.yaml:\d+:\d+: OR0\d\d ", said.stdout)
    assert "nothing was written" in said.stderr
    assert contents() == before


@pytest.mark.parametrize("raw", [b"", b"[]\n", b"mentions: x\n", b"mentions: [x, {anchor: {a: b}}]\n", b"7\n"])
def test_files_of_another_shape_hold_no_placeholders(raw: bytes) -> None:
    (FOLDER / "mentions.yaml").write_bytes(raw)
    assert run().exit_code == 0


def test_odd_ids_and_passages_do_no_harm() -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    put("mentions.yaml", "id: crane.m1", "id: [x]")
    put("statements.yaml", "- id: crane.s2\n  passage_id: crane.p2", "- id: 7\n  passage_id: {a: b}")
    assert run().exit_code == 0


def test_other_edition_unknown_document_and_missing_source_are_refused(project: Path) -> None:
    (project / "other.txt").write_text(TEXT + "!", encoding="utf-8")
    said = run(source="other.txt")
    assert (said.exit_code, said.stdout) == (2, "")
    assert digest_of(TEXT) in said.stderr and digest_of(TEXT + "!") in said.stderr
    assert "there is no document `krane`" in run(document="krane").stderr
    assert run(source="nowhere").exit_code == 2


def test_read_only_file_is_left_alone() -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    (FOLDER / "mentions.yaml").chmod(0o444)
    before = contents()
    said = run()
    assert said.exit_code == 2
    assert "error: no placeholder was filled in: " in said.stderr
    assert "mentions.yaml is read-only\n" in said.stderr
    assert contents() == before


def test_file_changed_meanwhile_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    publish = placeholders._publish

    def saved_by_an_editor(*arguments: Any) -> None:
        put("mentions.yaml", "?Ada Lind?", "?Ada?")
        publish(*arguments)

    monkeypatch.setattr(placeholders, "_publish", saved_by_an_editor)
    with pytest.raises(LoadError, match="was changed meanwhile"):
        fill("crane", Path(), Path("crane.txt"))
    assert "?Ada?" in (FOLDER / "mentions.yaml").read_text()
    assert not (FOLDER / ".onrecord").exists()


def test_file_over_the_size_limit_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind?")
    before = contents()
    monkeypatch.setattr(records, "MAX_BYTES", (FOLDER / "statements.yaml").stat().st_size - 1)
    said = run()
    assert said.exit_code == 1
    assert "statements.yaml:1:1: OR008 " in said.stdout
    assert contents() == before


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_disk_that_fails_leaves_all_files_as_they_were(nth: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("mentions.yaml", "86-94", "?North Quay? nth 1")
    ask("statements.yaml", "57-69", "?3 March?")
    before, move, calls = contents(), staging.move, []

    def fails(source: Path, target: Path) -> None:
        calls.extend([target.name] * (target.name != staging.JOURNAL))
        if len(calls) == nth and target.name != staging.JOURNAL:
            raise OSError(5, "Input/output error", str(target))
        move(source, target)

    monkeypatch.setattr(staging, "move", fails)
    said = run()
    assert said.exit_code == 2
    assert "error: no placeholder was filled in: " in said.stderr
    assert contents() == before


def test_words_in_very_many_places_are_counted_and_few_are_named(project: Path) -> None:
    text = "quay " * 10_000
    (project / "long.txt").write_text(text, encoding="utf-8")
    sha256, length = digest_of(text), len(text)
    put("document.yaml", digest_of(TEXT), sha256)
    put("document.yaml", "text_length: 192", f"text_length: {length}")
    ask("mentions.yaml", "86-94", "?quay?")
    said = run(source="long.txt")
    assert said.exit_code == 1
    assert "stand in 10,000 places in the text: 1) 0-4 in crane.p1, " in said.stdout
    assert "8) 35-39 in crane.p2 and 9,992 more" in said.stdout


# What check says until then


def test_check_names_open_and_malformed_placeholders() -> None:
    ask("mentions.yaml", "86-94", "?Ada Lind? excerpt")
    ask("statements.yaml", "155-161", "?denies")
    said = CliRunner().invoke(program, ["check"])
    assert said.exit_code == 1
    assert 'OR016 open-placeholder: `anchor`: the placeholder "?Ada Lind? excerpt" is not filled in' in said.stdout
    assert "help: run `onrecord anchor DOCUMENT --fill --source FILE`" in said.stdout
    assert 'OR017 malformed-placeholder: `cue_anchor`: the placeholder "?denies" cannot be read' in said.stdout
    assert "2 problems in " in said.stdout


# There and back


def anchors_of(name: str, raw: bytes) -> dict[Any, str]:
    """The anchors in a records file by their paths, found by their look alone."""
    return {path: s.value for path, s in scalars(raw).items() if re.fullmatch(ANCHOR, s.value)}


def placeholder_of(anchor: str, source: Source, passage: tuple[tuple[int, int], ...] | None) -> str:
    """A placeholder that means this anchor: its words, how to choose it, whether it keeps an excerpt."""
    note = read_anchor(anchor)
    words = " … ".join(" ".join(source.text[start:end].split()) for start, end in note.spans)
    found = seek(source.text, words, within=passage)
    said = f"?{words}?"
    if found.chosen != note.spans:
        if len(note.spans) == 1:
            said += f" near {note.start}"
        else:
            said += f" nth {found.matches.index(note.spans) + 1}"
    return said + (" excerpt" if note.excerpt else "")


def passage_at(value: Any, path: Any, passages: dict[str, Any]) -> Any:
    """The span of the passage in which the record at a path stands, if it names one."""
    record = value[path[0]]
    record = record[path[1]] if isinstance(record, list) else record
    return passages.get(record.get("passage_id"))


def there_and_back(root: Path, document: str, text: Path, chance: random.Random) -> int:
    """Put placeholders in the place of some anchors, fill them in, and find every file as it was."""
    loaded = load_records(root)
    [sha256] = [d.text_sha256 for d in loaded.records["documents"] if d.key == document]  # type: ignore[attr-defined]
    source = find_source(text, sha256)
    passages: dict[str, Any] = {p.key: ((p.start, p.end),) for p in loaded.records["passages"]}  # type: ignore[attr-defined]
    folder = root / "claims" / "records" / document
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    share, asked = chance.random(), 0
    for path in sorted(before):
        if path.name in DOCUMENT_FILES:
            value, found = read_yaml(before[path], path.name).value, anchors_of(path.name, before[path])
            changes = {
                at: placeholder_of(said, source, passage_at(value, at, passages))
                for at, said in found.items()
                if chance.random() < share
            }
            asked += len(changes)
            path.write_bytes(spliced(before[path], changes))
    filled = fill(document, root, text)
    assert filled.findings == ()
    assert len(filled.fillings) == asked
    for path, raw in before.items():
        assert same(path.read_bytes(), raw), path
    return asked


def same(now: bytes, before: bytes) -> bool:
    """Equal, but for quotation marks around what stood without them before: a placeholder may need them."""
    return now == before or re.sub(rb'"([^"\n]*)"', rb"\1", now) == re.sub(rb'"([^"\n]*)"', rb"\1", before)


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_example_is_the_same_after_it_was_asked_for_and_filled_in(project: Path, chance: random.Random) -> None:
    there_and_back(project, "crane", project / "crane.txt", chance)


@pytest.mark.parametrize("document", ["heron-agency", "heron-company", "heron-paper"])
def test_sample_is_the_same_after_it_was_asked_for_and_filled_in(document: str, tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "claims", tmp_path / "claims")
    asked = [there_and_back(tmp_path, document, SAMPLES / "sources", random.Random(seed)) for seed in range(2)]
    assert sum(asked) > 20


@pytest.mark.skipif(not SOURCES.is_dir(), reason="put the source texts into a folder and name it in ONRECORD_SOURCES")
def test_records_of_the_dataset_are_the_same_after_they_were_asked_for_and_filled_in(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "claims" / "records", tmp_path / "claims" / "records")
    asked = [there_and_back(tmp_path, "un-experts-letter-1988", SOURCES, random.Random(seed)) for seed in range(2)]
    assert sum(asked) > 100

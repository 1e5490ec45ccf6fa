"""A document's records begun from its text: ready to check, with nothing open but what a person has to read."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from conftest import write_records
from onrecord.anchor import verify_anchors
from onrecord.check import check
from onrecord.cli import program
from onrecord.draft import Drafted, new
from onrecord.draft.project import find_home
from onrecord.errors import DraftError, LoadError, OnrecordError, SourceError
from onrecord.model import Document, Unit
from onrecord.package import Refused, build
from onrecord.records import load_records
from onrecord.rules.example import TEXT
from onrecord.source import read_source
from onrecord.verify import verify_package
from onrecord.yamledit import appended, scalar
from onrecord.yamltext import read_yaml

SAMPLES = Path(__file__).parent / "samples"
SOURCES = Path(os.environ.get("ONRECORD_SOURCES") or Path(__file__).parents[2] / "shared" / "sources")
LETTER = SOURCES / "un-experts-letter-1988.txt"
OPEN = "OR308"
YAML_SYNTAX = '- {a: *b, "c": [d\n\n&x !!tag | > % @ `e`: #f\n\n---\n...\n\n"? key": \'y\' {} {id} %s\n\nnull: ~ 0x1F\n'
TEXTS = {
    "crane": (TEXT, "en"),
    "one-sentence": ("The crane stands again.", "en"),
    "one-character": ("x", "en"),
    "digits": ("1", "en"),
    "chinese": ("港口起重机倒塌\n\n港务长说：“大约四十人在附近。”没有人受伤。事故发生在2021年3月3日。", "zh"),
    "japanese": ("クレーンが倒れた。\n\n「四十人が近くにいた」と港長は述べた。", "ja"),
    "arabic": ("سقطت الرافعة في الميناء.\n\nقال مدير الميناء: «كان أربعون شخصا قريبين». لم يصب أحد بأذى.", "ar"),
    "hebrew": ("העגורן נפל בנמל.\n\n״ארבעים איש היו קרובים״, אמרה מנהלת הנמל.", "he"),
    "thai": ("เครนล้มที่ท่าเรือ ไม่มีผู้บาดเจ็บ", "th"),
    "german": ("Der Kran fiel um.\n\n„Rund 40 Menschen waren nah“, sagte die Hafenmeisterin.", "de"),
    "unknown-language": ("Kran gell in de Haven. 40 Lüüd weern dor.", "nds"),
    "yaml-syntax": (YAML_SYNTAX, "en"),
    "control-characters": ("One\x07 bell. " + "Red \x85 next \u2028 line \u202e turned.\n\n\ufeffMark. " * 9, "en"),
    "only-punctuation": ("* * *\n\n???\n", "en"),
    "wide": ("🏗️ fell. 👩‍👩‍👧 saw it: “🙂”.", "en"),
    "many": ("\n\n".join(f"Crane {n} fell on pier {n}. Nobody saw it. “So it is,” he said." for n in range(670)), "en"),
}
texts = pytest.mark.parametrize("name", TEXTS)


def text_file(folder: Path, text: str, name: str = "text.txt") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(text.encode("utf-8"))
    return file


def begun(folder: Path, text: str = TEXT, id: str = "quay", **said: Any) -> Drafted:
    """A document begun in the project of a folder, from a text beside that project."""
    source = text_file(folder.parent / "texts", text, f"{id}.txt")
    return new(id, source, folder, **{"title": "A title", **said})


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(program, [str(word) for word in words])


def tree(folder: Path) -> dict[str, bytes]:
    """All files below a folder, locks left aside."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".onrecord"))
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def folders(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_dir()}


# What is there afterwards


@texts
def test_check_finds_nothing_but_open_units(name: str, tmp_path: Path) -> None:
    text, language = TEXTS[name]
    done = begun(tmp_path / "project", text, language=language)
    checked = check(tmp_path / "project")
    assert set(checked.codes) == {OPEN}, [f for f in checked.findings if f.code != OPEN]
    assert checked.skipped == ()
    assert checked.codes[OPEN] == sum(done.units.values())


@texts
def test_every_anchor_is_exact_and_every_word_in_a_passage_and_a_sentence(name: str, tmp_path: Path) -> None:
    text, language = TEXTS[name]
    done = begun(tmp_path / "project", text, language=language)
    source = read_source(done.source)
    records = load_records(tmp_path / "project").records
    assert verify_anchors(source, records, "quay") == []
    for table in ("passages", "units"):
        inside: set[int] = set()
        for one in records[table]:
            if getattr(one, "kind", "") not in ("quotation", "numeral"):
                inside |= {*range(one.start, one.end)}  # type: ignore[attr-defined]
        words = {place for found in re.finditer(r"\w+", source.text) for place in range(*found.span())}
        assert words <= inside


def test_coverage_and_verify_say_so_at_the_command_line(tmp_path: Path) -> None:
    source = begun(tmp_path / "project").source
    (found,) = json.loads(run("coverage", "quay", "--at", tmp_path / "project", "--source", source, "--json").output)
    assert (found["open"], found["unlisted"], found["unclosed"]) == (8, [], [])
    assert all(units["covered"] == 0 and not units["waived"] for units in found["units"].values())
    said = run("verify", tmp_path / "project", "--source", source).output
    assert "OR32" not in said
    assert "quay: 10 places: 10 exact" in said


def test_the_document_says_what_is_known_and_leaves_the_rest_null(tmp_path: Path) -> None:
    done = begun(
        tmp_path / "project",
        title='Crane: "falls" # at {North} Quay',
        medium="press-release",
        rights="- the *harbour's*",
        url="https://example.org/crane",
    )
    (document,) = load_records(tmp_path / "project").records["documents"]
    assert isinstance(document, Document)
    source = read_source(done.source)
    said = {name: value for name, value in document.model_dump().items() if value is not None}
    assert said == {
        "id": "quay",
        "title": 'Crane: "falls" # at {North} Quay',
        "language": "en",
        "medium": "press-release",
        "rights": "- the *harbour's*",
        "source_url": "https://example.org/crane",
        "source_url_basis": "located",
        "text_sha256": source.sha256,
        "text_length": source.length,
        "text_form": "nfc-lf/1",
    }
    raw = (tmp_path / "project/claims/records/quay/document.yaml").read_text(encoding="utf-8")
    assert re.search(r"^  published_verbatim: null  # \S", raw, re.MULTILINE)


@pytest.mark.parametrize("id", ["2024", "1.5", "null", "true", "no", "y", "0x1f", "1e5", "2021-03-03", "a.b-c"])
def test_an_id_that_yaml_could_take_for_something_else_stays_text(id: str, tmp_path: Path) -> None:
    begun(tmp_path / "project", id=id)
    assert set(check(tmp_path / "project").codes) == {OPEN}
    said = yaml.safe_load((tmp_path / f"project/claims/records/{id}/document.yaml").read_bytes())
    assert said["document"]["id"] == id


def test_no_word_of_the_text_is_written(tmp_path: Path) -> None:
    words = "Quixotic zephyrs jolted forty wharfside vixens. “Brusque,” Gwendolyn mumbled."
    begun(tmp_path / "project", words)
    written = b"".join(raw for name, raw in tree(tmp_path / "project").items() if name.startswith("claims/")).decode()
    assert [word for word in re.findall(r"\w{4,}", words) if word.lower() in written.lower()] == []


def test_each_sentence_has_a_stub_that_becomes_a_statement(tmp_path: Path) -> None:
    begun(tmp_path / "project")
    file = tmp_path / "project/claims/records/quay/statements.yaml"
    raw = file.read_text(encoding="utf-8")
    assert yaml.safe_load(raw) == {"statements": None}
    stubs = yaml.safe_load(re.sub(r"^  # (?! *p\d)", "  ", raw, flags=re.MULTILINE))["statements"]
    records = load_records(tmp_path / "project").records
    sentences = [unit for unit in records["units"] if isinstance(unit, Unit) and unit.kind == "sentence"]
    assert [stub["anchor"].split()[0] for stub in stubs] == [f"{unit.start}-{unit.end}" for unit in sentences]
    assert [stub["passage_id"] for stub in stubs] == [unit.passage_id for unit in sentences]
    assert {stub["claim_id"] for stub in stubs} == {"..."}
    assert {(said["act"], said["factuality"]) for stub in stubs for said in stub["attributions"]} == {("...", "...")}


def test_a_stub_that_is_filled_in_covers_its_sentence(tmp_path: Path) -> None:
    begun(tmp_path / "project", "The crane stands again.")
    file = tmp_path / "project/claims/records/quay/statements.yaml"
    raw = re.sub(r"^  # (?! *p\d)", "  ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    raw = raw.replace("claim_id: ...", "claim_id: null").replace("act: ...", "act: assert")
    file.write_text(raw.replace("factuality: ...", "factuality: CT+"), encoding="utf-8")
    assert check(tmp_path / "project").findings == ()
    assert build(tmp_path / "project", tmp_path / "project", frictionless=False).gates == ("rules", "verify")
    assert verify_package(tmp_path / "project") == []


def test_a_stub_uncommented_and_left_as_it_is_is_refused_field_by_field(tmp_path: Path) -> None:
    begun(tmp_path / "project", "The crane stands again.")
    file = tmp_path / "project/claims/records/quay/statements.yaml"
    raw = re.sub(r"^  # (?! *p\d)", "  ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    file.write_text(raw, encoding="utf-8")
    said = [finding.message for finding in check(tmp_path / "project").findings]
    assert [next(m for m in said if f"`{field}`" in m) for field in ("claim_id", "act", "factuality")]


def test_schemas_are_where_the_records_say_they_are(tmp_path: Path) -> None:
    begun(tmp_path / "project")
    files = [file for file in (tmp_path / "project").rglob("*.yaml") if file.name != "package.yaml"]
    assert len(files) == 8
    for file in files:
        line = file.read_text(encoding="utf-8").splitlines()[0]
        schema = line.removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / schema).resolve() == (tmp_path / f"project/schema/{file.stem}.schema.json").resolve()
        assert (file.parent / schema).is_file()


def test_schemas_offer_the_new_ids_and_hold_the_new_records_valid(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    begun(tmp_path / "project")
    for file in (tmp_path / "project/claims/records").rglob("*.yaml"):
        if file.name != "package.yaml":
            schema = json.loads((tmp_path / f"project/schema/{file.stem}.schema.json").read_bytes())
            jsonschema.Draft7Validator(schema).validate(yaml.safe_load(file.read_bytes()))
    said = (tmp_path / "project/schema/statements.schema.json").read_text(encoding="utf-8")
    assert "quay.narrator" in said
    assert "quay.p01" in said


def test_a_project_that_was_made_can_be_built_only_when_nothing_is_open(tmp_path: Path) -> None:
    begun(tmp_path / "project")
    with pytest.raises(Refused):
        build(tmp_path / "project", tmp_path / "project", frictionless=False)


def test_marks_without_a_partner_are_said(tmp_path: Path) -> None:
    done = begun(tmp_path / "project", "She said: “It fell.")
    assert any("“ at 10 has no partner" in line for line in done.lines())


def test_a_page_is_read_as_the_options_say(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    page = "<html><body><nav>Menu here</nav><article><p>The crane fell in the night.</p></article></body></html>"
    source = text_file(tmp_path, page, "page.html")
    kept = new("kept", source, tmp_path / "kept", title="A page", boilerplate="keep")
    (document,) = load_records(kept.target).records["documents"]
    assert re.fullmatch(r"trafilatura-[0-9.]+-all\+nfc-lf/1", document.text_form)  # type: ignore[attr-defined]
    assert run("verify", kept.target, "--source", source).output.count("OR32") == 0


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    source = tmp_path / "text.txt"
    source.write_bytes("Zoë said so.".encode("windows-1252"))
    new("zoe", source, tmp_path / "project", title="Zoë", encoding="windows-1252")
    (document,) = load_records(tmp_path / "project").records["documents"]
    assert document.text_length == 12  # type: ignore[attr-defined]


# In a project that is there


def test_an_existing_project_gains_a_folder_and_a_narrator_and_nothing_else_changes(example_project: Path) -> None:
    before = tree(example_project)
    begun(example_project, "The crane stands again.")
    after = tree(example_project)
    kept = {name for name, raw in before.items() if after[name] == raw}
    assert set(before) - kept == {"claims/records/agents.yaml"}
    said = {agent.key for agent in load_records(example_project).records["agents"]}
    assert "quay.narrator" in said
    assert after["claims/records/agents.yaml"].startswith(before["claims/records/agents.yaml"])
    assert {finding.key for finding in check(example_project).findings} == {"quay.u001"}


def test_schemas_that_are_there_stay_as_they_are(built_project: Path) -> None:
    before = tree(built_project / "schema")
    begun(built_project, "The crane stands again.")
    assert tree(built_project / "schema") == before


def test_two_documents_are_begun_one_after_the_other(tmp_path: Path) -> None:
    begun(tmp_path / "project", "One crane fell.", id="one")
    begun(tmp_path / "project", "Two cranes fell.", id="two")
    checked = check(tmp_path / "project")
    assert set(checked.codes) == {OPEN}
    assert {str(finding.key).split(".")[0] for finding in checked.findings} == {"one", "two"}


def test_a_records_folder_without_a_project_gets_records_and_no_schemas(tmp_path: Path) -> None:
    records = write_records(tmp_path / "project") / "claims" / "records"
    bare = records.rename(tmp_path / "bare")
    begun(bare, "The crane stands again.")
    assert (bare / "quay" / "document.yaml").read_text(encoding="utf-8").startswith("# What the document is")
    assert not (bare / "schema").exists()
    assert {finding.key for finding in check(bare).findings} == {"quay.u001"}


def test_the_records_folder_of_a_project_is_known_as_such(example_project: Path) -> None:
    begun(example_project / "claims" / "records", "The crane stands again.")
    assert (example_project / "schema" / "ledger.schema.json").is_file()
    assert find_home(example_project / "claims" / "records").target == example_project


AGENTS = {
    "block": b"agents:\n  - id: ada-lind\n    name: Ada Lind\n    kind: person  # of the harbour\n\n# end\n",
    "no-final-newline": b"agents:\n- {id: ada-lind, name: Ada Lind, kind: person}",
    "crlf": b"\xef\xbb\xbf# all\r\nagents:\r\n  - {id: ada-lind, name: Ada Lind, kind: person}\r\n",
    "flow": b"agents: [{id: ada-lind, name: Ada Lind, kind: person},  # first\n]\n",
    "block-scalar": b"agents:\n  - id: ada-lind\n    kind: person\n    name: >-\n      Ada\n      Lind\n\n\n",
    "empty-flow": b"agents: []\n",
    "empty": b"agents:\n",
    "null": b"agents: null  # none yet\n",
    "comments-only": b"# nobody yet",
    "nothing": b"",
    "deep": b"agents:\n      - id: ada-lind\n        name: Ada Lind\n        kind: person\n        note: x\n",
}
ITEM = '{id: quay.narrator, name: "The document’s own voice", kind: narrator}'


@pytest.mark.parametrize("form", AGENTS)
def test_a_record_is_added_to_a_list_in_place(form: str) -> None:
    raw = AGENTS[form]
    result = appended(raw, "agents", [ITEM, ITEM.replace("quay", "pier")])
    before, after = (read_yaml(said, "").value or {} for said in (raw, result))
    assert after["agents"][:-2] == (before.get("agents") or [])
    assert [agent["id"] for agent in after["agents"][-2:]] == ["quay.narrator", "pier.narrator"]
    kept = raw.decode().replace("null", "")
    remaining = iter(result.decode())
    assert all(character in remaining for character in kept), "every byte that was there is there, in its order"


@pytest.mark.parametrize("raw", [b"agents:\n  - {id: a}\n...\n# after\n", b"agents: Ada\n", b"- agents\n"])
def test_a_list_that_cannot_be_added_to_is_left_alone(raw: bytes) -> None:
    try:
        result = appended(raw, "agents", [ITEM])
    except LoadError as error:
        assert error.help
    else:
        assert read_yaml(result, "").value["agents"][-1]["id"] == "quay.narrator"


@pytest.mark.parametrize(
    "said", ["no", "yes", "12", "1.5", "a: b", "# c", "*x", "&x", "", " a", "~", "é", "a\nb", "{}"]
)
def test_a_scalar_is_read_as_what_was_written(said: str) -> None:
    for line in (f"key: {scalar(said)}\n", f"key: [{scalar(said)}]\n"):
        for value in (read_yaml(line.encode(), "").value["key"], yaml.safe_load(line)["key"]):
            assert (value[0] if isinstance(value, list) else value) == said


# What is refused, with nothing written


def refused(folder: Path, **said: Any) -> OnrecordError:
    """What keeps a document from being begun; nothing below the folder has changed."""
    before = (tree(folder), folders(folder)) if folder.is_dir() else None
    with pytest.raises(OnrecordError) as caught:
        begun(folder, **said)
    assert (tree(folder), folders(folder)) == before if before else not folder.exists()
    assert caught.value.help
    return caught.value


def test_an_id_that_is_there_is_refused_with_its_place(example_project: Path) -> None:
    error = refused(example_project, id="crane")
    assert error.message.startswith("there is a document `crane` already: ")
    assert "crane/document.yaml:" in error.message


def test_a_folder_that_is_there_is_refused(example_project: Path) -> None:
    text_file(example_project / "claims/records/quay", "notes", "notes.txt")
    assert "there is a document `quay` already" in refused(example_project).message


@pytest.mark.parametrize(
    "id", ["Quay", "a b", "../x", "", "-a", "a_b", "a/b", "é", "a..b", "con", "nul.x", "x" * 101, "a\nb", "\x1b[31m"]
)
def test_a_malformed_id_is_refused_with_the_rule(id: str, tmp_path: Path) -> None:
    source = text_file(tmp_path, TEXT)
    with pytest.raises(DraftError, match="cannot be the id of a document") as caught:
        new(id, source, tmp_path / "project", title="A title")
    assert "lower-case letters and digits" in caught.value.help
    assert "\x1b" not in caught.value.message
    assert not (tmp_path / "project").exists()


def test_the_same_text_is_refused_under_another_id(tmp_path: Path) -> None:
    begun(tmp_path / "project", id="first")
    error = refused(tmp_path / "project", id="second", text="\ufeff" + TEXT.replace("\n", "\r\n"))
    assert error.message.startswith("the document `first` has this very text already: ")


def test_an_agent_in_the_narrators_place_is_refused(example_project: Path) -> None:
    file = example_project / "claims/records/agents.yaml"
    file.write_bytes(file.read_bytes() + b"- {id: quay.narrator, name: Quay, kind: person}\n")
    assert "is no narrator" in refused(example_project, text="Another text.").message


@pytest.mark.parametrize(
    ("said", "option"),
    [
        ({"title": ""}, "--title"),
        ({"title": "x" * 301}, "--title"),
        ({"title": "a\x1b[31mb"}, "--title"),
        ({"language": "English"}, "--language"),
        ({"medium": "newspapr"}, "--medium"),
        ({"url": "example.org"}, "--url"),
        ({"rights": "  "}, "--rights"),
    ],
)
def test_a_malformed_option_is_refused_by_its_name(said: dict[str, str], option: str, tmp_path: Path) -> None:
    error = refused(tmp_path / "project", **said)
    assert error.message.startswith(f"{option}: ")


@pytest.mark.parametrize("raw", [b"", b" \n\n", b"\x00\x01\x02PNG\x00", b"\xff\xfe\xfa", b"%PDF-1.4 nothing"])
def test_a_source_that_is_no_text_is_refused(raw: bytes, tmp_path: Path) -> None:
    source = tmp_path / "text.txt"
    source.write_bytes(raw)
    with pytest.raises(SourceError):
        new("quay", source, tmp_path / "project", title="A title")
    assert not (tmp_path / "project").exists()


def test_a_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = run("new", "quay", tmp_path / "project", "--source", tmp_path / "none.txt", "--title", "A title")
    assert done.exit_code == 2
    assert "cannot read" in done.stderr
    assert not (tmp_path / "project").exists()


def test_a_file_in_the_place_of_a_project_is_refused(tmp_path: Path) -> None:
    source = text_file(tmp_path, TEXT)
    with pytest.raises(DraftError, match="is not a folder"):
        new("quay", source, source, title="A title")


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("onrecord.staging.write", fail)
    source = text_file(tmp_path / "texts", TEXT)
    with pytest.raises(DraftError, match="nothing was written for `quay`: cannot write to"):
        new("quay", source, tmp_path / "project", title="A title")
    assert tree(tmp_path / "project") == {}


def test_a_disk_that_fails_on_the_way_leaves_what_was_there(
    example_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onrecord import staging

    before, moves, move = tree(example_project), Counter[str](), staging.move

    def fail(source: Path, target: Path) -> None:
        moves["made"] += 1
        if moves["made"] == 5:
            raise OSError(28, "No space left on device")
        move(source, target)

    monkeypatch.setattr("onrecord.staging.move", fail)
    with pytest.raises(DraftError, match="no space left"):
        begun(example_project, "The crane stands again.")
    assert tree(example_project) == before


def test_agents_that_cannot_be_read_are_refused_with_their_place(example_project: Path) -> None:
    (example_project / "claims/records/agents.yaml").write_bytes(b"agents:\n  - {id: a\n")
    assert "agents.yaml:" in refused(example_project, text="Another text.").message


def test_agents_that_change_meanwhile_are_not_overwritten(
    example_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = example_project / "claims/records/agents.yaml"
    read = read_source

    def slow(*said: Any, **more: Any) -> Any:
        file.write_bytes(file.read_bytes() + b"# saved by somebody else\n")
        return read(*said, **more)

    monkeypatch.setattr("onrecord.draft.read_source", slow)
    with pytest.raises(LoadError, match="changed meanwhile"):
        begun(example_project, "Another text.")
    assert file.read_bytes().endswith(b"# saved by somebody else\n")
    assert not (example_project / "claims/records/quay").exists()


# The command line


def test_the_command_says_what_was_written_and_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text_file(tmp_path, TEXT, "crane.txt")
    monkeypatch.chdir(tmp_path)
    done = run("new", "quay", "--source", "crane.txt", "--title", "Crane falls")
    assert done.exit_code == 0, done.stderr
    lines = done.output.splitlines()
    assert lines[0].startswith("wrote claims/records/quay: document.yaml, ledger.yaml, statements.yaml")
    assert lines[-4] == "quay: 2 passages, 4 sentences, 3 numerals, 1 quotation"
    assert lines[-3].startswith("next: onrecord coverage quay --source crane.txt")
    assert run("check").exit_code == 1


def test_what_comes_next_is_found_from_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text_file(tmp_path, TEXT, "crane.txt")
    monkeypatch.chdir(tmp_path)
    lines = run("new", "quay", "elsewhere", "--source", "crane.txt", "--title", "Crane falls").output.splitlines()
    command = lines[-3].removeprefix("next: onrecord ").split("   ")[0].split()
    assert run(*command).output.startswith("quay: 8 open units")
    assert "onrecord check --at elsewhere, or onrecord watch --at elsewhere in" in lines[-1]


def test_the_command_gives_the_same_as_json(tmp_path: Path) -> None:
    source = text_file(tmp_path, TEXT)
    done = run("new", "quay", tmp_path / "project", "--source", source, "--title", "Crane falls", "--json")
    said = json.loads(done.output)
    assert said["units"] == {"sentence": 4, "numeral": 3, "quotation": 1}
    assert all(Path(file).is_file() for file in said["written"])


# Against hand-made records


def agreement(id: str, source: Path, hand: Path, folder: Path) -> dict[str, float]:
    """The share of hand-made passages and units that a new folder has with the same kind and span."""
    new(id, source, folder, title="A title")
    made, kept = (load_records(path).records for path in (folder, hand))

    def spans(records: dict[str, Any], kind: str) -> set[tuple[int, int]]:
        rows = records["passages" if kind == "passage" else "units"]
        return {(r.start, r.end) for r in rows if r.document_id == id and kind in ("passage", r.kind)}

    kinds = ("passage", "sentence", "quotation", "numeral")
    return {kind: len(spans(made, kind) & spans(kept, kind)) / len(spans(kept, kind)) for kind in kinds}


@pytest.mark.parametrize("name", ["agency", "paper", "company"])
def test_a_new_folder_agrees_with_the_hand_made_one_of_a_sample(name: str, tmp_path: Path) -> None:
    found = agreement(f"heron-{name}", SAMPLES / "sources" / f"{name}.txt", SAMPLES, tmp_path / "project")
    assert found["passage"] == found["sentence"] == found["quotation"] == 1
    assert found["numeral"] >= 0.75


@pytest.mark.skipif(
    not LETTER.is_file(), reason="put the text into ../shared/sources, or name its folder in ONRECORD_SOURCES"
)
def test_the_first_documents_folder_could_have_been_begun_like_this(tmp_path: Path) -> None:
    found = agreement("un-experts-letter-1988", LETTER, Path(__file__).parents[1], tmp_path / "project")
    assert (found["passage"], found["quotation"]) == (1, 1)
    assert found["sentence"] >= 0.9
    assert found["numeral"] >= 0.85

"""The sample corpus: three reports of one invented event, encoded in full; what they are there to show is there."""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import onrecord
from onrecord.anchor import Records, digests, pointers, spans_of, verify_anchors
from onrecord.check import check
from onrecord.cli import program
from onrecord.coverage import coverages
from onrecord.package import build
from onrecord.records import load_records
from onrecord.source import canonical, find_source, read_source
from onrecord.span import words_at
from vectors import stored

SAMPLES = Path(__file__).parent / "samples"
SOURCES = SAMPLES / "sources"
FILES = {"heron-agency": "agency.txt", "heron-paper": "paper.txt", "heron-company": "company.txt"}
documents = pytest.mark.parametrize("document", FILES)


@pytest.fixture(scope="module")
def dataset() -> onrecord.Dataset:
    return onrecord.load(SAMPLES)


@pytest.fixture(scope="module")
def records() -> Records:
    return load_records(SAMPLES).records


@pytest.fixture(scope="module")
def rows(dataset: onrecord.Dataset) -> Callable[[str], list[dict[str, Any]]]:
    """The rows of a SELECT."""
    return lambda select: dataset.sql(select).to_pylist()


Rows = Callable[[str], list[dict[str, Any]]]


def text_of(document: str) -> str:
    return read_source(SOURCES / FILES[document]).text


def raw_of(document: str) -> bytes:
    return (SOURCES / FILES[document]).read_bytes()


# Whole and sound


def test_records_have_no_problem_and_nothing_waits() -> None:
    checked = check(SAMPLES)
    assert (checked.findings, checked.skipped) == ((), ())


def test_every_anchor_is_exact_at_the_command_line() -> None:
    done = CliRunner().invoke(program, ["verify", str(SAMPLES), "--source", str(SOURCES)])
    assert done.exit_code == 0, done.output
    assert done.output.rstrip().endswith("0 problems")
    assert all(f"{document}: " in done.output for document in FILES)


@documents
def test_digests_are_those_of_the_text(document: str, records: Records) -> None:
    source = read_source(SOURCES / FILES[document])
    kept = (SAMPLES / "claims" / "records" / document / "digests.sha256").read_text(encoding="utf-8")
    assert digests(source, records, document) == kept


def test_every_unit_is_covered_or_waived(dataset: onrecord.Dataset) -> None:
    found = coverages({name: dataset.table(name) for name in dataset.tables})
    assert {one.document_id: one.open for one in found} == dict.fromkeys(FILES, 0)
    assert all(set(one.units) == {"sentence", "quotation", "numeral"} for one in found)


@documents
def test_every_word_digit_and_quotation_lies_in_a_unit(document: str, rows: Rows) -> None:
    """Coverage counts units, so a unit that nobody wrote down would be missed by it."""
    text = text_of(document)

    def outside(kind: str, pattern: str) -> list[str]:
        spans = rows(f"SELECT start, \"end\" FROM units WHERE document_id = '{document}' AND kind = '{kind}'")
        inside = {i for row in spans for i in range(row["start"], row["end"])}
        return [found[0] for found in re.finditer(pattern, text) if not {*range(*found.span())} <= inside]

    assert outside("sentence", r"\w+") == []
    assert outside("numeral", r"\d+") == []
    assert outside("quotation", r"(?<=“)[^“”]+|(?<=\")[^\"\n]+(?=\")") == []


@documents
def test_nothing_that_is_found_in_the_text_is_missing_from_the_ledger(document: str) -> None:
    done = CliRunner().invoke(program, ["coverage", document, "--at", str(SAMPLES), "--source", str(SOURCES)])
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        0,
        f"{document}: nothing that is found in the text is missing from the ledger",
    )


def test_a_build_passes_every_gate(tmp_path: Path) -> None:
    built = build(SAMPLES, tmp_path, frictionless=True)
    assert built.gates == ("rules", "verify", "frictionless")
    assert onrecord.load(tmp_path).verify() == []


# The same text, however it is stored


@pytest.mark.parametrize(
    ("document", "mark", "line_end"),
    [("heron-agency", True, b"\r\n"), ("heron-paper", False, b"\n"), ("heron-company", False, b"\n")],
)
def test_files_keep_the_bytes_they_are_there_for(document: str, mark: bool, line_end: bytes) -> None:
    raw = raw_of(document)
    assert raw.startswith(b"\xef\xbb\xbf") is mark
    assert set(re.findall(rb"\r\n|\r|\n", raw)) == {line_end}
    composed, decomposed = (unicodedata.is_normalized(form, raw.decode("utf-8")) for form in ("NFC", "NFD"))
    assert composed is not (document == "heron-paper")
    assert decomposed is (document != "heron-agency")  # the statement's one mark has no composed form


def test_git_keeps_them_too() -> None:
    names = [f"tests/samples/sources/{name}" for name in FILES.values()]
    root = SAMPLES.parents[1]
    done = subprocess.run(["git", "check-attr", "text", *names], cwd=root, capture_output=True, text=True)
    if done.returncode or not (root / ".git").exists():
        pytest.skip("this is no git checkout")
    assert [line.rsplit(" ", 1)[1] for line in done.stdout.splitlines()] == ["unset"] * 3


@documents
@pytest.mark.parametrize("name", [name for name, _ in stored.forms("")])
def test_normalisation_line_ends_and_mark_move_no_anchor(document: str, name: str, records: Records) -> None:
    text = text_of(document)
    other = dict(stored.forms(text))[name]
    source = canonical(other.encode("utf-8"))
    assert source.text == text
    assert verify_anchors(source, records, document) == []


@documents
@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFKC", text),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("\u00a0", " "),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n",
    ],
    ids=["NFKC", "blank lines", "plain spaces", "last line end", "one line end more"],
)
def test_any_other_change_is_another_edition(document: str, change: Callable[[str], str], records: Records) -> None:
    text = text_of(document)
    source = canonical(change(text).encode("utf-8"))
    first, *states = verify_anchors(source, records, document)
    assert first.code == "OR320"
    assert {one.code for one in states} <= {"OR331", "OR332", "OR333"}  # moved, ambiguous, missing


@documents
def test_a_text_is_found_by_its_hash_and_not_by_its_name(
    document: str, dataset: onrecord.Dataset, tmp_path: Path
) -> None:
    for number, name in enumerate(FILES):
        (tmp_path / f"{number}.txt").write_bytes(dict(stored.forms(text_of(name)))["NFD-CR-BOM"].encode("utf-8"))
    (known,) = (row for row in dataset.table("documents").to_pylist() if row["id"] == document)
    assert find_source(tmp_path, known["text_sha256"]).text == text_of(document)


# What they are there to show


def test_the_dropped_hedge_and_the_denial_show_as_drift(dataset: onrecord.Dataset) -> None:
    drift = {found.claim_id: found for found in dataset.drift()}
    said = {(one.agent_id, one.document_id): one.factuality for one in drift["crane-overloaded"].commitments}
    assert said[("zoe-avila", "heron-agency")] == "PS+"
    assert said[("heron-paper.narrator", "heron-paper")] == "CT+"
    assert said[("heron-company.narrator", "heron-company")] == "CT-"
    assert said[("ila-manu", "heron-agency")] == "CT-"
    done = CliRunner().invoke(program, ["drift", "--at", str(SAMPLES)])
    assert "The report (heron-paper) (CT+) is surer than Zoë Ávila and The harbour master (both PS+)" in done.output
    assert "The report (heron-paper) (CT+) is at odds with Tessaly Lifting, " in done.output


def test_the_dropped_hedge_is_told_in_a_caveat(rows: Rows) -> None:
    assert rows("SELECT statement_id FROM caveats WHERE kind = 'hedge-dropped'") == [
        {"statement_id": "heron-paper.s08"}
    ]


def test_an_outer_voice_commits_itself_only_where_the_same_sentence_shows_it(rows: Rows) -> None:
    found = rows("SELECT statement_id, factuality, stance FROM attributions"
                 " WHERE stance IS NOT NULL AND factuality <> 'Uu' ORDER BY statement_id")  # fmt: skip
    assert [(row["statement_id"], row["factuality"], row["stance"]) for row in found] == [
        ("heron-paper.s07", "CT+", "endorses"),  # as everybody calls it
        ("heron-paper.s15", "CT+", "endorses"),  # I believe him
        ("heron-paper.s22", "CT+", "endorses"),  # heard
        ("heron-paper.s34", "CT-", "distances"),  # said wrongly
    ]


def test_figures_for_the_people_on_the_quay_conflict(rows: Rows) -> None:
    found = rows(
        "SELECT s.document_id, f.comparator, f.value, f.lower, f.upper, f.approximate FROM figures f"
        " JOIN statements s ON s.id = f.statement_id WHERE f.quantity_id = 'people-on-quay'"
    )
    assert {
        (f["document_id"], f["comparator"], f["value"], f["lower"], f["upper"], f["approximate"]) for f in found
    } == {
        ("heron-agency", ">=", 40, 40, None, False),
        ("heron-paper", "=", 60, None, None, True),
        ("heron-paper", ">=", 40, 40, None, False),
        ("heron-company", "=", 37, 37, 37, False),
        ("heron-company", "=", None, 40, 60, False),
    }


def test_conflicting_figures_belong_to_claims_that_contradict_each_other(rows: Rows) -> None:
    found = rows("SELECT from_claim_id AS a, to_claim_id AS b FROM relations WHERE type = 'contradicts'")
    pairs = {(row["a"], row["b"]) for row in found}
    assert {("at-least-40-led-off", "quay-had-37"), ("about-60-ran", "quay-had-37")} <= pairs
    assert {("damage-1250000", "damage-900000"), ("three-containers-fell", "four-containers-fell")} <= pairs


def test_the_nested_quotation_has_four_voices(rows: Rows) -> None:
    (row,) = rows("SELECT chain, speaker, mode, factuality, narrator_factuality FROM overview"
                  " WHERE statement_id = 'heron-paper.s15'")  # fmt: skip
    assert row == {
        "chain": "The report (heron-paper) > Lena Oduya > Zoë Ávila > The driver",
        "speaker": "The driver",
        "mode": "direct",
        "factuality": "CT+",
        "narrator_factuality": "Uu",
    }


def test_the_same_weekday_resolves_where_the_document_has_a_date(rows: Rows) -> None:
    found = rows("SELECT document_id, verbatim, earliest, latest, basis FROM times WHERE verbatim LIKE 'Tuesday%'"
                 " OR verbatim LIKE 'Yesterday%' ORDER BY document_id")  # fmt: skip
    assert [(t["document_id"], t["verbatim"], str(t["earliest"]), str(t["latest"]), t["basis"]) for t in found] == [
        ("heron-agency", "Tuesday evening", "2019-04-09", "2019-04-09", "inferred"),
        ("heron-company", "Yesterday at 19:40", "2019-04-09", "2019-04-09", "inferred"),
        ("heron-paper", "Tuesday night", "None", "None", "unresolved"),
    ]


def test_the_correction_keeps_both_numbers_and_says_whose_they_are(rows: Rows) -> None:
    found = rows(
        "SELECT s.id, a.agent_id, a.factuality, a.stance, f.value FROM statements s"
        " JOIN attributions a ON a.statement_id = s.id JOIN figures f ON f.statement_id = s.id"
        " WHERE f.quantity_id = 'containers-lost' ORDER BY s.number, a.level"
    )
    assert [(r["agent_id"], r["factuality"], r["stance"], int(r["value"])) for r in found] == [
        ("heron-paper.narrator", "CT+", None, 3),
        ("heron-paper.narrator", "CT-", "distances", 4),
        ("marisund-courier", "CT+", None, 4),
        ("heron-paper.narrator", "CT+", None, 3),
    ]


def test_the_paper_cites_the_agency_and_leaves_out_its_source(rows: Rows) -> None:
    found = rows(
        "SELECT document_id, speaker FROM overview WHERE claim_id = 'at-least-40-led-off' ORDER BY document_id"
    )
    assert [(row["document_id"], row["speaker"]) for row in found] == [
        ("heron-agency", "Zoë Ávila"),
        ("heron-paper", "Coastline Wire"),
    ]


def test_a_claim_can_be_stated_in_all_three_documents(rows: Rows) -> None:
    found = rows("SELECT claim_id FROM statements GROUP BY claim_id HAVING count(DISTINCT document_id) = 3")
    assert {row["claim_id"] for row in found} == {
        "crane-fell-into-basin-four",
        "crane-called-heron",
        "crane-overloaded",
        "people-hurt",
        "tessaly-owns-crane",
    }


def test_nothing_promised_has_gone(rows: Rows) -> None:
    """Counts of what the samples are there for: whoever removes one is told."""
    caveats = Counter(row["kind"] for row in rows("SELECT kind FROM caveats"))
    assert caveats == {
        "ambiguous-attachment": 8,
        "attribution-boundary": 2,
        "count-versus-list": 2,
        "date-of-page-not-of-document": 1,
        "date-unresolved": 1,
        "hedge-dropped": 1,
        "loaded-wording": 3,
        "presupposition": 2,
        "quotation-boundary": 3,
        "speaker-versus-voice": 6,
        "stronger-than-quoted": 1,
        "term-drift": 3,
        "title-applied-loosely": 1,
        "unsourced-figure": 4,
        "weaker-than-quoted": 1,
    }
    counts = {
        "demands": "SELECT statement_id FROM overview WHERE act IN ('demand', 'request')",
        "denials": "SELECT statement_id FROM overview WHERE factuality = 'CT-'",
        "taken for granted": "SELECT id FROM statements WHERE presupposed",
        "without a name": "SELECT statement_id FROM attributions WHERE agent_id IN"
        " (SELECT id FROM agents WHERE kind = 'unnamed')",
        "in several pieces": "SELECT id FROM anchors WHERE fragments IS NOT NULL",
        "mixed": "SELECT statement_id FROM overview WHERE mode = 'mixed'",
        "in conflict": "SELECT statement_id FROM overview WHERE review_status = 'conflict'",
    }
    assert {name: len(rows(select)) for name, select in counts.items()} == {
        "demands": 9,
        "denials": 14,
        "taken for granted": 24,
        "without a name": 5,
        "in several pieces": 17,
        "mixed": 5,
        "in conflict": 1,
    }


HARD = {
    "emoji before every anchor": ("heron-agency", r"\A🔴"),
    "an emoji inside an anchor": ("heron-paper", "Not one more lift 🚫"),
    "an emoji joined of several": ("heron-company", "👷🏽\u200d♀\ufe0f👨🏾\u200d🔧"),
    "a mark without a composed form": ("heron-company", "M\u0303anu"),
    "a quotation from right to left": ("heron-paper", "“سقطت الرافعة ببطء”"),
    "a narrow no-break space": ("heron-company", "1\u202f204\u202f518"),
    "a no-break space": ("heron-paper", "14\u00a0days"),
    "quotation marks three deep": ("heron-paper", "“[^”]+‘[^’]+“the hook was light”[^’]+’,”"),
}


@pytest.mark.parametrize("name", HARD)
def test_texts_carry_the_hard_characters(name: str) -> None:
    document, pattern = HARD[name]
    assert re.search(pattern, text_of(document))


@documents
def test_curly_and_straight_quotation_marks_stand_side_by_side(document: str) -> None:
    text = text_of(document)
    assert "“" in text and '"' in text


@documents
def test_some_anchors_hold_characters_beyond_the_first_plane_or_marks(document: str, records: Records) -> None:
    text = text_of(document)
    hard = re.compile("[\U00010000-\U0010ffff\u0300-\u036f\u0590-\u06ff\u00a0\u202f]")
    assert any(hard.search(words_at(text, spans_of(one))) for one in pointers(records, document))


@documents
def test_texts_are_short(document: str) -> None:
    assert 250 <= len(text_of(document).split()) <= 450


def test_the_readme_names_records_that_exist(records: Records) -> None:
    said = (SAMPLES / "README.md").read_text(encoding="utf-8")
    known = {one.key for table in records.values() for one in table}
    named = set(re.findall(r"`(heron-[a-z]+\.[a-z0-9]+|[a-z]+-[a-z]+(?:-[a-z]+)*)`", said))
    assert named - known == set()
    assert len(named) > 20


@pytest.mark.parametrize(
    "command",
    [
        ["show", "heron-paper.s15"],
        ["coverage", "heron-paper"],
        ["drift"],
        ["todo"],
        ["show", "heron-company.s36"],
        ["compare", "earlier-accident"],
        ["show", "harbour-master"],
    ],
)
def test_the_commands_of_the_readme_work(command: list[str]) -> None:
    said = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert f"onrecord {' '.join(command)} --at tests/samples" in said
    assert CliRunner().invoke(program, [*command, "--at", str(SAMPLES)]).exit_code == 0

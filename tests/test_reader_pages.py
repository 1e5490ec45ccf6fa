"""Readers' pages: what the tables hold is on them, each thing at its place, and every string is only text."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import markdown  # type: ignore[import-untyped]
import pyarrow as pa
import pytest

from onrecord.column import TEXT, columns
from onrecord.coverage import coverage
from onrecord.dataset import Dataset, load
from onrecord.finding import Finding
from onrecord.model import TABLES
from onrecord.opening import Opened, RecordsFolder, opened
from onrecord.site import claims, documents, gaps, history, home, overviews, speakers
from onrecord.site.encoding import plain
from onrecord.site.home import numbers
from onrecord.site.ledger import counts, open_units
from onrecord.site.shelf import Shelf
from onrecord.site.statements import amount, by_weight, stated, timed

SAMPLES = Path(__file__).parent / "samples"
EXTENSIONS = ["admonition", "attr_list", "md_in_html", "tables", "toc", "pymdownx.superfences"]
MAKERS = (documents, claims, speakers)

# Every way out of a place that a string can stand in: HTML, attributes, Markdown and its extensions, templates.
HOSTILE = (
    "<script>alert(1)</script> \"><img src=x onerror=alert(2)> '><svg onload=alert(3)> </pre></table></div>"
    "<h1 onclick=x> [a](javascript:alert(4)) ![b](http://example.org/c.png) **d** _e_ `f` {: onclick=g } {{ 7*7 }}"
    " {% h %} # i | j | - k <!-- l --> &lt;m&gt; &#60;n ~~~ ``` !!! o http://example.org/p \u202eq\u202c"
)
ELEMENTS = {
    *("a", "article", "b", "bdi", "br", "caption", "code", "dd", "details", "div", "dl", "dt", "figcaption", "figure"),
    *("h1", "h2", "h3", "h4", "li", "ol", "p", "pre", "section", "span", "strong", "summary", "table", "tbody", "td"),
    *("th", "thead", "tr", "ul", "svg", "g", "path", "line", "rect", "circle", "text", "tspan", "title", "desc"),
    *("defs", "clippath", "polygon", "polyline", "symbol", "use"),
}


class Altered(RecordsFolder):
    """A dataset as it lies in a folder, with the rows of its tables changed on the way."""

    def __init__(self, source: Opened, change: Callable[[str, list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
        super().__init__(source.root)
        self._source = source
        self._change = change

    def describe(self) -> Mapping[str, Any]:
        return self._source.describe()

    def read(self, table: str) -> pa.Table:
        rows = self._source.read(table)
        return pa.Table.from_pylist(self._change(table, rows.to_pylist()), schema=rows.schema)

    source = read

    def verify(self) -> list[Finding]:
        return []


class Read(HTMLParser):
    """A page as a reader has it: its elements, attributes, addresses, ids and words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.linked: list[str] = []  # data for programs: shown to nobody, run by nothing
        self.within = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        if tag != "script" or attrs != [("type", "application/ld+json")]:
            self.elements.add(tag)
        for name, value in attrs:
            self.attributes.add((name, value or ""))
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:
        (self.linked if self.within == "script" else self.words).append(data)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        self.within = ""

    def handle_comment(self, data: str) -> None:  # noqa: ARG002
        self.elements.add("comment")

    @property
    def said(self) -> str:
        return plain("".join(self.words))


def built(shelf: Shelf) -> dict[str, Read]:
    """Every readers' page by its path, as the builder of the site makes it from Markdown."""
    return {path: Read(page) for path, page in rendered(shelf)}


def rendered(shelf: Shelf) -> Iterator[tuple[str, str]]:
    for maker in MAKERS:
        for one in maker.pages(shelf):
            _, front, body = one.data.decode().split("---\n", 2)
            assert re.search(r"^title: ", front, re.MULTILINE)
            yield one.path, markdown.Markdown(extensions=EXTENSIONS).convert(body)


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(load(SAMPLES))


@pytest.fixture(scope="module")
def site(shelf: Shelf) -> dict[str, Read]:
    return built(shelf)


def test_every_document_claim_and_speaker_has_a_page_and_no_other_is_made(site: dict[str, Read], shelf: Shelf) -> None:
    wanted = {f"documents/{row['id']}.md" for row in shelf.rows("documents")}
    wanted |= {f"claims/{row['id']}.md" for row in shelf.rows("claims")}
    wanted |= {f"speakers/{row['id']}.md" for row in shelf.rows("agents")}
    assert set(site) == wanted | {"documents/index.md", "claims/index.md", "speakers/index.md"}


def test_every_statement_has_its_permanent_place_once_and_in_reading_order(site: dict[str, Read], shelf: Shelf) -> None:
    for document in shelf.rows("documents"):
        rows = sorted(shelf.where("statements", "document_id", document["id"]), key=lambda row: row["number"])
        wanted = [row["id"] for row in rows]
        assert [id for id in site[f"documents/{document['id']}.md"].ids if id in set(wanted)] == wanted


def test_every_statement_is_on_its_claims_page_with_its_voices_words_and_place(
    site: dict[str, Read], shelf: Shelf
) -> None:
    for row in shelf.rows("statements"):
        page = site[f"claims/{row['claim_id']}.md"]
        assert f"../../documents/{row['document_id']}/#{row['id']}" in page.links
        one = stated(shelf, row)
        assert (
            f"{one.place}; in your own copy" in page.said and f"review of the record: {one.status_words}" in page.said
        )
        assert plain(one.excerpt or "") in page.said
        for voice in one.voices:
            assert f"{plain(voice.name)}{voice.sure} {voice.factuality}{voice.mode}, {voice.act}" in page.said


def test_every_voice_is_on_its_speakers_page_and_every_address_on_the_addressees(
    site: dict[str, Read], shelf: Shelf
) -> None:
    known = {row["id"]: stated(shelf, row) for row in shelf.rows("statements")}
    found: Counter[tuple[str, int]] = Counter()
    for agent in shelf.rows("agents"):
        parts = speakers.shares(shelf, agent["id"], known)
        for voice, one in [*parts.own, *parts.passed, *parts.passes]:
            assert voice.agent_id == agent["id"]
            found[one.id, voice.level] += 1
            assert f"../../{one.address}" in site[f"speakers/{agent['id']}.md"].links
        for voice, one in parts.addressed:
            assert voice.addressee == agent
            assert f"../../{one.address}" in site[f"speakers/{agent['id']}.md"].links
    assert found == Counter((row["statement_id"], row["level"]) for row in shelf.rows("attributions"))
    assert sum(row["addressee_id"] is not None for row in shelf.rows("attributions")) > 3


def test_own_words_are_quoted_in_full_and_are_the_innermost_voices(shelf: Shelf) -> None:
    known = {row["id"]: stated(shelf, row) for row in shelf.rows("statements")}
    parts = speakers.shares(shelf, "zoe-avila", known)
    assert {voice.mode_term for voice, _ in parts.own} == {"direct"}
    assert all(voice == one.source for voice, one in parts.own)
    assert {voice.mode_term for voice, _ in parts.passed} == {"indirect"}
    assert [voice == one.source for voice, one in parts.passes] == [False]


def test_no_link_between_the_pages_leads_nowhere(site: dict[str, Read]) -> None:
    homes = {_home(path): page for path, page in site.items()}
    elsewhere = re.compile(
        r"(figures/#[a-z0-9.-]+|viewer/#[a-z0-9.-]+|vocabularies/#(factuality|relation)|https?://.*)$"
    )
    checked = 0
    for start, page in homes.items():
        for link in page.links:
            path, _, fragment = link.partition("#")
            to = posixpath.normpath(posixpath.join(start, path)) + "/" if path else start
            if elsewhere.match(posixpath.normpath(posixpath.join(start, link))) or link.startswith("http"):
                continue
            assert to in homes, (start, link)
            assert not fragment or fragment in homes[to].ids, (start, link)
            checked += 1
    assert checked > 2000


def _home(path: str) -> str:
    return path.removesuffix(".md").removesuffix("index").rstrip("/") + "/"


def test_ids_on_a_page_are_there_once(site: dict[str, Read]) -> None:
    for path, page in site.items():
        assert [id for id, number in Counter(page.ids).items() if number > 1] == [], path


def test_nothing_in_any_field_of_a_record_becomes_markup() -> None:
    def hostile(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        texts = [c.name for c in columns(TABLES[table]) if c.pattern == TEXT and not c.vocabulary]
        texts = [name for name in texts if name not in _TERMS.get(table, ())]
        return [row | {name: f"{row[name]} {HOSTILE}" for name in texts if row[name] is not None} for row in rows]

    site = built(Shelf(Dataset(Altered(opened(SAMPLES), hostile))))
    shown = plain(HOSTILE)
    for path, page in site.items():
        assert page.elements <= ELEMENTS, path
        assert all(json.loads(said) for said in page.linked)
        for name, value in page.attributes:
            assert not name.startswith("on"), (path, name)
            assert name not in ("src", "srcset", "srcdoc", "formaction", "data", "action"), (path, name)
            assert name not in ("href", "xlink:href") or not value.lower().startswith(("javascript", "data"))
        assert not page.attributes & {("href", "http://example.org/p"), ("href", "http://example.org/c.png")}
        assert shown in page.said, path


_TERMS = {"terms": ("vocabulary", "term"), "reviews": ("record_table", "record_id", "successor_id"),
          "documents": ("published_edtf",), "times": ("edtf",)}  # fmt: skip


def test_a_withdrawn_claim_stays_readable_under_a_banner_with_reason_and_successor() -> None:
    said = {"status": "superseded", "successor_id": "crane-fell-slowly", "note": "Two claims were mixed here."}
    site = built(Shelf(Dataset(Altered(opened(SAMPLES), _reviewed("claims", "crane-fell", **said)))))
    page = site["claims/crane-fell.md"]
    assert "This record no longer stands: superseded on 2030-01-02. Two claims were mixed here." in page.said
    assert "In its place: crane-fell-slowly." in page.said
    assert "../../claims/crane-fell-slowly/" in page.links
    assert "A loading crane fell at Marisund harbour." in page.said
    assert "This record is superseded." in page.said  # in its citation
    assert "no longer stands" not in site["claims/crane-fell-slowly.md"].said
    assert "marisund harbour. superseded" in site["claims/index.md"].said.lower()


def test_a_withdrawn_statement_counts_for_nothing_and_stays_at_its_place() -> None:
    change = _reviewed("statements", "heron-agency.s09", status="retracted", note="The words are another’s.")
    shelf = Shelf(Dataset(Altered(opened(SAMPLES), change)))
    site = built(shelf)
    page = site["documents/heron-agency.md"]
    assert "no longer stands: retracted on 2030-01-02. The words are another’s. It stays readable here." in page.said
    assert "heron-agency.s09" in page.ids
    rows = [stated(shelf, row) for row in shelf.where("statements", "claim_id", "crane-overloaded")]
    sources = [voice.name for one in claims.positions(shelf, rows) for voice in one.voices]
    assert "Zoë Ávila" not in sources and "The harbour master" in sources
    drawn = [chain.statement_id for chain in claims.chains(shelf, "crane-overloaded")]
    assert len(drawn) == len(rows) - 1 and "heron-agency.s09" not in drawn
    assert "heron-agency.s09" in site["claims/crane-overloaded.md"].said


def test_a_reply_stands_on_the_pages_of_the_claim_the_party_and_the_document() -> None:
    reply = {"id": "heron-paper.re1", "document_id": "heron-paper", "claim_id": "crane-overloaded",
             "party_id": "zoe-avila", "response": "no-reply", "asked_at": "2019-04-12"}  # fmt: skip

    def asked(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [reply] if table == "replies" else rows

    site = built(Shelf(Dataset(Altered(opened(SAMPLES), asked))))
    for path in ("claims/crane-overloaded.md", "speakers/zoe-avila.md", "documents/heron-paper.md"):
        assert "The crane carried too heavy a load when it fell.no replyasked 2019-04-12" in site[path].said
    assert "no reply" not in site["documents/heron-agency.md"].said


def test_a_statement_without_a_claim_is_on_the_pages_of_its_document_and_speaker() -> None:
    def unchosen(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return (
            [row | {"claim_id": None} if row["id"] == "heron-agency.s09" else row for row in rows]
            if (table == "statements")
            else rows
        )

    site = built(Shelf(Dataset(Altered(opened(SAMPLES), unchosen))))
    assert "No claim has been chosen yet" in site["documents/heron-agency.md"].said
    assert "no claim chosen yet" in site["speakers/zoe-avila.md"].said
    assert "heron-agency.s09" not in site["claims/crane-overloaded.md"].said


def _reviewed(table: str, key: str, **said: Any) -> Callable[[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """One review more, the newest of all."""

    def change(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if name != "reviews":
            return rows
        last = max(rows, key=lambda row: row["number"])
        entry = {"id": "r9999", "number": last["number"] + 1, "record_table": table, "record_id": key,
                 "reviewed_at": last["reviewed_at"].replace(year=2030, month=1, day=2)}  # fmt: skip
        return [*rows, last | {"successor_id": None, "note": None} | entry | said]

    return change


def test_a_claim_tells_who_is_how_sure_and_that_voices_are_opposed(site: dict[str, Read], shelf: Shelf) -> None:
    page = site["claims/crane-overloaded.md"]
    assert "9 statements of it are on record, in 3 documents; 2 of them take it for granted." in page.said
    assert "The report (heron-paper) (3 statements): certainly so CT+" in page.said
    assert "Zoë Ávila, The harbour master in mixed quotation: possibly so PS+" in page.said
    assert "Tessaly Lifting in indirect quotation (2 statements)" in page.said
    assert "not whether it is so" in page.said
    assert "Some voices affirm, surely or with a hedge, what others deny." in page.said
    assert "On record as contradictory: There was little weight on the hook" in page.said
    assert "what others deny" not in site["claims/crane-fell-slowly.md"].said
    assert shelf.dataset.cite("claims/crane-overloaded") in page.said


def test_the_index_of_claims_never_gives_a_certainty_without_its_voices(site: dict[str, Read]) -> None:
    said = site["claims/index.md"].said
    assert "Zoë Ávila and The harbour master: possibly so PS+" in said
    assert "Tessaly Lifting, Ila M̃anu and The statement (heron-company): certainly not so CT-" in said


def _page(shelf: Shelf, maker: Any, path: str) -> str:
    """The words of one page of a maker, as a reader has them."""
    source = next(one.data.decode() for one in maker.pages(shelf) if one.path == path)
    return Read(markdown.Markdown(extensions=EXTENSIONS).convert(source.split("---\n", 2)[2])).said


def test_the_home_page_gives_its_example_with_the_voices_and_how_sure_they_are(shelf: Shelf) -> None:
    said = _page(shelf, home, "index.md")
    assert "it is not said here that it is so" in said
    assert "through The dispatch (heron-agency): uncommitted Uu; narration" in said
    assert "This counts words, not what is so." in said


def test_drift_names_the_voice_before_the_certainty_and_how_its_words_are_given(shelf: Shelf) -> None:
    said = _page(shelf, overviews, "drift.md")
    assert "Marisund Courier in indirect quotation: certainly so CT+" in said
    assert "Zoë Ávila, The harbour master in mixed quotation: possibly so PS+" in said


def test_a_time_is_never_told_without_its_voices_and_its_note(shelf: Shelf) -> None:
    def dated(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if table != "times":
            return rows
        loose = {"id": "x.t1", "statement_id": None, "note": "It dates the page.", "verbatim": "1 May"}
        return [*rows, rows[0] | loose]

    said = _page(Shelf(Dataset(Altered(opened(SAMPLES), dated))), overviews, "timeline.md")
    assert "belongs to no statementIt dates the page." in said
    row = next(row for row in shelf.rows("times") if row["statement_id"])
    claim = shelf.one("claims", shelf.one("statements", row["statement_id"])["claim_id"])["proposition"]
    name = shelf.one("agents", shelf.chain(row["statement_id"])[-1]["agent_id"])["name"]
    assert re.search(re.escape(plain(claim)) + ".{0,200}?" + re.escape(plain(name)), said)


def test_agreement_says_of_each_figure_how_it_was_computed() -> None:
    measured = {"id": "heron-paper.k1", "document_id": "heron-paper", "first": "first", "second": "reconciled",
                "measure": "alpha", "field": "kind", "value": Decimal("0.5"), "n": 7,
                "lower": Decimal("0.4"), "upper": Decimal("0.6"),
                "method": "by hand"}  # fmt: skip

    def counted(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [measured] if table == "agreement" else rows

    said = _page(Shelf(Dataset(Altered(opened(SAMPLES), counted))), history, "agreement.md")
    assert "alphakind0.5000.40 to 0.607" in said and "alphakindby hand" in said
    assert "not how far independent readers agree" in said


def test_a_passage_is_headed_by_the_id_that_notes_name(site: dict[str, Read]) -> None:
    assert "Passage 2 (headline) p02" in site["documents/heron-paper.md"].said


def test_readings_that_differ_are_told_where_the_claim_is_told() -> None:
    change = _reviewed("statements", "heron-agency.s09", status="conflict", note="Two readings stand.")
    site = built(Shelf(Dataset(Altered(opened(SAMPLES), change))))
    page = site["claims/crane-overloaded.md"].said
    assert "For 1 of them readings differ and could not be settled" in page
    assert "review of the record: conflict, readings differ" in page
    assert "review of the record: conflict, readings differ" in site["documents/heron-agency.md"].said


def test_a_relation_is_a_sentence_and_does_not_say_that_either_claim_is_so(site: dict[str, Read]) -> None:
    said = site["claims/last-inspection-in-2018.md"].said
    assert "This claim contradicts: The crane was last inspected in February 2019." in said
    assert "Contradicts this claim: The last inspection" in site["claims/inspected-in-2019.md"].said


def test_every_statement_of_a_claim_leads_to_the_readers_own_copy(site: dict[str, Read]) -> None:
    for document in ("heron-agency", "heron-company", "heron-paper"):
        assert f"../../viewer/#{document}" in site["claims/crane-overloaded.md"].links


def test_the_raw_record_is_the_row_as_json(shelf: Shelf) -> None:
    row = shelf.one("claims", "crane-fell") | {"note": "a  b \u202e\u00a0<c>\\ “d”"}
    raw = claims.raw("claims", row)
    assert "\n" not in raw and "<" not in raw and "  " not in raw
    assert json.loads(html.unescape(raw)) == row


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"value": 40, "comparator": ">", "lower": 40}, "more than 40 (person)"),
        ({"value": 1988, "lower": 1988, "upper": 1988}, "1988 (person)"),
        ({"value": 1_250_000, "lower": 1_250_000, "upper": 1_250_000}, "1,250,000 (person)"),
        ({"value": Decimal("0.5")}, "0.5 (person)"),
        ({"value": 60, "approximate": True}, "about 60 (person)"),
        ({"lower": 40, "upper": 60}, "from 40 up to 60 (person)"),
        ({"upper": 14}, "up to 14 (person)"),
        ({"value": 50, "lower": 40, "upper": 60}, "50 (person), from 40 up to 60"),
        ({}, "no value stated"),
    ],
)
def test_an_amount_is_never_more_exact_than_the_words(shelf: Shelf, said: dict[str, Any], wanted: str) -> None:
    row = {"value": None, "lower": None, "upper": None, "comparator": "=", "approximate": False, "unit": "person"}
    numbers = {key: Decimal(value) if type(value) is int else value for key, value in said.items()}
    assert amount(shelf, row | numbers) == wanted


def test_a_time_that_does_not_resolve_says_only_that(shelf: Shelf) -> None:
    row = {"edtf": None, "earliest": None, "latest": None, "basis": "unresolved"}
    assert timed(shelf, row)["resolved"] == "not resolved"
    resolved = {timed(shelf, row)["resolved"] for row in shelf.rows("times")}
    assert "2019-04-09, inferred" in resolved


def test_caveats_about_the_document_come_first_then_those_about_who_said_how_much(shelf: Shelf) -> None:
    kinds = ["publisher-not-stated", "unsourced-figure", "term-drift", "hedge-dropped"]
    rows = [{"id": kind, "kind": kind, "statement_id": "s", "anchor_id": None} for kind in kinds]
    rows[0]["statement_id"] = None
    order = [row["kind"] for row in by_weight(rows)]
    assert order == ["publisher-not-stated", "hedge-dropped", "term-drift", "unsourced-figure"]


def test_units_are_counted_as_the_command_counts_them(site: dict[str, Read], shelf: Shelf) -> None:
    tables = {name: shelf.dataset.table(name) for name in shelf.dataset.tables}
    for document in shelf.rows("documents"):
        said = coverage(tables, document["id"]).units
        found = counts(shelf, document["id"], open_units(shelf))
        assert [(one.kind, one.covered, one.open) for one in found] == [
            (kind, said[kind].covered, said[kind].open) for kind in ("sentence", "quotation", "numeral") if kind in said
        ]
        assert sum(one.waived for one in found) == sum(sum(one.waived.values()) for one in said.values())


def test_a_unit_on_which_nothing_lies_is_open() -> None:
    def without(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [] if table in ("figures", "times") else rows

    shelf = Shelf(Dataset(Altered(opened(SAMPLES), without)))
    numerals = [one for one in counts(shelf, "heron-agency", open_units(shelf)) if one.kind == "numeral"]
    assert [one.covered for one in numerals] == [0] and numerals[0].open > 3
    page = next(one.data.decode() for one in gaps.pages(shelf) if one.path == "coverage.md")
    assert page.partition("## Open units")[2].count("<tr>") == 1 + len(open_units(shelf))
    units = len(shelf.rows("units"))
    assert dict(numbers(shelf))["Units accounted for"] == f"{units - len(open_units(shelf))} of {units}"


def test_a_document_says_what_it_does_not_state(site: dict[str, Read], shelf: Shelf) -> None:
    row = shelf.one("documents", "heron-agency")
    bare = row | {"publisher_id": None, "published_verbatim": None, "source_url": "https://a.example/",
                  "source_url_basis": "located"}  # fmt: skip
    said = [*documents._unstated(shelf, bare, [])]
    assert said[0] == "It does not say who publishes it." and said[1] == "It states no date of its own."
    assert said[2] == "It does not give its own address; the one shown was located elsewhere."
    assert row["text_sha256"] in site["documents/heron-agency.md"].said
    assert "../../viewer/#heron-agency" in site["documents/heron-agency.md"].links


def test_reviews_that_say_the_same_stand_in_one_line(site: dict[str, Read]) -> None:
    said = site["claims/crane-overloaded.md"].said
    assert said.count("first coder") == 1
    assert said.count("Mended: the sentence takes no side") == 1

"""The explorer in a real browser: over the sample corpus, and over ten thousand statements made up here."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

import onrecord
from browser import Watched, missing, served
from onrecord.formats import write_csv
from onrecord.site import assets, explorer
from onrecord.site.assets import BROWSER
from onrecord.site.frame import configuration
from onrecord.site.pages import Page, write
from onrecord.site.seal import seal
from onrecord.site.shelf import Shelf
from onrecord.tables import arrow_schema
from onrecord.vocabulary import VOCABULARIES, entries_of, terms_of

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytest.importorskip("mkdocs", reason="needs the packages of requirements/dev.lock")

SAMPLES = Path(__file__).parent / "samples"
MANY = 10_000
ALL = onrecord.load(SAMPLES).table("statements").num_rows
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    '=HYPERLINK("https://example.org")',
    'a, "quoted" cell\r\nin two lines',
    "{{7*7}} ${alert(3)} &lt;b&gt;",
    "رافعة سقطت",
    "-1+1\t@SUM",
)


NOUNS = "crane quay harbour rope barge winch pilot tide cargo gantry mooring ballast keel anchor"
VERBS = "fell, moved, broke, was repaired, was inspected, sank, was closed, was opened"


class Made:
    """A dataset that only has tables, made up from a seed."""

    name, version = "made-up", "1.0.0"

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        self.tables = tuple(tables)
        self._tables = tables

    def table(self, name: str) -> pa.Table:
        rows = self._tables[name]
        schema = arrow_schema(name)
        return pa.Table.from_pylist(rows, schema=pa.schema([f for f in schema if not rows or f.name in rows[0]]))


def made_up(count: int) -> Made:
    """Statements by 400 speakers in 300 documents, with hostile words among them."""
    rand = random.Random(5)
    nouns, verbs = NOUNS.split(), VERBS.split(", ")
    say = lambda: f"The {rand.choice(nouns)} at {rand.choice(nouns)} {rand.randrange(90)} {rand.choice(verbs)}"  # noqa: E731
    agents = [
        {"id": f"a{n}", "name": HOSTILE[n] if n < len(HOSTILE) else f"Speaker {n}", "kind": "person"}
        for n in range(400)
    ]
    topics = [{"id": f"t{n}", "label": f"Topic of {rand.choice(nouns)} {n}"} for n in range(30)]
    documents = [{"id": f"d{n}", "title": f"Report {n} on the {rand.choice(nouns)}"} for n in range(300)]
    claims = [
        {
            "id": f"c{n}",
            "proposition": HOSTILE[n] if n < len(HOSTILE) else f"{say()}, no. {n}.",
            "kind": rand.choice(terms_of("claim-kind")),
            "topic_id": f"t{rand.randrange(30)}",
        }
        for n in range(count // 3)
    ]
    label = {one["id"]: one["label"] for one in topics}
    overview, attributions = [], []
    for n in range(count):
        claim, agent = rand.choice(claims), agents[min(int(rand.expovariate(0.02)), 399)]
        document, id = documents[n * 300 // count], f"d{n * 300 // count}.s{n}"
        attributions += [{"statement_id": id, "level": 1, "agent_id": agent["id"]}]
        overview.append(
            {
                "statement_id": id,
                "document_id": document["id"],
                "claim_id": claim["id"],
                "proposition": claim["proposition"],
                "kind": claim["kind"],
                "topic": label[claim["topic_id"]],
                "chain": f"The document ({document['id']}) > {agent['name']}",
                "speaker": agent["name"],
                "speaker_role": "harbour master" if n % 7 == 0 else None,
                "mode": rand.choice(terms_of("mode")),
                "act": rand.choice(terms_of("act")),
                "factuality": rand.choice(terms_of("factuality")),
                "narrator_factuality": "Uu",
                "figure": str(rand.randrange(500)) if n % 3 == 0 else None,
                "excerpt": HOSTILE[n % len(HOSTILE)] if n % 11 == 0 else None,
                "start": n * 40,
                "end": n * 40 + 30,
                "review_status": rand.choice(("draft", "accepted")),
            }
        )
    terms = [dict(term._asdict()) for name in VOCABULARIES for term in entries_of(name)]
    tables = {"agents": agents, "topics": topics, "documents": documents, "claims": claims, "terms": terms}
    return Made(tables | {"overview": overview, "attributions": attributions})


def tree(shelf: Shelf, folder: Path) -> Path:
    """What the explorer's page is built from."""
    if not (BROWSER / "vendor" / "lit-html.js").is_file():
        missing("there are no vendored scripts: run `make vendor`")
    stub = [Page.of(name, "# Stub\n") for name in ("index.md", "claims/index.md")]
    pages = [*explorer.pages(shelf), *assets.pages(shelf), *stub]
    made = [Page(f"docs/{one.path}", one.data) for one in pages]
    made.append(Page("mkdocs.yml", configuration(shelf, {one.path for one in pages}, None)))
    write(made, folder / "tree")
    return folder / "tree"


def built(shelf: Shelf, folder: Path) -> Path:
    """The explorer's page as the site has it: built by MkDocs and sealed."""
    command = (sys.executable, "-m", "mkdocs", "build", "-q", "-d", str(folder / "site"))
    done = subprocess.run(command, cwd=tree(shelf, folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seal(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def samples() -> Shelf:
    return Shelf(onrecord.load(SAMPLES))


@pytest.fixture(scope="module")
def many() -> Shelf:
    return Shelf(made_up(MANY))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def small(samples: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(built(samples, tmp_path_factory.mktemp("small"))) as root:
        yield f"{root}explorer/"


@pytest.fixture(scope="module")
def large(many: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(built(many, tmp_path_factory.mktemp("large"))) as root:
        yield f"{root}explorer/"


# The data


def decoded(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of the data, as the page puts them together."""
    columns = {one["name"]: one for one in said["columns"]}
    cells: dict[str, list[Any]] = {}
    for name, one in columns.items():
        source = columns[one.get("of", name)]
        values = source["labels"] if "of" in one else source.get("values")
        cells[name] = one["cells"] if "cells" in one else [values[c] if c >= 0 else None for c in source["codes"]]
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


@pytest.mark.parametrize("of", ["samples", "many"])
def test_the_data_hold_the_overview_and_nothing_else(of: str, request: pytest.FixtureRequest) -> None:
    shelf: Shelf = request.getfixturevalue(of)
    rows = decoded(json.loads(json.dumps(explorer.statements(shelf))))
    kept = [{key: value for key, value in row.items() if key not in ("speaker_id", "topic_id")} for row in rows]
    assert kept == shelf.rows("overview")
    assert all(shelf.one("agents", row["speaker_id"])["name"] == row["speaker"] for row in rows)


def test_the_data_of_ten_thousand_statements_are_small(many: Shelf) -> None:
    data = {one.path: one.data for one in explorer.files(many)}
    assert len(data[explorer.DATA]) < 2_500_000
    assert len(gzip.compress(data[explorer.DATA])) < 500_000
    table = io.BytesIO()
    write_csv(many.dataset.table("overview"), table)
    assert data[explorer.TABLE] == table.getvalue()


# What is shown


def opened(watched: Watched, address: str) -> Tab:
    """The explorer at an address, when its table or its word that nothing fits is there."""
    watched.page.goto(address)
    watched.page.wait_for_selector(".explorer-said")
    return watched.page


def ids(tab: Tab) -> list[str]:
    """The statements in the table now."""
    return tab.locator("tbody [data-column=statement_id]").all_inner_texts()


def said(tab: Tab) -> str:
    return " ".join(tab.locator("[role=status].explorer-said").inner_text().split())


def counts(tab: Tab, facet: str) -> dict[str, int]:
    """The values that a facet lists, with their counts."""
    lines = tab.locator(f"#explorer-facet-{facet} li")
    words = [line.locator("label > span").first.inner_text() for line in lines.all()]
    return dict(
        zip(words, (int(n.replace(",", "")) for n in lines.locator(".explorer-count").all_inner_texts()), strict=True)
    )


def test_every_statement_is_there_in_reading_order(watched: Watched, small: str, samples: Shelf) -> None:
    tab = opened(watched, small)
    rows = samples.rows("overview")
    assert (
        said(tab) == f"Showing {len(rows)} of {len(rows)} statements, in reading order. Rows 1 to 100 are in the table."
    )
    assert ids(tab) == [row["statement_id"] for row in rows[:100]]
    tab.get_by_role("button", name="Next").click()
    assert ids(tab) == [row["statement_id"] for row in rows[100:]]


def test_a_statement_links_to_its_claim_its_place_and_its_speaker(watched: Watched, small: str, samples: Shelf) -> None:
    tab = opened(watched, small)
    root = small.removesuffix("explorer/")
    first = samples.rows("overview")[0]
    speaker = samples.chain(first["statement_id"])[-1]["agent_id"]
    line = tab.locator("tbody tr").first
    links = {link.get_attribute("href") for link in line.locator("a").all()}
    place = f"{root}documents/{first['document_id']}/#{first['statement_id']}"
    assert links == {f"{root}claims/{first['claim_id']}/", f"{root}speakers/{speaker}/", place}
    assert line.locator("[data-column=factuality]").inner_text() == "certainly so CT+"


@pytest.mark.parametrize(
    "query",
    [
        {"kind": ["event"]},
        {"kind": ["event", "role"], "act": ["deny"]},
        {"speaker": ["a3", "a12"], "certainty": ["CT+", "PS-", "Uu"], "figure": ["yes"]},
        {
            "review": ["draft"],
            "mode": ["direct"],
            "figure": ["no"],
            "topic": ["t4", "t5"],
            "document": ["d7", "d8", "d9"],
        },
    ],
)
def test_facets_count_what_they_would_show_under_the_other_filters(
    watched: Watched, large: str, many: Shelf, query: dict[str, list[str]]
) -> None:
    rows = decoded(explorer.statements(many))
    column = {
        "speaker": "speaker_id",
        "certainty": "factuality",
        "topic": "topic_id",
        "document": "document_id",
        "review": "review_status",
    }
    value = lambda row, facet: (  # noqa: E731
        ("no" if row["figure"] is None else "yes") if facet == "figure" else row[column.get(facet, facet)]
    )
    fits = lambda row, but=None: all(f == but or value(row, f) in picked for f, picked in query.items())  # noqa: E731
    tab = opened(watched, large + "?" + "&".join(f"{f}={v.replace('+', '%2B')}" for f, vs in query.items() for v in vs))
    shown = [row for row in rows if fits(row)]
    assert said(tab).startswith(f"Showing {len(shown):,} of {MANY:,} statements")
    assert ids(tab) == [row["statement_id"] for row in shown[:100]]
    for facet in ("certainty", "act", "kind", "mode", "figure", "review"):
        if not tab.locator(f"#explorer-facet-{facet}").is_visible():
            tab.locator(f"[aria-controls=explorer-facet-{facet}]").click()
        more = tab.locator(f"#explorer-facet-{facet} .explorer-more")
        if more.count():
            more.click()
        expected = Counter(value(row, facet) for row in rows if fits(row, facet))
        vocabulary = {"certainty": "factuality", "kind": "claim-kind", "review": "review-status"}.get(facet, facet)
        label = lambda v: many.label(vocabulary, v) + (f" {v}" if facet == "certainty" else "")  # noqa: B023, E731
        got = counts(tab, facet)
        assert {words: n for words, n in got.items() if n} == {label(v): n for v, n in expected.items()}


def test_picking_filters_is_kept_in_the_address_and_can_be_gone_back_from(watched: Watched, small: str) -> None:
    tab = opened(watched, small)
    seen = [(tab.url, ids(tab))]
    for act in ("assert", "deny"):
        tab.locator("#explorer-facet-act").get_by_label(act).click()
        seen.append((tab.url, ids(tab)))
    assert seen[-1][0].endswith("?act=assert&act=deny")
    assert len({len(shown) for _, shown in seen}) == 3
    for step, (url, shown) in [("back", seen[1]), ("back", seen[0]), ("forward", seen[1]), ("forward", seen[2])]:
        getattr(tab, f"go_{step}")()
        assert (tab.url, ids(tab)) == (url, shown)
    tab.reload()
    tab.wait_for_selector(".explorer-said")
    assert (tab.url, ids(tab)) == seen[2]
    assert tab.locator("#explorer-facet-act").get_by_label("deny").is_checked()
    tab.get_by_role("button", name="Clear all").click()
    assert (tab.url, ids(tab)) == seen[0]


def test_filters_that_nothing_has_are_shown_and_can_be_taken_off(watched: Watched, small: str, samples: Shelf) -> None:
    tab = opened(watched, f"{small}?speaker=nobody&act=assert&colour=red&sort=-nothing&page=99&columns=none,act")
    assert said(tab) == f"Showing 0 of {ALL} statements."
    chip = tab.get_by_role("button", name="Take off the filter Speaker: nobody (not in these data)")
    assert chip.is_visible()
    chip.click()
    assert "nobody" not in tab.url
    assert ids(tab) == [row["statement_id"] for row in samples.rows("overview") if row["act"] == "assert"]
    assert tab.locator("thead button").all_inner_texts() == ["Claim", "Act", "Statement"]


@pytest.mark.parametrize(
    "words",
    [
        *HOSTILE,
        "javascript:alert(1)",
        "\u202e\u0000\ufeff",
        "__proto__",
        "constructor",
        "a" * 5000,
        "%00%ff",
        "&amp;#x3c;",
    ],
)
def test_whatever_the_address_says_is_text(watched: Watched, small: str, words: str) -> None:
    from urllib.parse import quote

    query = "&".join(
        f"{name}={quote(words)}" for name in ("text", "speaker", "kind", "topic", "sort", "columns", "page")
    )
    tab = opened(watched, f"{small}?{query}")
    assert f"of {ALL} statements" in said(tab)
    shown = [" ".join(chip.split()) for chip in tab.locator(".explorer-chip bdi").all_inner_texts()]
    assert len(shown) == 4
    assert tab.locator("#explorer :is(script, img, iframe, b)").count() == 0
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.get_by_role("button", name="Clear all").click()
    assert said(tab).startswith(f"Showing {ALL} of {ALL}")


def test_whatever_records_say_is_text(watched: Watched, large: str, many: Shelf) -> None:
    tab = opened(watched, large)
    tab.get_by_role("button", name="Columns").click()
    for label in ("Words", "Chain", "Role as stated"):
        tab.get_by_label(label, exact=True).check()
    tab.get_by_role("button", name="Words", exact=True).click()
    kept = {row["excerpt"] for row in many.rows("overview") if row["excerpt"]}
    seen = {row.text_content() for row in tab.locator("tbody [data-column=excerpt] span").all()}
    assert seen and seen <= kept
    speakers = {one.text_content() for one in tab.locator("#explorer-facet-speaker label > span:first-of-type").all()}
    assert speakers >= {HOSTILE[0], HOSTILE[1]}
    assert tab.locator("#explorer :is(script, img, iframe, b)").count() == 0
    assert tab.locator("#explorer").evaluate(
        "(e) => [...e.querySelectorAll('a')].every((a) => a.href.startsWith(location.origin))"
    )


# Search and order


def test_search_finds_words_and_beginnings_whatever_their_marks_and_case(
    watched: Watched, small: str, samples: Shelf
) -> None:
    tab = opened(watched, small)
    field = tab.get_by_label("Search all statements")
    field.press_sequentially("LOADing cra")
    shown = ids(tab)
    claims = [row for row in samples.rows("overview") if "loading crane" in (row["proposition"] or "").lower()]
    assert {row["statement_id"] for row in claims} <= set(shown)
    assert len(shown) < ALL
    assert "best match first" in said(tab)
    tab.wait_for_url("**?text=LOADing+cra")
    field.fill("craen")
    assert "No statement has all these words; these have words spelled like them." in said(tab)
    field.fill("heron")  # in the id of every document, which is not what a statement is about
    assert len(ids(tab)) < 100
    field.fill("zzzzzzzz")
    assert said(tab) == f"Showing 0 of {ALL} statements."
    field.fill("— …")
    assert said(tab).startswith(f"Showing {ALL} of {ALL}")
    field.fill("heron-agency.s01")
    assert ids(tab) == ["heron-agency.s01"]
    field.fill("heron-paper.")
    assert {id.split(".")[0] for id in ids(tab)} == {"heron-paper"}
    name = samples.one("agents", "ila-manu")["name"]
    assert not name.isascii()
    field.fill("ILA manu")
    named = [row["statement_id"] for row in samples.rows("overview") if name in row["chain"]]
    assert named and set(named) <= set(ids(tab))
    assert "spelled like" not in said(tab)


def test_what_is_typed_in_one_go_is_one_step_back(watched: Watched, small: str) -> None:
    tab = opened(watched, small)
    tab.locator("#explorer-facet-act").get_by_label("assert").click()
    tab.get_by_label("Search all statements").press_sequentially("crane", delay=20)
    tab.wait_for_url("**?text=crane&act=assert")
    tab.go_back()
    assert tab.url.endswith("?act=assert")
    assert tab.get_by_label("Search all statements").input_value() == ""
    tab.go_forward()
    assert tab.get_by_label("Search all statements").input_value() == "crane"


def test_columns_sort_up_then_down_then_not_and_say_so(watched: Watched, large: str, many: Shelf) -> None:
    tab = opened(watched, large)
    rows = decoded(explorer.statements(many))
    head = tab.locator("th[data-column=factuality]")
    order = terms_of("factuality")
    for state, reverse in (("ascending", False), ("descending", True)):
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == state
        expected = sorted(rows, key=lambda row: order.index(row["factuality"]), reverse=reverse)
        assert ids(tab) == [row["statement_id"] for row in expected[:100]]
        assert head.get_by_role("button").evaluate("(button) => button === document.activeElement")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "none"
    assert ids(tab) == [row["statement_id"] for row in rows[:100]]
    tab.goto(f"{large}?sort=-figure&page=100")
    tab.wait_for_selector(".explorer-said")
    assert set(tab.locator("tbody [data-column=figure]").all_inner_texts()) == {""}


# Files


def test_the_csv_of_a_view_is_what_the_project_itself_would_write(
    watched: Watched, large: str, many: Shelf, tmp_path: Path
) -> None:
    names = ["proposition", "speaker", "act", "figure", "excerpt", "start", "statement_id"]
    tab = opened(watched, f"{large}?certainty=CT-&sort=-start&columns={','.join(names)}")
    with tab.expect_download() as wait:
        tab.get_by_role("button", name="Download CSV").click()
    rows = [row for row in reversed(many.rows("overview")) if row["factuality"] == "CT-"]
    assert wait.value.suggested_filename == f"made-up-1.0.0-{len(rows)}-of-{MANY}-statements.csv"
    wait.value.save_as(tmp_path / "view.csv")
    overview = arrow_schema("overview")
    schema = pa.schema([overview.field(name) for name in names])
    ours = io.BytesIO()
    write_csv(pa.Table.from_pylist([{name: row[name] for name in names} for row in rows], schema=schema), ours)
    theirs = (tmp_path / "view.csv").read_bytes()
    assert theirs == ours.getvalue()
    again = list(csv.DictReader(io.StringIO(theirs.decode(), newline="")))
    assert [row["excerpt"] or None for row in again] == [row["excerpt"] for row in rows]
    assert {row["excerpt"] for row in again} >= set(HOSTILE)


def test_the_json_of_a_view_says_what_it_is(watched: Watched, large: str, many: Shelf, tmp_path: Path) -> None:
    tab = opened(watched, f"{large}?certainty=CT-&text=crane&sort=start")
    with tab.expect_download() as wait:
        tab.get_by_role("button", name="Download JSON").click()
    wait.value.save_as(tmp_path / "view.json")
    got = json.loads((tmp_path / "view.json").read_text(encoding="utf-8"))
    assert got["dataset"] == {"name": "made-up", "version": "1.0.0"}
    assert (got["view"], got["of"], got["showing"]) == (
        "?text=crane&certainty=CT-&sort=start",
        MANY,
        len(got["statements"]),
    )
    held = {row["statement_id"]: row for row in many.rows("overview")}
    assert got["statements"]
    for one in got["statements"]:
        assert one == {name: held[one["statement_id"]][name] for name in got["columns"]}


def test_columns_are_chosen_and_kept_in_the_address(watched: Watched, small: str) -> None:
    tab = opened(watched, small)
    tab.get_by_role("button", name="Columns").click()
    panel = tab.locator("#explorer-columns")
    assert panel.get_by_label("Claim", exact=True).is_disabled()
    panel.get_by_label("Mode").uncheck()
    panel.get_by_label("Topic", exact=True).check()
    heads = ["Claim", "Speaker", "Act", "Certainty", "Figures", "Topic", "Statement"]
    assert tab.locator("thead button").all_inner_texts() == heads
    assert tab.url.endswith("?columns=speaker%2Cact%2Cfactuality%2Cfigure%2Ctopic")
    panel.get_by_label("Mode").focus()
    tab.keyboard.press("Escape")
    assert not panel.is_visible()
    assert tab.evaluate("document.activeElement.textContent") == "Columns"
    tab.reload()
    tab.wait_for_selector(".explorer-said")
    assert tab.locator("thead button").all_inner_texts() == heads


# Keys, focus, access


def current(tab: Tab) -> int:
    """The row that has the focus."""
    return int(tab.evaluate("document.activeElement.closest('tr').dataset.at"))


def test_everything_is_reached_by_keys(watched: Watched, large: str) -> None:
    tab = opened(watched, large)
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "explorer-text"
    tab.keyboard.type("crane /j")
    assert tab.get_by_label("Search all statements").input_value() == "crane /j"
    tab.keyboard.press("Escape")
    assert tab.get_by_label("Search all statements").input_value() == ""
    tab.keyboard.press("ArrowDown")
    assert current(tab) == 0
    for key, row in [
        ("j", 1),
        ("ArrowDown", 2),
        ("k", 1),
        ("End", 99),
        ("ArrowUp", 98),
        ("Home", 0),
        ("k", 0),
        ("End", 99),
    ]:
        tab.keyboard.press(key)
        assert current(tab) == row
    tab.keyboard.press("j")
    assert (current(tab), "page=2" in tab.url) == (0, True)
    tab.keyboard.press("ArrowUp")
    assert (current(tab), "page=" in tab.url) == (99, False)
    assert tab.locator("tbody a[tabindex='0']").count() == 3  # those of one row; Tab goes on from there
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.id") == "explorer-text"
    tab.keyboard.press("ArrowDown")
    tab.route(
        "**/claims/**",
        lambda route: route.fulfill(body="<!doctype html><title>A claim</title>", content_type="text/html"),
    )
    wanted = tab.locator("tbody tr a").first.get_attribute("href")
    tab.keyboard.press("Enter")
    tab.wait_for_url(str(wanted))


def test_single_keys_can_be_turned_off(watched: Watched, small: str) -> None:
    tab = opened(watched, small)
    tab.get_by_role("button", name="Keyboard").click()
    tab.locator("#explorer-keys input").uncheck()
    tab.reload()
    tab.wait_for_selector(".explorer-said")
    tab.get_by_label("Search all statements").focus()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("j")
    assert current(tab) == 0
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") != "explorer-text"


def test_the_focus_is_never_lost(watched: Watched, small: str) -> None:
    tab = opened(watched, small)
    box = tab.locator("#explorer-facet-act").get_by_label("deny")
    box.focus()
    tab.keyboard.press("Space")
    assert box.evaluate("(box) => box === document.activeElement && box.checked")
    chip = tab.get_by_role("button", name="Take off the filter Act: deny")
    chip.focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "explorer-text"
    following = tab.get_by_role("button", name="Next")
    following.focus()
    tab.keyboard.press("Enter")
    assert following.evaluate("(button) => button === document.activeElement")
    assert following.get_attribute("aria-disabled") == "true"


def test_a_facet_with_many_values_is_searched_by_name(watched: Watched, large: str) -> None:
    tab = opened(watched, large)
    facet = tab.locator("#explorer-facet-speaker")
    assert facet.locator("li").count() == 8
    facet.get_by_role("button", name="Show all").click()
    assert 8 < facet.locator("li").count() <= 200
    assert "more: find them by name" in facet.inner_text()
    facet.get_by_label("Find by name: Speaker").fill("speaker 77")
    assert facet.locator("li").count() == 1
    facet.locator("input[type=checkbox]").check()
    facet.get_by_role("button", name="Show fewer").click()
    assert facet.locator("li").count() == 9
    assert facet.get_by_label("Speaker 77").is_checked()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing(watched: Watched, large: str, scheme: str, width: int) -> None:
    watched.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    watched.page.set_viewport_size({"width": width, "height": 900})
    tab = opened(
        watched, f"{large}?document=d7&act=deny&act=nothing&sort=act&columns=speaker,act,factuality,excerpt,topic,chain"
    )
    assert tab.locator("body").get_attribute("data-md-color-scheme") == {"light": "default", "dark": "slate"}[scheme]
    if width < 600:
        tab.get_by_role("button", name="Filters").click()
    for panel in ("Columns", "Keyboard"):
        tab.get_by_role("button", name=panel).click()
        assert watched.violations(".md-content") == []


def test_on_a_phone_rows_are_cards_and_filters_wait_to_be_asked_for(watched: Watched, small: str) -> None:
    watched.page.set_viewport_size({"width": 390, "height": 844})
    tab = opened(watched, f"{small}?columns=speaker,act,factuality,chain,excerpt,document_id")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert not tab.locator("#explorer-filters").is_visible()
    tab.get_by_role("button", name="Filters").click()
    assert tab.locator("#explorer-filters").is_visible()
    row = tab.get_by_role("row").nth(1)
    assert 5 <= row.get_by_role("cell").count() <= 7  # an empty cell is no line of a card
    tops = [cell.bounding_box()["y"] for cell in row.get_by_role("cell").all() if cell.is_visible()]  # type: ignore[index]
    assert tops == sorted(set(tops))
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_print_has_the_statements_and_no_controls(watched: Watched, small: str) -> None:
    watched.page.set_viewport_size({"width": 690, "height": 980})  # a sheet of A4 between its margins
    tab = opened(watched, f"{small}?act=deny")
    tab.emulate_media(media="print")
    assert tab.locator("tbody tr").first.is_visible()
    assert tab.locator(".explorer-chip").first.is_visible()
    assert said(tab).startswith("Showing")
    width = tab.locator(".explorer-wide").evaluate("(e) => [e.scrollWidth, e.clientWidth]")
    assert width[0] <= width[1]
    for gone in (".explorer-side", ".explorer-tools", ".explorer-search"):
        assert not tab.locator(gone).is_visible()


# With another builder, without scripts, and with much


def test_zensical_builds_the_same_explorer(watched: Watched, samples: Shelf, tmp_path: Path) -> None:
    pytest.importorskip("zensical", reason="needs the packages of requirements/dev.lock")
    command = (sys.executable, "-m", "zensical", "build")
    done = subprocess.run(command, cwd=tree(samples, tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with served(tmp_path / "tree" / "site") as root:
        tab = opened(watched, f"{root}explorer/?act=deny")
        assert ids(tab) == [row["statement_id"] for row in samples.rows("overview") if row["act"] == "deny"]


def test_without_scripts_the_page_says_where_the_statements_are(browser: Any, small: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(small)
    links = tab.locator("#explorer a")
    assert [link.inner_text() for link in links.all()] == ["one table (CSV)", "index of claims"]
    for link in links.all():
        assert context.request.get(link.evaluate("(a) => a.href")).ok
    context.close()


def test_data_that_cannot_be_read_leave_the_plain_links(browser: Any, small: str) -> None:
    tab = browser.new_page()
    tab.route("**/statements.json", lambda route: route.fulfill(body="{", content_type="application/json"))
    tab.goto(small)
    tab.wait_for_selector("#explorer [role=alert]")
    assert "could not be read" in tab.locator("#explorer [role=alert]").inner_text()
    assert tab.locator("#explorer a").count() == 2
    tab.close()


def test_nothing_is_asked_for_after_the_page_is_there(watched: Watched, small: str) -> None:
    tab = opened(watched, small)
    tab.wait_for_load_state("networkidle")
    asked = len(watched.requests)
    tab.get_by_label("Search all statements").press_sequentially("crane")
    tab.locator("#explorer-facet-act").get_by_label("deny").click()
    tab.locator("th[data-column=act] button").click()
    with tab.expect_download():
        tab.get_by_role("button", name="Download JSON").click()
    later = {url for url in watched.requests[asked:] if not url.startswith("blob:")}
    assert {url.rsplit("/")[-1] for url in later} <= {"favicon.png"}  # which chromium asks for with every new address


PAINT = """() => new Promise((done) => {
  const there = () => document.querySelector("#explorer tbody tr");
  const seen = () => (there() ? done(performance.now()) : requestAnimationFrame(seen));
  seen();
})"""
KEYS = """(words) => {
  const field = document.getElementById("explorer-text");
  const times = [];
  for (const text of words) {
    const start = performance.now();
    field.value = text;
    field.dispatchEvent(new Event("input", {bubbles: true}));
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""


def test_ten_thousand_statements_are_quick_to_show_and_search(watched: Watched, large: str) -> None:
    watched.page.goto(large)
    paint = watched.page.evaluate(PAINT)
    watched.page.wait_for_timeout(1500)
    words = [text[:n] for text in ("crane at quay", "speaker 12", "repaired rope") for n in range(1, len(text) + 1)]
    times = sorted(watched.page.evaluate(KEYS, words))
    print(f"table after {paint:.0f} ms; a key {times[len(times) // 2]:.0f} ms, at most {times[-1]:.0f} ms")
    assert watched.page.locator("tbody tr").count() <= 100
    assert paint < 5000
    assert times[len(times) // 2] < 250

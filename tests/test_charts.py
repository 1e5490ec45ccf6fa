"""Charts: what they show, that hostile strings stay text, and that the same values give the same bytes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("vl_convert", reason="the charts need the extra: pip install 'onrecord[docs]'")
pytest.importorskip("networkx", reason="the charts need the extra: pip install 'onrecord[docs]'")

from onrecord.comparison import Hop, Path, Step
from onrecord.model import TABLES
from onrecord.site.charts import (
    Amount,
    Chain,
    Chart,
    Link,
    Moment,
    Passing,
    StripPassage,
    StripUnit,
    Voiced,
    attribution,
    certainties,
    coverage_strip,
    drift,
    entities,
    figures,
    paths,
    related,
    tally,
    timeline,
)
from onrecord.site.charts.wording import lines, words

HOSTILE = (
    "</svg><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)> ' onload='x",
    "&lt;b&gt; & &#60;script&#62; ]]> <!-- <![CDATA[ <?xml",
    "bell \x07 null \x00 escape \x1b[31m line\nbreak \ufffe \ud800",
    "\u202eevil \u2066isolate مرحبا بالعالم שלום",
    "long " * 100,
    "unbroken" * 63,
    "漢字" * 250,
    "*star* _under_ [link](javascript:alert(1)) `code` <https://example.org> # | {: .x }",
    "",
    " ",
)
ALLOWED = {"svg", "title", "desc", "g", "path", "line", "rect", "text", "tspan"}
SVG = "{http://www.w3.org/2000/svg}"


def amount(who: str = "Zoë", sign: str = "=", about: bool = False, value: str | None = "7",
           low: str | None = "7", high: str | None = "7", unit: str = "person") -> Amount:  # fmt: skip
    value_, low_, high_ = (None if one is None else Decimal(one) for one in (value, low, high))
    return Amount(who, f"{who}.f1", f"“{who}”", sign, about, value_, low_, high_, unit)


def moment(edtf: str | None, first: str | None, last: str | None, verbatim: str = "then", about: str = "") -> Moment:
    ends = [None if end is None else dt.date.fromisoformat(end) for end in (first, last)]
    return Moment(verbatim, about, edtf, ends[0], ends[1], "x.t1")


def step(id: str, agent: str, certainty: str, **said: object) -> Step:
    change = said.pop("change", None)
    hop = Hop(0, agent, agent, "narration", "assert", certainty, None, change, "PS+")  # type: ignore[arg-type]
    known = {"document_id": "d", "date": "2019", "follows": None, "how": "first", "in_order": True, "words": None,
             "words_before": None, "figures": (), "figures_before": (), "counted": (),
             "counted_before": ()}  # fmt: skip
    return Step(statement_id=id, hops=(hop,), **known | said)  # type: ignore[arg-type]


def every_chart(said: str) -> Iterator[Chart]:
    """Each chart with one string in every place that takes one."""
    yield drift(said, said, [Chain(said, said, (Voiced(said, "Uu", said), Voiced(said, "PR-")))])
    figure = Amount(said, said, said, "<", True, Decimal(5), None, Decimal(5), said)
    yield figures(said, said, said, [figure, amount(unit="kg")])
    yield from timeline(said, [Moment(said, said, said, dt.date(2019, 4, 1), None, said)])
    yield attribution(said, [Passing("a", said, "b", said, 3), Passing("b", said, "a", said, 1)])
    yield related(said, said, [Link("supports", said, said, True), Link(said, said, said, False)])
    counts = step(said, said, "CT+", follows=said, how="echo", figures=(said,), counted=(said,), words="a",
                  words_before=said, change="surer")  # fmt: skip
    yield from paths(said, said, [Path(said, said, (counts, step("x", said, "PS+", follows="gone", how="again")))])
    yield tally(said, said, [(said, 3), ("b", 0)])
    yield certainties(said, {"CT+": 2, said: 1})


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart.svg))  # strict: raises on anything that is not well-formed


def shown(chart: Chart) -> list[str]:
    """The words in the picture, line by line, without its title and description."""
    return ["".join(one.itertext()) for one in drawn(chart).iter(f"{SVG}text")]


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_strings_are_only_text(said: str) -> None:
    for chart in every_chart(said):
        for node in drawn(chart).iter():
            assert node.tag.removeprefix(SVG) in ALLOWED
            assert not [name for name in node.attrib if name.startswith("on") or "href" in name]
            inside = "".join(node.itertext())
            assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ufffe\ud800]", inside)
            assert all(re.fullmatch(r"[\w #.,()%;:+-]*", value) for value in node.attrib.values())
        whole = str(chart.figure(said))
        assert "<script" not in whole and "<img" not in whole and "\n" not in whole


def test_a_hostile_string_is_shown_as_it_is_written() -> None:
    found = shown(tally("x", "what", [("</svg><script>alert(1)</script> & \"q\" 'x'", 3)]))
    assert found[0] == "</svg><script>alert(1)</script> & \"q\" 'x'"


def test_pictures_have_a_name_a_description_and_ids_of_their_own() -> None:
    for chart in every_chart("crane.s1"):
        root = drawn(chart)
        title, description = root.findall(f"{SVG}title") + root.findall(f"{SVG}desc")
        assert root.get("role") == "img"
        assert (root.get("aria-labelledby") or "").split() == [title.get("id"), description.get("id")]
        assert title.get("id", "").startswith("crane-s1-") and title.text
        assert description.text == words(chart.alternative)
        assert not [node for node in root.iter() if node is not root and any("aria" in name for name in node.attrib)]
    ids = [re.findall(r'id="([^"]+)"', str(chart.svg)) for chart in every_chart("crane.s1")]
    assert len({id for some in ids for id in some}) >= 2 * len({tuple(some) for some in ids})


def test_pictures_ask_for_nothing_and_choose_no_colour_or_font_of_their_own() -> None:
    for chart in every_chart("x"):
        svg = str(chart.svg).replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in svg and "url(" not in svg and "font-family" not in svg
        colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg))
        assert not [one for one in colours if one.startswith("#") or "rgb" in one]


def test_the_same_values_give_the_same_bytes() -> None:
    assert [str(one.svg) for one in every_chart("x")] == [str(one.svg) for one in every_chart("x")]
    assert str(entities().svg) == str(entities().svg)


def test_a_table_has_a_value_for_each_column() -> None:
    for chart in [*every_chart("x"), entities()]:
        assert chart.rows
        assert {len(row) for row in chart.rows} == {len(chart.columns)}


def test_words_fit_their_room_and_keep_their_beginning() -> None:
    assert lines("Zoë Ávila", 200) == ["Zoë Ávila"]
    assert lines("one two three four five six", 70) == ["one two", "three…"]
    assert lines("unbroken-and-far-too-long-for-it", 90)[0].endswith("-")
    assert len(lines("漢" * 500, 200, most=3)) == 3
    assert lines("", 100) == [""]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.floats(30, 600), st.integers(1, 4))
def test_words_of_any_kind_fit_and_stay_a_well_formed_picture(said: str, room: float, most: int) -> None:
    found = lines(said, room, most=most)
    assert 1 <= len(found) <= most
    whole = words(said).replace(" ", "")
    assert whole.startswith("".join(found).replace(" ", "").removesuffix("…")) or "…" in whole
    assert shown(tally(said, said, [(said, 1)]))[0] == lines(said, 410, most=1)[0]


def test_drift_says_who_is_how_sure() -> None:
    chain = Chain("crane.s1", "paper", (Voiced("The paper", "Uu"), Voiced("Zoë", "PS+"), Voiced("Ila", "CT-")))
    chart = drift("c", "The crane fell.", [chain])
    assert "PS+ (possibly so): Zoë." in chart.alternative
    assert "CT- (certainly not so): Ila." in chart.alternative
    assert chart.rows[1] == ("crane.s1", "paper", "1", "Zoë", "", "PS+", "possibly so")
    assert {"The paper", "└ Zoë", "└ Ila", "left open", "probably"} <= set(shown(chart))
    assert {"says it is so", "says it is not so"} <= set(shown(chart))


def test_drift_tells_words_given_by_others_from_own_words() -> None:
    voices = (Voiced("The paper", "Uu", "narration"), Voiced("Ila", "CT-", "indirect"), Voiced("Zoë", "PR-", "direct"))
    assert {"The paper", "└ Ila, indirect", "└ Zoë"} <= set(shown(drift("c", "It fell.", [Chain("s", "d", voices)])))


def test_drift_tells_affirmed_from_denied_by_shape() -> None:
    shapes = {}
    for term in ("CT+", "CT-", "Uu", "CTu"):
        root = drawn(drift("c", "x", [Chain("s", "d", (Voiced("a", term),))]))
        shapes[term] = [node.get("d") for node in root.iter(f"{SVG}path")][-1]
    assert len(set(shapes.values())) == 4


def test_drift_draws_the_first_statements_and_says_how_many_there_are() -> None:
    chart = drift("c", "x", [Chain(f"s{n}", "d", (Voiced("a", "CT+"),)) for n in range(9)], most=4)
    assert "shows 4 of 9" in chart.alternative
    assert len(chart.rows) == 9 and shown(chart).count("a") == 4


def circles(chart: Chart) -> int:
    return str(chart.svg).count("A5.")


@pytest.mark.parametrize(
    ("said", "reading", "row"),
    [
        (amount(), "7", ("7", "7")),
        (amount(sign=">", value="40", low="40", high=None), "more than 40", ("40", "open")),
        (amount(sign="<=", value="500", low=None, high="500"), "at most 500", ("open", "500")),
        (amount(about=True), "about 7", ("7", "7")),
        (amount(value=None, low="10", high="12"), "from 10 up to 12", ("10", "12")),
        (amount(value=None, low=None, high=None, about=True), "no value stated", ("", "")),
        (amount(value="1988", low="1988", high="1988"), "1988", ("1988", "1988")),
        (amount(sign=">", value="30000", low="30000", high=None), "more than 30,000", ("30,000", "open")),
        (amount(value="0.5", low="0.5", high="0.5"), "0.5", ("0.5", "0.5")),
    ],
)
def test_figures_are_read_as_exactly_as_they_are_stated(said: Amount, reading: str, row: tuple[str, str]) -> None:
    chart = figures("q", "people", "person", [said])
    assert said.reading == reading and f"Zoë: {reading}." in chart.alternative
    assert chart.rows[0][3:5] == row


def test_figures_in_another_unit_or_without_a_value_are_listed_and_not_drawn() -> None:
    chart = figures("q", "load", "tonne", [amount(unit="kg"), amount(value=None, low=None, high=None, unit="tonne")])
    assert not list(drawn(chart).iter(f"{SVG}path"))
    assert any("7 (kg)" in said for said in shown(chart))


def test_figures_far_apart_stand_on_a_logarithmic_scale_and_say_so() -> None:
    far = [amount(), amount(value="30000", low="30000", high="30000")]
    assert "The scale is logarithmic." in figures("q", "x", "person", far).alternative
    near = [amount(), amount(value="30", low="30", high="30")]
    assert "logarithmic" not in figures("q", "x", "person", near).alternative


def test_figures_with_zero_or_below_are_never_logarithmic() -> None:
    for end in ("0", "-5"):
        far = [amount(value=end, low=end, high=end), amount(value="30000", low="30000", high="30000")]
        assert "logarithmic" not in figures("q", "x", "person", far).alternative


def test_counts_have_no_halves_on_their_scale() -> None:
    for end in (1, 2, 7, 8):
        said = shown(figures("q", "x", "person", [amount(value=f"{end}", low=f"{end}", high=f"{end}")]))
        assert [one for one in said if re.fullmatch(r"[\d.]+", one)] == [str(n) for n in range(end + 1)]


@pytest.mark.parametrize(
    ("one", "precision", "said"),
    [
        (moment("2019-04-09", "2019-04-09", "2019-04-09"), "day", "9 April 2019"),
        (moment("2018-03", "2018-03-01", "2018-03-31"), "month", "March 2018"),
        (moment("1987", "1987-01-01", "1987-12-31"), "year", "1987"),
        (moment("2019-04-13/2019-04-14", "2019-04-13", "2019-04-14"), "span", "13 April 2019 to 14 April 2019"),
        (moment("2017-04/..", "2017-04-01", None), "open", "from 1 April 2017, end open"),
        (moment("../2018-04-01", None, "2018-04-01"), "open", "until 1 April 2018, beginning open"),
    ],
)
def test_times_are_no_more_exact_than_they_are(one: Moment, precision: str, said: str) -> None:
    assert (one.precision, one.said) == (precision, said)
    (chart,) = timeline("t", [one])
    assert said in shown(chart) and said in chart.alternative


def test_times_that_do_not_resolve_are_not_drawn() -> None:
    assert timeline("t", [moment(None, None, None), moment("../..", None, None)]) == ()


def test_many_times_fill_several_pictures_and_like_ones_share_a_row() -> None:
    days = [moment(f"2019-01-{day:02}", f"2019-01-{day:02}", f"2019-01-{day:02}") for day in range(1, 26)]
    found = timeline("t", [*days, days[0]], most=10)
    assert [len(chart.rows) for chart in found] == [11, 10, 5]
    assert "picture 2 of 3" in found[1].alternative and "1 January 2019 (2 times)" in found[0].alternative


def test_times_at_the_ends_of_the_calendar_are_drawn() -> None:
    found = timeline("t", [moment("0001", "0001-01-01", "0001-12-31"), moment("9999", "9999-01-01", "9999-12-31")])
    assert {"1", "9999"} <= set(shown(found[0]))


def test_attribution_sums_pairs_and_says_what_is_left_out() -> None:
    pairs = [Passing("n", "The paper", "z", "Zoë", 2), Passing("n", "The paper", "z", "Zoë", 1)]
    chart = attribution("a", [*pairs, Passing("z", "Zoë", "u", "Somebody", 1)], most=1)
    assert chart.rows == (("The paper", "Zoë", "3"), ("Zoë", "Somebody", "1"))
    assert "The paper passes on Zoë in 3 statements." in chart.alternative
    assert "1 strongest of 2; left out: 1 statement." in chart.alternative
    assert "Somebody" not in shown(chart)


def test_attribution_keeps_two_agents_of_one_name_apart() -> None:
    chart = attribution("a", [Passing("n", "N", "a", "Same", 1), Passing("n", "N", "b", "Same", 1)])
    assert shown(chart).count("Same") == 2


def test_related_claims_point_in_the_direction_of_the_relation() -> None:
    links = [Link("contradicts", "b", "It stood.", False), Link("supports", "c", "It was old.", True)]
    chart = related("r", "It fell.", links)
    assert "It supports “It was old.”" in chart.alternative
    assert "“It stood.” contradicts it." in chart.alternative
    assert [row[:3] for row in chart.rows] == [("from", "supports", "c"), ("to", "contradicts", "b")]


def test_paths_say_what_changes_on_the_way() -> None:
    echo = step("b.s2", "The paper", "CT+", follows="a.s1", how="altered", change="surer", figures=("60 person",),
                figures_before=("40 person",))  # fmt: skip
    (chart,) = paths("p", "The crane fell.", [Path("z", "Zoë", (step("a.s1", "Zoë", "PS+"), echo))])
    assert "→ surer: PS+ became CT+" in shown(chart)
    assert "→ figure: 40 person became 60 person" in shown(chart)
    assert "passes on a.s1, but otherwise" in chart.alternative


def test_an_entity_diagram_names_every_key_and_reference() -> None:
    chart = entities()
    said = shown(chart)
    assert set(TABLES) <= set(said)
    for _, _, key, target in chart.rows:
        assert not key or (key in said and f"→ {target}" in said)


TAGS = "figure figcaption div p ul li ol span a details summary table thead tbody tr th td"
ATTRIBUTES = "class id style title href role aria-label aria-hidden scope tabindex data-search-exclude"


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def strip(said: str, units: int = 1) -> Chart:
    unit = [StripUnit("sentence", n * 10, n * 10 + 9, "covered", said, said) for n in range(units)]
    others = [StripUnit("numeral", 3, 4, "waived", None, None, said), StripUnit(said, 5, 6, "open")]
    return coverage_strip(said, said, [StripPassage(said, 1, said, (*unit, *others)), StripPassage("p2", 2, "x", ())])


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_strings_are_only_text_in_a_strip(said: str) -> None:
    seen = Seen()
    seen.feed(str(strip(said).figure(said)))
    assert {tag for tag, _ in seen.tags} <= set(TAGS.split())
    for _, attributes in seen.tags:
        assert set(attributes) <= set(ATTRIBUTES.split())
        assert (attributes.get("href") or "#").startswith("#")


def test_a_strip_leads_to_its_statements_and_names_what_they_are() -> None:
    chart = coverage_strip("c", "crane", [StripPassage("p1", 1, "headline", (
        StripUnit("sentence", 0, 9, "covered", "crane.s1", "Zoë"),
        StripUnit("numeral", 3, 4, "waived", None, None, "not-a-figure")))])  # fmt: skip
    seen = Seen()
    seen.feed(str(chart.svg))
    (link,) = [attributes for tag, attributes in seen.tags if tag == "a"]
    assert (link["href"], link["aria-label"]) == ("#crane.s1", "A: Zoë, sentence 0-9, covered, crane.s1")
    assert chart.rows == (("p1", "headline", "2", "1", "1", "0", "Zoë"),)
    assert "1 covered, 1 waived and 0 open" in chart.alternative


def test_a_long_document_is_drawn_in_fewer_pieces() -> None:
    assert str(strip("a", 2000).svg).count("<a ") < 5  # all alike
    assert str(strip("a", 100).svg).count("<a ") == 100
    units = tuple(StripUnit("sentence", n * 10, n * 10 + 9, "covered", f"s{n}", f"S{n % 7}") for n in range(10_000))
    chart = coverage_strip("a", "b", [StripPassage("p1", 1, "paragraph", units)])
    assert 1000 < str(chart.svg).count("<a ") <= 2000
    assert "10,000 covered" in chart.alternative


def test_an_open_unit_shows_also_in_a_piece_of_many() -> None:
    units = [StripUnit("sentence", n, n + 1, "open" if n == 777 else "covered", f"s{n}", f"S{n % 7}")
             for n in range(9000)]  # fmt: skip
    assert 'class="onrecord-open"' in coverage_strip("a", "b", [StripPassage("p", 1, "paragraph", tuple(units))]).svg


@pytest.mark.parametrize("empty", [
    lambda: drift("x", "y", []), lambda: figures("x", "y", "z", []), lambda: attribution("x", []),
    lambda: related("x", "y", []), lambda: tally("x", "y", []), lambda: certainties("x", {}),
])  # fmt: skip
def test_a_chart_of_nothing_is_empty_and_well_formed(empty: Callable[[], Chart]) -> None:
    chart = empty()
    assert drawn(chart).tag == f"{SVG}svg" and chart.rows == ()


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_markdown_leaves_a_figure_as_it_is(said: str) -> None:
    markdown = pytest.importorskip("markdown", reason="needs Markdown: pip install 'onrecord[docs]'")
    for chart in [*every_chart(said), strip(said)]:
        block = str(chart.figure(said))
        extensions = ["attr_list", "md_in_html", "tables", "admonition"]
        made = markdown.markdown(f"Before.\n\n{block}\n\nAfter.", extensions=extensions)
        assert made.replace("\n", "") == f"<p>Before.</p>{block}<p>After.</p>"

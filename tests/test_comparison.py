"""One claim or quantity in every document: what conflicts, who stands behind it, what became of it on the way."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import onrecord
from onrecord.cli import program
from onrecord.comparison import Backing, Comparison, compare
from onrecord.comparison.drawn import draw_comparison
from onrecord.errors import RecordNotFound
from onrecord.model import (
    Agent,
    Anchor,
    Attribution,
    Cite,
    Claim,
    Document,
    Figure,
    Quantity,
    Record,
    Review,
    Statement,
    Topic,
)
from onrecord.tables import to_tables

SAMPLES = Path(__file__).parent / "samples"
Voices = Sequence[tuple[str, str]]  # who and how sure, the document's own voice first
A_CLAIM = Claim(id="fell", proposition="It came down.", kind="event", topic_id="t")
A_QUANTITY = Quantity(id="people", label="People", definition="People near it.", unit="person")


@pytest.fixture(scope="module")
def samples() -> onrecord.Dataset:
    return onrecord.load(SAMPLES)


@pytest.fixture(scope="module")
def overloaded(samples: onrecord.Dataset) -> Comparison:
    return samples.compare("crane-overloaded")


@pytest.fixture(scope="module")
def quay(samples: onrecord.Dataset) -> Comparison:
    return samples.compare("people-on-quay")


@pytest.fixture(scope="module")
def unlinked(tmp_path_factory: pytest.TempPathFactory) -> onrecord.Dataset:
    """The samples without the link between the paper and the agency."""
    root = Path(shutil.copytree(SAMPLES, tmp_path_factory.mktemp("unlinked") / "samples"))
    file = root / "claims" / "records" / "heron-paper" / "document.yaml"
    kept, _, _ = file.read_text(encoding="utf-8").partition("cites:\n")
    file.write_text(kept, encoding="utf-8")
    return onrecord.load(root)


class World:
    """Documents that state one claim, each by a publisher of its name; everything else is made to fit."""

    def __init__(self, **mediums: str) -> None:
        self.rows: dict[str, list[Record]] = {"claims": [A_CLAIM], "quantities": [A_QUANTITY]}
        self.add(Topic(id="t", label="T"))
        for name, medium in mediums.items():
            self.add(Agent(id=f"{name}-press", name=f"The {name} press", kind="organisation"))
            self.add(Document(id=name, title=name, language="en", medium=medium, publisher_id=f"{name}-press",
                              text_sha256="0" * 64, text_length=100, text_form="nfc-lf/1", rights="none"))  # fmt: skip

    def add(self, record: Record) -> None:
        self.rows.setdefault(record.table, []).append(record)

    def agent(self, id: str) -> str:
        if all(row.key != id for row in self.rows["agents"]):
            self.add(Agent(id=id, name=id, kind="person"))
        return id

    def state(self, document: str, *voices: tuple[str, str], figure: dict[str, Any] | None = None) -> str:
        """A statement, its voices from the document inwards; returns its id."""
        number = 1 + sum(row.document_id == document for row in self.rows.get("statements", []))  # type: ignore[attr-defined]
        id = f"{document}.s{number}"
        self.add(Anchor(id=id, document_id=document, start=number, end=number + 1, text_sha256="0" * 64))
        self.add(Statement(id=id, document_id=document, passage_id="p", claim_id="fell", number=number, anchor_id=id))
        for level, (agent, factuality) in enumerate(voices):
            self.add(Attribution(statement_id=id, level=level, agent_id=self.agent(agent), mode="narration",
                                 act="assert", factuality=factuality))  # fmt: skip
        if figure is not None:
            said = {"comparator": "=", "approximate": False, "unit": "person", "counted": "people", **figure}
            self.add(Figure(id=f"{id}.f1", statement_id=id, quantity_id="people", kind="cardinal", verbatim="so many",
                            anchor_id=id, **said))  # fmt: skip
        return id

    def link(self, document: str, cited: str) -> None:
        self.add(Cite(id=f"{document}.{cited}", document_id=document, cited_id=cited))

    def review(self, id: str, status: str) -> None:
        number = 1 + len(self.rows.get("reviews", []))
        day = dt.datetime(2021, 3, number, tzinfo=dt.UTC)
        self.add(Review(id=f"r{number}", number=number, record_table="statements", record_id=id, status=status,
                        reviewer="somebody", reviewed_at=day, note="Why."))  # fmt: skip

    def compare(self, record: Record = A_CLAIM) -> Comparison:
        return compare(to_tables(self.rows), record)


def backing(found: Comparison, said: str) -> Backing:
    (one,) = (backing for backing in found.backings if backing.said == said)
    return one


def sources(found: Comparison, said: str) -> dict[str, tuple[list[str], list[str]]]:
    """The sources behind a position: where each speaks, and what only passes it on."""
    return {
        source.agent_id: ([*source.statements], [echo.statement_id for echo in source.echoes])
        for source in backing(found, said).sources
    }


# Every statement in every document


def test_every_statement_of_a_claim_stands_in_the_order_of_its_documents(overloaded: Comparison) -> None:
    assert [one.statement_id for one in overloaded.statements] == [
        "heron-company.s10", "heron-company.s19", "heron-agency.s09", "heron-agency.s12", "heron-agency.s13",
        "heron-paper.s01", "heron-paper.s03", "heron-paper.s08", "heron-paper.s23",
    ]  # fmt: skip
    hedged = overloaded.statements[2]
    assert [(said.agent, said.factuality) for said in hedged.voices] == [
        ("The dispatch (heron-agency)", "Uu"),
        ("Zoë Ávila", "PS+"),
    ]
    assert (hedged.place, hedged.excerpt) == ("heron-agency.p04, 460-494", "The crane may have been overloaded")
    assert hedged.status == "accepted"


def test_a_document_without_a_date_is_not_earlier_than_what_it_passes_on(quay: Comparison) -> None:
    assert [(document.id, document.date) for document in quay.documents] == [
        ("heron-company", "2019-04-10"),
        ("heron-agency", "2019-04-11"),
        ("heron-paper", "not before 2019-04-11"),
    ]


def test_a_document_without_a_date_is_not_later_than_what_passes_it_on() -> None:
    world = World(late="newspaper", early="newspaper")
    days = {"published_earliest": dt.date(2020, 1, 1), "published_latest": dt.date(2020, 12, 31)}
    late, early = world.rows["documents"]
    world.rows["documents"] = [late.model_copy(update={"published_edtf": "2020", **days}), early]
    world.state("late", ("late.n", "CT+"))
    world.state("early", ("early.n", "CT+"))
    world.link("late", "early")
    assert [(document.id, document.date) for document in world.compare().documents] == [
        ("early", "not after 2020-12-31"),
        ("late", "2020"),
    ]


def test_a_figure_has_its_bounds(quay: Comparison) -> None:
    figures = {given.figure_id: given for one in quay.statements for given in one.figures}
    at_least, about = figures["heron-agency.s05.f1"], figures["heron-paper.s05.f1"]
    assert (str(at_least), at_least.bounds) == (">= 40 person", "from 40")
    assert (str(about), about.bounds) == ("about 60 person", "")
    assert figures["heron-company.s22.f1"].bounds == "from 40 up to 60"


def test_what_was_taken_back_is_shown_and_counts_for_nothing() -> None:
    world = World(one="newspaper", two="newspaper")
    world.state("one", ("one.n", "CT+"), figure={"value": 40})
    wrong = world.state("two", ("two.n", "CT-"))
    world.review(wrong, "retracted")
    found = world.compare()
    assert [(one.statement_id, one.status) for one in found.statements] == [("one.s1", "draft"), (wrong, "retracted")]
    assert not found.conflicts
    assert [one.said for one in found.backings] == ["affirmed"]
    assert "retracted; counts for nothing below" in "\n".join(draw_comparison(found))


def test_a_review_that_takes_a_retraction_back_counts() -> None:
    world = World(one="newspaper", two="newspaper")
    world.state("one", ("one.n", "CT+"))
    id = world.state("two", ("two.n", "CT-"))
    world.review(id, "retracted")
    world.review(id, "accepted")
    assert len(world.compare().conflicts) == 1


# Conflicts and differences


def test_figures_whose_bounds_cannot_both_hold_conflict(quay: Comparison) -> None:
    assert [(one.kind, one.first.said, one.second.said) for one in quay.conflicts] == [
        ("figures", "37 person", ">= 40 person"),
        ("figures", "37 person", "40 to 60 person"),
    ]
    first, second = quay.conflicts[0].first, quay.conflicts[0].second
    assert {voice.agent_id for voice in first.voices} == {"heron-company.narrator"}
    assert {voice.statement_id for voice in second.voices} == {"heron-agency.s05", "heron-paper.s06"}


def test_open_bounds_and_imprecise_figures_merely_differ(quay: Comparison) -> None:
    assert {(one.kind, *sorted((one.first.said, one.second.said))) for one in quay.differences} == {
        ("imprecise", ">= 40 person", "about 60 person"),
        ("imprecise", "37 person", "about 60 person"),
        ("open-bound", "40 to 60 person", ">= 40 person"),
        ("imprecise", "40 to 60 person", "about 60 person"),
    }
    assert not any(one.conflict for one in quay.differences)


def test_what_a_coder_recorded_as_contradictory_stands_beside_what_is_computed(quay: Comparison) -> None:
    assert "about-60-ran.r2" in {one.relation_id for one in quay.contradictions}


def allowed(figure: dict[str, Any]) -> set[Decimal]:
    """The amounts, whole and half, that a figure allows: told by trying each, not by comparing bounds."""
    points = [Decimal(n) / 2 for n in range(-2, 12)]
    if "lower" in figure:
        return {point for point in points if figure["lower"] <= point <= figure["upper"]}
    holds = {
        "<": lambda point: point < figure["value"],
        "<=": lambda point: point <= figure["value"],
        "=": lambda point: point == figure["value"],
        ">=": lambda point: point >= figure["value"],
        ">": lambda point: point > figure["value"],
    }[figure["comparator"]]
    return {point for point in points if holds(point)}


def test_two_figures_conflict_exactly_where_no_amount_satisfies_both() -> None:
    figures = [{"comparator": sign, "value": value} for sign in ("<", "<=", "=", ">=", ">") for value in range(1, 4)]
    figures += [{"comparator": "=", "lower": low, "upper": high} for low, high in combinations(range(4), 2)]
    world = World(one="newspaper")
    ids = [world.state("one", ("one.n", "CT+"), figure=figure) for figure in figures]
    found = world.compare(A_QUANTITY)
    kinds = {
        frozenset((one.first.voices[0].statement_id, one.second.voices[0].statement_id)): one.kind
        for one in found.contrasts
        if one.kind != "certainty"
    }
    assert len(kinds) == len(figures) * (len(figures) - 1) // 2
    for (first, a), (second, b) in combinations(zip(ids, figures, strict=True), 2):
        conflict = kinds[frozenset((first, second))] == "figures"
        assert conflict == (not allowed(a) & allowed(b)), (a, b)


def test_a_bound_given_as_value_or_as_bound_is_the_same_amount() -> None:
    world = World(one="newspaper")
    world.state("one", ("one.n", "CT+"), figure={"comparator": ">=", "value": 40})
    world.state("one", ("one.n", "CT+"), figure={"comparator": ">=", "value": 40, "lower": 40})
    assert not world.compare(A_QUANTITY).contrasts


def test_a_conflict_says_where_one_figure_is_imprecise() -> None:
    world = World(one="newspaper")
    world.state("one", ("one.n", "CT+"), figure={"comparator": "<", "value": 40, "upper": 40, "approximate": True})
    world.state("one", ("one.n", "CT+"), figure={"value": 50})
    (conflict,) = world.compare(A_QUANTITY).conflicts
    assert conflict.notes == ("at least one of the two is marked as imprecise", "one.n says both")


def test_a_statement_that_goes_from_one_amount_to_another_is_in_no_conflict_with_itself() -> None:
    world = World(one="newspaper", two="newspaper")
    id = world.state("one", ("one.n", "CT+"), figure={"value": 30})
    figure: dict[str, Any] = {
        "comparator": "=",
        "approximate": False,
        "value": 40,
        "unit": "person",
        "counted": "people",
    }
    world.add(Figure(id=f"{id}.f2", statement_id=id, quantity_id="people", kind="cardinal", verbatim="to forty",
                     anchor_id=id, **figure))  # fmt: skip
    (difference,) = [one for one in world.compare(A_QUANTITY).contrasts if one.kind != "certainty"]
    assert (difference.kind, difference.conflict) == ("together", False)
    world.state("two", ("two.n", "CT+"), figure={"value": 40})
    assert [one.kind for one in world.compare(A_QUANTITY).contrasts] == ["figures"]


def test_a_voice_that_corrects_itself_is_told_from_two_that_differ() -> None:
    world = World(one="newspaper", two="newspaper")
    world.state("one", ("one.n", "Uu"), ("ann", "CT+"), figure={"value": 30})
    world.state("two", ("two.n", "Uu"), ("ann", "CT+"), figure={"value": 40})
    world.state("two", ("two.n", "Uu"), ("bob", "CT+"), figure={"value": 50})
    world.state("two", ("two.n", "Uu"), ("ann", "CT-"))
    conflicts = world.compare(A_QUANTITY).conflicts
    assert sorted(one.notes for one in conflicts) == [(), (), ("ann says both",)]
    (denied,) = [one for one in world.compare().conflicts if one.kind == "factuality"]
    assert denied.notes == ("ann says both",)


def test_of_very_many_amounts_the_nearest_conflicts_are_listed_and_all_are_counted() -> None:
    signs = ("<", "<=", "=", ">=", ">")
    figures: list[dict[str, Any]] = [{"comparator": sign, "value": value} for sign in signs for value in range(1, 25)]
    figures += [{"comparator": "=", "approximate": True, "value": value} for value in range(3)]
    world = World(one="newspaper")
    ids = [world.state("one", ("one.n", "CT+"), figure=figure) for figure in figures]
    places = dict(zip(ids, ((one.get("approximate"), one["comparator"], one["value"]) for one in figures), strict=True))

    def apart(a: tuple[Any, str, int], b: tuple[Any, str, int]) -> bool:
        """Told by cases: the one lies below the other."""
        if a[0] or b[0] or a[1][0] == ">" or b[1][0] == "<":
            return False
        return a[2] < b[2] or (a[2] == b[2] and (a[1] == "<" or b[1] == ">"))

    conflicting = {
        frozenset((one, other))
        for one, other in combinations(ids, 2)
        if apart(places[one], places[other]) or apart(places[other], places[one])
    }
    found = world.compare(A_QUANTITY)
    (crowd,) = found.crowds
    assert (crowd.amounts, crowd.conflicts) == (len(figures), len(conflicting))
    listed = {frozenset(side.voices[0].statement_id for side in (one.first, one.second)) for one in found.contrasts}
    assert listed <= conflicting
    assert frozenset.union(*listed) == frozenset.union(*conflicting)
    assert len(listed) < 2 * len(figures)
    said = "\n".join(draw_comparison(found))
    assert f"{len(conflicting):,} pairs of which cannot both hold" in " ".join(said.split())


def test_a_figure_that_nobody_affirms_conflicts_with_none() -> None:
    world = World(one="newspaper")
    world.state("one", ("one.n", "CT+"), figure={"value": 40})
    world.state("one", ("one.n", "CT-"), figure={"value": 50})
    world.state("one", ("one.n", "Uu"), figure={"value": 60})
    assert not [one for one in world.compare(A_QUANTITY).conflicts if one.kind == "figures"]


def test_factualities_of_opposite_sign_conflict(overloaded: Comparison) -> None:
    (conflict,) = overloaded.conflicts
    assert (conflict.kind, conflict.about) == ("factuality", "crane-overloaded")
    assert {voice.agent_id for voice in conflict.first.voices} == {
        "harbour-master", "zoe-avila", "heron-paper.narrator"
    }  # fmt: skip
    assert {voice.agent_id for voice in conflict.second.voices} == {
        "heron-company.narrator", "tessaly-lifting", "ila-manu"
    }  # fmt: skip


def test_another_certainty_merely_differs(overloaded: Comparison) -> None:
    (difference,) = overloaded.differences
    assert (difference.kind, difference.first.said, difference.second.said) == ("certainty", "CT+", "PS+")


def test_a_voice_that_leaves_it_open_is_in_no_conflict() -> None:
    world = World(one="newspaper", two="newspaper")
    world.state("one", ("one.n", "CT-"))
    world.state("two", ("two.n", "CTu"))
    found = world.compare()
    assert [(one.kind, one.conflict) for one in found.contrasts] == [("undecided", False)]


# Independence


def test_who_names_a_document_on_record_as_the_source_is_an_echo(quay: Comparison, unlinked: onrecord.Dataset) -> None:
    assert sources(quay, ">= 40 person") == {"zoe-avila": (["heron-agency.s05"], ["heron-paper.s06"])}
    assert (backing(quay, ">= 40 person").named, backing(quay, ">= 40 person").at_most) == (2, 1)
    assert sources(unlinked.compare("people-on-quay"), ">= 40 person") == {
        "zoe-avila": (["heron-agency.s05"], []),
        "coastline-wire": (["heron-paper.s06"], []),
    }


def test_a_document_that_passes_on_another_is_no_source_of_its_own(
    overloaded: Comparison, unlinked: onrecord.Dataset
) -> None:
    affirmed = backing(overloaded, "affirmed")
    assert (affirmed.independent, affirmed.at_most) == (2, 3)
    assert sources(overloaded, "affirmed")["zoe-avila"] == (
        ["heron-agency.s09"], ["heron-paper.s01", "heron-paper.s03", "heron-paper.s08"]
    )  # fmt: skip
    assert affirmed.sources[1].echoes[0].why == (
        "its own voice, but heron-paper passes on heron-agency, which states it in heron-agency.s09"
    )
    assert backing(unlinked.compare("crane-overloaded"), "affirmed").independent == 3


def test_a_source_is_counted_once_in_however_many_documents(overloaded: Comparison) -> None:
    tessaly, spokesman = backing(overloaded, "denied").sources
    assert tessaly.statements == ("heron-company.s10", "heron-agency.s12", "heron-paper.s23")
    assert tessaly.reasons == (
        "The statement (heron-company) is counted as Tessaly Lifting, which publishes heron-company",
        "innermost in 3 statements (heron-company, heron-agency, heron-paper), counted once",
    )
    assert spokesman.reasons == (
        "counted apart, but heron-agency calls Ila M̃anu “spokesman” of Tessaly Lifting, which is counted too",
    )


def test_an_unnamed_source_may_be_one_of_the_others() -> None:
    world = World(one="newspaper", two="newspaper", three="newspaper")
    for document in ("one", "two"):
        world.add(Agent(id=f"{document}-official", name="An official", kind="unnamed"))
        world.state(document, (f"{document}.n", "Uu"), (f"{document}-official", "CT+"))
    affirmed = backing(world.compare(), "affirmed")
    assert (affirmed.at_least, affirmed.independent) == (1, 2)
    world.state("three", ("three.n", "Uu"), ("ann", "CT+"))
    world.state("three", ("three.n", "Uu"), ("bob", "CT+"))
    found = world.compare()
    affirmed = backing(found, "affirmed")
    assert (affirmed.at_least, affirmed.independent) == (2, 4)
    assert {source.agent for source in affirmed.sources if source.unnamed} == {"An official"}
    assert "(2 if the unnamed ones are among the others)" in " ".join(" ".join(draw_comparison(found)).split())


def test_the_voice_of_a_letter_is_not_its_publisher() -> None:
    world = World(note="letter", paper="newspaper")
    world.state("note", ("note.n", "CT+"))
    world.state("paper", ("paper.n", "CT+"))
    assert set(sources(world.compare(), "affirmed")) == {"note.n", "paper-press"}


def test_an_echo_of_an_echo_comes_from_the_first_source() -> None:
    world = World(a="newspaper", b="newspaper", c="newspaper")
    world.state("a", ("a.n", "Uu"), ("ann", "CT+"))
    world.state("b", ("b.n", "Uu"), ("a-press", "CT+"))
    world.state("c", ("c.n", "Uu"), ("b-press", "CT+"))
    world.link("b", "a")
    world.link("c", "b")
    assert sources(world.compare(), "affirmed") == {"ann": (["a.s1"], ["b.s1", "c.s1"])}


def test_a_document_between_that_does_not_state_it_does_not_break_the_link() -> None:
    world = World(a="newspaper", b="newspaper", c="newspaper")
    world.state("a", ("a.n", "Uu"), ("ann", "CT+"))
    world.state("c", ("c.n", "CT+"))
    world.link("b", "a")
    world.link("c", "b")
    assert sources(world.compare(), "affirmed") == {"ann": (["a.s1"], ["c.s1"])}


def test_somebody_else_in_a_citing_document_is_a_source_of_its_own() -> None:
    world = World(a="newspaper", b="newspaper")
    world.state("a", ("a.n", "Uu"), ("ann", "CT+"))
    world.state("b", ("b.n", "Uu"), ("bob", "CT+"))
    world.state("b", ("b.n", "Uu"), ("ann", "PR+"))
    world.link("b", "a")
    assert sources(world.compare(), "affirmed") == {"ann": (["a.s1", "b.s2"], []), "bob": (["b.s1"], [])}


def test_a_citing_document_that_denies_is_no_echo_of_what_it_cites() -> None:
    world = World(a="newspaper", b="newspaper")
    world.state("a", ("a.n", "CT+"))
    world.state("b", ("b.n", "CT-"), ("a-press", "CT+"))
    world.link("b", "a")
    found = world.compare()
    assert sources(found, "affirmed") == {"a-press": (["a.s1"], ["b.s1"])}
    assert sources(found, "denied") == {"b-press": (["b.s1"], [])}


def test_links_in_a_circle_come_to_an_end() -> None:
    world = World(a="newspaper", b="newspaper")
    world.state("a", ("a.n", "CT+"))
    world.state("b", ("b.n", "CT+"))
    world.link("a", "b")
    world.link("b", "a")
    assert backing(world.compare(), "affirmed").independent == 1


def test_who_commits_to_nothing_stands_behind_nothing() -> None:
    world = World(a="newspaper")
    world.state("a", ("a.n", "Uu"), ("ann", "Uu"))
    found = world.compare()
    assert not found.backings
    said = [*draw_comparison(found)]
    assert "  no voice commits itself" in said
    assert "  1 statement in which no voice commits itself, counted nowhere" in said


# Paths


def test_a_hedge_dropped_from_document_to_document_shows_as_surer(overloaded: Comparison) -> None:
    (path,) = (path for path in overloaded.paths if path.agent_id == "zoe-avila")
    assert [(step.statement_id, step.how, step.follows) for step in path.steps] == [
        ("heron-agency.s09", "first", None),
        ("heron-paper.s01", "echo", "heron-agency.s09"),
        ("heron-paper.s03", "echo", "heron-agency.s09"),
        ("heron-paper.s08", "echo", "heron-agency.s09"),
    ]
    assert [(hop.agent_id, hop.change) for hop in path.steps[0].hops] == [
        ("zoe-avila", None), ("heron-agency.narrator", None)
    ]  # fmt: skip
    assert [(hop.agent_id, hop.change, hop.before) for hop in path.steps[3].hops] == [
        ("heron-paper.narrator", "surer", "PS+")
    ]
    assert path.drifts


def test_a_voice_that_rejects_what_it_passes_on_is_the_opposite(samples: onrecord.Dataset) -> None:
    (path,) = samples.compare("four-containers-fell").paths[:1]
    assert [(hop.agent_id, hop.change) for hop in path.steps[0].hops] == [
        ("marisund-courier", None), ("heron-paper.narrator", "opposite")
    ]  # fmt: skip


def test_a_label_that_changes_is_told(quay: Comparison) -> None:
    (path,) = (path for path in quay.paths if path.agent_id == "zoe-avila")
    assert path.steps[1].counted_before == ("people led off the quay",)
    assert path.steps[1].counted == ("people led away",)
    assert path.drifts


def test_a_number_passed_on_otherwise_is_a_drift_and_no_echo() -> None:
    world = World(a="newspaper", b="newspaper")
    world.state("a", ("a.n", "Uu"), ("ann", "CT+"), figure={"comparator": ">=", "value": 40})
    world.state("b", ("b.n", "Uu"), ("a-press", "PR+"), figure={"comparator": ">=", "value": 50})
    world.link("b", "a")
    found = world.compare(A_QUANTITY)
    assert set(sources(found, ">= 40 person")) == {"ann"}
    assert set(sources(found, ">= 50 person")) == {"a-press"}
    (path,) = found.paths
    assert (path.agent_id, [step.how for step in path.steps]) == ("ann", ["first", "altered"])
    assert (path.steps[1].figures_before, path.steps[1].figures) == ((">= 40 person",), (">= 50 person",))
    assert [hop.change for hop in path.steps[1].hops] == ["less sure", None]


def test_the_same_source_again_without_a_date_may_be_earlier(
    overloaded: Comparison, unlinked: onrecord.Dataset
) -> None:
    def order(found: Comparison) -> list[bool]:
        (path,) = (path for path in found.paths if path.agent_id == "tessaly-lifting")
        return [step.in_order for step in path.steps]

    assert order(overloaded) == [True, True, True]
    assert order(unlinked.compare("crane-overloaded")) == [True, True, False]


# The command


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(program, [*arguments, "--at", str(SAMPLES)])
    return done.exit_code, done.output


def test_compare_draws_conflicts_sources_and_paths() -> None:
    code, said = run("compare", "crane-overloaded")
    assert code == 0
    assert "conflicts: 1 conflict\n  affirmed / denied: one affirms what the other denies\n" in said
    assert "  denied: 2 independent sources of 3 voices named\n" in said
    assert (
        "   └─ heron-paper.s08  not before 2019-04-11  passes on heron-agency.s09\n"
        "         ███ CT+ The report (heron-paper) → surer: PS+ became CT+\n"
    ) in said


def test_compare_as_json_is_what_the_library_says(quay: Comparison) -> None:
    code, said = run("compare", "people-on-quay", "--json")
    assert code == 0
    found = json.loads(said, parse_float=Decimal)
    assert [(one["first"]["said"], one["second"]["said"]) for one in found["conflicts"]] == [
        (one.first.said, one.second.said) for one in quay.conflicts
    ]
    figures = {figure["figure_id"]: figure for one in found["statements"] for figure in one["figures"]}
    assert (figures["heron-company.s22.f1"]["lower"], figures["heron-company.s22.f1"]["upper"]) == (40, 60)
    independent = {one["said"]: (one["independent"], one["at_most"]) for one in found["backings"]}
    assert independent[">= 40 person"] == (1, 1)
    assert found["documents"][0]["earliest"] == "2019-04-10"


@pytest.mark.parametrize(
    ("id", "said"),
    [
        (
            "heron-paper.s08",
            "error: `heron-paper.s08` is a record of statements; only claims and quantities are compared\n"
            "  help: its claim is `crane-overloaded`\n",
        ),
        (
            "zoe-avila",
            "error: `zoe-avila` is a record of agents; only claims and quantities are compared\n"
            '  help: `onrecord query "SELECT id FROM claims"` lists the claims\n',
        ),
        ("crane-overload", "error: no record has the id `crane-overload`\n  help: did you mean `crane-overloaded`"),
    ],
)
def test_what_is_no_claim_and_no_quantity_is_refused(id: str, said: str) -> None:
    code, output = run("compare", id)
    assert code == 2
    assert output.startswith(said)


def test_a_claim_and_a_quantity_of_one_id_are_told_apart_by_the_table(tmp_path: Path) -> None:
    root = Path(shutil.copytree(SAMPLES, tmp_path / "samples"))
    file = root / "claims" / "records" / "claims.yaml"
    text = file.read_text(encoding="utf-8").replace("id: signers,", "id: crane-fell,")
    file.write_text(text, encoding="utf-8")
    dataset = onrecord.load(root)
    with pytest.raises(RecordNotFound) as refused:
        dataset.compare("crane-fell")
    assert "`quantities/crane-fell` or `claims/crane-fell`" in refused.value.help or (
        "`claims/crane-fell` or `quantities/crane-fell`" in refused.value.help
    )
    assert dataset.compare("claims/crane-fell").table == "claims"
    assert dataset.compare("quantities/crane-fell").table == "quantities"


def test_a_claim_that_nobody_states_is_compared_all_the_same() -> None:
    found = World(a="newspaper").compare()
    assert (found.statements, found.contrasts, found.backings, found.paths) == ((), (), (), ())
    assert "conflicts: none" in [*draw_comparison(found)]


def test_hidden_characters_are_shown_and_never_sent() -> None:
    world = World(a="newspaper")
    world.add(Agent(id="evil", name="E\u202eve", kind="person"))
    world.state("a", ("a.n", "Uu"), ("evil", "CT+"))
    said = "\n".join(draw_comparison(world.compare()))
    assert "E<U+202E>ve" in said
    assert "\u202e" not in said

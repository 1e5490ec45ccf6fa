"""The model: names as in the design, references that lead somewhere, records that cannot be changed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from onrecord.column import columns
from onrecord.model import MODELS, TABLES, Agent, Attribution
from onrecord.vocabulary import TERMS, VOCABULARIES, terms_of

# The columns of the design, in order; `?` marks those that may be null.
DESIGN = {
    "documents": "id title language medium publisher_id? source_url? source_url_basis? published_verbatim? "
    "published_edtf? published_earliest? published_latest? text_sha256 text_length text_form rights note?",
    "passages": "id document_id number kind start end text_sha256",
    "units": "id document_id passage_id kind start end text_sha256 status waiver? note?",
    "agents": "id name kind note?",
    "roles": "id agent_id document_id title body_id? anchor_id",
    "mentions": "id agent_id document_id form anchor_id",
    "topics": "id label note?",
    "claims": "id proposition kind topic_id note?",
    "statements": "id document_id passage_id claim_id? number anchor_id presupposed note?",
    "attributions": "statement_id level agent_id mode act factuality stance? cue_anchor_id? source_anchor_id? "
    "addressee_id? medium?",
    "figures": "id statement_id quantity_id? kind verbatim comparator approximate value? lower? upper? unit counted "
    "anchor_id",
    "quantities": "id label definition unit",
    "times": "id document_id statement_id? verbatim edtf? earliest? latest? basis note? anchor_id",
    "anchors": "id document_id start end fragments? text_sha256 excerpt?",
    "relations": "id from_claim_id type to_claim_id note?",
    "caveats": "id document_id statement_id? kind note anchor_id?",
    "cites": "id document_id cited_id note? anchor_id?",
    "replies": "id document_id claim_id party_id asked_at? asked_earliest? asked_latest? response statement_id? note? "
    "anchor_id?",
    "reviews": "id number record_table record_id status reviewer reviewed_at successor_id? note? previous_sha256?",
    "matches": "id number claim_id record_table record_id grade score? answer coder answered_at note? undoes_id?",
    "changes": "id number version record_table record_id change field? old? new? reason?",
    "agreement": "id document_id first second measure field? value? lower? upper? n method",
    "terms": "vocabulary term label definition source",
    "overview": "statement_id document_id claim_id? proposition? kind? topic? chain speaker speaker_role? mode act "
    "factuality narrator_factuality figure? excerpt? start end review_status",
}

# Their records name records of any table.
OF_ANY_TABLE = {"reviews", "matches", "changes"}


def test_tables_and_columns_are_those_of_the_design() -> None:
    there = {
        table: " ".join(col.name + "?" * col.nullable for col in columns(model)) for table, model in TABLES.items()
    }
    assert there == DESIGN
    assert list(there) == list(DESIGN)


def test_every_reference_leads_to_a_table_with_an_id() -> None:
    for model in MODELS:
        for col in columns(model):
            if col.references:
                assert TABLES[col.references].primary_key == ("id",), f"{model.table}.{col.name}"
            assert not col.name.endswith("_id") or col.references or model.table in OF_ANY_TABLE


def test_every_vocabulary_is_used_and_defined() -> None:
    used = {col.vocabulary for model in MODELS for col in columns(model) if col.vocabulary}
    assert used == set(VOCABULARIES)
    assert len({(term.vocabulary, term.term) for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert term.definition.endswith(".")
        assert term.label
        assert term.source


def test_terms_of_the_design_are_all_there() -> None:
    assert terms_of("factuality") == ("CT+", "PR+", "PS+", "CT-", "PR-", "PS-", "CTu", "Uu")
    assert terms_of("mode") == ("narration", "direct", "indirect", "mixed")
    assert len(terms_of("caveat-kind")) == 17
    with pytest.raises(KeyError):
        terms_of("moods")


def test_record_is_frozen_and_strict() -> None:
    agent = Agent(id="ada-lind", name="Ada Lind", kind="person")
    with pytest.raises(ValidationError):
        agent.name = "Ada"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Agent(id="ada-lind", name=5, kind="person")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        Agent(id="ada-lind", name="Ada", kind="person", age=40)  # type: ignore[call-arg]


def test_composite_key_is_one_string() -> None:
    said = {"agent_id": "ada-lind", "mode": "indirect", "act": "assert", "factuality": "CT+"}
    assert Attribution(statement_id="crane.s2", level=1, **said).key == "crane.s2/1"

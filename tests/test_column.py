"""Columns: every annotation becomes a columnar constraint, or the model does not start."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import pytest
from annotated_types import Gt
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError

from onrecord.column import PATTERN_SAYS, Exact, Id, OneOf, column, columns
from onrecord.errors import SchemaError
from onrecord.model import MODELS, Figure, Statement

EVERY_COLUMN = [(model, col) for model in MODELS for col in columns(model)]


def described(annotation: object) -> object:
    model = type("Made", (BaseModel,), {"__annotations__": {"field": annotation}})
    return column("field", model.model_fields["field"], "Made.field")


def test_column_reads_type_null_and_constraints() -> None:
    by_name = {col.name: col for col in columns(Statement)}
    claim = by_name["claim_id"]
    assert (claim.kind, claim.nullable, claim.references, claim.max_length) == ("text", True, "claims", 120)
    assert (by_name["number"].minimum, by_name["number"].origin) == (1, "position")
    assert (by_name["presupposed"].kind, by_name["presupposed"].default) == ("boolean", False)


def test_constraint_without_a_columnar_form_stops_the_start() -> None:
    with pytest.raises(SchemaError, match="has no columnar form"):
        described(Annotated[int, Gt(0)])


@pytest.mark.parametrize("annotation", [list[str], dict[str, str], float, bytes])
def test_type_without_a_column_stops_the_start(annotation: type) -> None:
    with pytest.raises(SchemaError, match="has no column type"):
        described(annotation)


def test_union_of_types_stops_the_start() -> None:
    with pytest.raises(SchemaError, match="union"):
        described(int | str)


@pytest.mark.parametrize(
    ("model", "col"), EVERY_COLUMN, ids=lambda value: getattr(value, "name", None) or value.__name__
)
def test_every_column_is_described(model: type[BaseModel], col: object) -> None:
    assert col.description.endswith(".")
    assert "  " not in col.description
    assert col.pattern is None or col.pattern in PATTERN_SAYS


def test_ids_that_look_alike_are_refused() -> None:
    for bad in ("Ada", "ada_lind", "аda", "ada--lind", "-ada", "ada.", "", "a" * 121, "ada\n"):
        with pytest.raises(ValidationError):
            TypeAdapter(Id).validate_python(bad)


def test_vocabulary_is_enforced_by_the_model() -> None:
    adapter = TypeAdapter(Annotated[str, OneOf("stance")])
    assert adapter.validate_python("relays") == "relays"
    with pytest.raises(ValidationError):
        adapter.validate_python("relates")


@pytest.mark.parametrize(
    "value", ["1", 1.5, True, Decimal("NaN"), Decimal("Infinity"), Decimal("0.0000000001"), 10**30]
)
def test_number_that_is_not_exact_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Exact).validate_python(value, strict=True)


@pytest.mark.parametrize("value", [0, -7, 10**28, Decimal("1.10"), Decimal("0.000000001")])
def test_exact_number_is_kept(value: int | Decimal) -> None:
    assert TypeAdapter(Exact).validate_python(value, strict=True) == value


def test_column_title_is_for_people() -> None:
    titles = {col.name: col.title for model in MODELS for col in columns(model)}
    assert titles["text_sha256"] == "Text SHA-256"
    assert titles["claim_id"] == "Claim ID"
    assert titles["published_edtf"] == "Published EDTF"


def test_anchor_column_is_written_without_its_id() -> None:
    written = {col.name: col.written_as for col in columns(Figure)}
    assert (written["anchor_id"], written["quantity_id"]) == ("anchor", "quantity_id")


def test_pattern_is_read_from_string_constraints() -> None:
    assert described(Annotated[str, StringConstraints(pattern="^x$")]).pattern == "^x$"

"""Columns: what the annotations of a record's fields say, read once for every derivation.

Arrow schemas, Table Schemas, JSON Schemas, the YAML form and the shape rules are all derived
from the `Column` values made here. An annotation this module cannot turn into a columnar
constraint raises `SchemaError` at import, so that no constraint is silently unchecked.
"""

from __future__ import annotations

import datetime as dt
import re
import types
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler, StringConstraints
from pydantic_core import PydanticCustomError, core_schema

from .errors import SchemaError
from .vocabulary import terms_of

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

Kind = Literal["text", "integer", "decimal", "boolean", "date", "datetime"]
Origin = Literal["written", "inherited", "position", "child-id", "anchor", "span"]

DECIMAL_DIGITS, DECIMAL_PLACES = 38, 9
LARGEST = 999_999_999_999  # twelve digits: no text is longer, and sums of two stay exact in every engine
KINDS: dict[type, Kind] = {
    str: "text",
    int: "integer",
    Decimal: "decimal",
    bool: "boolean",
    dt.date: "date",
    dt.datetime: "datetime",
}

# Patterns stay in the subset that Rust's regex, RE2 and Java share, and are always anchored.
ID = r"^[a-z0-9]+([-.][a-z0-9]+)*$"
ID_LENGTH = 120
SHA256 = r"^[0-9a-f]{64}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
# `\s` is every white space to one engine and ASCII alone to another: the rest is written out.
SPACE = "\\s\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
URL = rf"^https?://[^{SPACE}\x00-\x1f\x7f-\x9f]+$"
TEXT_FORM = r"^[a-z0-9+.-]+/[0-9a-z.+/-]+$"
FRAGMENTS = r"^[0-9]{1,12}-[0-9]{1,12}(;[0-9]{1,12}-[0-9]{1,12})+$"
ANCHOR = r"^[0-9]{1,12}-[0-9]{1,12}(;[0-9]{1,12}-[0-9]{1,12})* [0-9a-f]{16}( \S.*)?$"
PLACEHOLDER = r"^\?.*\S.*\?( +(nth +[0-9]+|near +[0-9]+|excerpt))*( +(before|after):.*)?$"  # in drafts only
TEXT = rf"^[^{SPACE}\x00-\x1f\x7f-\x9f]([^\x00-\x08\x0b-\x1f\x7f-\x9f]*[^{SPACE}\x00-\x1f\x7f-\x9f])?$"
PATTERN_SAYS = {
    ID: "lower-case letters and digits, in words joined by `-` or `.`",
    SHA256: "64 lower-case hex digits",
    LANGUAGE: "a language tag such as `en` or `pt-BR`",
    URL: "an address that begins with http:// or https://",
    TEXT_FORM: "a form and its version, such as `nfc-lf/1`",
    FRAGMENTS: "two or more spans joined by `;`, such as `752-760;769-800`",
    ANCHOR: 'an anchor: span, 16 hex digits and, if wanted, an excerpt, such as `"1846-1903 9f3a1c2e5b6a7980"`',
    TEXT: "text without control characters and without white space at its ends",
}


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is a term of this vocabulary."""

    vocabulary: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.literal_schema(list(terms_of(self.vocabulary)))


@dataclass(frozen=True, slots=True)
class Ref:
    """The value is the id of a record of this table."""

    table: str


@dataclass(frozen=True, slots=True)
class From:
    """Where the value comes from when the record is written as YAML, if it is not written itself."""

    origin: Origin
    letter: str = ""


def _exact(value: Any) -> Any:
    """A whole number is an exact decimal; a bool or a float is not."""
    return Decimal(value) if type(value) is int else value


def _fits(value: Decimal) -> Decimal:
    """A number that Arrow's decimal128(38, 9) can hold exactly."""
    digits, places = DECIMAL_DIGITS - DECIMAL_PLACES, DECIMAL_PLACES
    _, said, exponent = value.as_tuple()
    if not isinstance(exponent, int) or -exponent > places or len(said) + exponent > digits:
        raise PydanticCustomError("inexact_number", "cannot be held exactly", {"digits": digits, "places": places})
    return value


def _iso(kind: type[dt.date] | type[dt.datetime], shape: str, example: str) -> BeforeValidator:
    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            if not re.fullmatch(shape, value, re.ASCII):
                raise ValueError
            return kind.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date_format", "expected {example}", {"example": example}) from None

    return BeforeValidator(read, json_schema_input_type=str)


Id = Annotated[str, StringConstraints(pattern=ID, max_length=ID_LENGTH)]
Text = Annotated[str, StringConstraints(pattern=TEXT, max_length=4000)]
Line = Annotated[str, StringConstraints(pattern=TEXT, max_length=300)]
Sha256 = Annotated[str, StringConstraints(pattern=SHA256)]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE, max_length=35)]
Url = Annotated[str, StringConstraints(pattern=URL, max_length=2000)]
TextForm = Annotated[str, StringConstraints(pattern=TEXT_FORM, max_length=120)]
Fragments = Annotated[str, StringConstraints(pattern=FRAGMENTS, max_length=1000)]
AnchorText = Annotated[str, StringConstraints(pattern=ANCHOR, max_length=1200)]
Offset = Annotated[int, Ge(0), Le(LARGEST)]
Count = Annotated[int, Ge(1), Le(LARGEST)]
Level = Annotated[int, Ge(0), Le(20)]
Exact = Annotated[Decimal, BeforeValidator(_exact, json_schema_input_type=int | float), AfterValidator(_fits)]
Share = Annotated[
    Decimal, Ge(0), Le(1), BeforeValidator(_exact, json_schema_input_type=int | float), AfterValidator(_fits)
]
Date = Annotated[dt.date, _iso(dt.date, r"\d{4}-\d{2}-\d{2}", "a day written YYYY-MM-DD")]
Instant = Annotated[
    dt.datetime,
    _iso(dt.datetime, r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", "a time in UTC written YYYY-MM-DDThh:mm:ssZ"),
]
Inherited = From("inherited")
Position = From("position")
Anchored = From("anchor")
Spanned = From("span")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table: its type, its constraints, its meaning."""

    name: str
    kind: Kind
    nullable: bool
    description: str
    default: Any = None
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    vocabulary: str | None = None
    references: str | None = None
    origin: Origin = "written"
    letter: str = ""

    @property
    def title(self) -> str:
        """The column's heading for people: `text_sha256` becomes `Text SHA-256`."""
        words = {"id": "ID", "edtf": "EDTF", "url": "URL", "sha256": "SHA-256"}
        said = " ".join(words.get(w, w) for w in self.name.split("_"))
        return said[0].upper() + said[1:]

    @property
    def written_as(self) -> str:
        """The YAML key: an anchor column `cue_anchor_id` is written `cue_anchor`."""
        return self.name.removesuffix("_id") if self.origin == "anchor" else self.name


def _unwrap(annotation: Any) -> tuple[Any, bool, list[Any]]:
    """Split an annotation into its plain type, whether null may stand there, and its metadata."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        plain, nullable, deeper = _unwrap(inner)
        return plain, nullable, deeper + metadata
    if get_origin(annotation) in (Union, types.UnionType):
        members = [a for a in get_args(annotation) if a is not type(None)]
        if len(members) != 1:
            raise SchemaError(f"{annotation} is a union of several types, which no column can hold")
        plain, _, metadata = _unwrap(members[0])
        return plain, True, metadata
    return annotation, False, []


def _constraints(metadata: list[Any], where: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for item in metadata:
        match item:
            case StringConstraints():
                said |= {"pattern": item.pattern, "min_length": item.min_length, "max_length": item.max_length}
            case Ge():
                said["minimum"] = item.ge
            case Le():
                said["maximum"] = item.le
            case MinLen():
                said["min_length"] = item.min_length
            case MaxLen():
                said["max_length"] = item.max_length
            case OneOf():
                said["vocabulary"] = item.vocabulary
            case Ref():
                said["references"] = item.table
            case From():
                said |= {"origin": item.origin, "letter": item.letter}
            case BeforeValidator() | AfterValidator():
                pass  # reads a notation (ISO date, whole number); the column's type is the constraint
            case _:
                raise SchemaError(f"{where}: the constraint {item!r} has no columnar form")
    return said


def column(name: str, info: FieldInfo, where: str) -> Column:
    """Describe one field. Raises SchemaError when its type or a constraint has no columnar form."""
    plain, nullable, metadata = _unwrap(info.annotation)
    if plain not in KINDS:
        raise SchemaError(f"{where}: {plain} has no column type")
    default = None if info.is_required() else info.default
    said = _constraints(metadata + list(info.metadata), where)
    return Column(name, KINDS[plain], nullable, info.description or "", default, **said)


@cache
def columns(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a record model, in order."""
    return tuple(column(n, f, f"{model.__name__}.{n}") for n, f in model.model_fields.items())

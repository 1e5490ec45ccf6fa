"""A numeral while it is being read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, InvalidOperation

from ..column import DECIMAL_DIGITS, DECIMAL_PLACES

DECIMAL_WHOLE = DECIMAL_DIGITS - DECIMAL_PLACES
LONGEST = DECIMAL_DIGITS + 2
STEP = Decimal(1).scaleb(-DECIMAL_PLACES)
WIDE = Context(prec=DECIMAL_DIGITS + 2)


@dataclass(slots=True)
class Found:
    """A numeral that may still grow: `bare` while a scale, a unit or a second end may follow."""

    start: int
    end: int
    kind: str = "cardinal"
    value: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    unit: str | None = None
    comparator: str = "="
    approximate: bool = False
    bare: bool = True
    spelled: bool = False
    scale: Decimal | None = None
    left: int | None = None
    right: int | None = None


def exact(said: str | Decimal) -> Decimal | None:
    """The number, when a column of the tables can hold it exactly."""
    if isinstance(said, str) and len(said) > LONGEST:
        return None
    try:
        value = Decimal(said)
    except InvalidOperation:
        return None
    _, digits, exponent = value.as_tuple()
    fits = isinstance(exponent, int) and -exponent <= DECIMAL_PLACES and len(digits) + exponent <= DECIMAL_WHOLE
    return _plain(value) if fits else None


def _plain(value: Decimal) -> Decimal:
    """Written out, without an exponent and without noughts after the point: 30000, not 3E+4."""
    short = value.normalize(WIDE)
    return short.quantize(Decimal(1), context=WIDE) if short == short.to_integral_value() else short


def times(value: Decimal | None, factor: Decimal) -> Decimal | None:
    """The product, when a column can hold it."""
    return None if value is None else exact(WIDE.multiply(value, factor))


def share(top: int, bottom: int, start: int, end: int) -> Found:
    """A fraction; one without an end (`2/3`) has no value, but the two nearest that a column can hold."""
    low = (Decimal(top) / Decimal(bottom)).quantize(STEP, ROUND_FLOOR)
    high = (Decimal(top) / Decimal(bottom)).quantize(STEP, ROUND_CEILING)
    value = exact(low) if low == high else None
    return Found(start, end, "share", value, value or low, value or high, "fraction", bare=False)

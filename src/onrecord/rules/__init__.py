"""Rules as values: each with its code, explanation, examples and one SELECT."""

from __future__ import annotations

from .files import FILE_RULES
from .references import REFERENCE_RULES
from .rule import Rule
from .shape import SHAPE_RULES
from .sourced import SOURCED_RULES

RULES: tuple[Rule, ...] = (*FILE_RULES, *SHAPE_RULES, *REFERENCE_RULES, *SOURCED_RULES)

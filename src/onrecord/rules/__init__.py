"""Rules as values: each with its code, explanation, examples and one SELECT."""

from __future__ import annotations

from .anchors import ANCHOR_RULES
from .attribution import ATTRIBUTION_RULES
from .drift import DRIFT_RULES
from .figures import FIGURE_RULES
from .files import FILE_RULES
from .history import HISTORY_RULES
from .ledger import LEDGER_RULES
from .lines import LINE_RULES
from .packaged import PACKAGE_RULES
from .placeholders import PLACEHOLDER_RULES
from .quoting import QUOTING_RULES
from .references import REFERENCE_RULES
from .replies import REPLY_RULES
from .reviews import REVIEW_RULES
from .rights import RIGHTS_RULES
from .rule import Rule
from .shape import SHAPE_RULES
from .sourced import LISTING_RULES, SOURCED_RULES
from .times import TIME_RULES

# Codes and names of rules that are no more, with what says it now. No other rule ever gets them.
RETIRED = {
    "OR321": ("beyond-text", "OR331, OR332 or OR333, by where the words stand"),
    "OR322": ("other-words", "OR331, OR332 or OR333, by where the words stand"),
}
RULES: tuple[Rule, ...] = (
    *FILE_RULES,
    *LINE_RULES,
    *SHAPE_RULES,
    *REFERENCE_RULES,
    *ANCHOR_RULES,
    *LEDGER_RULES,
    *SOURCED_RULES,
    *LISTING_RULES,
    *PLACEHOLDER_RULES,
    *ATTRIBUTION_RULES,
    *QUOTING_RULES,
    *REPLY_RULES,
    *FIGURE_RULES,
    *TIME_RULES,
    *DRIFT_RULES,
    *RIGHTS_RULES,
    *REVIEW_RULES,
    *HISTORY_RULES,
    *PACKAGE_RULES,
)

"""The records, as Pydantic models: the only list of fields in the project.

Each class is one table, each field one column; the text under a field is its description
everywhere (JSON Schema, Table Schema, Parquet, codebook, pages). How a field is written in
YAML is said by its annotation: `Inherited` comes from the enclosing record, `Position` from
the place in the list, `Anchored` and `Spanned` from one anchor string.
"""

from __future__ import annotations

from .agent import Agent, Mention, Role
from .claim import Claim, Quantity, Relation, Topic
from .document import Anchor, Cite, Document, Passage, Unit
from .history import Agreement, Change, Match, Review
from .ledger import Caveat, Overview, TermRecord
from .record import Record
from .statement import Attribution, Figure, Reply, Statement, Time

MODELS: tuple[type[Record], ...] = (
    Document,
    Passage,
    Unit,
    Agent,
    Role,
    Mention,
    Topic,
    Claim,
    Statement,
    Attribution,
    Figure,
    Quantity,
    Time,
    Anchor,
    Relation,
    Caveat,
    Cite,
    Reply,
    Review,
    Match,
    Change,
    Agreement,
    TermRecord,
    Overview,
)
TABLES: dict[str, type[Record]] = {model.table: model for model in MODELS}

__all__ = [
    "MODELS",
    "TABLES",
    "Agent",
    "Agreement",
    "Anchor",
    "Attribution",
    "Caveat",
    "Change",
    "Cite",
    "Claim",
    "Document",
    "Figure",
    "Match",
    "Mention",
    "Overview",
    "Passage",
    "Quantity",
    "Record",
    "Relation",
    "Reply",
    "Review",
    "Role",
    "Statement",
    "TermRecord",
    "Time",
    "Topic",
    "Unit",
]

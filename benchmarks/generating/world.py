"""What documents share: agents, topics, quantities, claims and their relations, each a function of its number.

All their ids come before `d`, with which the ids of documents and of planted records begin.

Numbers are given as records come to be used, so that nothing stands in a table that no record
refers to, and a table can be written in order without remembering any of it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from . import columns as c
from .chance import Bools, Bytes, Ints, below, pick, share_of
from .columns import digits, joined, line, said, text, words

TOPICS = 40
ADJECTIVES = ("old", "new", "northern", "southern", "large", "small", "public", "private")
THINGS = ("bridge", "harbour", "market", "railway", "school", "hospital", "dam", "library")
OBJECTS = ("road", "canal", "station", "factory", "museum", "warehouse", "mill", "theatre")
VERBS = (
    "replaced", "supplied", "delayed", "closed", "reopened", "flooded", "served", "joined",
    "bought", "sold", "repaired", "damaged", "inspected", "visited", "funded", "blocked",
    "expanded", "reduced", "guarded", "emptied", "measured", "lit", "heated", "cleaned",
    "insured", "leased", "registered", "photographed", "painted", "surveyed", "rebuilt", "widened",
)  # fmt: skip
TOWNS = (
    "Aldmere", "Brackwell", "Corsby", "Dunfall", "Elmsworth", "Farrowdale", "Grenholm", "Hartsea",
    "Ivelby", "Jarrowick", "Kelsmoor", "Lindrow", "Marchfen", "Norwade", "Ostrey", "Pellham",
    "Quarnford", "Redmarsh", "Saltby", "Thornwick", "Ulverton", "Vandry", "Westrake", "Yarlow",
    "Zennby", "Ashgill", "Burrowby", "Cawmoor", "Derrick Hill", "Eskhaven", "Flintby", "Gorsey",
)  # fmt: skip
FIRST = ("Ada", "Ben", "Cora", "Dov", "Elin", "Femi", "Greta", "Hugo", "Ines", "Jun", "Kofi", "Lea", "Mats", "Noor")
LAST = ("Lind", "Marsh", "Okoye", "Petrov", "Quist", "Rossi", "Sato", "Tamm", "Ueda", "Vance", "Weiss", "Young")
AGENT_KINDS = ("person", "organisation", "body", "government", "group", "unnamed")
CLAIM_KINDS = (
    "event", "state", "role", "quantity", "causal", "assessment", "legal-characterisation", "demand", "prediction",
    "intent", "precedence",
)  # fmt: skip
KIND_SHARES = (30, 20, 6, 14, 6, 8, 2, 5, 4, 3, 2)
QUANTITY, DEMAND = CLAIM_KINDS.index("quantity"), CLAIM_KINDS.index("demand")
UNITS = ("person", "house", "letter", "tonne", "case", "vehicle", "animal", "tree")
RELATIONS = ("supports", "elaborates", "depends-on", "qualifies", "causes", "part-of")
PERMUTATION, SPACE = 0x9E3779B1, 1 << 28  # an odd factor permutes the numbers below a power of two


def agent_ids(numbers: Ints) -> Bytes:
    """The ids of agents."""
    return joined("a", digits(numbers, 8))


def claim_ids(numbers: Ints) -> Bytes:
    """The ids of claims."""
    return joined("c", digits(numbers, 9))


def document_ids(numbers: Ints) -> Bytes:
    """The ids of documents."""
    return joined("d", digits(numbers, 8))


def narrator_ids(numbers: Ints) -> Bytes:
    """The ids of the documents' own voices."""
    return joined(document_ids(numbers), ".narrator")


def quantity_ids(numbers: Ints) -> Bytes:
    """The ids of quantities."""
    return joined("amount-", digits(numbers, 7))


def topic_ids(numbers: Ints) -> Bytes:
    """The ids of topics."""
    return joined("area-", digits(numbers, 2))


def claim_kinds(numbers: Ints) -> Ints:
    """What sort of proposition each claim is."""
    return pick(KIND_SHARES, share_of(numbers, 1))


def contested(numbers: Ints) -> Bools:
    """Whether a claim is said to contradict an earlier one; nobody is certain that such a claim holds."""
    chosen: Bools = (below(numbers, 40, 2) == 0) & (numbers > 0)
    return chosen


def targets(numbers: Ints, salt: int) -> Ints:
    """An earlier claim to which a claim is related."""
    return (share_of(numbers, salt) * numbers).astype(np.int64)


def commitments(documents: Ints, claims: Ints) -> Ints:
    """How a document's voices commit to a claim, in places of `FACTUALITY`; the same at all its levels."""
    pair = documents * 1_000_003 + claims
    drawn = pick((70, 12, 6, 8, 2, 1, 1), share_of(pair, 3))
    drawn = np.where(contested(claims) & (drawn == 0), 1, drawn)
    return np.where(claim_kinds(claims) == DEMAND, UNCOMMITTED, drawn)


FACTUALITY = ("CT+", "PR+", "PS+", "CT-", "PR-", "PS-", "Uu")
UNCOMMITTED = FACTUALITY.index("Uu")


def agents(numbers: Ints) -> pa.Table:
    """Agents that speak or are spoken of."""
    kinds = pick((70, 12, 5, 5, 4, 4), share_of(numbers, 4))
    name = line(
        words(FIRST, below(numbers, len(FIRST), 5)), " ", words(LAST, below(numbers, len(LAST), 6)), " ", said(numbers)
    )
    return c.table("agents", {"id": text(agent_ids(numbers)), "name": name, "kind": words(AGENT_KINDS, kinds)})


def narrators(documents: Ints) -> pa.Table:
    """The documents' own voices."""
    count = np.zeros(len(documents), np.int64)
    name = line("The report ", said(documents))
    return c.table("agents", {"id": text(narrator_ids(documents)), "name": name, "kind": words(("narrator",), count)})


def claims(numbers: Ints) -> pa.Table:
    """Propositions, each in words of its own."""
    code = numbers * PERMUTATION % SPACE
    parts = []
    for choices in (ADJECTIVES, THINGS, VERBS, ADJECTIVES, OBJECTS, TOWNS):
        parts.append(words(choices, code % len(choices)))
        code = code // len(choices)
    adjective, thing, verb, other, built, town = parts
    year = said(1960 + code)
    return c.table(
        "claims",
        {
            "id": text(claim_ids(numbers)),
            "proposition": line(
                "The ", adjective, " ", thing, " ", verb, " the ", other, " ", built, " of ", town, " in ", year, "."
            ),
            "kind": words(CLAIM_KINDS, claim_kinds(numbers)),
            "topic_id": text(topic_ids(claim_topics(numbers))),
            "note": words((None, "Read with the sentence before it."), (below(numbers, 20, 7) == 0).astype(np.int64)),
        },
    )


def claim_topics(numbers: Ints) -> Ints:
    """The topic of each claim; the first claims take one topic after another, so that none is left out."""
    return np.where(numbers < TOPICS, numbers, below(numbers, TOPICS, 8))


def relations(numbers: Ints) -> pa.Table:
    """Relations of claims to earlier ones; the contested contradict theirs, a third have one, some have two."""
    first = numbers[(numbers > 0) & (contested(numbers) | (share_of(numbers, 9) < 0.33))]
    second = first[share_of(first, 10) < 0.2]
    kind = below(first, len(RELATIONS), 11)
    opposed = contested(first)
    types = np.concatenate([np.where(opposed, len(RELATIONS), kind), (below(second, len(RELATIONS), 11) + 1) % 6])
    origin = np.concatenate([first, second])
    target = np.concatenate([targets(first, 12), targets(second, 13)])
    place = np.concatenate([np.ones(len(first), np.int64), np.full(len(second), 2)])
    order = np.argsort(origin * 4 + place)
    origin, target, place, types = origin[order], target[order], place[order], types[order]
    told = np.where(types == len(RELATIONS), 1, 0)
    return c.table(
        "relations",
        {
            "id": text(joined(claim_ids(origin), ".r", digits(place, 1))),
            "from_claim_id": text(claim_ids(origin)),
            "type": words((*RELATIONS, "contradicts"), types),
            "to_claim_id": text(claim_ids(target)),
            "note": words((None, "Both cannot be so in one year."), told),
        },
    )


def quantity_units(numbers: Ints) -> Ints:
    """The unit in which the figures of each quantity are given, in places of `UNITS`."""
    return below(numbers, len(UNITS), 14)


def quantities(numbers: Ints) -> pa.Table:
    """Things that figures count."""
    unit = words(UNITS, quantity_units(numbers))
    town = words(TOWNS, below(numbers, len(TOWNS), 15))
    return c.table(
        "quantities",
        {
            "id": text(quantity_ids(numbers)),
            "label": line("Count ", said(numbers), " of ", town),
            "definition": line("What was counted in ", town, ", as far as the documents say."),
            "unit": unit,
        },
    )


def topics(count: int) -> pa.Table:
    """The subjects that claims are browsed by."""
    numbers = np.arange(count, dtype=np.int64)
    return c.table("topics", {"id": text(topic_ids(numbers)), "label": line("Subject ", said(numbers))})

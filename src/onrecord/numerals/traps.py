"""Number words that are something else where they stand: `one` as a pronoun, `second` as a unit of time."""

from __future__ import annotations

import re
from functools import cache

WINDOW = 40

# What the library takes for numbers, and the language never does.
NEVER = {
    "en": "o os oss ones twos zeros eights firsts seconds hundreds thousands millions billions trillions tens twenties "
    "thirties forties fifties sixties seventies eighties nineties",
    "fr": "uns mils",
    "es": "unos unas miles cientos segundos",
    "pt": "segundos uns umas non quart sext cent milo centos",
    "it": "nona prim quart tto decim nonee none",
    "da": "ogni",
}
# Numbers only as part of a longer one (`vingt et un`, `treinta y un mil`): alone they are articles, or other words.
ALONE = {
    "fr": "un une",
    "es": "un una uno",
    "pt": "um uma",
    "it": "un una uno",
    "de": "ein eine einen einem einer eines",
    "nl": "een",
    "da": "en et",
}

PRONOUN_BEFORE = (
    r"(?:no|any|every|each|this|that|these|those|which|the|another|some|such|what|whatever|only the|loved|little|"
    r"dear|great|new|old|big|small|good|bad|best|worst|evil|right|wrong|last|next|first|long|is|was|be|as|like|day)"
)
NOT_A_NOUN = (
    r"(?:is|was|are|were|has|had|have|can|could|may|might|must|shall|should|will|would|does|did|do|who|whom|whose|that|"
    r"which|of|to|and|or|nor|but|in|on|at|for|from|with|without|by|as|than|after|before|into|the|a|an|another|day|"
    r"point|hand|side|thing|way|time|way|sees|feels|thinks|knows|needs|wants|finds|gets|said|says|if|when|where|about|"
    r"he|she|it|they|we|you|i|i'm|not|never|also|another|else|"
    r"just|only|really|being|upon|over|through|per)"
)
COUNTED_BEFORE = r"(?:at least|only|just|exactly|more than|less than|fewer than|number|or|plus|minus|nearly|about|over)"
NUMBERED = r"\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
SPOKEN_OF = (
    r"\s(?:(?:in|out of|or|to|of(?: the| these| those| its| his| her| their)?) (?:"
    + NUMBERED
    + r")|and a (?:half|quarter)"
    r"|or more|hundredth|half|third|quarter)"
)

# language -> word -> (what before it, what after it) makes it a number; both must match, None matches anything.
# A leading `!` turns a pattern round.
PLACES: dict[str, dict[str, tuple[tuple[str | None, str | None], ...]]] = {
    "en": {
        "one": (
            (None, SPOKEN_OF),
            (rf"\b{COUNTED_BEFORE}\s$", rf"!\s{NOT_A_NOUN}\b|[-\u2010\u2011](?:sided|off|time|way|on|to)"),
            (
                rf"!\b{PRONOUN_BEFORE}\s$|['’]$",
                rf"[-\u2010\u2011\s](?!(?:sided|off|on|to|eyed|way)\b)(?!{NOT_A_NOUN}\b)[^\W\d_]",
            ),
        ),
        "second": (
            (r"!(?:\b(?:per|every|split|each|a|one)|\d)[\s-]$", None),
            (
                r"(?<!\bfor )(?<!\bin )(?<!\bwithin )\ba\s$",
                r"[\s-](?!(?:later|ago|earlier|and|or|to|before|after)\b)[^\W\d_]",
            ),
        ),
        "first": (
            (
                r"!\bat\s$",
                r"!\s(?:of all|and foremost|aid|names?|lady|ladies|and last)\b|"
                r"[-\u2010\u2011](?:hand|rate|class|name|person)\b",
            ),
        ),
        "third": ((None, r"![-\u2010\u2011\s](?:party|parties|hand|rate)\b"),),
    },
    "fr": {
        "seconde": ((r"!\b(?:une|par|chaque)\s$", None),),
        "sept": ((r"!\d\s$", r"!\.\s?\d"),),
        "neuf": ((None, r"\s[^\W\d_]"),),
    },
    "es": {"segundo": ((r"!\b(?:un|por|cada)\s$", None),), "cuarto": ((r"!\b(?:un|el|su|mi)\s$", None),)},
    "pt": dict.fromkeys(("segunda", "terça", "quarta", "quinta", "sexta"), ((None, r"!-feira"),)),
    "it": {
        "prima": ((r"\b(?:la|una|alla|della|nella|sulla|dalla)\s$", r"!\s(?:di|che)\b"),),
        "seconda": ((r"!\ba\s$", None),),
        "sei": ((None, r"\s[^\W\d_]+[ie]\b"),),
        "secondo": ((r"!\b(?:un|al|ogni)\s$|^$|[.!?:;]\s$", r"!\s(?:il|la|lo|gli|le|i|un|quanto)\b|\sl['’]"),),
    },
    "de": {"acht": ((r"!\b(?:außer|in)\s$", r"!\s(?:auf|zu geben)\b"),)},
    "da": dict.fromkeys(("anden", "andet", "andre"), ((r"\b(?:den|det|for)\s$", None),)),
}  # fmt: skip


@cache
def never_numbers(language: str) -> frozenset[str]:
    """Words that are never numbers, whatever the library says."""
    return frozenset(NEVER.get(language, "").split())


@cache
def _alone(language: str) -> frozenset[str]:
    return frozenset(ALONE.get(language, "").split())


def is_number_here(text: str, start: int, end: int, language: str) -> bool:
    """False when the words around it show that the word is something else."""
    word = text[start:end].lower()
    if word in _alone(language):
        return False
    places = PLACES.get(language, {}).get(word)
    if places is None:
        return True
    before, after = text[max(0, start - WINDOW) : start].lower(), text[end : end + WINDOW].lower()
    return any(_holds(left, before, "search") and _holds(right, after, "match") for left, right in places)


def _holds(pattern: str | None, said: str, how: str) -> bool:
    if pattern is None:
        return True
    found = getattr(re.compile(pattern.removeprefix("!"), re.IGNORECASE), how)(said)
    return bool(found) is not pattern.startswith("!")

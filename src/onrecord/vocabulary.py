"""Controlled vocabularies as data: every term with its label, its definition and its source."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Term(NamedTuple):
    """One term of one vocabulary."""

    vocabulary: str
    term: str
    label: str
    definition: str
    source: str


FACTBANK = "FactBank (Saurí and Pustejovsky 2009)"
PARC = "PARC 3.0 (Pareti 2016); PolNeAR (Newell et al. 2018)"
POLNEAR = "PolNeAR cue classes (Newell et al. 2018)"
FHIR = "HL7 FHIR quantity-comparator"
SFM = "Security Force Monitor research handbook"
NANOPUB = "Nanopublication guidelines"
AVERITEC = "AVeriTeC claim types (Schlichtkrull et al. 2023)"
QUANTEMP = "QuanTemp (Venktesh et al. 2024)"
HURIDOCS = "HURIDOCS micro-thesaurus 28"
RECIPE = "Data Package recipe on versions"
MICROPUB = "Micropublications (Clark et al. 2014)"
OWN = "onrecord"

# vocabulary -> (term, label, definition, source) ...
_VOCABULARIES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "claim-kind": (
        ("event", "event", "Something happened, happens or was done.", AVERITEC),
        ("state", "state", "Something is or was so for a time.", AVERITEC),
        ("role", "role", "Somebody holds or held an office, title or membership.", OWN),
        ("quantity", "quantity", "How many, how much or how long.", AVERITEC),
        ("causal", "causal", "One thing brought about or explains another.", AVERITEC),
        ("assessment", "assessment", "What something is worth, signifies or deserves.", OWN),
        ("legal-characterisation", "legal characterisation", "Under which legal concept an act falls.", OWN),
        ("demand", "demand", "What should be done; the asking itself is in the act.", OWN),
        ("prediction", "prediction", "What will or would happen.", OWN),
        ("intent", "intent", "What somebody means, aims or undertakes to do.", OWN),
        ("precedence", "precedence", "That something is the first, new or unequalled.", OWN),
    ),
    "mode": (
        ("narration", "narration", "The document's own voice, at level 0.", OWN),
        ("direct", "direct quotation", "All of the content stands in quotation marks.", PARC),
        ("indirect", "indirect quotation", "None of the content stands in quotation marks.", PARC),
        ("mixed", "mixed quotation", "Part of the content stands in quotation marks.", PARC),
    ),
    "act": (
        ("assert", "assert", "States that something is so.", POLNEAR),
        ("deny", "deny", "States that something is not so, or rejects it.", POLNEAR),
        ("characterise", "characterise", "Names or describes something as something.", OWN),
        ("support", "support", "Declares agreement with a claim, call or cause.", POLNEAR),
        ("predict", "predict", "States what will or would happen.", POLNEAR),
        ("intend", "intend", "States what the speaker means or undertakes to do.", POLNEAR),
        ("request", "request", "Asks for something.", POLNEAR),
        ("urge", "urge", "Asks with insistence.", POLNEAR),
        ("demand", "demand", "Asks as of right.", POLNEAR),
        ("warn", "warn", "States a danger or a consequence.", POLNEAR),
        ("report", "report", "Passes on what another voice states.", POLNEAR),
    ),
    "factuality": (
        ("CT+", "certainly so", "Certain, affirmed.", FACTBANK),
        ("PR+", "probably so", "Probable, affirmed.", FACTBANK),
        ("PS+", "possibly so", "Possible, affirmed.", FACTBANK),
        ("CT-", "certainly not so", "Certain, denied.", FACTBANK),
        ("PR-", "probably not so", "Probable, denied.", FACTBANK),
        ("PS-", "possibly not so", "Possible, denied.", FACTBANK),
        ("CTu", "certain, polarity not given", "Knows whether it is so, without saying which.", FACTBANK),
        ("Uu", "uncommitted", "Commits neither to certainty nor to polarity; what is asked or demanded.", FACTBANK),
    ),
    "stance": (
        ("relays", "relays", "Passes it on without taking a side.", OWN),
        ("endorses", "endorses", "Passes it on with approval or as fact.", OWN),
        ("distances", "distances", "Passes it on with marked reserve.", OWN),
    ),
    "figure-kind": (
        ("cardinal", "cardinal", "A count.", QUANTEMP),
        ("ordinal", "ordinal", "A rank or place in an order.", QUANTEMP),
        ("duration", "duration", "A length of time.", QUANTEMP),
        ("date", "date", "A calendar date used as a figure.", QUANTEMP),
        ("year", "year", "A calendar year used as a figure.", QUANTEMP),
        ("share", "share", "A part of a whole: fraction, percentage, ratio.", QUANTEMP),
        ("money", "money", "An amount of money; the unit is the currency.", QUANTEMP),
        ("range", "range", "An amount given by two ends.", QUANTEMP),
    ),
    "comparator": (
        ("<", "less than", "The true amount is below the value.", FHIR),
        ("<=", "at most", "The true amount is the value or below it.", FHIR),
        ("=", "equal to", "The amount is the value as stated.", FHIR),
        (">=", "at least", "The true amount is the value or above it.", FHIR),
        (">", "more than", "The true amount is above the value.", FHIR),
    ),
    "relation": (
        ("supports", "supports", "Is given as a reason or ground for the other claim.", MICROPUB),
        ("elaborates", "elaborates", "Gives detail, a member or an instance of the other claim.", OWN),
        ("depends-on", "depends on", "Can hold only if the other claim holds.", OWN),
        ("contradicts", "contradicts", "Cannot hold together with the other claim.", MICROPUB),
        ("qualifies", "qualifies", "Limits or conditions the other claim.", "CiTO"),
        ("causes", "causes", "Says of its event that it brought about the other's.", "HURIDOCS micro-thesaurus 22"),
        ("part-of", "part of", "Its matter is a part of the other's.", "PROV; HURIDOCS micro-thesaurus 22"),
    ),
    "caveat-kind": (
        ("hedge-dropped", "hedge dropped", "One voice states flatly what another hedges.", OWN),
        ("stronger-than-quoted", "stronger than quoted", "The outer voice says more than the words it quotes.", OWN),
        ("weaker-than-quoted", "weaker than quoted", "The outer voice says less than the words it quotes.", OWN),
        ("condition-dropped", "condition dropped", "A condition stated in one place is missing in another.", OWN),
        ("term-drift", "term drift", "The same thing is called by different names that do not mean the same.", OWN),
        ("quotation-boundary", "quotation boundary", "The quotation's borders leave something needed outside it.", OWN),
        ("attribution-boundary", "attribution boundary", "It cannot be settled where a voice ends.", OWN),
        (
            "title-applied-loosely",
            "title applied loosely",
            "A title is given to somebody to whom the document elsewhere gives another.",
            OWN,
        ),
        ("count-versus-list", "count versus list", "A count and a list stand side by side and are compared.", OWN),
        ("date-unresolved", "date unresolved", "A time cannot be resolved from the document.", OWN),
        (
            "date-of-page-not-of-document",
            "date of page, not of document",
            "A date belongs to the page, not to the text.",
            OWN,
        ),
        ("publisher-not-stated", "publisher not stated", "The document does not say who publishes it.", OWN),
        ("loaded-wording", "loaded wording", "The words carry a judgement; labelled as wording, not judged.", OWN),
        ("ambiguous-attachment", "ambiguous attachment", "A phrase can be read with more than one head.", OWN),
        (
            "speaker-versus-voice",
            "speaker versus voice",
            "Who utters the words and for whom they speak differ or are unclear.",
            OWN,
        ),
        ("presupposition", "presupposition", "Something is taken for granted rather than stated.", OWN),
        ("unsourced-figure", "unsourced figure", "A figure is given without a source.", OWN),
    ),
    "review-status": (
        ("draft", "draft", "Encoded, not yet reviewed.", SFM),
        ("accepted", "accepted", "Reviewed and found to say what the document says.", SFM),
        ("conflict", "conflict", "Coders or readings differ and it could not be settled.", SFM),
        ("work-needed", "work needed", "Known to be incomplete or wrong.", SFM),
        ("superseded", "superseded", "Replaced by another record.", NANOPUB),
        ("retracted", "retracted", "Withdrawn; the record stays readable.", NANOPUB),
    ),
    "response": (
        ("deny", "deny", "Says that it is not so.", HURIDOCS),
        (
            "acknowledge-act-deny-responsibility",
            "acknowledge the act, deny responsibility",
            "Says that it happened, and that another answers for it.",
            HURIDOCS,
        ),
        ("alternative-account", "alternative account", "Tells what happened otherwise.", HURIDOCS),
        ("accept", "accept", "Says that it is so.", HURIDOCS),
        ("no-reply", "no reply", "Was asked and did not answer, as the document reports.", HURIDOCS),
        ("reply-pending", "reply pending", "Was asked; an answer was still to come.", HURIDOCS),
    ),
    "match-grade": (
        ("exact", "exact", "The same proposition, stated by the same voice.", OWN),
        ("same-claim-other-claimant", "same claim, other claimant", "The same proposition, by another voice.", OWN),
        ("same-topic", "same topic", "Another proposition about the same matter.", OWN),
    ),
    "match-answer": (
        ("yes", "yes", "The two are one claim.", OWN),
        ("no", "no", "They are not one claim.", OWN),
        ("unsure", "unsure", "The words do not decide it.", OWN),
    ),
    "change": (
        ("added", "added", "The record is new in this version.", RECIPE),
        ("corrected", "corrected", "A value of the record was changed.", RECIPE),
        ("retracted", "retracted", "The record was withdrawn or replaced; it stays readable.", NANOPUB),
        ("removed", "removed", "The record is no longer there.", RECIPE),
        ("moved", "moved", "The record says the same at another place or under another key.", OWN),
    ),
    "passage-kind": (
        ("banner", "banner", "A line of the page's frame above the text.", OWN),
        ("breadcrumb", "breadcrumb", "The page's navigation trail.", OWN),
        ("headline", "headline", "The title over the text.", OWN),
        ("caption", "caption", "Words that belong to a picture.", OWN),
        ("heading", "heading", "A title within the text.", OWN),
        ("paragraph", "paragraph", "A paragraph of running text.", OWN),
        ("list-item", "list item", "One item of a list.", OWN),
        ("footer", "footer", "A line of the page's frame below the text.", OWN),
    ),
    "unit-kind": (
        ("sentence", "sentence", "A sentence, or a line that stands for one.", OWN),
        ("quotation", "quotation", "The words between a pair of quotation marks.", PARC),
        ("numeral", "numeral", "Digits, a number word, an ordinal or a vague quantity.", OWN),
    ),
    "unit-status": (
        ("covered", "covered", "An anchor of a record lies on it.", OWN),
        ("waived", "waived", "Left out on purpose, for a reason from the list of waivers.", OWN),
    ),
    "waiver": (
        ("page-furniture", "page furniture", "Belongs to the page, not to the text.", OWN),
        ("caption", "caption", "A caption that states nothing.", OWN),
        ("heading", "heading", "A heading that states nothing.", OWN),
        ("frame", "frame", "Words that only introduce what follows.", OWN),
        ("repeated", "repeated", "Repeats a unit that is covered.", OWN),
        ("not-a-figure", "not a figure", "A numeral that counts and dates nothing here.", OWN),
    ),
    "agent-kind": (
        ("narrator", "narrator", "A document's own voice.", OWN),
        ("person", "person", "A named human being.", OWN),
        ("organisation", "organisation", "A named organisation or movement.", OWN),
        ("body", "body", "An organ, office or mandate of an organisation or of states.", OWN),
        ("government", "government", "A state, its government or its regime as the document names it.", OWN),
        ("group", "group", "Several persons or bodies spoken of together.", OWN),
        ("unnamed", "unnamed source", "A source the document does not name.", PARC),
    ),
    "mention-form": (
        ("name", "name", "By a proper name or its abbreviation.", OWN),
        ("description", "description", "By a description or a title.", OWN),
        ("pronoun", "pronoun", "By a pronoun.", OWN),
    ),
    "time-basis": (
        ("stated", "stated", "The words themselves give the time.", OWN),
        ("inferred", "inferred", "Resolved with the help of other words of the same document.", OWN),
        ("unresolved", "unresolved", "Cannot be resolved from the document.", OWN),
    ),
    "source-url-basis": (
        ("stated", "stated", "The document itself gives the address.", OWN),
        ("located", "located", "Found elsewhere, by the document's title or words.", OWN),
    ),
    "document-medium": (
        ("web-page", "web page", "A page of a web site.", OWN),
        ("newspaper", "newspaper", "A printed newspaper or magazine.", OWN),
        ("broadcast", "broadcast", "Radio, television or film.", OWN),
        ("letter", "letter", "A letter or message to an addressee.", OWN),
        ("report", "report", "A report or study.", OWN),
        ("press-release", "press release", "A statement issued to the press.", OWN),
        ("transcript", "transcript", "A record of spoken words.", OWN),
        ("post", "post", "A post on a social medium.", OWN),
        ("book", "book", "A book or a part of one.", OWN),
        ("other", "other", "None of these.", OWN),
    ),
}


@cache
def entries_of(vocabulary: str) -> tuple[Term, ...]:
    """One vocabulary in full, in its own order. Raises KeyError for an unknown vocabulary."""
    return tuple(Term(vocabulary, *said) for said in _VOCABULARIES[vocabulary])


@cache
def terms_of(vocabulary: str) -> tuple[str, ...]:
    """The terms of one vocabulary, in its own order. Raises KeyError for an unknown vocabulary."""
    return tuple(entry.term for entry in entries_of(vocabulary))


TERMS: tuple[Term, ...] = tuple(term for vocabulary in _VOCABULARIES for term in entries_of(vocabulary))
VOCABULARIES: tuple[str, ...] = tuple(_VOCABULARIES)
# The plain words for a term, by vocabulary and term.
LABELS: dict[tuple[str, str], str] = {(term.vocabulary, term.term): term.label for term in TERMS}

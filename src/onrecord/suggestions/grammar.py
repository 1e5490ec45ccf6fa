"""The words by which a language hands over to another voice: reporting verbs, `according to`, pronouns, borders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import MissingExtra

ASSERT, CHARACTERISE = "assert", "characterise"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What is to be known of one language. Verbs are finite forms, by what their subject does."""

    verbs: dict[str, str]
    according: str  # before the source
    told: str  # verbs that take an addressee before the content
    that: str  # begins the content
    bare: str  # verbs behind which the content may stand without such a word
    pronouns: str
    own_voice: str  # pronouns of the narrator
    determiners: str
    auxiliaries: str  # between a source and its verb
    negations: str  # between them, too: nothing is reported
    joints: str  # may begin a clause and is no part of its subject
    borders: str  # ends a source that stands behind its verb


_ENGLISH = Grammar(
    verbs={
        "says said adds added states stated writes wrote tells told announces announced claims claimed explains "
        "explained notes noted argues argued insists insisted admits admitted concedes conceded confirms confirmed "
        "declares declared replies replied answers answered maintains maintained reports reported reveals revealed "
        "remarks remarked observes observed asserts asserted affirms affirmed alleges alleged acknowledges "
        "acknowledged argue believe insist stresses stressed underlines underlined underscores underscored "
        "emphasises emphasised emphasizes emphasized highlights highlighted recalls recalled "
        "suggests suggested estimates estimated "
        "believes believed tweeted posted reiterates reiterated concludes concluded "
        "say contends contended complains complained commented comments testified": ASSERT,
        "denies denied rejects rejected disputes disputed": "deny",
        "warns warned cautions cautioned": "warn",
        "demands demanded": "demand",
        "urges urged": "urge",
        "asks asked requests requested": "request",
        "predicts predicted expects expected forecasts": "predict",
        "promises promised vows vowed pledges pledged": "intend",
        "describes described characterises characterised calls called labels labelled": CHARACTERISE,
        "backs backed endorses endorsed welcomes welcomed": "support",
    },
    according=r"according to|in the words of",
    told=r"told|tells|asks|asked|urges|urged|warns|warned",
    that=r"(?:[a-z]+ly\s+)?that",
    bare=r"sa(?:id|ys?)|expect(?:s|ed)|demand(?:s|ed)|den(?:ies|ied)|predict(?:s|ed)|promise[sd]|believe[sd]?|"
    r"underlin(?:es|ed)|stress(?:es|ed)|highlight(?:s|ed)|emphasi[sz](?:es|ed)|urge[sd]|ask(?:s|ed)",
    pronouns=r"he|she|they|it|who",
    own_voice=r"we|i|us|you|our",
    determiners=r"the|a|an|its|his|her|their|our|one|two|three|several|some|many|other|another|this|that|these|those",
    auxiliaries=r"has|have|had|also|later|then|further|again|once|now|both|recently|repeatedly|[a-z]+ly|was quoted as",
    negations=r"not|never|nor|to|can|could|would|will|may|might|should|must|did|does|do|cannot|let|no|nobody|was|were|"
    r"is|are|been|be|being",
    joints=r"and|but|as|while|when|because|so|yet|that|where|after|before|since|though|although|if|for|or|in|on|"
    r"who|which|whom|meanwhile|however",
    borders=r"that|who|which|whom|whose|when|while|as|after|before|during|in|on|at|to|by|from|with|because|if|"
    r"yesterday|today|last|this|and|but|adding|referring|about",
)
_GERMAN = Grammar(
    verbs={
        "sagt sagte sagten erklärt erklärte erklärten schreibt schrieb schrieben berichtet berichtete berichteten "
        "teilte betont betonte behauptet behauptete meint meinte erläuterte fügte bestätigte": ASSERT,
        "bestreitet bestritt dementierte leugnet leugnete": "deny",
        "warnt warnte warnten": "warn",
        "fordert forderte forderten verlangte": "demand",
        "erwartet erwartete": "predict",
        "nennt nannte": CHARACTERISE,
    },
    according=r"laut|zufolge|nach Angaben (?:von|der|des)",
    told=r"",
    that=r"dass|daß",
    bare=r"fordert|forderte|erwartet|erwartete",
    pronouns=r"er|sie|es",
    own_voice=r"wir|ich",
    determiners=r"der|die|das|ein|eine|einer|sein|seine|ihr|ihre|mehrere|einige",
    auxiliaries=r"hat|haben|hatte|auch|später|dann",
    negations=r"nicht|nie|kein|keine",
    joints=r"und|aber|als|während|weil|dass|nachdem|bevor|wie|in|am|im",
    borders=r"dass|der|als|während|am|im|in|auf|bei|vor|nach|gegenüber|gestern|heute|und|zu",
)
_FRENCH = Grammar(
    verbs={
        "dit disait déclare déclaré affirme affirmé affirmait écrit ajoute ajouté explique expliqué indique indiqué "
        "souligne souligné précise précisé estime estimé annonce annoncé raconte raconté": ASSERT,
        "dément démenti nie nié": "deny",
        "avertit averti prévient prévenu": "warn",
        "exige exigé réclame réclamé": "demand",
        "demande demandé": "request",
        "qualifie qualifié": CHARACTERISE,
    },
    according=r"selon|d['’]après",
    told=r"",
    that=r"que|qu['’]",
    bare=r"exige|exigé",
    pronouns=r"il|elle|ils|elles|on",
    own_voice=r"nous|je",
    determiners=r"le|la|les|un|une|des|son|sa|ses|leur|leurs|plusieurs",
    auxiliaries=r"a|ont|avait|aussi|ensuite",
    negations=r"ne|n['’]|pas|jamais",
    joints=r"et|mais|comme|quand|lorsque|que|car|dans|en|à",
    borders=r"que|qui|dans|lors|à|en|au|aux|hier|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|et|mais|pour|sur",
)
_SPANISH = Grammar(
    verbs={
        "dice dijo dijeron declaró afirma afirmó escribió añadió explicó indicó señaló subrayó anunció aseguró "
        "sostuvo informó": ASSERT,
        "niega negó desmintió": "deny",
        "advierte advirtió": "warn",
        "exige exigió": "demand",
        "pidió pide": "request",
        "calificó": CHARACTERISE,
    },
    according=r"según|de acuerdo con",
    told=r"",
    that=r"que",
    bare=r"exige|exigió",
    pronouns=r"él|ella|ellos|ellas",
    own_voice=r"nosotros|yo",
    determiners=r"el|la|los|las|un|una|su|sus|varios|varias",
    auxiliaries=r"ha|han|había|también|luego",
    negations=r"no|nunca|jamás",
    joints=r"y|pero|como|cuando|que|porque|en|a",
    borders=r"que|quien|cuando|en|a|al|durante|ayer|hoy|el lunes|y|pero|por|sobre|con",
)
_GRAMMARS = {"en": _ENGLISH, "de": _GERMAN, "fr": _FRENCH, "es": _SPANISH}


@dataclass(frozen=True, slots=True)
class Patterns:
    """A grammar ready for use."""

    grammar: Grammar
    acts: dict[str, str]
    cue: Any
    according: Any

    def act(self, cue: str) -> str:
        """What the subject of a cue does."""
        return self.acts.get(cue.casefold(), ASSERT)


def expression(pattern: str) -> Any:
    """A compiled pattern that knows letters and marks of every script."""
    try:
        import regex
    except ImportError:
        raise MissingExtra("regex", "text") from None
    return regex.compile(pattern)


@cache
def patterns_of(language: str) -> Patterns | None:
    """The patterns of a language by its tag; None where its reporting verbs are not known."""
    grammar = _GRAMMARS.get(language.replace("_", "-").split("-")[0].lower())
    if grammar is None:
        return None
    acts = {form: act for forms, act in grammar.verbs.items() for form in forms.split()}
    verbs = "|".join(sorted(acts, key=len, reverse=True))
    cue = expression(rf"(?<![\w-])(?:{verbs})(?![\w-])")
    return Patterns(grammar, acts, cue, expression(rf"(?i)(?<!\w)(?:{grammar.according})(?!\w)"))

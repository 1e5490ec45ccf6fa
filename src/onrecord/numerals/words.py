"""The words around and in place of numbers, by language. English in full, the main ones of other languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

MORE, LEAST, LESS, MOST, ABOUT, NEARLY = ">", ">=", "<", "<=", "~", "<~"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's phrases, as parts of patterns.

    `before`: modifiers that stand before a number, by what they say. `after`: the same behind it.
    `vague`: quantities without a value; those under a name are of that kind.
    `between`, `through`: what opens a range, and what joins its two ends.
    `scales`: multipliers that are no number words; `glue`: words within a spelled number.
    `parts`: fractions of a whole and what they divide it by.
    """

    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    vague: dict[str, str] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    percent: str = ""
    glue: str = ""
    article: str = ""
    between: str = ""
    through: str = ""
    ordinal: str = ""
    parts: dict[str, int] = field(default_factory=dict)


M, B, T = 10**6, 10**9, 10**12
UNITS_OF_TIME = r"(?:second|minute|hour|day|night|week|month|year|decade|generation)s|centuries"
CURRENCIES = {
    r"euros?": "euro", r"dollars?": "dollar", r"cents?": "cent", r"pounds sterling": "pound", r"yen": "yen",
    r"yuan": "yuan", r"rupees?": "rupee", r"r(?:o)?ubles?": "rouble", r"rials?": "rial", r"tomans?": "toman",
    r"francs?": "franc", r"pesos?": "peso", r"liras?": "lira", r"kron(?:or|er|a|e)": "krona", r"shekels?": "shekel",
    r"crowns?": "crown",
}  # fmt: skip

ENGLISH = Words(
    before={
        MORE: "over|more than|upwards of|in excess of|above|greater than|exceeding|beyond|>",
        LEAST: "at least|no fewer than|no less than|not less than|not fewer than|a minimum of|minimum|≥|>=",
        LESS: "less than|fewer than|under|below|<",
        MOST: "at most|up to|within|no more than|not more than|as many as|as much as|a maximum of|maximum|≤|<=",
        ABOUT: "about|around|some|roughly|approximately|circa|ca?\\.|"
        "close to|an estimated|estimated|approx\\.?|barely|~|≈",
        NEARLY: "nearly|almost|virtually|practically",
    },
    after={
        LEAST: r"\+(?!\d)|\s+or (?:more|above|over)|\s+and (?:more|above|over)|\s+at (?:the )?least",
        MOST: r"\s+or (?:less|fewer|under|below)|\s+at (?:the )?most",
        ABOUT: r"\s?[-\u2010\u2011]odd|\s+odd|\s+or so|ish",
    },
    vague={
        "cardinal": r"several|(?<!how )(?<!as )many(?! a\b)|few(?!er)|numerous|countless|multiple(?!-)|"
        r"handful|couple(?= of\b|\s+(?:hundred|thousand|dozen|more)\b)|"
        r"(?:(?:tens|dozens|scores|hundreds|thousands|millions|billions) of )*"
        r"(?:dozens|hundreds|thousands|millions|billions|trillions|(?:tens|scores)(?= of\b))|"
        r"mass(?=\s+[a-z]+(?<!s)s\b)",
        "share": r"mainly|mostly|predominantly|(?:vast |overwhelming |large |great )?majority|"
        r"most(?= of\b|\s+(?:people|men|women|children)\b)",
        "duration": rf"for (?:{UNITS_OF_TIME})(?!\s+(?:ago|old)\b)|(?:{UNITS_OF_TIME})(?= ago\b| later\b| earlier\b)|"
        rf"(?:{UNITS_OF_TIME})-(?:long|old)",
    },
    scales={"dozen": 12, "bn": B, "mn": M, "mln": M, "tn": T, "trn": T, "trillion": T, "lakh": 10**5, "crore": 10**7,
            "quadrillion": 10**15, "k": 1000},
    currencies=CURRENCIES,
    percent=r"per[ -]?cent|pct\.?|percentage points?",
    glue=r"and|point",
    article=r"an?|the",
    between=r"between|from",
    through=r"to|or|and|through|till?|until",
    ordinal=r"(?:st|nd|rd|th)",
    parts={r"half(?![-\s](?:brother|sister|time|way|hearted|back)|time)|halves": 2, "thirds": 3, "quarters": 4,
           "fifths": 5, "sixths": 6, "sevenths": 7, "eighths": 8, "ninths": 9, "tenths": 10},
)  # fmt: skip
GERMAN = Words(
    before={
        MORE: "mehr als|über|oberhalb von",
        LEAST: "mindestens|wenigstens|zumindest|nicht weniger als",
        LESS: "weniger als|unter",
        MOST: "höchstens|maximal|bis zu|nicht mehr als",
        ABOUT: "etwa|rund|ungefähr|zirka|circa|ca\\.|an die|gut",
        NEARLY: "fast|knapp|nahezu|beinahe",
    },
    after={LEAST: r"\+(?!\d)|\s+oder mehr", MOST: r"\s+oder weniger"},
    vague={
        "cardinal": "mehrere[nrs]?|einige[nrs]?|viele[nr]?|zahlreiche[nr]?|dutzende[n]?|hunderte[n]?|tausende[n]?|"
        "abertausende[n]?|(?<!\\d[ \u00a0])millionen(?= von)",
        "share": "die meisten|mehrheitlich|mehrheit|größtenteils|überwiegend",
        "duration": r"seit (?:jahren|jahrzehnten|monaten|wochen|tagen)|(?:jahre|jahrzehnte|monate)lang",
    },
    scales={"dutzend": 12, "mio": M, "mrd": B, "tsd": 1000, "bio": T},
    currencies={r"euro": "euro", r"dollar": "dollar", r"franken": "franc", r"rubel": "rouble",
                r"yen": "yen", r"pfund": "pound"},
    percent=r"prozent|v\.\s?h\.",
    glue=r"und",
    between=r"zwischen|von",
    through=r"bis|und|oder",
    parts={"hälfte": 2, "drittel[ns]?": 3, "viertel[ns]?": 4, "fünftel[ns]?": 5, "zehntel[ns]?": 10},
)  # fmt: skip
FRENCH = Words(
    before={
        MORE: "plus de|plus d['’]|au-delà de",
        LEAST: "au moins|au minimum|pas moins de",
        LESS: "moins de",
        MOST: "au plus|au maximum|jusqu['’]à|pas plus de",
        ABOUT: "environ|près de|quelque|à peu près|autour de|aux alentours de|à peine",
        NEARLY: "presque",
    },
    after={LEAST: r"\+(?!\d)|\s+ou plus|\s+au moins", MOST: r"\s+ou moins|\s+au plus"},
    vague={
        "cardinal": "plusieurs|quelques|nombreux|nombreuses|(?:(?:dizaine|centaine|millier|million)s de )*"
        "(?:dizaine|vingtaine|trentaine|quarantaine|cinquantaine|soixantaine|centaine|millier)s?|"
        "(?<!\\d[ \u00a0\u202f])millions(?= d)",
        "share": "la plupart|majorité|principalement|majoritairement",
        "duration": "(?:pendant|depuis) des (?:années|décennies|mois|semaines|jours)",
    },
    scales={"douzaine": 12, "mds": B, "md": B},
    currencies={r"euros?": "euro", r"dollars?": "dollar", r"francs?": "franc", r"roubles?": "rouble", r"yens?": "yen"},
    percent=r"pour[ -]cent|p\.\s?cent",
    glue=r"et|virgule",
    between=r"entre|de",
    through=r"à|et|ou",
    parts={"moitié": 2, "tiers": 3, "quarts?(?= d)": 4, "cinquièmes": 5, "dixièmes": 10},
    ordinal=r"(?:ers?|[rR]es?|ères?|e|es|ème|èmes|nde?s?|ds?)",
)
SPANISH = Words(
    before={
        MORE: "más de|por encima de",
        LEAST: "al menos|por lo menos|como mínimo|no menos de",
        LESS: "menos de|por debajo de",
        MOST: "hasta|como máximo|no más de|a lo sumo",
        ABOUT: "unos|unas|cerca de|alrededor de|aproximadamente|en torno a",
        NEARLY: "casi",
    },
    after={LEAST: r"\+(?!\d)|\s+o más", MOST: r"\s+o menos"},
    vague={
        "cardinal": "varios|varias|algunos|algunas|muchos|muchas|numerosos|numerosas|"
        "(?:(?:decenas|cientos|miles|millones) de )*(?:decenas?|centenares|cientos|miles|"
        "(?<!\\d[ \u00a0])millones(?= de))",
        "share": "la mayoría|mayoría|principalmente",
        "duration": "durante (?:años|décadas|meses|semanas|días)",
    },
    scales={"docena": 12},
    currencies={r"euros?": "euro", r"dólar(?:es)?": "dollar", r"pesos?": "peso", r"yenes": "yen", r"francos?": "franc"},
    percent=r"por ciento|por cien",
    glue=r"y",
    between=r"entre|de",
    through=r"a|y|o",
    parts={"mitad": 2, "tercios?": 3, "cuartas? partes?": 4, "quintos": 5},
    ordinal=r"(?:\.?[ºª]|er|ro|ra|do|da|to|ta)",
)
PORTUGUESE = Words(
    before={
        MORE: "mais de|mais que|acima de",
        LEAST: "pelo menos|ao menos|no mínimo|não menos de",
        LESS: "menos de|abaixo de",
        MOST: "até|no máximo|não mais de",
        ABOUT: "cerca de|aproximadamente|em torno de|por volta de|uns|umas",
        NEARLY: "quase",
    },
    after={LEAST: r"\+(?!\d)|\s+ou mais", MOST: r"\s+ou menos"},
    vague={
        "cardinal": "vários|várias|alguns|algumas|muitos|muitas|inúmeros|inúmeras|"
        "(?:(?:dezenas|centenas|milhares|milhões) de )*(?:dezenas?|centenas?|milhares|(?<!\\d[ \u00a0])milhões(?= de))",
        "share": "a maioria|maioria|principalmente",
        "duration": "(?:durante|por|há) (?:anos|décadas|meses|semanas|dias)",
    },
    scales={"dúzia": 12, "mi": M, "bi": B},
    currencies={r"euros?": "euro", r"dólar(?:es)?": "dollar", r"rea(?:l|is)": "real", r"escudos?": "escudo"},
    percent=r"por cento",
    glue=r"e",
    between=r"entre|de",
    through=r"a|e|ou",
    parts={"metade": 2, "terços?": 3, "quartos": 4},
    ordinal=r"(?:\.?[ºª])",
)
ITALIAN = Words(
    before={
        MORE: "più di|oltre|al di sopra di",
        LEAST: "almeno|come minimo|non meno di",
        LESS: "meno di|al di sotto di",
        MOST: "fino a|al massimo|non più di",
        ABOUT: "circa|intorno a|all['’]incirca|approssimativamente",
        NEARLY: "quasi|pressoché",
    },
    after={LEAST: r"\+(?!\d)|\s+o più", MOST: r"\s+o meno", ABOUT: r"\s+circa"},
    vague={
        "cardinal": "parecchi|parecchie|alcuni|alcune|molti|molte|numerosi|numerose|"
        "(?:(?:decine|centinaia|migliaia|milioni) di )*(?:decin[ae]|centinai[ao]|migliai[ao]|"
        "(?<!\\d[ \u00a0])milioni(?= di))",
        "share": "la maggior parte|maggioranza|principalmente",
        "duration": "(?:per|da) (?:anni|decenni|mesi|settimane|giorni)",
    },
    scales={"dozzina": 12},
    currencies={r"euro": "euro", r"dollar[oi]": "dollar", r"lir[ae]": "lira", r"franch?[oi]": "franc"},
    percent=r"per cento",
    glue=r"e",
    between=r"tra|fra|da",
    through=r"a|e|o",
    parts={"metà": 2, "terzi": 3, "quarti": 4},
    ordinal=r"(?:\.?[ºª])",
)
DUTCH = Words(
    before={
        MORE: "meer dan|ruim|boven de",
        LEAST: "minstens|ten minste|tenminste|minimaal|niet minder dan",
        LESS: "minder dan|onder de",
        MOST: "hoogstens|maximaal|tot wel|ten hoogste|niet meer dan",
        ABOUT: "ongeveer|circa|zo['’]n|rond de|omstreeks|naar schatting",
        NEARLY: "bijna|een kleine",
    },
    after={LEAST: r"\+(?!\d)|\s+of meer", MOST: r"\s+of minder", ABOUT: r"-tal"},
    vague={
        "cardinal": "verscheidene|meerdere|enkele|vele|veel|talloze|tientallen|honderden|duizenden|tienduizenden|"
        "honderdduizenden|miljoenen|tiental|honderdtal",
        "share": "de meeste|merendeel|meerderheid|voornamelijk",
        "duration": "(?:jaren|decennia|maanden)lang",
    },
    scales={"dozijn": 12, "mln": M, "mld": B},
    currencies={r"euro['’]?s?": "euro", r"dollars?": "dollar", r"gulden": "guilder", r"frank": "franc"},
    percent=r"procent",
    glue=r"en",
    between=r"tussen|van",
    through=r"tot|en|of",
    parts={"helft": 2, "kwart": 4},
    ordinal=r"(?:e|de|ste)",
)
DANISH = Words(
    before={MORE: "over|mere end|flere end", LEAST: "mindst", LESS: "under|mindre end|færre end", MOST: "højst|op til",
            ABOUT: "omkring|cirka|ca\\.|omtrent",
        NEARLY: "næsten|knap"},
    vague={"cardinal": "flere|mange|adskillige|snesevis|hundredvis|hundreder|tusindvis|tusinder|dusinvis"},
    scales={"dusin": 12, "mio": M, "mia": B},
    currencies={r"euro": "euro", r"dollars?": "dollar", r"kroner?": "krone"},
    percent=r"procent|pct\.?",
    glue=r"og",
    between=r"mellem|fra",
    through=r"til|og|eller",
    parts={"halvdelen": 2, "tredjedele?": 3, "fjerdedele?": 4},
)  # fmt: skip
RUSSIAN = Words(
    before={MORE: "более|больше|свыше", LEAST: "не менее|минимум|как минимум", LESS: "менее|меньше",
            MOST: "до|не более|максимум", ABOUT: "около|примерно|приблизительно|порядка",
        NEARLY: "почти"},
    vague={"cardinal": "несколько|нескольких|много|многие|десятки|десятков|сотни|сотен|тысячи(?= [а-я]+)|миллионы"},
    scales={"тыс": 1000, "тысяч": 1000, "тысячи": 1000, "тысяча": 1000, "млн": M, "миллион": M, "миллиона": M,
            "миллионов": M, "млрд": B, "миллиард": B, "миллиарда": B, "миллиардов": B},
    currencies={r"евро": "euro", r"доллар\w*": "dollar", r"рубл\w*": "rouble"},
    percent=r"процент\w*",
    between=r"между|от|с",
    through=r"до|и|или|по",
    parts={"половин[аыуе]": 2, "трет(?:ь|и|ей)": 3, "четверт(?:ь|и|ей)": 4},
    ordinal=r"-(?:й|я|е|го|му|м|х|ый|ой|ая|ое)",
)  # fmt: skip

LANGUAGES = {
    "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "pt": PORTUGUESE, "it": ITALIAN, "nl": DUTCH,
    "da": DANISH, "ru": RUSSIAN,
}  # fmt: skip

# EDTF's numbers of the seasons.
SEASONS = {
    "en": {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24},
    "de": {"frühjahr": 21, "frühling": 21, "sommer": 22, "herbst": 23, "winter": 24},
    "fr": {"printemps": 21, "été": 22, "automne": 23, "hiver": 24},
    "es": {"primavera": 21, "verano": 22, "otoño": 23, "invierno": 24},
    "pt": {"primavera": 21, "verão": 22, "outono": 23, "inverno": 24},
    "it": {"primavera": 21, "estate": 22, "autunno": 23, "inverno": 24},
    "nl": {"lente": 21, "voorjaar": 21, "zomer": 22, "herfst": 23, "najaar": 23, "winter": 24},
}


@cache
def words_of(language: str) -> Words:
    """The words of a language tag; none for a language that is not listed."""
    return LANGUAGES.get(re.split(r"[-_]", language.lower())[0], Words())

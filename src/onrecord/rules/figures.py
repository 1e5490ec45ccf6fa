"""OR50x, OR51x: figures: the parsed number against its own parts and against the words it was read from.

Rules that read `verbatim` know English words and digits only, and look at phrases they understand
from end to end: a figure in other words is left alone rather than misread.
"""

from __future__ import annotations

from ..finding import Severity
from .rule import Rule
from .shape import COUNTED


def figure(said: str) -> str:
    """An example: the quotation of the example text with this figure."""
    return f'{COUNTED}        - {{{said}, counted: people nearby,\n           anchor: "102-110 {{h:102-110}}"}}\n'


def cardinal(said: str) -> str:
    """An example: the same with a count of persons."""
    return figure(f"quantity_id: people-nearby, kind: cardinal, unit: person, {said}")


def beside(said: str) -> str:
    """An example: this figure and, as before, the count of persons."""
    return GOOD + f'        - {{{said},\n           counted: people nearby, anchor: "102-110 {{h:102-110}}"}}\n'


GOOD = cardinal('verbatim: About 40, comparator: "=", approximate: true, value: 40')

# What may stand before a number in digits without changing it.
LEADS = (
    "about|around|some|nearly|almost|roughly|approximately|exactly|precisely|only|just|the|over|under|above|below|"
    "more than|less than|fewer than|no more than|no fewer than|at least|at most|up to|as many as"
)
# Thousands in threes (or twos and threes) set off by a comma, point, space or apostrophe, then decimals.
MARK = r"[,.'’ \x{00a0}\x{202f}]"
NUMBER = rf"[0-9]{{1,3}}(?:{MARK}[0-9]{{2,3}})*{MARK}[0-9]{{3}}(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?"
PRINTED = rf"^(?:(?:{LEADS}) )*[$€£¥]? ?({NUMBER})(?:st|nd|rd|th| ?%| per ?cent)?(?: ([a-z][a-z -]*))?$"
# Words after which a number is not the value: `40 dozen`, `3 quarters`, or a unit of thousands.
SCALES = (
    "hundred|thousand|million|billion|trillion|milli|tausend|mille|lakh|crore|dozen|score|gross|pair|couple|"
    "half|halve|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|time|fold"
)
NUMBERS = rf"""
    SELECT id, kind, verbatim, value, lower, upper, number,
           CASE WHEN NOT regexp_matches(number, '^.*[.,]([0-9]{{1,2}}|[0-9]{{4,}})$')
                THEN TRY_CAST(regexp_replace(number, '[^0-9]', '', 'g') AS DECIMAL(38, 9)) END AS whole,
           TRY_CAST(regexp_replace(regexp_extract(number, '^(.*)[.,][0-9]+$', 1), '[^0-9]', '', 'g') || '.' ||
                    regexp_extract(number, '^.*[.,]([0-9]+)$', 1) AS DECIMAL(38, 9)) AS pointed
    FROM (SELECT *, regexp_extract(lower(verbatim), '{PRINTED.replace("'", "''")}', 1) AS number,
                 regexp_extract(lower(verbatim), '{PRINTED.replace("'", "''")}', 2) AS rest FROM figures)
    WHERE number <> '' AND NOT regexp_matches(lower(unit || ' ' || rest), '^(.*[^a-z])?({SCALES})')
      AND (rest = '' OR rest IN (lower(unit), lower(unit) || 's')
           OR strpos(' ' || lower(counted) || ' ', ' ' || rest || ' ') > 0)
"""
TIME_UNITS = (
    "second|minute|hour|day|night|weekend|week|fortnight|month|quarter|season|semester|trimester|term|year|decade|"
    "generation|century|centurie|millennium|millennia"
)
APPROXIMATE = (
    r"^((about|around|some|nearly|almost|roughly|approximately|circa|close to|several|a few|many|numerous|dozens)( .*)?"
    r"|(tens|scores|hundreds|thousands|millions|billions) of .*|ca?\.? ?[0-9].*|[0-9][0-9.,]*-odd( .*)?|.* or so)$"
)
MORE = r"^((more than|upwards of|in excess of|at least) .*|over [$€£¥]?[0-9].*|[0-9][0-9.,]*\+|.* or more( .*)?)$"
LESS = (
    r"^((less than|fewer than|at most|up to|no more than|not more than) .*|(under|below) [$€£¥]?[0-9].*"
    r"|.* or (less|fewer)( .*)?)$"
)

VALUE_OUTSIDE_BOUNDS = Rule(
    code="OR501",
    name="value-outside-bounds",
    what="A figure's value lies below its lower or above its upper bound.",
    why="The bounds say between which amounts the true one lies; the stated value must be one of them.",
    message='"{verbatim}": the value {value} does not lie between lower {lower} and upper {upper}',
    mend="correct the value or the bound; leave out bounds that the words do not give",
    select="""
        SELECT 'figures' AS record_table, id AS record_id, 'value' AS record_column, verbatim, value, lower, upper
        FROM figures
        WHERE comparator = '=' AND (approximate OR kind = 'range') AND (value < lower OR value > upper)
          AND (lower IS NULL OR upper IS NULL OR lower <= upper)
    """,
    bad=cardinal('verbatim: About 40, comparator: "=", approximate: true, value: 40, lower: 45, upper: 50'),
    good=cardinal('verbatim: About 40, comparator: "=", approximate: true, value: 40, lower: 35, upper: 45'),
)
FIGURE_BOUNDS_REVERSED = Rule(
    code="OR502",
    name="figure-bounds-reversed",
    what="A figure's lower bound is above its upper bound.",
    why="No amount lies between them.",
    message='"{verbatim}": lower {lower} is above upper {upper}',
    mend="exchange the two, or correct the one that is wrong",
    select="""
        SELECT 'figures' AS record_table, id AS record_id, 'lower' AS record_column, verbatim, lower, upper
        FROM figures WHERE lower > upper
    """,
    bad=cardinal('verbatim: About 40, comparator: "=", approximate: true, value: 40, lower: 45, upper: 35'),
    good=GOOD,
)
COMPARATOR_AND_BOUNDS = Rule(
    code="OR503",
    name="comparator-and-bounds",
    what="A figure's bounds do not say what its comparator says.",
    why="Some readers use the comparator, others the bounds; both must arrive at the same amounts.",
    message='"{verbatim}": comparator `{comparator}` with value {value}, but lower {lower} and upper {upper}',
    mend="with `>` or `>=` lower is the value and upper is left out, with `<` or `<=` the other way round; "
    "an exact `=` has all three the same",
    select="""
        SELECT 'figures' AS record_table, id AS record_id, 'comparator' AS record_column,
               verbatim, comparator, value, lower, upper
        FROM figures
        WHERE (comparator IN ('>', '>=') AND (upper IS NOT NULL OR lower <> value))
           OR (comparator IN ('<', '<=') AND (lower <> 0 OR upper <> value))
           OR (comparator = '=' AND NOT approximate AND kind <> 'range' AND (lower <> value OR upper <> value)
               AND (lower IS NULL OR upper IS NULL OR lower <= upper))
    """,
    bad=cardinal('verbatim: over 40, comparator: ">", approximate: false, value: 40, lower: 40, upper: 50'),
    good=cardinal('verbatim: over 40, comparator: ">", approximate: false, value: 40, lower: 40'),
)
COMPARATOR_WITHOUT_VALUE = Rule(
    code="OR504",
    name="comparator-without-value",
    what="A figure has a comparator other than `=`, but no value.",
    why="More than what? A comparator compares with the value.",
    message='"{verbatim}": comparator `{comparator}` compares with no value',
    mend='add the value the words state; where they state none ("hundreds"), write `comparator: "="` '
    "and `approximate: true`",
    select="""
        SELECT 'figures' AS record_table, id AS record_id, 'comparator' AS record_column, verbatim, comparator
        FROM figures WHERE comparator <> '=' AND value IS NULL
    """,
    bad=cardinal('verbatim: over forty, comparator: ">", approximate: false'),
    good=cardinal('verbatim: over forty, comparator: ">", approximate: false, value: 40'),
)
VALUE_NOT_AS_PRINTED = Rule(
    code="OR505",
    name="value-not-as-printed",
    what="The words of a figure are one number in digits, and its value is another.",
    why="A slip of one digit in a death toll is the kind of error that travels furthest.",
    message='"{verbatim}" is printed, but the value is {value}',
    mend="write the value as printed; if the words mean another amount, give more of them in `verbatim`",
    select=f"""
        SELECT 'figures' AS record_table, id AS record_id, 'value' AS record_column, verbatim, value
        FROM ({NUMBERS})
        WHERE value IS NOT NULL AND coalesce(abs(value) <> whole, pointed IS NOT NULL)
          AND coalesce(abs(value) <> pointed, whole IS NOT NULL)
          AND (kind <> 'share'
               OR abs(CAST(value AS DOUBLE) * 100 - CAST(coalesce(pointed, whole) AS DOUBLE)) > 0.000001)
    """,
    bad=cardinal('verbatim: About 40, comparator: "=", approximate: true, value: 400'),
    good=GOOD,
)
VALUE_MISSING = Rule(
    code="OR506",
    name="value-missing",
    what="The words of a figure are one number in digits, but it has neither value nor bounds.",
    why="The number could not be compared or counted, although the document states it.",
    message='"{verbatim}" states a number, but the figure has no value',
    mend="add `value: {number}`, without marks between the thousands and with a point before decimals",
    select=f"""
        SELECT 'figures' AS record_table, id AS record_id, verbatim, number
        FROM ({NUMBERS}) WHERE value IS NULL AND lower IS NULL AND upper IS NULL AND kind NOT IN ('date', 'year')
    """,
    bad=cardinal('verbatim: About 40, comparator: "=", approximate: true'),
    good=GOOD,
)
UNIT_OF_QUANTITY = Rule(
    code="OR507",
    name="unit-of-quantity",
    what="A figure is given in another unit than the quantity it measures.",
    why="Figures of one quantity are set side by side and compared as numbers.",
    message='"{verbatim}" is given in {unit}, but figures of `{quantity_id}` in {wanted}',
    mend="write `unit: {wanted}`, or give the figure a quantity of its own",
    select="""
        SELECT 'figures' AS record_table, f.id AS record_id, 'unit' AS record_column,
               f.verbatim, f.unit, f.quantity_id, q.unit AS wanted
        FROM figures f JOIN quantities q ON q.id = f.quantity_id WHERE f.unit <> q.unit
    """,
    bad=figure(
        'quantity_id: people-nearby, kind: cardinal, unit: family, verbatim: About 40, comparator: "=",\n'
        "           approximate: true, value: 40"
    ),
    good=GOOD,
)
SHARE_OUT_OF_RANGE = Rule(
    code="OR508",
    name="share-out-of-range",
    what="A share is below nothing or above the whole: 100 where its unit is per cent, 1 where it is a fraction.",
    why="A part of a whole cannot exceed it. A rise of 150 per cent is a change, not a share.",
    message='"{verbatim}": {worst} is not a share in the unit {unit}',
    mend="give a share in per cent from 0 to 100 or as a fraction from 0 to 1; a change or a multiple is a cardinal",
    select="""
        WITH shares AS (
            SELECT id, verbatim, unit, least(value, lower, upper) AS least_said,
                   greatest(value, lower, upper) AS most_said,
                   CASE WHEN lower(unit) IN ('percent', 'per cent', '%', 'percentage') THEN 100
                        WHEN lower(unit) IN ('fraction', 'ratio', 'proportion', 'share') THEN 1 END AS whole
            FROM figures WHERE kind = 'share'
        )
        SELECT 'figures' AS record_table, id AS record_id, verbatim, unit,
               CASE WHEN least_said < 0 THEN least_said ELSE most_said END AS worst
        FROM shares WHERE least_said < 0 OR most_said > whole
    """,
    bad=beside('kind: share, unit: percent, verbatim: "140 %", comparator: "=", approximate: false, value: 140'),
    good=beside('kind: share, unit: percent, verbatim: "40 %", comparator: "=", approximate: false, value: 40'),
)
DURATION_UNIT = Rule(
    code="OR509",
    name="duration-unit",
    what="A duration is given in a unit that is not known as a unit of time.",
    why="Durations can be compared only in units of time; another unit usually means another kind of figure.",
    message='"{verbatim}" is a duration in the unit {unit}',
    mend="name the unit of time in English and in the singular (day, year, decade), or correct the kind",
    severity=Severity.WARNING,
    select=f"""
        SELECT 'figures' AS record_table, id AS record_id, 'unit' AS record_column, verbatim, unit
        FROM figures
        WHERE kind = 'duration' AND NOT regexp_matches(lower(unit), '^(.*[^a-z])?({TIME_UNITS})s?$')
    """,
    bad=beside('kind: duration, unit: person, verbatim: About 40, comparator: "=", approximate: true, value: 40'),
    good=beside('kind: duration, unit: year, verbatim: About 40, comparator: "=", approximate: true, value: 40'),
)
APPROXIMATION_UNMARKED = Rule(
    code="OR510",
    name="approximation-unmarked",
    what="The words mark a figure as imprecise (`about`, `some`, `several`), but `approximate` is false.",
    why="A hedged number passed on as exact is one of the commonest ways in which figures drift.",
    message='"{verbatim}" is imprecise by its own words, but `approximate` is false',
    mend="write `approximate: true`",
    select=f"""
        SELECT 'figures' AS record_table, id AS record_id, 'approximate' AS record_column, verbatim
        FROM figures WHERE NOT approximate AND regexp_matches(lower(verbatim), '{APPROXIMATE}')
    """,
    bad=cardinal('verbatim: About 40, comparator: "=", approximate: false, value: 40'),
    good=GOOD,
)
COMPARATOR_NOT_AS_PRINTED = Rule(
    code="OR511",
    name="comparator-not-as-printed",
    what="The words say more than, at least, less than or at most, and the comparator does not.",
    why='A comparator that is lost makes a bound into a count: "over 40" is not 40.',
    message='"{verbatim}" says {said}, but the comparator is `{comparator}`',
    mend='"over" and "more than" are `>`, "at least" is `>=`, "less than" is `<`, "at most" and "up to" are `<=`',
    select=f"""
        SELECT * FROM (
            SELECT 'figures' AS record_table, id AS record_id, 'comparator' AS record_column, verbatim, comparator,
                   CASE WHEN comparator NOT IN ('>', '>=') AND regexp_matches(lower(verbatim), '{MORE}')
                             AND NOT (kind = 'duration' AND regexp_matches(lower(verbatim), '^over '))
                        THEN 'that much or more'
                        WHEN comparator NOT IN ('<', '<=') AND regexp_matches(lower(verbatim), '{LESS}')
                        THEN 'that much or less' END AS said
            FROM figures
            WHERE value IS NOT NULL AND kind NOT IN ('range', 'date', 'year', 'ordinal')
              AND (lower IS NULL OR upper IS NULL OR lower = upper)
        ) WHERE said IS NOT NULL
    """,
    bad=cardinal('verbatim: over 40, comparator: "=", approximate: false, value: 40'),
    good=cardinal('verbatim: over 40, comparator: ">", approximate: false, value: 40'),
)
RANGE_WITHOUT_ENDS = Rule(
    code="OR512",
    name="range-without-ends",
    what="A figure of kind `range` printed in digits lacks its lower or upper bound.",
    why="A range is an amount given by two ends; with one of them missing it is another kind of figure.",
    message='"{verbatim}" is a range with lower {lower} and upper {upper}',
    mend="add both ends as printed, or correct the kind",
    select="""
        SELECT 'figures' AS record_table, id AS record_id, 'kind' AS record_column, verbatim, lower, upper
        FROM figures
        WHERE kind = 'range' AND (lower IS NULL OR upper IS NULL) AND regexp_matches(verbatim, '^.*[0-9].*$')
    """,
    bad=beside('kind: range, unit: person, verbatim: 40 to 50, comparator: "=", approximate: false, lower: 40'),
    good=beside(
        'kind: range, unit: person, verbatim: 40 to 50, comparator: "=", approximate: false,\n'
        "           lower: 40, upper: 50"
    ),
)

FIGURE_RULES: tuple[Rule, ...] = (
    VALUE_OUTSIDE_BOUNDS,
    FIGURE_BOUNDS_REVERSED,
    COMPARATOR_AND_BOUNDS,
    COMPARATOR_WITHOUT_VALUE,
    VALUE_NOT_AS_PRINTED,
    VALUE_MISSING,
    UNIT_OF_QUANTITY,
    SHARE_OUT_OF_RANGE,
    DURATION_UNIT,
    APPROXIMATION_UNMARKED,
    COMPARATOR_NOT_AS_PRINTED,
    RANGE_WITHOUT_ENDS,
)

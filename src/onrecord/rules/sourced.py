"""OR32x and OR33x: records against the text itself. No SELECT: the text is in no table, only in its holder's hands.

`bad` and `good` are laid over the example dataset like any rule's, and judged against its text.
OR321 and OR322 are retired: see `RETIRED` in `rules/__init__.py`.
"""

from __future__ import annotations

from .rule import Rule

TEXT_FILE = "crane.txt"
GOOD_FIGURE = """crane/statements.yaml:
  statements:
    - id: crane.s3
      passage_id: crane.p2
      claim_id: people-were-near
      anchor: "102-129 {h:102-129}"
      figures:
        - {kind: cardinal, verbatim: About 40, comparator: "=", approximate: true,
           unit: person, counted: people nearby, anchor: "102-110 {h:102-110}"}
"""
GOOD_MENTION = """crane/mentions.yaml:
  mentions:
    - {id: crane.m1, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94} Ada Lind"}
"""
GOOD_ROLE = """crane/mentions.yaml:
  roles:
    - {id: crane.role1, agent_id: ada-lind, title: harbour … Lind, anchor: "71-94 {h:71-94}"}
"""
GOOD_PASSAGE = """crane/document.yaml:
  passages:
    - {id: crane.p2, kind: paragraph, anchor: "27-192 {h:27-192}"}
"""
GOOD_UNIT = """crane/ledger.yaml:
  units:
    - {id: crane.u7, passage_id: crane.p2, kind: numeral, anchor: "108-110 {h:108-110}", status: covered}
"""

OTHER_EDITION = Rule(
    code="OR320",
    name="other-edition",
    what="The text is not the edition the document was recorded from.",
    why="Offsets count one text only. In another edition they would point at other words without a sign.",
    message="the text has SHA-256 {found}, not {wanted} as on record; {fit} of {spans} places fit it{form}",
    mend="use the text whose hash is on record, or move the anchors to this one: `onrecord reanchor {document}`",
    example_file=TEXT_FILE,
    bad=f'crane/document.yaml:\n  document:\n    text_sha256: "{"0" * 64}"\n',
    good='crane/document.yaml:\n  document:\n    text_sha256: "{text}"\n',
)
OTHER_EXCERPT = Rule(
    code="OR323",
    name="other-excerpt",
    what="An excerpt is not what stands at its anchor.",
    why="A quotation that differs from its source is a misquotation.",
    message='the excerpt "{said}" is not what stands at {spans}',
    mend="copy the words as printed; join the pieces of a discontinuous anchor by ` … `",
    example_file=TEXT_FILE,
    bad=GOOD_MENTION.replace("} Ada Lind", "} Ada Lint"),
    good=GOOD_MENTION,
)
OTHER_VERBATIM = Rule(
    code="OR324",
    name="other-verbatim",
    what="The words of a figure or time are not what stands at its anchor.",
    why="`verbatim` is the figure as printed; everything parsed from it rests on that.",
    message='`verbatim`: "{said}" is not what stands at {spans}',
    mend="copy the words as printed, or correct the anchor; only white space may differ",
    example_file=TEXT_FILE,
    bad=GOOD_FIGURE.replace("About 40", "Around 40"),
    good=GOOD_FIGURE,
)
OTHER_TITLE = Rule(
    code="OR325",
    name="other-title",
    what="A role's title, piece by piece between its `…`, does not stand at its anchor.",
    why="Titles are recorded as stated; one supplied from knowledge would be put in the document's mouth.",
    message='`title`: "{said}" does not stand at {spans}',
    mend="copy the title as printed, with `…` for words left out, or widen the anchor",
    example_file=TEXT_FILE,
    bad=GOOD_ROLE.replace("harbour … Lind", "Lind … harbour"),
    good=GOOD_ROLE,
)
BETWEEN_PASSAGES = Rule(
    code="OR326",
    name="words-between-passages",
    what="There are words of the text that lie in no passage.",
    why="What lies in no passage is in no unit of coverage either, so nobody would notice that it was left out.",
    message="words lie in no passage at {spans} ({words} of them)",
    mend="extend the passage before or after it, or add one",
    example_file=TEXT_FILE,
    bad=GOOD_PASSAGE.replace("27-192", "29-192"),
    good=GOOD_PASSAGE,
)
OTHER_LENGTH = Rule(
    code="OR327",
    name="other-length",
    what="The length on record is not the length of the text.",
    why="Readers judge by it how much of a document is recorded, and programs whether an offset can be right.",
    message="`text_length`: the text has {length} code points, not {said}",
    mend="write text_length: {length}",
    example_file=TEXT_FILE,
    bad="crane/document.yaml:\n  document:\n    text_length: 191\n",
    good="crane/document.yaml:\n  document:\n    text_length: 192\n",
)
UNLISTED_UNIT = Rule(
    code="OR328",
    name="unlisted-unit",
    what="A sentence, quotation or numeral of the text touches no unit of its kind in the ledger.",
    why="Coverage counts the units of the ledger: what never came into it is left out without a trace.",
    message="{kind} {start}-{end} in {where} is no unit of the ledger",
    mend='add a unit to `ledger.yaml` with `kind: {kind}` and `anchor: "{anchor}"`; waive it where it carries nothing',
    example_file=TEXT_FILE,
    bad=GOOD_UNIT.replace("108-110", "86-89").replace("covered", "waived, waiver: not-a-figure"),
    good=GOOD_UNIT,
)

MOVED_WORDS = Rule(
    code="OR331",
    name="moved-words",
    what="The words of an anchor do not stand at its offsets but in one other place.",
    why="Whoever follows the anchor reads other words than those that were recorded.",
    message="the words of {spans} stand at {places}{because}",
    mend="{mend}",
    example_file=TEXT_FILE,
    bad=GOOD_MENTION.replace("86-94 {h:86-94} Ada Lind", "80-88 {h:86-94}"),
    good=GOOD_MENTION,
)
AMBIGUOUS_WORDS = Rule(
    code="OR332",
    name="ambiguous-words",
    what="The words of an anchor do not stand at its offsets but in several other places.",
    why="Which of them is meant cannot be told from the words; a wrong choice would look right for ever.",
    message="the words of {spans} stand in {count}: {places}{because}",
    mend="{mend}",
    example_file=TEXT_FILE,
    bad=GOOD_MENTION.replace("86-94 {h:86-94} Ada Lind", "0-10 {h:15-25}"),
    good=GOOD_MENTION,
)
MISSING_WORDS = Rule(
    code="OR333",
    name="missing-words",
    what="The words of an anchor stand nowhere in the text.",
    why="Nobody can read in the text what was recorded from it, and what is most like it may say something else.",
    message="the words of {spans} are not found in the text{beyond}{because}{nearest}",
    mend="correct the record{after}, or take it out of the records of this edition",
    example_file=TEXT_FILE,
    bad=GOOD_MENTION.replace("86-94 {h:86-94} Ada Lind", "86-94 0000000000000000"),
    good=GOOD_MENTION,
)

LISTING_RULES: tuple[Rule, ...] = (UNLISTED_UNIT,)  # judged by `coverage`, which finds the units of a text
SOURCED_RULES: tuple[Rule, ...] = (
    OTHER_EDITION,
    OTHER_EXCERPT,
    OTHER_VERBATIM,
    OTHER_TITLE,
    BETWEEN_PASSAGES,
    OTHER_LENGTH,
    MOVED_WORDS,
    AMBIGUOUS_WORDS,
    MISSING_WORDS,
)

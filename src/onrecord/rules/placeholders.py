"""OR34x: placeholders that cannot be filled in. No SELECT: they need the text, and stand in drafts only.

`bad` and `good` are laid over the example dataset like any rule's, and filled in from its text.
"""

from __future__ import annotations

from .rule import Rule

TEXT_FILE = "crane.txt"
MENTION = """crane/mentions.yaml:
  mentions:
    - {id: crane.m1, agent_id: ada-lind, form: name, anchor: "ANCHOR"}
"""
TIME = """crane/document.yaml:
  times:
    - {verbatim: SAID, basis: stated, edtf: "2021-03-03", anchor: "57-69 {h:57-69}"}
"""

PLACEHOLDER_NOT_FOUND = Rule(
    code="OR340",
    name="placeholder-not-found",
    what="The words of a placeholder do not stand in the text, or not in the passage of their record.",
    why="Only words that the text has can be anchored; what merely resembles them is for a person to choose.",
    message='in {where}, the words "{words}" {problem}',
    mend="{remedy}",
    example_file=TEXT_FILE,
    bad=MENTION.replace("ANCHOR", "?Ada Lindt?"),
    good=MENTION.replace("ANCHOR", "?Ada Lind?"),
)
PLACEHOLDER_AMBIGUOUS = Rule(
    code="OR341",
    name="placeholder-ambiguous",
    what="The words of a placeholder stand in several places, or only inside longer words.",
    why="Which place is meant is for a person to say; an anchor on the wrong one would never be noticed.",
    message='the words "{words}" {problem} in {where}: {places}',
    mend="`onrecord anchor {document} {shell} --source FILE` shows what stands around them; then write "
    '"?{words}? nth K", or near, before: or after:',
    example_file=TEXT_FILE,
    bad=MENTION.replace("ANCHOR", "?crane?"),
    good=MENTION.replace("ANCHOR", "?Ada Lind? nth 1"),
)
PLACEHOLDER_MISPLACED = Rule(
    code="OR342",
    name="placeholder-misplaced",
    what="A field that is no anchor holds a placeholder.",
    why="Placeholders stand for places in the text; in any other field one would be published as it is.",
    message='`{field}` is no anchor: the placeholder "{value}" cannot be filled in there',
    mend="write into `{field}` what belongs there, and the placeholder into `anchor`",
    example_file=TEXT_FILE,
    bad=TIME.replace("SAID", '"?3 March 2021?"'),
    good=TIME.replace("SAID", "3 March 2021"),
)

PLACEHOLDER_RULES: tuple[Rule, ...] = (PLACEHOLDER_NOT_FOUND, PLACEHOLDER_AMBIGUOUS, PLACEHOLDER_MISPLACED)

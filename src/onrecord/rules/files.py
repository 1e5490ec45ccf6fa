"""OR0xx: faults of records files themselves, raised while they are read. No SELECT: only YAML has them."""

from __future__ import annotations

from .rule import Rule

AGENTS = """agents:
  - {id: crane.narrator, name: The report, kind: narrator}
  - {id: the-company, name: The company, kind: organisation}
  - {id: people-nearby, name: People nearby, kind: group}
"""
GOOD_AGENTS = AGENTS + "  - {id: ada-lind, name: Ada Lind, kind: person}\n"

MENTIONS = """roles:
  - {id: crane.role1, agent_id: ada-lind, title: harbour master, anchor: "71-85 {h:71-85}"}
mentions:
  - {id: crane.m1, agent_id: ada-lind, form: name, anchor: "86-94 {h:86-94}"}
  - {id: crane.m2, agent_id: ada-lind, form: pronoun, anchor: "132-135 {h:132-135}"}
  - {id: crane.m3, agent_id: the-company, form: description, anchor: "ANCHOR"}
  - {id: crane.m4, agent_id: people-nearby, form: description, anchor: "111-117 {h:111-117}"}
"""
GOOD_MENTIONS = MENTIONS.replace("ANCHOR", "143-154 {h:143-154}")

YAML_SYNTAX = Rule(
    code="OR001",
    name="yaml-syntax",
    what="The file is not well-formed YAML.",
    why="Nothing after the fault can be trusted to mean what it seems to mean.",
    message="cannot be read as YAML: {problem}",
    mend="look at indentation, quotes, colons and brackets at or just above this place",
    example_file="agents.yaml",
    bad=AGENTS + "  - {id: ada-lind, name: Ada Lind\n",
    good=GOOD_AGENTS,
)
YAML_TAG = Rule(
    code="OR002",
    name="yaml-tag",
    what="A value carries a YAML tag such as `!!python/object` or `!!str`.",
    why="Tags make a loader build objects or change types behind the reader's back; records are plain data.",
    message="the tag `{tag}` is not allowed",
    mend="remove the tag; put quotes around a value that must stay text",
    example_file="agents.yaml",
    bad=AGENTS + '  - {id: ada-lind, name: !!python/object:os.system "x", kind: person}\n',
    good=GOOD_AGENTS,
)
YAML_ALIAS = Rule(
    code="OR003",
    name="yaml-alias",
    what="A YAML anchor (`&name`) or alias (`*name`) is used.",
    why="Aliases can grow a small file into gigabytes, and a record must be readable where it stands.",
    message="YAML anchors and aliases are not allowed: `{said}`",
    mend="write the value out where it is needed; put quotes around text that begins with `&` or `*`",
    example_file="agents.yaml",
    bad=AGENTS + "  - {id: &a ada-lind, name: *a, kind: person}\n",
    good=GOOD_AGENTS,
)
DUPLICATE_KEY = Rule(
    code="OR004",
    name="duplicate-key",
    what="A mapping has the same key twice.",
    why="One of the two values would be lost without a word.",
    message="key `{key}` is repeated (first at line {first})",
    mend="keep one of the two",
    example_file="agents.yaml",
    bad=AGENTS + "  - id: ada-lind\n    name: Ada Lind\n    name: A. Lind\n    kind: person\n",
    good=GOOD_AGENTS,
)
NESTED_TOO_DEEP = Rule(
    code="OR005",
    name="nested-too-deep",
    what="Lists or mappings are nested more than 32 deep.",
    why="No record needs it, and deep nesting is a known way to exhaust a reader.",
    message="nested too deep: more than {limit} levels",
    mend="close the brackets that were left open, or flatten the value",
    example_file="agents.yaml",
    bad="agents: " + "[" * 40 + "]" * 40 + "\n",
    good=GOOD_AGENTS,
)
CONTROL_CHARACTER = Rule(
    code="OR006",
    name="control-character",
    what="The file holds a control character, a lone surrogate, or a character YAML would turn into a line break.",
    why="Such characters are invisible, can drive a terminal, and are lost or changed on the way.",
    message="the character {character} is not allowed",
    mend="delete it; it usually came in by copying from a page or a terminal",
    example_file="agents.yaml",
    bad=AGENTS + '  - {id: ada-lind, name: "Ada\\u001b[31m Lind", kind: person}\n',
    good=GOOD_AGENTS,
)
NOT_UTF8 = Rule(
    code="OR007",
    name="not-utf8",
    what="The file is not encoded as UTF-8.",
    why="Guessing the encoding would change names and quoted words.",
    message="byte {byte} at byte offset {offset} is not UTF-8",
    mend="save the file as UTF-8",
    example_file="agents.yaml",
    bad=AGENTS + "  - {id: ada-lind, name: Ad\udce9 Lind, kind: person}\n",
    good=GOOD_AGENTS,
)
FILE_TOO_LARGE = Rule(
    code="OR008",
    name="file-too-large",
    what="A records file is larger than the limit for hand-written YAML.",
    why="A file of that size was not written by hand and would exhaust memory.",
    message="the file has {size} bytes; hand-written records may have {limit}",
    mend="split the records over several documents",
    example_file="agents.yaml",
    bad="# too large to show\n",
    good=GOOD_AGENTS,
)
UNEXPECTED_FILE = Rule(
    code="OR009",
    name="unexpected-file",
    what="A YAML file in the records folder has a name that is not one of the records files.",
    why="What stands in it would be left out of the dataset without a word.",
    message="`{file}` is not a records file{guess}",
    mend="rename it to one of: {files}",
    bad="crane/caveat.yaml:\n  caveats: []\n",
    good="crane/caveats.yaml:\n  caveats: []\n",
)
DOCUMENT_MISSING = Rule(
    code="OR010",
    name="document-missing",
    what="A document's folder has no readable `document.yaml`.",
    why="Without it nobody knows which text the offsets in the folder count.",
    message="the folder `{folder}` has no document record",
    mend="add `document.yaml` with the key `document`, or remove the folder",
    bad="crane-pictures/caveats.yaml:\n  caveats: []\n",
    good="crane/caveats.yaml:\n  caveats: []\n",
)
FOLDER_NAME = Rule(
    code="OR011",
    name="folder-name",
    what="A document's id is not the name of its folder.",
    why="A reader who follows an id to the files must arrive at the right folder.",
    message="the document `{id}` stands in the folder `{folder}`",
    mend="rename the folder or the id so that both are the same",
    bad="crane/document.yaml:\n  document: {id: crate}\n",
    good="crane/document.yaml:\n  document: {id: crane}\n",
)
NOT_A_MAPPING = Rule(
    code="OR012",
    name="not-a-mapping",
    what="The file, or a record in it, is not a mapping of keys to values, or a section is not a list.",
    why="There is no telling which record is meant.",
    message="expected {expected}, got {got}",
    mend="write records as a list of `key: value` mappings under one of: {sections}",
    example_file="agents.yaml",
    bad="agents: Ada Lind\n",
    good=GOOD_AGENTS,
)
DIGEST_MISSING = Rule(
    code="OR013",
    name="digest-missing",
    what="The document's `digests.sha256` has no full hash for an anchor.",
    why="The 16 digits in YAML keep it readable; the tables carry all 64, and they come from that file.",
    message="no full SHA-256 on file for {spans}",
    mend="run `onrecord digest {document} --source FILE` with your copy of the text",
    example_file="crane/digests.sha256",
    bad="{digests except 0-25}",
    good="{digests}",
)
DIGEST_MISMATCH = Rule(
    code="OR014",
    name="digest-mismatch",
    what="The 16 hash digits written in an anchor are not the beginning of the full hash on file for its span.",
    why="Span and words no longer belong together: one of the two was changed by hand.",
    message="{spans} is written with `{written}`, but its full SHA-256 on file begins `{kept}`",
    mend="run `onrecord verify --source FILE` with your copy of the text, and mend the span or the hash",
    example_file="crane/digests.sha256",
    bad="{digests except 0-25}" + "0" * 64 + "  0-25\n",
    good="{digests}",
)
DIGEST_LINE = Rule(
    code="OR015",
    name="digest-line",
    what="A line of `digests.sha256` is not 64 hex digits, two spaces and a span.",
    why="A damaged line could hide a changed anchor.",
    message="cannot be read as a digest: `{line}`",
    mend="run `onrecord digest {document} --source FILE` to write the file anew",
    example_file="crane/digests.sha256",
    bad="{digests}12ab 0-25\n",
    good="{digests}",
)
OPEN_PLACEHOLDER = Rule(
    code="OR016",
    name="open-placeholder",
    what="An anchor is still a placeholder: the words are given, their place is not.",
    why="A record without a place cannot be verified; it is no record yet.",
    message='`{record_column}`: the placeholder "{value}" is not filled in',
    mend="run `onrecord anchor DOCUMENT --fill --source FILE` with the id of the document and your copy of the text",
    example_file="crane/mentions.yaml",
    bad=MENTIONS.replace("ANCHOR", "?The company?"),
    good=GOOD_MENTIONS,
)
MALFORMED_PLACEHOLDER = Rule(
    code="OR017",
    name="malformed-placeholder",
    what="A placeholder for an anchor is not words between `?` and `?`, with options after them.",
    why="What cannot be read with certainty is not filled in.",
    message='`{record_column}`: the placeholder "{value}" cannot be read: {problem}',
    mend='write "?words?", then where needed `nth 2`, `near 1846`, `excerpt`, `before: words`, `after: words`',
    example_file="crane/mentions.yaml",
    bad=MENTIONS.replace("ANCHOR", "?The company? second"),
    good=GOOD_MENTIONS,
)

UNSETTLED_ANCHOR = Rule(
    code="OR019",
    name="unsettled-anchor",
    what="An anchor was left behind by a new edition of the text: its words could not be found there for certain.",
    why="Its offsets count the earlier edition. In this one they may show other words, or a lookalike.",
    message="`{record_column}`: its words stood at {spans} of the edition {edition}...; where they stand now is open",
    mend="compare the editions, and write the anchor that `onrecord anchor` gives; or take the record out",
    example_file="crane/mentions.yaml",
    bad=MENTIONS.replace("ANCHOR", "!143-154@479656262b22bc50 {h:143-154}"),
    good=GOOD_MENTIONS,
)

UNCONFIRMED_SUGGESTION = Rule(
    code="OR020",
    name="unconfirmed-suggestion",
    what="A record, or one nested in it, carries the mark `suggested: true`: nobody has confirmed it.",
    why="A suggestion is what a program made of the words. Whether the document says so is for a person to judge.",
    message="the record is a suggestion that nobody has confirmed",
    mend="compare it with the text; delete `suggested: true` to confirm it, or delete the record",
    example_file="crane/mentions.yaml",
    bad=GOOD_MENTIONS.replace("form: pronoun,", "form: pronoun, suggested: true,"),
    good=GOOD_MENTIONS,
)
SUGGESTED_VALUE = Rule(
    code="OR021",
    name="suggested-value",
    what="The mark `suggested` has another value than `true`.",
    why="A record is a suggestion or it is not; what else the mark was to say, nobody can tell.",
    message="`suggested` is {value}; the only value it can have is true",
    mend="delete `suggested` if somebody has confirmed the record, or write `suggested: true`",
    example_file="crane/mentions.yaml",
    bad=GOOD_MENTIONS.replace("form: pronoun,", "form: pronoun, suggested: false,"),
    good=GOOD_MENTIONS,
)

FILE_RULES: tuple[Rule, ...] = (
    YAML_SYNTAX,
    YAML_TAG,
    YAML_ALIAS,
    DUPLICATE_KEY,
    NESTED_TOO_DEEP,
    CONTROL_CHARACTER,
    NOT_UTF8,
    FILE_TOO_LARGE,
    UNEXPECTED_FILE,
    DOCUMENT_MISSING,
    FOLDER_NAME,
    NOT_A_MAPPING,
    DIGEST_MISSING,
    DIGEST_MISMATCH,
    DIGEST_LINE,
    OPEN_PLACEHOLDER,
    MALFORMED_PLACEHOLDER,
    UNSETTLED_ANCHOR,
    UNCONFIRMED_SUGGESTION,
    SUGGESTED_VALUE,
)

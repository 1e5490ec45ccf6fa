"""Writes the shared vectors: texts with hard Unicode, and what every reader of them must find.

Run it from the project's root after a change: `python tests/vectors/make.py`. The offsets in
UTF-16 are found by encoding, not by the arithmetic that the vectors are there to test.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"
FILE = HERE / "offsets.json"

if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parents[1] / "src"))

from onrecord.source import FORM, canonical  # noqa: E402
from onrecord.span import Spans, digest_of, read_spans, words_at, write_spans  # noqa: E402

LONG_RUN = "\u0301\u0323" * 150  # marks of two classes: sorted first, then composed as far as they can be

# Texts as they are stored in a file, byte-order mark and line ends included. Characters are of
# Unicode 14 or older, so that every supported engine normalises them alike.
CASES: tuple[tuple[str, str], ...] = (
    ("plain ASCII", "The crane fell.\nNobody was hurt.\n"),
    ("byte-order mark", "\ufeffThe crane fell."),
    ("only the first byte-order mark is dropped", "\ufeff\ufeffcrane\ufeff fell"),
    ("CRLF", "The crane\r\nfell.\r\n\r\nNobody\r\nwas hurt."),
    ("CR", "The crane\rfell.\r\rNobody was hurt."),
    ("CRLF, CR and LF mixed", "a\r\r\nb\n\rc\r\n\nd\r"),
    ("other line separators stay", "a\u2028b\u2029c\u0085d\x0be\x0cf"),
    ("decomposed letters", "Zoe\u0308 A\u0301vila, Be\u0301la O\u030bry"),
    ("composed letters", "Zoë Ávila, Béla Őry"),
    ("marks out of order", "q\u0307\u0323 a\u0323\u0302 a\u0302\u0323 \u1e69 s\u0323\u0307"),
    ("marks without a composed form", "M\u0303anu x\u0331 r\u0325\u0304"),
    ("mark at the beginning and after a line end", "\u0301a\r\n\u0301b"),
    ("long run of marks", f"a{LONG_RUN}b"),
    ("Hangul from jamo", "\u1112\u1161\u11ab\u1100\u1173\u11af \ud55c\u1100 \uac00\u11a8"),
    ("composition exclusions", "\u0958 \u0915\u093c \ufb2c \u05e9\u05bc\u05c1 \u2adc \U0001d15e"),
    ("singletons that change", "\u212b \u2126 \u2000x\u2001 \u037e \u1fef \uf900 \U0002f800"),
    ("compatibility characters stay", "ﬁ ² ½ ㎏ Ａ ①"),
    ("emoji before words", "🏗🚧 The crane fell 🏚 here."),
    ("joined emoji", "👷🏽\u200d♀\ufe0f👨🏾\u200d🔧 👨\u200d👩\u200d👧\u200d👦"),
    ("variation selectors", "☠\ufe0e ☠\ufe0f 葛\U000e0100"),
    ("flags and keycaps", "🇸🇪🇳🇴 1\ufe0f\u20e3 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"),
    ("ideographs beyond the first plane", "𠮷野家で𩸽を食べる。𠀀"),
    ("old scripts and mathematical letters", "𐌰𐌱 𝔘𝔫𝔦 𝒜 𐐷"),
    ("right to left within left to right", "He said “سقطت الرافعة ببطء”, and “הַמָּנוֹף נָפַל”."),
    ("format characters", "crane\u00ad \u200bfell\u200c \u200d\u2060 \u202eabc\u202c \u2066x\u2069 \u180e"),
    ("spaces of many widths", "1\u202f250\u202f000\u00a0crowns\u2009\u3000\u205fend"),
    ("quotation marks of many kinds", "“a” ‘b’ \"c\" 'd' «e» »f« „g“ ‚h‘ 「i」『j』 ‹k›"),
    ("Indic clusters and Thai", "क्षत्रिय நி ที่ กำ"),
    ("Tibetan marks composed in no order", "\u0f71\u0f72 \u0f73 \u0f75 \u0f71\u0f74"),
    ("astral marks", "\U0001d157\U0001d165\U0001d16e \U00011099\U000110ba \U00011131\U00011127"),
    ("noncharacters and private use", "a\ufffe\uffff\ue000\U0010ffff\U000f0000b"),
    ("a control character", "A bell\x07 and a tab\there. " + "The crane fell. " * 6),
)

# What is no text: stored in the same way, with how the refusal begins.
BINARY, EMPTY, MARKS = "the text is binary, not text", "the text is empty", "the text is not text"
REFUSED: tuple[tuple[str, str, str], ...] = (
    ("nothing at all", "", EMPTY),
    ("nothing but a byte-order mark", "\ufeff", EMPTY),
    (
        "white space of many kinds",
        "\ufeff \t\r\n\x0b\x0c\x85\xa0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000",
        EMPTY,
    ),
    ("a NUL", "The crane\0 fell. " * 40, BINARY),
    ("a NUL far inside", "The crane fell. " * 40 + "\0", BINARY),
    ("control characters", "The \x01crane\x02 fell.", BINARY),
    ("one control character in ninety-nine", "\x07" + "a" * 98, BINARY),
    ("separators of the old kind", "\x1c\x1d\x1e\x1f", BINARY),
    ("marks without end", "a" + "\u0301" * 1025, MARKS),
    ("marks of two classes without end", "The crane fe" + "\u0323\u0301" * 600 + "ll.", MARKS),
    ("marks beyond the first plane without end", "\U0001d157" + "\U0001d165" * 1100, MARKS),
)
# Close to those, and yet texts.
CASES += (
    ("one control character in a hundred", "\x07" + "a" * 99),
    ("a zero-width space is no white space", " \u200b "),
    ("a second byte-order mark is no white space", "\ufeff\ufeff"),
    ("marks up to the limit", "a" + "\u0301\u0323" * 512),
)


def render() -> str:
    """The content of the vectors file: one line for each place, so that a change shows where it is."""
    texts = ",\n".join(_lines(_text(name, stored)) for name, stored in CASES)
    samples = ",\n".join(_lines(_sample(path)) for path in sorted((SAMPLES / "sources").glob("*.txt")))
    refused = ",\n".join(json.dumps({"name": name, "text": stored, "says": says}) for name, stored, says in REFUSED)
    return f'{{"form": "{FORM}",\n"texts": [\n{texts}\n],\n"refused": [\n{refused}\n],\n"samples": [\n{samples}\n]}}\n'


def _lines(entry: dict[str, Any]) -> str:
    known = {key: value for key, value in entry.items() if key != "spans"}
    places = ",\n".join(f"  {json.dumps(one)}" for one in entry["spans"])
    return f'{json.dumps(known)[:-1]}, "spans": [\n{places}]}}'


def _text(name: str, stored: str) -> dict[str, Any]:
    source = canonical(stored.encode("utf-8"))
    known = {"name": name, "text": stored, "canonical": source.text, "sha256": source.sha256, "length": source.length}
    spans = sorted(set(_interesting(source.text)))
    return known | {"spans": [place(source.text, one) | {"words": words_at(source.text, one)} for one in spans]}


def _interesting(text: str) -> Iterator[Spans]:
    """The whole, the beginning and the end, every word and its first character, and two words in one anchor."""
    found = [m.span() for m in re.finditer(r"\S+", text)]
    whole = [(0, len(text)), (0, 0), (len(text), len(text)), (0, len(text) // 2), (len(text) // 2, len(text))]
    yield from (((start, end),) for start, end in (*whole, *found))
    yield from (((start, start + 1),) for start, _ in found)
    if len(found) > 1:
        yield (found[0], found[-1])


def _sample(path: Path) -> dict[str, Any]:
    """Every place of a sample text that its records point to; the words stand in the text itself."""
    source = canonical(path.read_bytes())
    known = {"file": f"samples/sources/{path.name}", "sha256": source.sha256, "length": source.length}
    return known | {"spans": [place(source.text, spans) for spans in _recorded(source.sha256)]}


def _recorded(sha256: str) -> list[Spans]:
    """The spans in the digests of the document that was recorded from the text with this hash."""
    for document in sorted((SAMPLES / "claims" / "records").glob("*/document.yaml")):
        if f"text_sha256: {sha256}" in document.read_text(encoding="utf-8"):
            lines = (document.parent / "digests.sha256").read_text(encoding="utf-8").splitlines()
            return sorted(read_spans(line.split("  ")[1]) for line in lines)
    raise LookupError(f"no sample document was recorded from the text with SHA-256 {sha256}")


def place(text: str, spans: Spans) -> dict[str, str]:
    """A place as the vectors give it: its spans in code points and in UTF-16, and the hash of its words."""
    in_utf16 = tuple((_units(text[:start]), _units(text[:end])) for start, end in spans)
    return {
        "code_points": write_spans(spans),
        "utf16": write_spans(in_utf16),
        "sha256": digest_of(words_at(text, spans)),
    }


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


if __name__ == "__main__":
    FILE.write_text(render(), encoding="utf-8")

"""A text cut into passages and units: what a curator would otherwise mark by hand.

A block is what a passage will be: a paragraph, a list item, a heading. Every visible character
lies in exactly one block. Pieces are what units of coverage will be: sentences, quotations and
numerals, each within its block. Which block is page furniture, a person has to say.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from ..numerals import find_numerals
from ..quotations import Unclosed, quotations_in
from .layout import Block, blocks, inside
from .sentence import openings, sentences, sentences_in

__all__ = ["Block", "Outline", "Piece", "blocks", "segment", "sentences"]

_KINDS = ("sentence", "quotation", "numeral")  # of the same words, in this order


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block that will be a unit: sentence, quotation or numeral; `block` counts from 0."""

    kind: str
    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A text's blocks, its pieces in reading order (the larger first), its marks without a partner."""

    blocks: list[Block]
    pieces: list[Piece]
    unclosed: list[Unclosed]


def segment(text: str, language: str = "en") -> Outline:
    """Blocks and pieces of a text, in the order in which they are read."""
    found = blocks(text)
    insides = [(inside(text, block), block.end) for block in found]
    quoted = quotations_in(text, insides)
    marks = openings(text, quoted)
    pieces = [Piece("quotation", q.start, q.end, _block_at(found, q.start)) for q in quoted.quotations]
    for number, span in enumerate(insides):
        said = sentences_in(text, *span, language, marks)
        pieces += [Piece("sentence", start, end, number) for start, end in said]
        pieces += [Piece("numeral", one.start, one.end, number) for one in find_numerals(text, language, *span)]
    return Outline(found, sorted(pieces, key=_reading_order), quoted.unclosed)


def _block_at(found: list[Block], offset: int) -> int:
    return bisect_right(found, offset, key=lambda block: block.start) - 1


def _reading_order(piece: Piece) -> tuple[int, int, int]:
    return piece.start, -piece.end, _KINDS.index(piece.kind)

/* Where words and lines begin and end in a text, in code points. */

const WORD = /[\p{L}\p{N}\p{M}_]/u;
const DIGIT = /\p{Nd}/u;
const MARK = /\p{M}/u;
const JOINERS = "\u200c\u200d";
const SEPARATORS = ".,'\u2019\u066b\u066c\u00a0\u2009\u202f";
// Scripts that put no space between words: Thai, Lao, Tibetan, Burmese, Khmer, kana, Chinese characters.
const SPACELESS =
  /[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const SPACE = /\s/;

// Of ASCII characters: 1 for those of words, 2 for white space, 4 for separators in numbers, 8 for digits.
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  const bits = [/\w/, SPACE, /[.,']/, /\d/].map((kind, bit) => (kind.test(character) ? 1 << bit : 0));
  return bits.reduce((sum, bit) => sum + bit);
});

/** Whether a word or a number, or a character with its marks, goes on across an index in UTF-16. */
export function cutAt(text, at) {
  if (at <= 0 || at >= text.length) return false;
  const [one, two] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  if (one < 128 && two < 128) {
    const kinds = ASCII[one] | (ASCII[two] << 4);
    if (kinds & 0x22) return false;
    if (!(kinds & 0x44)) return (kinds & 0x11) === 0x11;
  }
  const after = String.fromCodePoint(text.codePointAt(at));
  const before = characterBefore(text, at);
  if (JOINERS.includes(after) || JOINERS.includes(before) || MARK.test(after)) return true;
  if (SPACELESS.test(before) || SPACELESS.test(after)) return false;
  return (WORD.test(before) && WORD.test(after)) || inNumber(text, at, before, after);
}

function characterBefore(text, at) {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && at > 1 ? text.slice(at - 2, at) : text[at - 1];
}

/** Whether an index lies beside the separator of a number: `30|,000`. */
function inNumber(text, at, before, after) {
  if (SEPARATORS.includes(after)) return DIGIT.test(before) && DIGIT.test(text[at + 1] ?? "");
  return SEPARATORS.includes(before) && DIGIT.test(text[at - 2] ?? "") && DIGIT.test(after);
}

/**
 * Where words and lines begin, in order, and which offsets they can end at: bit 1 of `ends` for
 * words, bit 2 for lines. Nothing begins or ends with white space.
 */
export function boundaries(text, length) {
  const ends = new Uint8Array(length + 1);
  const flags = new Uint8Array(length + 1);
  let at = 0;
  for (let offset = 0; offset <= length; offset++) {
    const [before, after] = [text[at - 1], text[at]];
    if (at === 0 || at === text.length || !cutAt(text, at)) {
      if (after !== undefined && !SPACE.test(after)) flags[offset] |= at === 0 || before === "\n" ? 3 : 1;
      if (before !== undefined && !SPACE.test(before)) ends[offset] |= after === undefined || after === "\n" ? 3 : 1;
    }
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
  return { ends, wordStarts: listed(flags, 1), lineStarts: listed(flags, 2) };
}

function listed(flags, bit) {
  let count = 0;
  for (const flag of flags) if (flag & bit) count++;
  const list = new Uint32Array(count);
  for (let offset = 0, at = 0; offset < flags.length; offset++) if (flags[offset] & bit) list[at++] = offset;
  return list;
}

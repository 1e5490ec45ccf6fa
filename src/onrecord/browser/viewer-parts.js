/*
 * A text in parts short enough to be shown at once, and a part in runs: words that belong to the
 * same places. Indexes are in UTF-16 here; places are given in code points and converted.
 */

export const PART = 24_000; // UTF-16 code units of a part at most
const BACK = 4_000; // how far before the limit the end of a line, or else a space, is sought

/** Where the parts of a text begin, with the end of the text at the end. */
export function partsOf(text) {
  const borders = [0];
  while (borders.at(-1) < text.length) borders.push(endOfPart(text, borders.at(-1)));
  return borders.length > 1 ? borders : [0, 0];
}

function endOfPart(text, start) {
  const limit = start + PART;
  if (limit >= text.length) return text.length;
  for (const border of ["\n", " "]) {
    const found = text.lastIndexOf(border, limit - 1);
    if (found >= limit - BACK) return found + 1;
  }
  const unit = text.charCodeAt(limit);
  return unit >= 0xdc00 && unit <= 0xdfff ? limit - 1 : limit;
}

/** Places, `{spans}` in code points or null, as sorted pieces `[start, end, place]` in UTF-16. */
export function piecesOf(index, places) {
  const pieces = [];
  places.forEach((place, number) => {
    for (const [start, end] of place.spans ?? []) {
      if (end > start) pieces.push([index.toUtf16(start), index.toUtf16(end), number]);
    }
  });
  return pieces.sort((one, two) => one[0] - two[0] || two[1] - one[1]);
}

/** The words between two indexes as runs `[words, [place, ...]]`, whose places are the same throughout. */
export function runsOf(text, pieces, from, to) {
  const here = pieces.filter(([start, end]) => start < to && end > from);
  const borders = new Set([from, to]);
  for (const [start, end] of here) {
    if (start > from) borders.add(start);
    if (end < to) borders.add(end);
  }
  const sorted = [...borders].sort((one, two) => one - two);
  const runs = [];
  const open = new Set();
  let next = 0;
  for (let i = 0; i + 1 < sorted.length; i++) {
    for (; next < here.length && here[next][0] <= sorted[i]; next++) open.add(here[next]);
    for (const piece of open) if (piece[1] <= sorted[i]) open.delete(piece);
    runs.push([text.slice(sorted[i], sorted[i + 1]), [...new Set(Array.from(open, (piece) => piece[2]))]]);
  }
  return runs;
}

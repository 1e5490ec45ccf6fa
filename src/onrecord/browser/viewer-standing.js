/*
 * How the places on record stand to a text: exact, moved, ambiguous or missing.
 *
 * In the edition on record every place is compared with its hash where it should be. In another
 * edition the words are sought, by their hash or, where an excerpt is kept, by themselves: from the
 * longest to the shortest, and what lies within words that stand once stands there with them. Words
 * count as found where they stand as whole words; inside longer words only if nowhere else.
 *
 * Exact and moved mean no more here than that the words stand once. `onrecord verify` also weighs what
 * stands around them: it may settle repeated words that are ambiguous here, and doubt short ones.
 */
import "./canonical.js";
import { boundaries, cutAt } from "./viewer-words.js";

const { sha256Hex } = globalThis.onrecordText;

export const EXACT = "exact";
export const MOVED = "moved";
export const AMBIGUOUS = "ambiguous";
export const MISSING = "missing";
export const UNSOUGHT = "unsought";

const HASHES = 250_000; // windows that are hashed at most: some seconds
const STEPS = 400_000_000; // windows that are looked at at most
const BATCH = 512;
const LONG = 40; // code points from which one line that stands once may carry what lies in it, where not all was sought

const startOf = (piece) => piece.spans[0][0];
const endOf = (piece) => Math.max(...piece.spans.map(([, end]) => end));
const movedBy = (spans, shift) => spans.map(([start, end]) => [start + shift, end + shift]);

/** The state of each piece, `{spans, sha256, excerpt?}`, in the edition on record. */
export async function standingInSame(index, pieces, tell) {
  const states = [];
  for (let at = 0; at < pieces.length; at += BATCH) {
    const some = pieces.slice(at, at + BATCH);
    const good = await Promise.all(some.map((piece) => holds(index, piece.spans, piece.sha256)));
    states.push(...good.map((one, i) => (one ? { state: EXACT, spans: some[i].spans } : { state: MISSING })));
    tell(states.length, pieces.length);
  }
  return states;
}

/** Whether the words at these spans have this hash. */
async function holds(index, spans, sha256) {
  if (spans.some(([start, end]) => start < 0 || end > index.length)) return false;
  return (await sha256Hex(index.words(spans))) === sha256;
}

/** The state of each piece in another edition. */
export async function standingInOther(index, pieces, tell) {
  return new Search(index, pieces, tell).states();
}

class Search {
  constructor(index, pieces, tell) {
    Object.assign(this, { index, pieces, tell });
    this.found = new Map(); // piece -> state
    this.carriers = []; // [start, end, shift] of pieces that stand once
    this.hashes = HASHES;
    this.steps = STEPS;
    this.borders = boundaries(index.text, index.length);
    this.twins = new Map(pieces.map((piece) => [piece.sha256, []]));
    for (const piece of pieces) this.twins.get(piece.sha256).push(piece);
  }

  async states() {
    for (const group of this.#groups()) {
      for (const piece of group) await this.#carry(piece);
      await this.#seek(group.filter((piece) => !this.found.has(piece)));
      this.tell(this.found.size, this.pieces.length);
    }
    return this.pieces.map((piece) => this.found.get(piece));
  }

  /** Pieces of the same extent and layout, the longest first. */
  #groups() {
    const groups = new Map();
    for (const piece of this.pieces) {
      const layout = movedBy(piece.spans, -startOf(piece)).join(";");
      if (!groups.has(layout)) groups.set(layout, []);
      groups.get(layout).push(piece);
    }
    return [...groups.values()].sort(([one], [two]) => endOf(two) - startOf(two) - (endOf(one) - startOf(one)));
  }

  /** What lies within words that stand once stands there too. */
  async #carry(piece) {
    const within = ([start, end]) => start <= startOf(piece) && endOf(piece) <= end;
    const shift = this.carriers.find(within)?.[2];
    if (shift === undefined) return;
    const spans = movedBy(piece.spans, shift);
    if (await holds(this.index, spans, piece.sha256)) this.#settle(piece, shift, spans);
  }

  #settle(piece, shift, spans, carries = false) {
    this.found.set(piece, { state: shift ? MOVED : EXACT, spans });
    if (carries && piece.spans.length === 1) this.carriers.push([startOf(piece), endOf(piece), shift]);
  }

  /** Seeks pieces of one layout among all places where words of that layout can stand. */
  async #seek(group) {
    if (!group.length) return;
    const known = group.filter((piece) => piece.excerpt !== undefined && piece.spans.length === 1);
    for (const piece of known) await this.#seekExcerpt(piece);
    const wanted = group.filter((piece) => !this.found.has(piece));
    if (!wanted.length) return;
    const { everywhere, starts } = this.#starts(wanted[0]);
    const places = await this.#placesOf(wanted, starts);
    const none = wanted.filter((piece) => !places.get(piece.sha256).length);
    if (everywhere && none.length) await this.#seekInside(none, places);
    for (const piece of wanted) this.#judge(piece, places.get(piece.sha256), everywhere);
  }

  /** Words that stand in several places on record, and in one here, are those of one record or of another. */
  #judge(piece, found, everywhere) {
    const twins = this.twins.get(piece.sha256).filter((twin) => startOf(twin) !== startOf(piece));
    const taken = new Set(twins.map((twin) => this.found.get(twin)?.spans?.[0][0]));
    const places = found.filter((start) => !taken.has(start));
    const single = found.length === 1 && places.length === 1 && !twins.length;
    if (single && (everywhere || endOf(piece) - startOf(piece) >= LONG)) {
      const shift = places[0] - startOf(piece);
      this.#settle(piece, shift, movedBy(piece.spans, shift), true);
    } else if (places.length && everywhere) {
      this.found.set(piece, { state: AMBIGUOUS, count: places.length });
    } else {
      this.found.set(piece, { state: everywhere ? MISSING : UNSOUGHT });
    }
  }

  /** Where words of a piece's layout can stand: between the borders of words, or of lines in a long text. */
  #starts(piece) {
    const last = endOf(piece) - startOf(piece);
    const { wordStarts, lineStarts, ends } = this.borders;
    const fits = (bit) => (start) => ends[start + last] & bit;
    if (wordStarts.length <= this.steps) {
      this.steps -= wordStarts.length;
      const starts = wordStarts.filter(fits(1));
      if (starts.length <= this.hashes) return { everywhere: true, starts };
    }
    const starts = lineStarts.filter(fits(2));
    return { everywhere: false, starts: starts.length <= this.hashes ? starts : [] };
  }

  /** The starts, of those given, at which words with the hashes of some pieces of one layout stand. */
  async #placesOf(wanted, starts) {
    const places = new Map(wanted.map((piece) => [piece.sha256, []]));
    const layout = movedBy(wanted[0].spans, -startOf(wanted[0]));
    this.hashes -= starts.length;
    for (let at = 0; at < starts.length; at += BATCH) {
      const some = Array.from(starts.subarray(at, at + BATCH));
      const hashes = await Promise.all(some.map((start) => sha256Hex(this.index.words(movedBy(layout, start)))));
      hashes.forEach((hash, i) => places.get(hash)?.push(some[i]));
    }
    return places;
  }

  /** Words that stand nowhere as whole words are sought at every offset, as long as that is not too many. */
  async #seekInside(none, places) {
    const count = this.index.length - (endOf(none[0]) - startOf(none[0])) + 1;
    if (count < 1 || count > this.hashes) return;
    const found = await this.#placesOf(
      none,
      Uint32Array.from({ length: count }, (_, start) => start),
    );
    for (const [hash, starts] of found) places.set(hash, starts);
  }

  /** Words that are known need no hashes: they are compared as they are. */
  async #seekExcerpt(piece) {
    if ((await sha256Hex(piece.excerpt)) !== piece.sha256) return;
    const { text } = this.index;
    const whole = [];
    const inside = [];
    for (
      let at = text.indexOf(piece.excerpt);
      at >= 0 && whole.length < 100;
      at = text.indexOf(piece.excerpt, at + 1)
    ) {
      const cut = cutAt(text, at) || cutAt(text, at + piece.excerpt.length);
      if (!cut) whole.push(at);
      else if (inside.length < 100) inside.push(at);
    }
    const places = (whole.length ? whole : inside).map((at) => this.index.toCodePoint(at));
    this.#judge(piece, places, true);
  }
}

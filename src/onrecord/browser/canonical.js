/*
 * The canonical text `nfc-lf/1` and the words at an anchor, in a browser or any JavaScript engine.
 *
 * Anchors count Unicode code points; JavaScript counts UTF-16 code units, of which a code point
 * beyond U+FFFF takes two. Here one becomes the other. The same vectors that hold for Python
 * (tests/vectors/offsets.json) hold for this script.
 *
 * NFC comes from the engine, so its Unicode version is the engine's. By Unicode's stability policy
 * a text normalises to the same in every version in which all its characters are assigned. One
 * with characters newer than the engine may not; then its hash is not the recorded one, and that
 * is how to tell: compare `sha256Hex(text)` with `text_sha256` before trusting any offset.
 *
 * A plain script without dependencies: it adds one name, `onrecordText`, to the global object.
 */
(function (global) {
  "use strict";

  const FORM = "nfc-lf/1";
  const SPANS = /^[0-9]+-[0-9]+(;[0-9]+-[0-9]+)*$/;
  const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;
  const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

  /** The canonical text of a file's bytes (UTF-8), or of a string decoded from them. */
  function canonical(source) {
    const decoded = typeof source === "string" ? source : decode(source);
    const lines = (decoded.startsWith("\ufeff") ? decoded.slice(1) : decoded).replace(/\r\n?/g, "\n");
    if (/\p{Surrogate}/u.test(lines)) {
      throw new TypeError("the text has a lone surrogate, which no UTF-8 file can hold");
    }
    return lines.normalize("NFC");
  }

  /** Bytes to text, refused where they are not UTF-8. The byte-order mark is left for `canonical`. */
  function decode(bytes) {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  }

  /**
   * A text with the means to find code points in it.
   *
   * Kept are only the places of characters that take two code units, in order. How many of them
   * stand before an offset is what its index in UTF-16 lies further on: a binary search, and for
   * text without such characters nothing at all.
   */
  class TextIndex {
    constructor(text) {
      this.text = text;
      this.wide = widePlaces(text);
      this.length = text.length - this.wide.length;
    }

    /** The index in UTF-16 of a code point offset. */
    toUtf16(offset) {
      this.#refuseBeyond(offset, this.length, "code points");
      return offset + countWhile(this.wide, (place) => place < offset);
    }

    /** The code point offset of an index in UTF-16; inside a pair, that of its character. */
    toCodePoint(index) {
      this.#refuseBeyond(index, this.text.length, "UTF-16 code units");
      return index - countWhile(this.wide, (place, before) => place + before < index);
    }

    /** The indexes in UTF-16 of many code point offsets, in whatever order. */
    toUtf16All(offsets) {
      return Float64Array.from(offsets, (offset) => this.toUtf16(offset));
    }

    /** The words at spans `[[start, end], ...]`; fragments are joined by one space. */
    words(spans) {
      return spans.map(([start, end]) => this.text.slice(this.toUtf16(start), this.toUtf16(end))).join(" ");
    }

    #refuseBeyond(place, length, unit) {
      if (!Number.isInteger(place) || place < 0 || place > length) {
        throw new RangeError(`${place} lies outside the text, which has ${length} ${unit}`);
      }
    }
  }

  /** The code point offsets of all characters that take two code units. */
  function widePlaces(text) {
    const places = [];
    for (let i = 0; i + 1 < text.length; i++) {
      if (isHigh(text.charCodeAt(i)) && isLow(text.charCodeAt(i + 1))) {
        places.push(i - places.length);
        i++;
      }
    }
    return Uint32Array.from(places);
  }

  /** How many of some sorted places come before the first one that the test refuses. */
  function countWhile(places, test) {
    let low = 0;
    let high = places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (test(places[middle], middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Spans as anchors write them, `752-760;769-800`, as `[[752, 760], [769, 800]]`. */
  function readSpans(said) {
    if (!SPANS.test(said)) throw new SyntaxError(`"${said}" is not of the form 752-760;769-800`);
    return said.split(";").map((piece) => piece.split("-").map(Number));
  }

  /** The words of a text, or of a `TextIndex` of it, at spans. */
  function words(text, spans) {
    return (typeof text === "string" ? new TextIndex(text) : text).words(spans);
  }

  /** A promise of the SHA-256 of some text in UTF-8, as 64 hex digits. */
  async function sha256Hex(text) {
    if (!global.crypto?.subtle) {
      throw new Error("this page may not hash: open it over https, from localhost or as a file");
    }
    const digest = await global.crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  global.onrecordText = Object.freeze({ FORM, canonical, TextIndex, readSpans, words, sha256Hex });
})(globalThis);

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
  const HEAD = 1024 * 1024; // bytes of UTF-8 at the beginning in which control characters are counted
  const MAX_MARKS = 1024; // combining marks in a row: ordering them takes time that grows with the square
  // What a text file never holds in numbers; tab, line ends, form feed and escape may be there.
  const CONTROLS = /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/g;
  const NOT_SPACE = /[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  // The marks of UTF-32 begin with those of UTF-16: they come first.
  const MARKS = [
    ["utf-32le", [0xff, 0xfe, 0, 0]],
    ["utf-32be", [0, 0, 0xfe, 0xff]],
    ["utf-16le", [0xff, 0xfe]],
    ["utf-16be", [0xfe, 0xff]],
  ];
  const isHigh = (unit) => unit >= 0xd800 && unit <= 0xdbff;
  const isLow = (unit) => unit >= 0xdc00 && unit <= 0xdfff;

  /**
   * The canonical text of a file's bytes, or of a string decoded from them.
   *
   * Bytes are read as their byte-order mark says, else as UTF-8. Throws a TypeError, in words for
   * whoever holds the file, when they are no text in that encoding, or when the text is empty,
   * binary or cannot be normalised.
   */
  function canonical(source) {
    const decoded = typeof source === "string" ? source : decode(source);
    refuseControls(decoded);
    const lines = (decoded.startsWith("\ufeff") ? decoded.slice(1) : decoded).replace(/\r\n?/g, "\n");
    if (/\p{Surrogate}/u.test(lines)) {
      throw new TypeError("the text has a lone surrogate, which no UTF-8 file can hold");
    }
    refuseMarks(lines);
    if (!NOT_SPACE.test(lines)) {
      throw new TypeError("the text is empty: there is nothing in it but white space");
    }
    return lines.normalize("NFC");
  }

  /** Bytes to text, refused where they are not in their encoding. The byte-order mark is left for `canonical`. */
  function decode(bytes) {
    const [encoding] = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? ["utf-8"];
    try {
      if (encoding.startsWith("utf-32")) return decodeUtf32(bytes, encoding === "utf-32le");
      return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (error) {
      if (error instanceof RangeError && !encoding.startsWith("utf-32")) throw error; // too long for a string
      const marked = encoding === "utf-8" ? "" : ", though it begins with its byte-order mark";
      throw new TypeError(`the text is not ${encoding.toUpperCase()}${marked}`);
    }
  }

  function decodeUtf32(bytes, little) {
    if (bytes.length % 4) throw new RangeError("a character of UTF-32 has four bytes");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const pieces = [];
    for (let at = 0; at < bytes.length; at += 4096) {
      const codes = [];
      for (let i = at; i < Math.min(at + 4096, bytes.length); i += 4) codes.push(view.getUint32(i, little));
      if (codes.some((code) => code >= 0xd800 && code <= 0xdfff)) throw new RangeError("half of a pair");
      pieces.push(String.fromCodePoint(...codes));
    }
    return pieces.join("");
  }

  /** A NUL is in no text; and in the beginning of one, at most one character in a hundred is a control character. */
  function refuseControls(decoded) {
    const zero = decoded.indexOf("\0");
    if (zero >= 0) {
      throw new TypeError(`the text is binary, not text: it has a NUL after ${zero.toLocaleString("en")} characters`);
    }
    const [end, characters] = headOf(decoded);
    const controls = decoded.slice(0, end).match(CONTROLS)?.length ?? 0;
    if (controls * 100 > characters) {
      const [found, of] = [controls, characters].map((number) => number.toLocaleString("en"));
      throw new TypeError(
        `the text is binary, not text: ${found} of its first ${of} characters are control characters`,
      );
    }
  }

  /** Where the first mebibyte of a text in UTF-8 ends, and how many characters it has, its byte-order mark apart. */
  function headOf(decoded) {
    let bytes = 0;
    let characters = decoded.startsWith("\ufeff") ? -1 : 0;
    for (let at = 0; at < decoded.length; characters++) {
      const code = decoded.codePointAt(at);
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (bytes > HEAD) return [at, characters];
      at += code > 0xffff ? 2 : 1;
    }
    return [decoded.length, characters];
  }

  /** A run of combining marks that is too long has a mark at one of these places. */
  function refuseMarks(text) {
    for (let at = MAX_MARKS; at < text.length; at += MAX_MARKS) {
      if (text.charCodeAt(at) > 0x2ff && marksAround(text, at) > MAX_MARKS) {
        throw new TypeError("the text is not text: it has more than 1,024 combining marks in a row");
      }
    }
  }

  /** How many marks stand in a row around a place; counting stops when they are too many. */
  function marksAround(text, at) {
    let start = isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1)) ? at - 1 : at;
    let end = start;
    let count = 0;
    while (count <= MAX_MARKS && end < text.length && isMark(text.codePointAt(end))) {
      end += text.codePointAt(end) > 0xffff ? 2 : 1;
      count++;
    }
    while (count > 0 && count <= MAX_MARKS && start > 0) {
      const before = isLow(text.charCodeAt(start - 1)) && isHigh(text.charCodeAt(start - 2)) ? start - 2 : start - 1;
      if (!isMark(text.codePointAt(before))) break;
      start = before;
      count++;
    }
    return count;
  }

  const known = new Map();

  /** Whether normalisation orders a character among others: no engine tells the class itself, but every one sorts by it. */
  function isMark(code) {
    if (!known.has(code)) {
      const [first] = String.fromCodePoint(code).normalize("NFD");
      const sorted = [`\u0345${first}`, `${first}\u0334`]; // the highest class before it, the lowest after it
      known.set(
        code,
        sorted.some((pair) => pair.normalize("NFD") !== pair),
      );
    }
    return known.get(code);
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

/*
 * A file or pasted words, read as a source text, or refused in words for whoever holds it.
 *
 * Runs in the viewer's worker. What a text is follows the package: the byte-order mark, else UTF-8,
 * strictly; pages and PDFs are no texts, because what takes the text out of them decides its offsets.
 */
import "./canonical.js";

const { canonical, TextIndex, sha256Hex } = globalThis.onrecordText;

export const LIMIT = 128 * 1024 * 1024; // bytes; a browser holds the text several times while it reads

const MAGIC = [
  ["%PDF-", "a PDF"],
  ["PK\x03\x04", "a ZIP archive, such as a .docx, .odt or .epub file"],
  ["\x89PNG\r\n", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["GIF8", "a GIF image"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"],
  ["{\\rtf", "an RTF document"],
  ["%!PS", "a PostScript file"],
  ["\x1f\x8b\x08", "a gzip archive"],
  ["BZh", "a bzip2 archive"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive"],
  ["\xfd7zXZ\x00", "an xz archive"],
  ["SQLite format 3\x00", "an SQLite database"],
  ["PAR1", "a Parquet file"],
];
const PAGE = /^\s*(<\?xml\b[^>]*>\s*)?(\s*<!--[^]*?-->)*\s*<(!doctype\s+html|html)\b/i;
const MAKE_TEXT = "Make its canonical text with `onrecord text FILE > text.txt` and give that file.";

/** A text that is refused: why, and what may help. */
export class Refusal extends Error {
  constructor(message, help = "") {
    super(message);
    this.help = help;
  }
}

/**
 * The canonical text of a Blob or a string, with its hash and the means to find places in it.
 *
 * `known` are the hashes on record: a text with one of them is that text, whatever it looks like.
 */
export async function readText(source, known) {
  const text = typeof source === "string" ? canonicalOf(source) : await textOfFile(source);
  const sha256 = await sha256Hex(text);
  if (!known.has(sha256) && PAGE.test(text.slice(0, 8192))) {
    throw new Refusal(
      "This is an HTML page. Offsets count the text that was taken out of it, not the page.",
      MAKE_TEXT,
    );
  }
  return { text, sha256, index: new TextIndex(text) };
}

async function textOfFile(file) {
  if (file.size > LIMIT) {
    const [size, limit] = [file.size, LIMIT].map((bytes) => Math.ceil(bytes / 1048576).toLocaleString("en"));
    throw new Refusal(
      `The file has ${size} MiB, and this page reads up to ${limit} MiB.`,
      "Verify it with `onrecord verify --source`, which has no such limit.",
    );
  }
  const bytes = await bytesOf(file);
  const magic = magicOf(bytes);
  if (magic === "a PDF") {
    throw new Refusal("This is a PDF. Offsets count the text that was taken out of it.", MAKE_TEXT);
  }
  if (magic) throw new Refusal(`This is ${magic}, not a text.`, "Give the plain text of one document.");
  return canonicalOf(bytes);
}

async function bytesOf(file) {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Refusal(
      "The file cannot be read.",
      "A folder is no text: give one file. If it was moved, choose it again.",
    );
  }
}

function magicOf(bytes) {
  const head = Array.from(bytes.subarray(0, 16), (byte) => String.fromCharCode(byte)).join("");
  return MAGIC.find(([mark]) => head.startsWith(mark))?.[1];
}

function canonicalOf(source) {
  try {
    return canonical(source);
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal("The text is too long for this browser.");
    if (!(error instanceof TypeError)) throw error;
    throw new Refusal(sentence(error.message), helpFor(error.message));
  }
}

function sentence(said) {
  return `${said[0].toUpperCase()}${said.slice(1)}.`;
}

function helpFor(said) {
  if (said.includes("is not UTF-8")) {
    return "If it is in an older encoding, say which: `onrecord text FILE --encoding windows-1252 > text.txt`, and give that file.";
  }
  if (said.includes("NUL")) return "If it is UTF-16 without a byte-order mark, save it as UTF-8.";
  return "Give the plain text of one document.";
}

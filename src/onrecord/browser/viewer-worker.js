/*
 * The viewer's worker: holds the text, so that the page stays quick, and answers what is asked of it.
 *
 * It is given everything it needs to know in messages and asks the network for nothing: its
 * modules were loaded with the page, before any text was taken.
 */
import { readText, Refusal } from "./viewer-reading.js";
import { partsOf, piecesOf, runsOf } from "./viewer-parts.js";
import { EXACT, standingInOther, standingInSame } from "./viewer-standing.js";

const FAILED = "The text could not be read: this browser ran out of memory, or does not do what this page needs.";

let held = null; // the text, and what was found in it

/** What can be asked, by name. Each answer carries the number of the question. */
const ANSWERS = {
  /** Reads a text and judges the places of one document in it. */
  async read({ source, known, document }, tell) {
    held = null;
    tell({ step: "Reading and hashing the text" });
    const read = await readText(source, new Map(known));
    held = { ...read, borders: partsOf(read.text) };
    const match = new Map(known).get(read.sha256) ?? null;
    return { sha256: read.sha256, length: read.index.length, match, ...(await judged(document, tell)) };
  },

  /** Judges the places of another document in the same text. */
  async judge({ document }, tell) {
    return judged(document, tell);
  },

  /** The runs of one part of the text. */
  async part({ part }) {
    const [from, to] = held.borders.slice(part, part + 2);
    return { part, runs: runsOf(held.text, held.pieces, from, to) };
  },

  /** Lets go of the text. */
  async forget() {
    held = null;
    return {};
  },
};

async function judged(document, tell) {
  const same = held.sha256 === document.sha256;
  const pieces = [...document.blocks, ...document.places];
  const standing = same ? standingInSame : standingInOther;
  const states = await standing(held.index, pieces, (done, of) => tell({ step: "Checking places", done, of }));
  const places = states.slice(document.blocks.length);
  held.pieces = piecesOf(held.index, places);
  const counts = {};
  for (const { state } of states) counts[state] = (counts[state] ?? 0) + 1;
  return {
    same,
    counts: { [EXACT]: 0, ...counts },
    blocks: states.slice(0, document.blocks.length),
    places,
    parts: held.borders.length - 1,
    partOf: places.map((place) => (place.spans ? partAt(held.index.toUtf16(place.spans[0][0])) : null)),
  };
}

/** The part in which an index in UTF-16 lies. */
function partAt(index) {
  const after = held.borders.findIndex((border) => border > index);
  return (after < 0 ? held.borders.length - 1 : after) - 1;
}

let before = Promise.resolve();

// One question after the other, so that a part is never asked of a text that is half read.
self.addEventListener("message", ({ data }) => {
  before = before.then(() => answer(data));
});

async function answer({ question, number, ...given }) {
  const tell = (said) => self.postMessage({ number, progress: said });
  try {
    self.postMessage({ number, answer: await ANSWERS[question](given, tell) });
  } catch (error) {
    const refused = error instanceof Refusal;
    if (!refused) held = null;
    const why = refused ? error.message : /may not hash/.test(error.message) ? `${error.message}.` : FAILED;
    self.postMessage({ number, refused: { why, help: refused ? error.help : "" } });
  }
}

self.postMessage({ ready: true });

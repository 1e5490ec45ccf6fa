/*
 * The viewer: a reader's own copy of a source text, beside the records of it.
 *
 * Everything is loaded before a text is taken; after that the page asks nothing of any server. The
 * text goes to a worker of this page, is shown as text nodes only, and is kept nowhere.
 */
import { Ledger } from "./viewer-records.js";
import { element } from "./viewer-element.js";
import { TextView } from "./viewer-text.js";
import { Verdict } from "./viewer-verdict.js";
import { Inlet } from "./viewer-inlet.js";

const DATA = new URL("../data/viewer/", import.meta.url);
const ALL_AT_ONCE = 4_000_000; // bytes of data up to which all documents are loaded with the page

/** Questions to the worker, each with its answer. */
class Reader {
  constructor() {
    this.waiting = new Map();
    this.number = 0;
    this.worker = new Worker(new URL("./viewer-worker.js", import.meta.url), { type: "module" });
    this.ready = new Promise((resolve, reject) => {
      this.worker.addEventListener("error", () =>
        reject(new Error("This browser cannot run the part that reads texts.")),
      );
      this.worker.addEventListener("message", ({ data }) => (data.ready ? resolve() : this.#heard(data)));
    });
  }

  /** The answer to a question; a refusal is thrown as `{why, help}`. */
  ask(question, given = {}, onProgress = () => {}) {
    const number = ++this.number;
    this.worker.postMessage({ question, number, ...given });
    return new Promise((resolve, reject) => this.waiting.set(number, { resolve, reject, onProgress }));
  }

  #heard({ number, answer, refused, progress }) {
    const { resolve, reject, onProgress } = this.waiting.get(number);
    if (progress) return onProgress(progress);
    this.waiting.delete(number);
    return refused ? reject(refused) : resolve(answer);
  }
}

/** The page: which document is chosen, which text is held, what is shown. */
class Viewer {
  constructor(root, listing) {
    this.root = root;
    this.listing = listing;
    this.reader = new Reader();
    this.loaded = new Map();
    this.verdict = new Verdict({ onOffer: (id) => this.#accept(id), onRecord: (record) => this.#open(record) });
    this.inlet = new Inlet(listing.documents, {
      onDocument: (id) => (this.found && this.loaded.has(id) ? this.#accept(id) : this.#choose(id)),
      onText: (source) => this.#read(source),
    });
    this.ledger = new Ledger(listing.labels, { onPlace: (place) => this.#show(place) });
    this.view = new TextView(listing.labels, this.ledger, {
      onPart: (number) => this.#part(number),
      onForget: () => this.#forget(),
    });
    root.replaceChildren(this.inlet.node, this.verdict.node, this.view.node);
  }

  async start() {
    await this.reader.ready;
    const { documents } = this.listing;
    if (documents.reduce((sum, one) => sum + one.bytes, 0) <= ALL_AT_ONCE) {
      await Promise.all(documents.map((one) => this.#load(one.id)));
    }
    const asked = decodeURIComponent(location.hash.slice(1));
    await this.#choose(documents.some((one) => one.id === asked) ? asked : documents[0].id);
  }

  async #load(id) {
    if (!this.loaded.has(id)) {
      const { data } = this.listing.documents.find((one) => one.id === id);
      const response = await fetch(new URL(data, DATA));
      if (!response.ok) throw new Error(`The records of ${id} could not be loaded.`);
      this.loaded.set(id, await response.json());
    }
    return this.loaded.get(id);
  }

  /** Another document: any text is let go first, so that no request is made while one is held. */
  async #choose(id) {
    await this.#forget();
    this.inlet.wait(`Loading the records of ${id} …`);
    try {
      this.document = await this.#load(id);
    } catch (error) {
      return this.inlet.fail(error.message);
    }
    this.ledger.take(this.document);
    return this.inlet.open(this.document);
  }

  async #read(source) {
    this.#clear();
    const known = this.listing.documents.map((one) => [one.sha256, one.id]);
    await this.#judged("read", { source, known, document: this.document });
  }

  async #judged(question, given) {
    this.inlet.busy("Reading the text …");
    try {
      const found = await this.reader.ask(question, given, (said) => this.inlet.progress(said));
      this.found = { ...this.found, ...found };
      this.ledger.place(this.found);
      this.verdict.show(this.document, this.found, this.ledger, this.loaded);
      this.view.open(this.document, this.found);
      await this.#part(0);
      this.inlet.hold(true);
    } catch (refused) {
      if (!refused.why) throw refused;
      this.verdict.refuse(refused);
    } finally {
      this.inlet.open(this.document);
    }
  }

  /** The text is of another document: its records are loaded already, or the text has to go before they are. */
  async #accept(id) {
    if (!this.loaded.has(id)) return this.#choose(id);
    this.document = this.loaded.get(id);
    this.ledger.take(this.document);
    this.inlet.select(id);
    this.verdict.close();
    this.view.close();
    return this.#judged("judge", { document: this.document });
  }

  async #part(number) {
    this.view.fill(await this.reader.ask("part", { part: number }));
  }

  async #open(record) {
    this.ledger.select([record], { focus: true });
    const standing = record.places.find((place) => this.found.partOf[place] !== null);
    if (standing === undefined) this.ledger.panel.scrollIntoView({ block: "nearest" });
    else await this.#show(standing);
  }

  /** Goes to the words of a place, in whichever part they are. */
  async #show(place) {
    const part = this.found?.partOf[place] ?? null;
    if (part === null) return;
    if (part !== this.view.part) await this.#part(part);
    this.view.reveal(place);
  }

  #clear() {
    this.found = null;
    this.inlet.hold(false);
    this.verdict.close();
    this.view.close();
  }

  async #forget() {
    this.#clear();
    await this.reader.ask("forget");
  }
}

async function begin(root) {
  try {
    const response = await fetch(new URL("index.json", DATA));
    if (!response.ok) throw new Error("The list of documents could not be loaded.");
    const listing = await response.json();
    if (!listing.documents.length) throw new Error("There is no document on record.");
    await new Viewer(root, listing).start();
    root.dataset.ready = "yes";
  } catch (error) {
    root.replaceChildren(element("p", { class: "viewer-refusal", role: "alert" }, error.message));
  }
}

const root = document.getElementById("onrecord-viewer");
if (root) begin(root);

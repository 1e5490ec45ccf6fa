/* Where a reader chooses a document and gives the text: by dropping, pasting or opening a file. */
import { element } from "./viewer-element.js";

const ONE = "Give one file at a time.";
const IDLE = "Drop a file here, or anywhere on this page";

export class Inlet {
  constructor(documents, { onDocument, onText }) {
    this.onText = onText;
    this.ready = false;
    this.choice = element(
      "select",
      { id: "viewer-document" },
      ...documents.map((one) => element("option", { value: one.id }, labelOf(one))),
    );
    this.choice.addEventListener("change", () => onDocument(this.choice.value));
    this.status = element("p", { class: "viewer-status", role: "status" });
    this.node = element(
      "div",
      { class: "viewer-inlet" },
      element("p", {}, element("label", { for: "viewer-document" }, "Document "), this.choice),
      this.#zone(),
      this.status,
    );
    this.#listen();
  }

  #zone() {
    this.file = element("input", { type: "file", id: "viewer-file" });
    this.pasted = element("textarea", {
      id: "viewer-paste",
      rows: "2",
      autocomplete: "off",
      spellcheck: "false",
      translate: "no",
    });
    this.button = element("button", { type: "button", class: "viewer-button" }, "Read what was typed");
    this.zone = element(
      "div",
      { class: "viewer-zone" },
      element("p", { class: "viewer-lead" }, IDLE),
      element("p", {}, element("label", { for: "viewer-file" }, "or open a file "), this.file),
      element("p", {}, element("label", { for: "viewer-paste" }, "or paste the text here "), this.pasted, this.button),
    );
    return this.zone;
  }

  #listen() {
    this.file.addEventListener("change", () => {
      this.#files(this.file.files);
      this.file.value = "";
    });
    this.button.addEventListener("click", () => {
      const said = this.pasted.value;
      this.pasted.value = "";
      this.#take(said);
    });
    // What is pasted is read at once, also outside the field; it never enters the page as typed text.
    document.addEventListener("paste", (event) => {
      if (event.target !== this.pasted && event.target.closest?.("input, textarea, [contenteditable]")) return;
      event.preventDefault();
      const { files } = event.clipboardData;
      if (files.length) this.#files(files);
      else this.#take(event.clipboardData.getData("text/plain"));
    });
    // Without this, a browser leaves the page and opens the file that was dropped.
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.zone.classList.add("viewer-over");
    });
    document.addEventListener("dragleave", () => this.zone.classList.remove("viewer-over"));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      this.zone.classList.remove("viewer-over");
      const { files } = event.dataTransfer;
      if (files.length) this.#files(files);
      else this.#take(event.dataTransfer.getData("text/plain"));
    });
  }

  #files(files) {
    if (files.length > 1) this.#say(ONE);
    else if (files.length) this.#take(files[0]);
  }

  #take(source) {
    if (!this.ready) this.#say("One moment: the page is not ready yet. Then give the text again.");
    else this.onText(source);
  }

  /** Ready to take a text. From here on, nothing is requested. */
  open(document) {
    const [records, places] = [document.records, document.places].map((list) => list.length.toLocaleString("en"));
    this.#allow(true);
    this.#say(
      `Ready: ${records} records with ${places} places of ${document.id} are loaded. From here on this page requests nothing.`,
    );
  }

  /** While a text is held there is no need of the fields; dropping and pasting another one still work. */
  hold(held) {
    this.node.classList.toggle("viewer-held", held);
  }

  select(id) {
    this.choice.value = id;
  }

  wait(said) {
    this.#allow(false);
    this.#say(said);
  }

  busy(said) {
    this.wait(said);
  }

  progress({ step, done, of }) {
    const said = of ? `${step}: ${done.toLocaleString("en")} of ${of.toLocaleString("en")}` : `${step} …`;
    this.status.setAttribute("aria-live", "off"); // counting aloud helps nobody
    this.#say(said);
    this.status.removeAttribute("aria-live");
  }

  fail(said) {
    this.#say(said);
    this.choice.disabled = false;
  }

  #allow(ready) {
    this.ready = ready;
    for (const input of [this.choice, this.file, this.pasted, this.button]) input.disabled = !ready;
  }

  #say(said) {
    this.status.textContent = said;
  }
}

function labelOf({ id, medium, language, length }) {
  return `${id} (${medium}, ${language}, ${length.toLocaleString("en")} characters)`;
}

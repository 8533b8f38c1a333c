// Taking the piece away: handles to drag into a DAW or a folder, and buttons that save.

import { exportAddress } from "./api.js";
import { byId, make } from "./dom.js";
import { on, state } from "./state.js";

const TYPES = { ".mid": "audio/midi", ".wav": "audio/wav", ".flac": "audio/flac" };
const DRAGGED = [".mid", ".wav"];
// One suffix of each format is offered; the printed score has its own kind where the picture of
// the notes has the same suffix.
const OFFERED = [
  ["midi", ".mid", "MIDI"],
  ["score", ".musicxml", "MusicXML"],
  ["score", ".pdf", "Score, PDF"],
  ["score", ".svg", "Score, SVG"],
  ["roll", ".png", "Picture of the notes"],
  ["audio", ".wav", "WAV"],
  ["audio", ".flac", "FLAC"],
  ["audio", ".mp3", "MP3"],
];
// Browsers on Chromium's engine hand a file over at the end of a drag; others have no such thing.
const CAN_DRAG = "chrome" in window;

/** Show the handles and buttons for each version. */
export function begin() {
  on(["piece"], show);
  byId("drag-hint").textContent = CAN_DRAG
    ? "Drag a handle into your DAW or a folder: it becomes a file there."
    : "This browser cannot drag files out: save them, and drag them from the folder. Chrome and "
      + "Edge can.";
}

function show() {
  const { piece } = state;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const soundfont = byId("soundfont").value;
  byId("handles").hidden = !CAN_DRAG;
  byId("handles").replaceChildren(...DRAGGED.map((suffix) => handle(piece, suffix)));
  byId("exports").replaceChildren(...OFFERED.map(([kind, suffix, words]) => {
    const form = state.about.formats.find(
      (each) => each.kind === kind && each.suffixes.includes(suffix));
    const missing = form?.missing;
    const more = { kind };
    if (kind === "roll") more.theme = dark ? "dark" : "light";
    if (kind === "audio" && soundfont) more.soundfont = soundfont;
    const link = make("a", { className: "button", textContent: words, download: "" });
    if (missing) {
      link.setAttribute("aria-disabled", "true");
      link.title = missing;
    } else {
      link.href = exportAddress(piece.id, suffix, more);
    }
    return link;
  }));
}

function handle(piece, suffix) {
  const name = `${piece.name}${suffix}`;
  const soundfont = byId("soundfont").value;
  const more = suffix !== ".mid" && soundfont ? { soundfont } : {};
  const address = new URL(exportAddress(piece.id, suffix, more), location.href).href;
  const grip = make("a", { className: "handle", draggable: true, href: address, download: name });
  grip.append(make("b", { textContent: suffix === ".mid" ? "MIDI" : "Sound" }), name);
  grip.addEventListener("dragstart", ({ dataTransfer }) => {
    dataTransfer.effectAllowed = "copy";
    dataTransfer.setData("DownloadURL", `${TYPES[suffix]}:${name}:${address}`);
    dataTransfer.setData("text/uri-list", address);
  });
  return grip;
}

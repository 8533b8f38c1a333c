// The piano roll, drawn: bars with their chords and sections, notes of both hands, the playhead.

import { chooseBars, chosenBars, chosenNote } from "./chosen.js";
import { byId, draw, make } from "./dom.js";
import { player, position } from "./player.js";
import { on, state } from "./state.js";
import { lastTick, tickAt } from "./timeline.js";

const ROW = 9; // pixels a semitone
const MARGIN = 3; // semitones above and below the notes
const BLACK = new Set([1, 3, 6, 8, 10]);
const NAMES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];
const ZOOM = [24, 34, 48, 68, 96, 136, 192];

/** How the roll is laid out now. */
export const layout = { beat: 48, low: 48, high: 84, piece: null, notes: null };
let playhead = null;
let follows = true;

/** The place of a tick, in pixels. */
export const xOf = (tick) => (tick / 480) * layout.beat;
/** The tick at a place. */
export const tickOf = (x) => (x / layout.beat) * 480;
/** The top of a pitch's row. */
export const yOf = (pitch) => (layout.high - pitch) * ROW;
/** The pitch at a height. */
export const pitchOf = (y) => layout.high - Math.floor(y / ROW);
/** What a pitch is called, as in E♭4. */
export const nameOf = (pitch) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/** Wire the roll to what is shown. */
export function begin() {
  on(["piece"], show);
  byId("smaller").addEventListener("click", () => zoom(-1));
  byId("larger").addEventListener("click", () => zoom(1));
  byId("roll").addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1 : -1);
  }, { passive: false });
  byId("roll").addEventListener("pointerdown", () => { follows = false; });
  document.addEventListener("bars-chosen", mark);
  if (matchMedia("(max-width: 40rem)").matches) layout.beat = 34;
  requestAnimationFrame(move);
}

function zoom(by) {
  const now = ZOOM.indexOf(layout.beat);
  const next = ZOOM[Math.min(Math.max(now + by, 0), ZOOM.length - 1)];
  const roll = byId("roll");
  const middle = tickOf(roll.scrollLeft + roll.clientWidth / 2);
  layout.beat = next;
  show();
  roll.scrollLeft = xOf(middle) - roll.clientWidth / 2;
}

/** Draw the piece. */
export function show() {
  const { piece } = state;
  if (!piece) return;
  const roll = byId("roll");
  const scrolled = roll.scrollLeft;
  const pitches = piece.notes.map((note) => note.pitch);
  layout.low = Math.min(60, ...pitches) - MARGIN;
  layout.high = Math.max(72, ...pitches) + MARGIN;
  layout.piece = piece;
  const width = xOf(lastTick(piece)) + 2;
  const height = (layout.high - layout.low + 1) * ROW;
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const old = new Set((state.before?.notes ?? piece.notes).map(keyOf));
  const notes = draw("g", {
    class: "notes", tabindex: "0", role: "application", id: "notes",
    "aria-label": "Notes: arrow keys go from one to the next",
  });
  notes.append(...piece.notes.map((note) => noteOf(note, !old.has(keyOf(note)))));
  layout.notes = notes;
  playhead = draw("line", { class: "playhead", y1: 0, y2: height });
  const lanes = draw("svg", { ...size, class: "lanes" }, ...grid(piece, width, height), notes, playhead);
  const keys = draw("svg", { class: "keys", width: 34, height, viewBox: `0 0 34 ${height}`,
    "aria-hidden": "true" }, ...keyboard());
  roll.replaceChildren(ruler(piece, width), make("div", { className: "body" }));
  roll.lastChild.append(keys, lanes);
  roll.scrollLeft = scrolled;
  mark();
}

/** What tells a note from others. */
export const keyOf = (note) =>
  [note.onset, note.duration, note.pitch, note.velocity, note.hand].join();

/** The rectangle of a note. */
export function noteOf(note, isNew = false) {
  const rect = draw("rect", { class: `note ${note.hand}${isNew ? " new" : ""}`, rx: 2 });
  rect.note = note;
  place(rect);
  return rect;
}

/** Put a rectangle where its note is. */
export function place(rect) {
  const { onset, duration, pitch, velocity } = rect.note;
  rect.setAttribute("x", xOf(onset) + 0.5);
  rect.setAttribute("y", yOf(pitch) + 0.5);
  rect.setAttribute("width", Math.max(xOf(duration) - 1, 2));
  rect.setAttribute("height", ROW - 1);
  rect.setAttribute("fill-opacity", (0.35 + (0.65 * velocity) / 127).toFixed(2));
  rect.classList.toggle("chosen", rect.note === chosenNote());
}

function* grid(piece, width, height) {
  for (let pitch = layout.low; pitch <= layout.high; pitch += 1) {
    if (!BLACK.has(pitch % 12)) continue;
    yield draw("rect", { class: "black-row", x: 0, y: yOf(pitch), width, height: ROW });
  }
  for (let tick = 0; tick <= lastTick(piece); tick += piece.beat_ticks) {
    const kind = tick % piece.bar_ticks === 0 ? "bar-line" : "beat-line";
    yield draw("line", { class: kind, x1: xOf(tick), x2: xOf(tick), y1: 0, y2: height });
  }
  yield draw("rect", { id: "chosen-bars", y: 0, height, x: 0, width: 0 });
}

function* keyboard() {
  for (let pitch = layout.low; pitch <= layout.high; pitch += 1) {
    const black = BLACK.has(pitch % 12);
    yield draw("rect", { class: black ? "key black" : "key", x: 0, y: yOf(pitch), width: 34,
      height: ROW });
    if (pitch % 12 === 0) {
      yield draw("text", { x: 3, y: yOf(pitch) + ROW - 1.5 }, nameOf(pitch));
    }
  }
}

/** The bars above the notes, which can be chosen. */
function ruler(piece, width) {
  const list = make("div", { id: "bars", role: "listbox", "aria-label": "Bars",
    "aria-multiselectable": "true", "aria-orientation": "horizontal" });
  list.style.width = `${width + 34}px`;
  for (let bar = 0; bar < piece.bars; bar += 1) {
    const begins = bar * piece.bar_ticks;
    const within = (each) => each.onset >= begins && each.onset < begins + piece.bar_ticks;
    const section = piece.sections.find(within)?.name;
    const chords = piece.chords.filter(within);
    const told = chords.map((chord) => chord.symbol).join(" ");
    const option = make("div", { id: `bar-${bar + 1}`, role: "option", tabIndex: -1 });
    option.setAttribute("aria-label",
      `Bar ${bar + 1}${section ? `, section ${section}` : ""}${told ? `, chords ${told}` : ""}`);
    option.style.left = `${34 + xOf(begins)}px`;
    option.style.width = `${xOf(piece.bar_ticks)}px`;
    option.append(make("span", { className: "number", textContent: bar + 1 }));
    if (section) option.append(make("b", { textContent: section }));
    for (const chord of chords) {
      const symbol = make("i", { textContent: chord.symbol });
      symbol.style.left = `${xOf(chord.onset - begins) + 3}px`;
      option.append(symbol);
    }
    list.append(option);
  }
  list.firstChild.tabIndex = 0;
  return list;
}

/** Show which bars are chosen. */
function mark() {
  if (!layout.piece) return;
  const bars = chosenBars();
  if (bars && bars[1] > layout.piece.bars) {
    chooseBars(null);
    return;
  }
  for (const option of document.querySelectorAll("#bars [role=option]")) {
    const number = Number(option.id.slice(4));
    const chosen = bars !== null && number >= bars[0] && number <= bars[1];
    option.setAttribute("aria-selected", String(chosen));
  }
  const size = layout.piece.bar_ticks;
  const span = byId("chosen-bars");
  span.setAttribute("x", bars ? xOf((bars[0] - 1) * size) : 0);
  span.setAttribute("width", bars ? xOf((bars[1] - bars[0] + 1) * size) : 0);
}

/** Keep the playhead where the sound is, and in sight. */
function move() {
  if (playhead && layout.piece === state.piece) {
    const x = xOf(tickAt(state.piece, position()));
    playhead.setAttribute("transform", `translate(${x.toFixed(1)})`);
    const roll = byId("roll");
    if (!player.playing) follows = true;
    const seen = x - roll.scrollLeft;
    if (player.playing && follows && (seen < 0 || seen > roll.clientWidth - 80)) {
      roll.scrollLeft = x - 40;
    }
  }
  requestAnimationFrame(move);
}

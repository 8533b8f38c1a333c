// Editing notes with pointer and keys.  Changes are shown at once and sent when they settle.

import { chosenNote, chooseNote } from "./chosen.js";
import { byId, say, settled } from "./dom.js";
import { change, hooks } from "./journey.js";
import { keyOf, layout, nameOf, noteOf, pitchOf, place, tickOf, xOf } from "./roll.js";
import { on, state } from "./state.js";
import { lastTick } from "./timeline.js";

const STEP = 120; // ticks: a sixteenth
const EDGE = 7; // pixels at the right end that stretch
const [LOWEST, HIGHEST] = [21, 108];
let removed = []; // notes of the piece that go
let added = []; // what comes in their place
let drag = null;
const later = settled(sendEdits, 700);

/** Wire the notes. */
export function begin() {
  const roll = byId("roll");
  roll.addEventListener("pointerdown", onDown);
  roll.addEventListener("pointermove", onMove);
  roll.addEventListener("pointerup", onUp);
  roll.addEventListener("pointercancel", onUp);
  roll.addEventListener("dblclick", onDouble);
  roll.addEventListener("keydown", onKey);
  byId("note-delete").addEventListener("click", () => remove(chosenNote()));
  byId("note-add").addEventListener("click", copyBehind);
  byId("note-velocity").addEventListener("input", ({ target }) => {
    alter({ velocity: Number(target.value) });
  });
  document.addEventListener("note-chosen", tell);
  on(["piece"], () => {
    [removed, added] = [[], []];
    const now = chosenNote();
    const same = now && state.piece.notes.find((note) => sameNote(note, now));
    chooseNote(same ?? null);
  });
  hooks.before = async () => {
    if (removed.length || added.length) await sendEdits();
  };
}

const sameNote = (a, b) => a.onset === b.onset && a.pitch === b.pitch && a.hand === b.hand;
const rectOf = (note) => [...(layout.notes?.children ?? [])].find((rect) => rect.note === note);
const rectAt = (target) => (target.classList?.contains("note") ? target : null);

async function sendEdits() {
  later.drop();
  const both = new Set(added.map(keyOf));
  const same = new Set(removed.map(keyOf).filter((key) => both.has(key)));
  const body = {
    removed: removed.filter((note) => !same.has(keyOf(note))),
    added: added.filter((note) => !same.has(keyOf(note))),
  };
  [removed, added] = [[], []];
  if (!body.removed.length && !body.added.length) return;
  const focused = document.activeElement === layout.notes;
  await change("edit", "Changing notes", body);
  if (focused) layout.notes.focus();
}

/** Put a changed note in the place of one. */
function replace(note, next) {
  const rect = rectOf(note);
  if (!rect) return;
  const index = added.indexOf(note);
  if (index >= 0) added.splice(index, 1);
  else removed.push(note);
  added.push(next);
  rect.note = next;
  rect.classList.add("new");
  chooseNote(next);
  place(rect);
  later();
}

function remove(note) {
  const rect = note && rectOf(note);
  if (!rect) return;
  const next = neighbour(note, 1) ?? neighbour(note, -1);
  const index = added.indexOf(note);
  if (index >= 0) added.splice(index, 1);
  else removed.push(note);
  rect.remove();
  chooseNote(next === note ? null : next);
  say(`${nameOf(note.pitch)} deleted.`);
  later();
}

function add(note) {
  added.push(note);
  layout.notes.append(noteOf(note, true));
  chooseNote(note);
  later();
}

function copyBehind() {
  const note = chosenNote();
  if (!note) return;
  const onset = note.onset + note.duration;
  if (onset < lastTick(state.piece)) add(bounded({ ...note, onset }));
}

/** The chosen note with other values. */
function alter(values) {
  const note = chosenNote();
  if (note) replace(note, bounded({ ...note, ...values }));
}

function bounded(note) {
  const end = lastTick(state.piece);
  const onset = Math.min(Math.max(note.onset, 0), end - STEP);
  return {
    onset,
    duration: Math.max(Math.min(note.duration, end - onset), 30),
    pitch: Math.min(Math.max(note.pitch, LOWEST), HIGHEST),
    velocity: Math.min(Math.max(note.velocity, 1), 127),
    hand: note.hand,
  };
}

function onDown(event) {
  const rect = rectAt(event.target);
  if (!rect || event.button !== 0) return;
  event.preventDefault();
  layout.notes.focus({ preventScroll: true });
  const { right } = rect.getBoundingClientRect();
  const width = xOf(rect.note.duration);
  const stretches = right - event.clientX < Math.min(EDGE, width / 3);
  drag = { rect, from: rect.note, x: event.clientX, y: event.clientY, stretches, moved: false };
  rect.setPointerCapture(event.pointerId);
  chooseNote(rect.note);
}

function onMove(event) {
  if (!drag) return;
  const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.moved && Math.hypot(dx, dy) < 4) return;
  drag.moved = true;
  const ticks = Math.round(tickOf(dx) / STEP) * STEP;
  const { from, rect } = drag;
  const rows = pitchOf(0) - pitchOf(dy);
  const next = drag.stretches
    ? { ...from, duration: Math.max(from.duration + ticks, STEP / 2) }
    : { ...from, onset: from.onset + ticks, pitch: from.pitch - rows };
  rect.note = bounded(next);
  place(rect);
}

function onUp() {
  if (!drag) return;
  const { rect, from, moved } = drag;
  drag = null;
  const next = rect.note;
  rect.note = from;
  if (moved && keyOf(next) !== keyOf(from)) replace(from, next);
  else place(rect);
}

function onDouble(event) {
  const rect = rectAt(event.target);
  if (rect) {
    remove(rect.note);
    return;
  }
  const lanes = event.target.closest(".lanes");
  if (!lanes) return;
  const box = lanes.getBoundingClientRect();
  const onset = Math.floor(tickOf(event.clientX - box.left) / STEP) * STEP;
  const pitch = pitchOf(event.clientY - box.top);
  const hand = pitch >= 60 ? "right" : "left";
  add(bounded({ onset, duration: state.piece.beat_ticks, pitch, velocity: 72, hand }));
}

/** The next note in time, or the one before. */
function neighbour(note, by) {
  const rects = [...layout.notes.children].map((rect) => rect.note);
  rects.sort((a, b) => a.onset - b.onset || a.pitch - b.pitch);
  const at = rects.indexOf(note);
  return at < 0 ? rects[0] : rects[at + by];
}

function onKey(event) {
  if (event.target !== layout.notes || event.ctrlKey || event.metaKey) return;
  const note = chosenNote();
  const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (by && event.altKey && note) {
    const across = event.key === "ArrowLeft" || event.key === "ArrowRight";
    alter(across ? { onset: note.onset + by * STEP } : { pitch: note.pitch + by });
  } else if (by && event.shiftKey && note) {
    alter({ duration: note.duration + by * STEP });
  } else if (by) {
    const next = note ? neighbour(note, by) : neighbour(null, 0);
    if (next) chooseNote(next);
    rectOf(next)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if ((event.key === "+" || event.key === "-") && note) {
    alter({ velocity: note.velocity + (event.key === "+" ? 8 : -8) });
  } else if ((event.key === "Delete" || event.key === "Backspace") && note) {
    remove(note);
  } else if (event.key === "Insert" && note) {
    copyBehind();
  } else {
    return;
  }
  event.preventDefault();
}

/** Show the chosen note, and speak it. */
function tell() {
  const note = chosenNote();
  for (const rect of layout.notes?.children ?? []) {
    rect.classList.toggle("chosen", rect.note === note);
  }
  for (const id of ["note-velocity", "note-delete", "note-add"]) byId(id).disabled = !note;
  if (!note) {
    byId("note-told").textContent = "None: click one, or use the arrow keys in the roll.";
    return;
  }
  const { bar_ticks: size, beat_ticks: beat } = state.piece;
  const bar = Math.floor(note.onset / size) + 1;
  const where = 1 + (note.onset % size) / beat;
  const told = `${nameOf(note.pitch)}, ${note.hand} hand, bar ${bar}, beat ${round(where)}, ` +
    `${round(note.duration / beat)} beats long, force ${note.velocity}`;
  byId("note-told").textContent = told;
  byId("note-velocity").value = note.velocity;
  if (document.activeElement === layout.notes) say(told);
}

const round = (value) => Number(value.toFixed(2));

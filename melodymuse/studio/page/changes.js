// What a new version keeps of the one before: counted, told and shown.

import { byId, clock, say } from "./dom.js";
import { keyOf } from "./roll.js";
import { on, state } from "./state.js";

/** Tell what came of each step. */
export function begin() {
  on(["piece"], () => {
    const { piece, before } = state;
    byId("piece-title").textContent = piece.title || piece.name;
    byId("piece-facts").textContent = factsOf(piece);
    byId("piece-words").textContent = piece.description.join(" ");
    document.title = `${piece.title || piece.name} · MelodyMuse studio`;
    say(before ? `${capital(piece.told)}: ${kept(before, piece)}` : piece.description.join(" "));
    byId("undo").disabled = state.at <= 0;
    byId("redo").disabled = state.at >= state.history.length - 1;
  });
}

function factsOf(piece) {
  const form = piece.sections.map((section) => section.name).join(", ");
  const facts = [piece.key, piece.time_signature, `${Number(piece.tempo.toFixed(1))} bpm`,
    `${piece.bars} bars`, clock(Math.round(piece.seconds)), `${piece.notes.length} notes`];
  return form ? `${facts.join(" · ")} · form ${form}` : facts.join(" · ");
}

/** As in "all 289 notes stay" or "262 of 289 notes stay; bars 5 to 6 differ". */
export function kept(before, piece) {
  const old = before.notes;
  const now = new Set(piece.notes.map(keyOf));
  const same = old.filter((note) => now.has(keyOf(note))).length;
  if (same === old.length && old.length === piece.notes.length) {
    return before.tempo === piece.tempo ? "every note stays." : "every note stays, at another tempo.";
  }
  if (same === old.length) return `all ${same} notes stay, ${piece.notes.length - same} are new.`;
  const shift = transposition(old, piece.notes);
  if (shift) return `every note stays, ${shift > 0 ? "+" : "−"}${Math.abs(shift)} semitones.`;
  const struck = new Set(piece.notes.map((note) => [note.onset, note.pitch, note.hand].join()));
  const touch = old.filter((note) => struck.has([note.onset, note.pitch, note.hand].join())).length;
  if (touch === old.length && old.length === piece.notes.length) {
    return "every onset and pitch stays; the force is new.";
  }
  const lost = before.own > piece.own
    ? " Composed anew, without the notes you had changed by hand: Undo brings them back." : "";
  if (same === 0) return `another piece of ${piece.notes.length} notes.${lost}`;
  return `${same} of ${old.length} notes stay${where(old, piece, now)}.${lost}`;
}

/** By how many semitones all notes moved; 0 where they did not move together. */
function transposition(old, notes) {
  if (!old.length || old.length !== notes.length) return 0;
  const shift = notes[0].pitch - old[0].pitch;
  const together = old.every((note, index) =>
    notes[index].onset === note.onset && notes[index].pitch - note.pitch === shift);
  return together ? shift : 0;
}

function where(old, piece, now) {
  const was = new Set(old.map(keyOf));
  const changed = new Set();
  for (const note of [...old, ...piece.notes]) {
    const stays = was.has(keyOf(note)) && now.has(keyOf(note));
    if (!stays) changed.add(Math.floor(note.onset / piece.bar_ticks) + 1);
  }
  const bars = [...changed].sort((a, b) => a - b);
  if (!bars.length || bars.length > piece.bars / 2) return "";
  const runs = bars.reduce((found, bar) => {
    const last = found.at(-1);
    if (last && last[1] === bar - 1) last[1] = bar;
    else found.push([bar, bar]);
    return found;
  }, []);
  const told = runs.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
  return `; bar${bars.length > 1 ? "s" : ""} ${told.join(", ")} differ${bars.length > 1 ? "" : "s"}`;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

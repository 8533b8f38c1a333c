// What a user does, step by step: look, compose, change, go back.

import { Problem, get, send } from "./api.js";
import { say } from "./dom.js";
import { remembered, set, state } from "./state.js";
import { longWork, serverIsGone, trouble } from "./work.js";

const FEELING = ["emotion", "valence", "arousal"];
/** What must be done before a version gives way to another. */
export const hooks = { before: async () => {} };
const known = new Map(); // versions by id: going back need not ask

/** Begin where this tab, or the address, left off; else with the example. */
export async function arrive() {
  const kept = remembered();
  set({ about: await get("/api/about") });
  const id = kept.history[kept.at];
  if (id) {
    try {
      const piece = await version(id);
      const picture = await pictureOf(piece.picture ?? kept.picture);
      set({ history: kept.history, at: kept.at, picture, piece, asked: wishesOf(piece) });
      if (kept.pending) await compose(kept.pending);
      return;
    } catch (error) {
      if (error.status !== 404) throw error;
      say("That piece is no longer kept here.");
    }
  }
  await look(null, state.about.examples[0]);
}

/** Look at a picture, or open a MIDI file, and show what becomes of it. */
export async function take(file) {
  const isMidi = /\.midi?$/i.test(file.name) || /midi/.test(file.type);
  if (file.size > state.about.upload_bytes) {
    const most = Math.floor(state.about.upload_bytes / 2 ** 20);
    trouble(new Problem(`The file is too large: at most ${most} MiB.`, 413));
    return null;
  }
  return isMidi ? openMidi(file) : look(file);
}

/** Look at a picture (or an example of that name) and compose from it. */
export async function look(file, example = null) {
  const form = new FormData();
  if (file) form.append("file", file, file.name || "pasted.png");
  else form.append("example", example);
  const picture = await longWork("Looking", "/api/analyze", form);
  if (!picture) return null;
  set({ picture });
  const asked = { ...state.asked };
  for (const name of FEELING) delete asked[name];
  return compose(asked);
}

async function openMidi(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  const piece = await longWork("Opening", "/api/pieces", form);
  if (piece) {
    set({ picture: null });
    show(piece);
  }
  return piece;
}

/** Compose for these wishes. */
export async function compose(asked) {
  const said = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== null));
  const hasFeeling = said.emotion || (said.valence !== undefined && said.arousal !== undefined);
  const wishes = state.picture ? { ...said, picture: state.picture.id } : said;
  if (!state.picture && !hasFeeling) wishes.emotion = "contentment";
  set({ asked: said, pending: said });
  const piece = await longWork("Composing", "/api/compose", wishes);
  if (!serverIsGone()) set({ pending: null });
  if (piece) show(piece, { seed: piece.seed });
  return piece;
}

/** What a piece would be: quick, while something is being dragged. */
export function plan(asked) {
  const picture = state.picture ? { picture: state.picture.id } : {};
  return send("/api/plan", { ...asked, ...picture });
}

/** Several pieces for the present wishes. */
export async function takes(count) {
  const { seed, ...asked } = state.asked;
  if (state.picture) asked.picture = state.picture.id;
  else if (!asked.emotion && asked.valence === undefined) asked.emotion = "contentment";
  const made = await longWork("Composing takes", "/api/takes", { asked, count });
  for (const piece of made?.pieces ?? []) known.set(piece.id, piece);
  return made?.pieces ?? [];
}

/** Change the version that is shown: "edit", "continue" or "reroll". */
export async function change(what, words, said) {
  if (what !== "edit") await hooks.before();
  const piece = await longWork(words, `/api/pieces/${state.piece.id}/${what}`, said);
  if (piece) show(piece);
  return piece;
}

/** Show a version that was made just now; what was undone before is forgotten. */
export function show(piece, more = {}) {
  known.set(piece.id, piece);
  const history = [...state.history.slice(0, state.at + 1), piece.id];
  const asked = { ...wishesOf(piece), ...more };
  set({ before: state.piece, piece, history, at: history.length - 1, asked });
}

/** Undo (-1) or redo (1). */
export async function step(by) {
  await hooks.before();
  const at = state.at + by;
  const id = state.history[at];
  if (!id) return;
  try {
    const piece = await version(id);
    const picture = await pictureOf(piece.picture);
    set({ before: state.piece, piece, picture, at, asked: wishesOf(piece) });
    say(by < 0 ? `Undone. Now: ${piece.told}.` : `Done again: ${piece.told}.`);
  } catch (error) {
    trouble(error);
  }
}

async function version(id) {
  if (!known.has(id)) known.set(id, await get(`/api/pieces/${encodeURIComponent(id)}`));
  return known.get(id);
}

async function pictureOf(id) {
  if (!id) return null;
  return state.picture?.id === id ? state.picture : get(`/api/pictures/${id}`);
}

function wishesOf(piece) {
  return piece.seed === null ? { ...piece.asked } : { ...piece.asked, seed: piece.seed };
}

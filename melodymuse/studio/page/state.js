// What the page is about: the picture, the version of the piece, the wishes, and the way here.

const KEY = "melodymuse-studio";

/** All that the page shows; changed through `set`, which tells whoever listens. */
export const state = {
  about: null, // the tables of the package
  picture: null, // what was seen, or null
  piece: null, // the version that is shown
  before: null, // the one that was shown before it
  asked: {}, // the wishes: emotion, valence, arousal, seed, controls
  history: [], // ids of versions, oldest first
  at: -1, // which of them is shown
  pending: null, // wishes that are being composed: after a reload they are composed again
  position: 0, // of the playhead, in seconds
};

const listeners = new Map();

/** Call a function whenever one of these fields changes. */
export function on(fields, listener) {
  for (const field of fields) {
    if (!listeners.has(field)) listeners.set(field, new Set());
    listeners.get(field).add(listener);
  }
}

/** Change fields, and tell each listener once. */
export function set(changes) {
  const told = new Set();
  for (const [field, value] of Object.entries(changes)) {
    if (state[field] === value) continue;
    state[field] = value;
    for (const listener of listeners.get(field) ?? []) told.add(listener);
  }
  remember();
  for (const listener of told) listener();
}

/** Keep in this tab what a reload needs; the pieces themselves are on the server. */
function remember() {
  const { history, at, pending } = state;
  const picture = state.picture?.id ?? null;
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ history, at, pending, picture }));
  } catch {
    // A browser that keeps nothing: the address still names the piece.
  }
  const id = state.piece?.id;
  if (id && location.hash !== `#${id}`) window.history.replaceState(null, "", `#${id}`);
}

/** What this tab kept before it was reloaded. */
export function remembered() {
  const named = location.hash.slice(1);
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    // Nothing that can be read.
  }
  if (kept && (!named || kept.history.includes(named))) return kept;
  return { history: named ? [named] : [], at: named ? 0 : -1, pending: null, picture: null };
}

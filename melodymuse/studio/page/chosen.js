// Which bars and which note are chosen.

let bars = null;
let note = null;

/** The first and the last of the chosen bars, from 1; null where none is. */
export const chosenBars = () => bars;

/** The chosen note as it stands in the piece, or null. */
export const chosenNote = () => note;

/** Choose bars; null chooses none. */
export function chooseBars(first, last = first) {
  bars = first === null ? null : [Math.min(first, last), Math.max(first, last)];
  document.dispatchEvent(new CustomEvent("bars-chosen"));
}

/** Choose a note; null chooses none. */
export function chooseNote(next) {
  note = next;
  document.dispatchEvent(new CustomEvent("note-chosen"));
}

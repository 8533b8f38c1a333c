// Takes side by side, and two versions heard in turn at the same place.

import { byId, clock, draw, make, say } from "./dom.js";
import { show, takes } from "./journey.js";
import { playFrom } from "./transport.js";
import { on, state } from "./state.js";
import { lastTick } from "./timeline.js";

const COUNT = 3;
let other = null; // what A/B goes to

/** Wire the buttons. */
export function begin() {
  byId("make-takes").addEventListener("click", async () => {
    const made = await takes(COUNT);
    byId("takes").replaceChildren(...made.map(card));
    const query = made.map((piece) => `piece=${encodeURIComponent(piece.id)}`).join("&");
    byId("sheet").href = `/api/sheet?${query}`;
    byId("sheet").hidden = made.length === 0;
    if (made.length) say(`${made.length} takes are there.`);
    mark();
  });
  byId("hold").addEventListener("click", () => {
    other = state.piece;
    say("Held as B: choose another version, then A/B goes to and fro.");
    mark();
  });
  byId("swap").addEventListener("click", () => {
    const now = state.piece;
    show(other);
    other = now;
    mark();
  });
  on(["piece"], mark);
}

function card(piece, index) {
  const take = make("button", { textContent: `Take ${index + 1}` });
  take.addEventListener("click", () => show(piece));
  const listen = make("button", { className: "quiet", textContent: "Listen" });
  listen.setAttribute("aria-label", `Listen to take ${index + 1}`);
  listen.addEventListener("click", () => {
    show(piece);
    playFrom(0);
  });
  const facts = `${piece.key}, ${piece.tempo} bpm, ${piece.time_signature}, ` +
    `${clock(Math.round(piece.seconds))}, seed ${piece.seed}`;
  const found = make("li", {}, small(piece), make("p", { textContent: facts }),
    make("div", { className: "row" }, take, listen));
  found.dataset.id = piece.id;
  return found;
}

/** All notes of a piece over a small area. */
function small(piece) {
  const pitches = piece.notes.map((note) => note.pitch);
  const [low, high] = [Math.min(...pitches), Math.max(...pitches)];
  const width = lastTick(piece);
  const notes = piece.notes.map((note) => draw("rect", { class: note.hand,
    x: note.onset, y: high - note.pitch, width: note.duration, height: 1 }));
  return draw("svg", { class: "small", viewBox: `0 0 ${width} ${high - low + 1}`,
    preserveAspectRatio: "none", "aria-hidden": "true" }, ...notes);
}

function mark() {
  const { piece } = state;
  byId("hold").disabled = !piece;
  byId("swap").disabled = !other || !piece || other.id === piece.id;
  for (const item of byId("takes").children) {
    const is = item.dataset.id === piece?.id;
    if (is) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  }
}

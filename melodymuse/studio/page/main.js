// The studio's page: each part wires itself, then the journey begins.

import * as away from "./away.js";
import * as bars from "./bars.js";
import * as beside from "./beside.js";
import * as changes from "./changes.js";
import * as controls from "./controls.js";
import { byId } from "./dom.js";
import { arrive, compose, step } from "./journey.js";
import * as notes from "./notes.js";
import * as picture from "./picture.js";
import * as printed from "./printed.js";
import * as roll from "./roll.js";
import { state } from "./state.js";
import * as takes from "./takes.js";
import * as transport from "./transport.js";
import * as wheel from "./wheel.js";
import * as work from "./work.js";

const PARTS = [
  work, picture, wheel, controls, roll, bars, notes, transport, printed, takes, beside, away,
  changes,
];

for (const part of PARTS) part.begin();

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address names the piece
  byId("piece").focus();
});
byId("undo").addEventListener("click", () => step(-1));
byId("redo").addEventListener("click", () => step(1));
document.addEventListener("keydown", (event) => {
  const writes = event.target.matches?.("input:not([type=range], [type=checkbox]), textarea");
  if (!(event.ctrlKey || event.metaKey) || writes) return;
  const by = event.key === "z" && !event.shiftKey ? -1
    : event.key === "y" || (event.key === "Z" && event.shiftKey) ? 1 : 0;
  if (!by) return;
  event.preventDefault();
  step(by);
});
document.addEventListener("server-back", () => {
  if (!state.about) start();
  else if (state.pending) compose(state.pending);
});

function start() {
  arrive().catch(work.trouble);
}

start();

// Choosing bars, and writing them anew.

import { chooseBars, chosenBars } from "./chosen.js";
import { byId } from "./dom.js";
import { change } from "./journey.js";
import { seek } from "./player.js";
import { on, state } from "./state.js";
import { secondsAt } from "./timeline.js";

let anchor = 1;

/** Wire the bars and the form beneath. */
export function begin() {
  const roll = byId("roll");
  roll.addEventListener("click", (event) => {
    const bar = barOf(event.target);
    if (bar) choose(bar, event.shiftKey);
  });
  roll.addEventListener("dblclick", (event) => {
    const bar = barOf(event.target);
    if (!bar) return;
    choose(bar, false);
    writeAnew();
  });
  roll.addEventListener("keydown", onKey);
  byId("anew").addEventListener("submit", (event) => {
    event.preventDefault();
    writeAnew();
  });
  byId("more").addEventListener("click", goOn);
  byId("recolor").addEventListener("click", () => {
    const emotion = byId("mood").value;
    change("recolor", `Putting the theme into ${emotion}`, { emotion });
  });
  byId("harmonize").addEventListener("click", () => {
    change("harmonize", "Setting chords and hands under the tune", {});
  });
  document.addEventListener("bars-chosen", tell);
  on(["piece"], tell);
  on(["about"], () => {
    const names = state.about.emotions.map(({ name }) => new Option(name, name));
    byId("mood").replaceChildren(...names);
    byId("anew-keep").append(...state.about.keeps.map((name) => new Option(name, name)));
  });
}

const barOf = (element) => Number(element.closest?.("#bars [role=option]")?.id.slice(4)) || 0;

function choose(bar, further) {
  if (!further) anchor = bar;
  const now = chosenBars();
  const same = !further && now && now[0] === bar && now[1] === bar;
  chooseBars(same ? null : anchor, bar);
  focusBar(bar);
}

function focusBar(bar) {
  for (const option of document.querySelectorAll("#bars [role=option]")) option.tabIndex = -1;
  const option = byId(`bar-${bar}`);
  option.tabIndex = 0;
  option.focus({ preventScroll: false });
}

function onKey(event) {
  const bar = barOf(event.target);
  if (!bar) return;
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  if (event.key in steps) {
    event.preventDefault();
    const next = Math.min(Math.max(bar + steps[event.key], 1), state.piece.bars);
    if (event.shiftKey) choose(next, true);
    else focusBar(next);
  } else if (event.key === " ") {
    event.preventDefault();
    choose(bar, event.shiftKey);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (!chosenBars()) choose(bar, false);
    writeAnew();
  } else if (event.key === "p") {
    seek(secondsAt(state.piece, (bar - 1) * state.piece.bar_ticks));
  } else if (event.key === "Escape") {
    chooseBars(null);
  }
}

function tell() {
  const bars = chosenBars();
  byId("anew-go").disabled = !bars || !state.piece;
  byId("anew-told").textContent = bars ? `${spanOf(bars)} chosen` : "No bars chosen";
}

const spanOf = ([first, last]) => (first === last ? `Bar ${first}` : `Bars ${first} to ${last}`);

async function writeAnew() {
  const bars = chosenBars();
  if (!bars) return;
  const said = { first: bars[0], last: bars[1] };
  for (const name of ["hand", "keep"]) {
    const { value } = byId(`anew-${name}`);
    if (value) said[name] = value;
  }
  const focused = barOf(document.activeElement);
  await change("reroll", `Writing ${spanOf(bars).toLowerCase()} anew`, said);
  if (focused) focusBar(Math.min(focused, state.piece.bars));
}

function goOn() {
  const bars = Number(byId("more-bars").value);
  change("continue", `Going on for ${bars} bars`, { bars });
}

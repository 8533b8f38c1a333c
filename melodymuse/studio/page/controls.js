// What a musician says about a piece: one row for each row of the package's table, with what the
// emotion proposes beside it.

import { byId, make, settled } from "./dom.js";
import { compose } from "./journey.js";
import { on, set, state } from "./state.js";

const APART = new Set(["seed"]);
const rows = new Map();
let proposed = {};

const later = settled(() => compose(wishes), 450);
let wishes = {};

/** Build the rows once the table is there, and show what each is. */
export function begin() {
  on(["about"], build);
  on(["piece", "asked"], show);
  document.addEventListener("planned", ({ detail }) => {
    proposed = detail.proposed;
    show();
  });
  byId("release-all").addEventListener("click", () => {
    const feeling = ["emotion", "valence", "arousal", "seed", "title"];
    const kept = Object.entries(state.asked).filter(([name]) => feeling.includes(name));
    compose(Object.fromEntries(kept));
  });
  byId("seed").addEventListener("change", ({ target }) => {
    const seed = Number.parseInt(target.value, 10);
    if (Number.isSafeInteger(seed) && seed >= 0) compose({ ...state.asked, seed });
    else show();
  });
  byId("another").addEventListener("click", () => {
    const { seed, ...asked } = state.asked;
    compose(asked);
  });
}

/** Compose with another value of a control; null is as the emotion asks. */
function wish(name, value) {
  wishes = { ...state.asked };
  if (value === null) delete wishes[name];
  else wishes[name] = value;
  if (!byId("lock").checked) delete wishes.seed;
  set({ asked: wishes });
  later();
}

function build() {
  const panels = new Map();
  for (const control of state.about.controls) {
    if (APART.has(control.name)) continue;
    if (!panels.has(control.panel)) {
      const panel = make("details", { open: matchMedia("(min-width: 64rem)").matches },
        make("summary", { textContent: control.panel }));
      panels.set(control.panel, panel);
    }
    panels.get(control.panel).append(row(control));
  }
  byId("panels").replaceChildren(...panels.values());
}

function row(control) {
  const id = `control-${control.name}`;
  const label = make("label", { htmlFor: id, textContent: words(control.name) });
  const input = field(control, id);
  const told = make("output", { htmlFor: id });
  const release = make("button", { className: "quiet", textContent: "Release", disabled: true });
  release.setAttribute("aria-label", `Release ${words(control.name)}: as the emotion asks`);
  release.addEventListener("click", () => wish(control.name, null));
  const help = make("small", { id: `${id}-help`,
    textContent: `${control.help} A change keeps ${control.keeps}.` });
  input.setAttribute("aria-describedby", help.id);
  input.addEventListener(control.kind === "number" ? "input" : "change", () => {
    const value = valueOf(control, input);
    if (value !== undefined) wish(control.name, value);
  });
  const found = make("div", { className: "control" }, label, input, told, release, help);
  rows.set(control.name, { control, input, told, release, found });
  return found;
}

function field(control, id) {
  if (control.choices.length) {
    return make("select", { id }, ...control.choices.map((name) => new Option(name, name)));
  }
  if (control.kind === "flag") return make("input", { id, type: "checkbox" });
  if (control.kind === "number") {
    const [min, max] = control.limits;
    const step = 10 ** Math.floor(Math.log10((max - min) / 40));
    return make("input", { id, type: "range", min, max, step });
  }
  if (control.kind === "whole") {
    const [min, max] = control.limits;
    return make("input", { id, type: "number", min, max, step: 1 });
  }
  return make("input", { id, type: "text", spellcheck: false, autocomplete: "off" });
}

function valueOf(control, input) {
  if (control.kind === "number") return Number(Number(input.value).toPrecision(4));
  if (control.kind === "flag") return input.checked;
  if (control.kind === "whole") {
    return input.value && input.checkValidity() ? Number(input.value) : undefined;
  }
  return input.value.trim() || null;
}

function show() {
  const { piece, asked } = state;
  if (piece) proposed = piece.proposed ?? {};
  const now = piece?.controls ?? {};
  for (const [name, { control, input, told, release, found }] of rows) {
    const own = asked[name] !== undefined;
    const value = asked[name] ?? now[name];
    found.classList.toggle("own", own);
    release.disabled = !own;
    input.disabled = Boolean(piece) && !piece.controls;
    if (value === undefined) continue;
    if (control.kind === "flag") input.checked = value;
    else if (document.activeElement !== input || control.kind !== "whole") input.value = value;
    const asks = proposed[name];
    told.textContent = control.kind === "number"
      ? `${shown(value)}${own && asks !== undefined ? `, proposed ${shown(asks)}` : ""}`
      : own && asks ? `proposed ${asks}` : "";
  }
  byId("seed").value = piece?.seed ?? asked.seed ?? "";
  byId("release-all").disabled = ![...rows.keys()].some((name) => asked[name] !== undefined);
}

const words = (name) => name.replaceAll("_", " ");
const shown = (value) => (typeof value === "number" ? String(Number(value.toPrecision(3))) : value);

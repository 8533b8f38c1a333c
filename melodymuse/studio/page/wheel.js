// The wheel of eight petals over the plane of valence and arousal: shows what is felt, and can be
// dragged.  The sliders beneath do the same for keys.

import { byId, draw, make, settled } from "./dom.js";
import { compose, plan } from "./journey.js";
import { on, state } from "./state.js";
import { trouble } from "./work.js";

const SHORTEST = 0.06;
const POINTS = 24;
let preview = null; // what is felt while something is dragged

/** Wire wheel, sliders and names. */
export function begin() {
  on(["about"], build);
  on(["piece", "picture"], () => { preview = null; show(); });
  for (const axis of ["valence", "arousal"]) {
    byId(axis).addEventListener("input", () => dragTo(sliders(), true));
    byId(axis).addEventListener("change", () => letGo());
  }
  byId("release").addEventListener("click", release);
  const wheel = byId("wheel");
  wheel.addEventListener("pointerdown", (event) => {
    wheel.setPointerCapture(event.pointerId);
    dragTo(placeOf(event));
    wheel.onpointermove = (moved) => dragTo(placeOf(moved));
  });
  wheel.addEventListener("pointerup", () => {
    wheel.onpointermove = null;
    letGo();
  });
  wheel.addEventListener("pointercancel", () => { wheel.onpointermove = null; });
}

function build() {
  byId("emotions").replaceChildren(...state.about.emotions.map((emotion) => {
    const chip = make("button", { textContent: emotion.name, className: "chip" });
    chip.dataset.emotion = emotion.name;
    chip.setAttribute("aria-pressed", "false");
    chip.style.setProperty("--hue", emotion.colour);
    chip.addEventListener("click", () => choose(emotion.name));
    return chip;
  }));
}

/** Another emotion in the place of the one seen. */
function choose(emotion) {
  const { valence, arousal, ...asked } = state.asked;
  compose({ ...asked, emotion });
}

/** Back to what the picture stirs, or to where one began. */
function release() {
  const { valence, arousal, emotion, ...asked } = state.asked;
  compose(asked);
}

const sliders = () => [Number(byId("valence").value), Number(byId("arousal").value)];

function placeOf(event) {
  const wheel = byId("wheel");
  const point = new DOMPoint(event.clientX, event.clientY);
  const { x, y } = point.matrixTransform(wheel.getScreenCTM().inverse());
  const far = Math.max(Math.hypot(x, y), 1);
  return [x / far, -y / far];
}

const planned = settled(async () => {
  const wanted = preview?.asked;
  if (!wanted) return;
  try {
    const found = await plan(wanted);
    if (preview?.asked !== wanted) return;
    preview.feeling = found.feeling;
    show();
    document.dispatchEvent(new CustomEvent("planned", { detail: found }));
  } catch (error) {
    trouble(error);
  }
}, 90);

const composed = settled(() => compose(preview.asked), 500);

/** Feel like a place on the plane; what that would mean is asked while it is dragged. */
function dragTo([valence, arousal], later = false) {
  const { emotion, ...others } = state.asked;
  const asked = { ...others, valence: rounded(valence), arousal: rounded(arousal) };
  preview = { asked, feeling: { ...felt(), valence: asked.valence, arousal: asked.arousal } };
  show();
  planned();
  if (later) composed();
}

function letGo() {
  if (!preview) return;
  composed.drop();
  planned.drop();
  compose(preview.asked);
}

const rounded = (value) => Number(value.toFixed(2));
const felt = () => preview?.feeling ?? state.piece?.feeling ?? state.picture?.feeling;

/** Draw what is felt. */
function show() {
  const feeling = felt();
  byId("feeling").hidden = !feeling;
  if (!feeling || !state.about) return;
  const shares = feeling.probabilities ?? {};
  const largest = Math.max(...Object.values(shares), 1e-6);
  const handle = draw("circle", { class: "handle", cx: feeling.valence, cy: -feeling.arousal, r: 0.075 });
  byId("wheel").replaceChildren(
    draw("circle", { class: "rim", r: 1 }),
    draw("line", { class: "rim", x1: -1, x2: 1 }),
    draw("line", { class: "rim", y1: -1, y2: 1 }),
    ...state.about.emotions.map((emotion) => petal(emotion, shares[emotion.name] ?? 0, largest)),
    ...state.about.emotions.map((emotion) => name(emotion, shares, feeling.emotion)),
    handle,
  );
  byId("feeling-words").textContent = feeling.description ?? "";
  for (const axis of ["valence", "arousal"]) {
    byId(axis).value = feeling[axis];
    byId(`${axis}-told`).textContent = feeling[axis].toFixed(2).replace("-", "−");
  }
  for (const chip of byId("emotions").children) {
    chip.setAttribute("aria-pressed", String(chip.dataset.emotion === feeling.emotion));
  }
  const { emotion, valence, arousal } = state.asked;
  byId("release").disabled = !(emotion || valence !== undefined || arousal !== undefined);
}

/** A petal: its area tells the probability, as in the drawings of `melodymuse.pictures`. */
function petal({ name: emotion, angle, colour }, share, largest) {
  const length = Math.max(SHORTEST, Math.sqrt(share / largest));
  const half = 0.92 * Math.tan(Math.PI / 8);
  const edge = [...Array(POINTS + 1).keys()].map((step) => {
    const along = Math.sin((step / POINTS) * (Math.PI / 2));
    return [along * length, half * along * Math.sqrt(Math.max(1 - along ** 3, 0)) * length];
  });
  const outline = [...edge, ...edge.reverse().map(([x, y]) => [x, -y])];
  const points = outline.map(([x, y]) => {
    const [across, up] = [x * Math.cos(angle) - y * Math.sin(angle),
      x * Math.sin(angle) + y * Math.cos(angle)];
    return `${across.toFixed(3)},${(-up).toFixed(3)}`;
  });
  return draw("polygon", { class: "petal", points: points.join(" "), fill: colour,
    "data-emotion": emotion });
}

function name({ name: emotion, angle }, shares, leading) {
  const [x, y] = [1.1 * Math.cos(angle), -1.1 * Math.sin(angle)];
  const text = draw("text", { x, y, class: emotion === leading ? "leads" : "",
    "text-anchor": x > 0 ? "start" : "end" });
  const share = `${Math.round((shares[emotion] ?? 0) * 100)} %`;
  text.append(draw("tspan", { x, dy: 0 }, emotion), draw("tspan", { x, dy: "0.13" }, share));
  return text;
}

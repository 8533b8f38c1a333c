// The row of buttons above the roll: play, loop, metronome, soundfont, the user's own instrument.

import { byId, clock, make, say } from "./dom.js";
import { instrument, metronome } from "./instruments.js";
import { follow, loopOver, play, player, position, prepare, seek, stop } from "./player.js";
import { chosenBars } from "./chosen.js";
import { on, state } from "./state.js";
import { lastTick } from "./timeline.js";
import { trouble } from "./work.js";

/** Wire the buttons. */
export function begin() {
  byId("play").addEventListener("click", toggle);
  byId("begin").addEventListener("click", () => seek(0));
  byId("loop").addEventListener("change", setLoop);
  byId("metronome").addEventListener("change", ({ target }) => {
    player.clicks = target.checked ? metronome : null;
  });
  byId("soundfont").addEventListener("change", ({ target }) => {
    player.soundfont = target.value;
    if (player.playing) play(position());
    else if (state.piece) prepare(state.piece);
  });
  player.changed = show;
  on(["piece"], () => {
    byId("play").disabled = byId("begin").disabled = false;
    setLoop();
    follow(state.piece);
  });
  on(["about"], () => {
    const { soundfonts, soundfont } = state.about;
    byId("soundfont").replaceChildren(
      ...soundfonts.map((name) => new Option(name, name, false, name === soundfont)),
    );
    player.soundfont = byId("soundfont").value;
  });
  document.addEventListener("bars-chosen", setLoop);
  document.addEventListener("keydown", (event) => {
    if (event.code === "Space" && event.target === document.body) {
      event.preventDefault();
      toggle();
    }
  });
  offerInstruments();
  requestAnimationFrame(tell);
}

/** Play or stop. */
export function toggle() {
  if (player.playing || player.loading) stop();
  else playFrom(state.position);
}

/** Play, and tell where it cannot be. */
export async function playFrom(seconds) {
  try {
    await play(seconds);
  } catch (error) {
    stop();
    trouble(error);
  }
}

function setLoop() {
  if (!state.piece) return;
  const { bar_ticks: bar } = state.piece;
  const bars = chosenBars();
  const ticks = bars ? [(bars[0] - 1) * bar, bars[1] * bar] : [0, lastTick(state.piece)];
  const wanted = byId("loop").checked ? ticks : null;
  const now = player.loop;
  if (wanted || now) loopOver(state.piece, wanted);
}

function show() {
  const button = byId("play");
  button.textContent = player.playing ? "Pause" : player.loading ? "Loading …" : "Play";
  button.setAttribute("aria-pressed", String(player.playing));
}

let shown = "";
function tell() {
  if (state.piece) {
    const text = `${clock(position())} / ${clock(Math.round(state.piece.seconds))}`;
    if (text !== shown) byId("clock").textContent = shown = text;
  }
  requestAnimationFrame(tell);
}

/** Where the browser has Web MIDI, and only once the user asks for it. */
function offerInstruments() {
  if (!navigator.requestMIDIAccess) return;
  const button = byId("find-midi");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      const access = await navigator.requestMIDIAccess();
      const list = () => listOutputs([...access.outputs.values()]);
      access.addEventListener("statechange", list);
      list();
    } catch {
      say("The browser gives no access to MIDI instruments.");
    }
  });
}

function listOutputs(outputs) {
  const select = byId("output");
  const server = make("option", { value: "", textContent: "the studio's piano" });
  select.replaceChildren(server, ...outputs.map((each) => new Option(each.name, each.id)));
  byId("output-label").hidden = false;
  byId("find-midi").hidden = true;
  say(outputs.length ? `${outputs.length} instruments found.` : "No MIDI instrument is connected.");
  select.onchange = () => {
    const found = outputs.find((each) => each.id === select.value);
    const place = position();
    const goesOn = player.playing;
    stop();
    player.device = found ? instrument(found) : null;
    if (goesOn) playFrom(place);
  };
}

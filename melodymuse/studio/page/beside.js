// What MusicGen plays for the same picture, emotion and seed, where the studio has one.

import { byId, say } from "./dom.js";
import { on, state } from "./state.js";
import { longWork } from "./work.js";

/** Wire the button; show the part where there is a model. */
export function begin() {
  byId("beside-go").addEventListener("click", play);
  on(["about"], () => {
    const told = state.about?.musicgen;
    byId("beside").hidden = !told;
    if (told) byId("beside-licence").textContent = licenceOf(told);
  });
  on(["piece"], clear);
}

async function play() {
  const { id } = state.piece;
  const seconds = byId("beside-seconds");
  if (!seconds.reportValidity()) return;
  const asked = { seconds: Math.round(Number(seconds.value)) };
  const made = await longWork("Asking MusicGen", `/api/pieces/${id}/waveform`, asked);
  if (!made || state.piece.id !== id) return;
  const sound = byId("beside-sound");
  sound.src = `/api/waveforms/${made.id}`;
  sound.hidden = false;
  byId("beside-prompt").textContent = `It was told: ${made.prompt}; seed ${made.seed}.`;
  byId("beside-licence").textContent = licenceOf(made);
  say("MusicGen's waveform is there.");
}

/** Another version of the piece has no waveform yet; a file of the user's own gets none. */
function clear() {
  const sound = byId("beside-sound");
  sound.pause();
  sound.removeAttribute("src");
  sound.hidden = true;
  byId("beside-prompt").textContent = "";
  byId("beside-go").disabled = !state.piece || state.piece.seed === null;
}

/** As in "facebook/musicgen-small, licence of its weights CC BY-NC 4.0: not for commercial use." */
function licenceOf(told) {
  const use = told.commercial_use === false ? "not for commercial use"
    : told.commercial_use ? "commercial use is allowed" : "ask its maker before you use it";
  return `${told.model}, licence of its weights ${told.licence}: ${use}.`;
}

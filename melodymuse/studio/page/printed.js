// The printed score, engraved on the server, in the place of the roll.

import { bytes, exportAddress } from "./api.js";
import { byId, make } from "./dom.js";
import { on, state } from "./state.js";
import { trouble } from "./work.js";

let shown = null;

/** Wire the two tabs. */
export function begin() {
  const tabs = [byId("tab-roll"), byId("tab-score")];
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const next = tabs[1 - index];
      choose(next);
      next.focus();
    });
  }
  on(["piece"], () => { if (!byId("score-panel").hidden) show(); });

  function choose(chosen) {
    for (const tab of tabs) {
      const is = tab === chosen;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      byId(tab.getAttribute("aria-controls")).hidden = !is;
    }
    byId("zoom").hidden = chosen === byId("tab-score");
    if (chosen === byId("tab-score")) show();
  }
}

async function show() {
  const { piece } = state;
  if (!piece || shown === piece.id) return;
  shown = piece.id;
  const panel = byId("score-panel");
  panel.setAttribute("aria-busy", "true");
  panel.replaceChildren(make("p", { className: "hint", textContent: "Engraving …" }));
  try {
    const data = await bytes(exportAddress(piece.id, ".svg", { kind: "score" }));
    if (shown !== piece.id) return;
    const source = URL.createObjectURL(new Blob([data], { type: "image/svg+xml" }));
    const page = make("img", { src: source, alt: `The printed score. ${piece.description.join(" ")}` });
    page.addEventListener("load", () => URL.revokeObjectURL(source));
    panel.replaceChildren(page);
  } catch (error) {
    shown = null;
    panel.replaceChildren();
    trouble(error);
  } finally {
    panel.removeAttribute("aria-busy");
  }
}

// Where pictures come from: dropped, pasted, chosen, photographed, or an example.

import { byId, say } from "./dom.js";
import { compose, look, take } from "./journey.js";
import { on, set, state } from "./state.js";
import { playFrom } from "./transport.js";

/** Wire all of it. */
export function begin() {
  const target = document.body;
  target.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    byId("drop").classList.add("over");
  });
  target.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) byId("drop").classList.remove("over");
  });
  target.addEventListener("drop", (event) => {
    byId("drop").classList.remove("over");
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    come(file);
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData.files;
    if (file) come(file);
  });
  for (const id of ["choose", "photograph"]) {
    byId(id).addEventListener("change", ({ target: input }) => {
      const [file] = input.files;
      input.value = "";
      if (file) come(file);
    });
  }
  byId("without").addEventListener("click", () => {
    set({ picture: null });
    compose(state.asked);
  });
  byId("examples").addEventListener("change", async ({ target: select }) => {
    const name = select.value;
    if (name) await look(null, name);
  });
  on(["about"], () => {
    byId("examples").replaceChildren(new Option("choose …", ""),
      ...state.about.examples.map((name) => new Option(name.slice(1), name)));
  });
  on(["picture"], show);
}

/** What came is looked at, composed, and heard at once where the browser lets it. */
async function come(file) {
  say(`${file.name || "The picture"} is here.`);
  const piece = await take(file);
  if (piece && navigator.userActivation?.hasBeenActive) playFrom(0);
}

function show() {
  const { picture } = state;
  const view = byId("view");
  view.hidden = !picture;
  byId("drop-hint").hidden = Boolean(picture);
  byId("drop").classList.toggle("full", Boolean(picture));
  if (!picture) {
    byId("picture-words").textContent = "";
    return;
  }
  view.src = `/api/pictures/${picture.id}/view`;
  view.alt = picture.description;
  const remarks = picture.remarks.length ? ` ${picture.remarks.join("; ")}.` : "";
  byId("picture-words").textContent = `${picture.name}: ${picture.description}${remarks}`;
}

// One piece of long work at a time: shown while it lasts, told when it fails, tried again when the
// server comes back.

import { Problem, get, work } from "./api.js";
import { byId, say } from "./dom.js";

const RETRY = 500;
let running = null;
let waitingForServer = null;

/** Whether something is being made now. */
export const busy = () => running !== null;

/** Whether the server does not answer, and is asked again and again. */
export const serverIsGone = () => waitingForServer !== null;

/** Wire the button that ends the wait. */
export function begin() {
  byId("cancel").addEventListener("click", () => running?.abort());
}

/**
 * Do long work and show it; gives its answer, or null where it failed or was ended.
 * @param what is done, as in "Composing"
 */
export async function longWork(what, path, body) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const timer = setTimeout(() => show(`${what} …`), 150);
  const tell = (place) => {
    if (running === mine && place > 0) show(`${what}: ${place - 1} before yours`);
    else if (running === mine && !byId("progress").hidden) show(`${what} …`);
  };
  try {
    const answer = await work(path, body, tell, mine.signal);
    mended();
    return running === mine ? answer : null;
  } catch (error) {
    if (error.name !== "AbortError") trouble(error);
    else if (running === mine) say(`${what}: ended.`);
    return null;
  } finally {
    clearTimeout(timer);
    if (running === mine) {
      running = null;
      byId("progress").hidden = true;
      document.body.removeAttribute("aria-busy");
    }
  }
}

function show(text) {
  byId("progress").hidden = false;
  byId("progress-text").textContent = text;
  document.body.setAttribute("aria-busy", "true");
}

/** Tell what went wrong. */
export function trouble(error) {
  if (!(error instanceof Problem)) {
    console.error(error);
    tell("Something in the page went wrong: reload it. Nothing that was composed is lost.");
  } else if (error.gone) {
    tell("The studio does not answer: it was closed, perhaps. Your work is kept; trying again …");
    waitForServer();
  } else if (error.status === 429) {
    tell(`${error.message}. Try again in ${error.wait || 1} s.`);
  } else {
    tell(error.message);
  }
}

function tell(text) {
  const box = byId("trouble");
  box.textContent = text;
  box.hidden = false;
}

/** All is well. */
export function mended() {
  byId("trouble").hidden = true;
}

/** Ask again and again; then let the page go on where it was. */
function waitForServer() {
  if (waitingForServer) return;
  waitingForServer = setInterval(async () => {
    try {
      await get("/health");
    } catch {
      return;
    }
    // A slow server answers several questions, one after the other.
    if (!waitingForServer) return;
    clearInterval(waitingForServer);
    waitingForServer = null;
    mended();
    say("The studio is back.");
    document.dispatchEvent(new CustomEvent("server-back"));
  }, RETRY);
}

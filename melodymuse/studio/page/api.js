// The server: requests, answers, problems.

/** A problem that the server told (RFC 9457), or that it could not be reached. */
export class Problem extends Error {
  constructor(detail, status, wait = 0) {
    super(detail);
    this.status = status;
    this.wait = wait;
  }

  /** Whether the server was not there at all. */
  get gone() {
    return this.status === 0;
  }
}

async function problemOf(answer) {
  const wait = Number(answer.headers.get("Retry-After") ?? 0);
  try {
    const told = await answer.json();
    return new Problem(told.detail ?? answer.statusText, answer.status, wait);
  } catch {
    return new Problem(answer.statusText || "no answer", answer.status, wait);
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem("The studio does not answer.", 0);
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

/** What an address gives as JSON. */
export const get = async (path) => (await ask(path)).json();

/** The bytes at an address. */
export const bytes = async (path, signal) => (await ask(path, { signal })).arrayBuffer();

/** Send JSON, and get JSON. */
export async function send(path, body) {
  const headers = { "Content-Type": "application/json" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/**
 * Ask for long work, which tells its place in line while it waits.
 * @param path the address
 * @param body a form with a file, or what becomes JSON
 * @param tell called with the place: 0 is at work, 1 is next
 * @param signal ends the wait
 */
export async function work(path, body, tell, signal) {
  const isForm = body instanceof FormData;
  const headers = { Accept: "text/event-stream" };
  if (!isForm) headers["Content-Type"] = "application/json";
  const sent = isForm ? body : JSON.stringify(body);
  const answer = await ask(path, { method: "POST", headers, body: sent, signal });
  for await (const [event, data] of events(answer)) {
    if (event === "place") tell(data.place);
    else if (event === "done") return data;
    else if (event === "problem") throw new Problem(data.detail, data.status);
  }
  throw new Problem("The studio stopped before it was done.", 0);
}

/** The server-sent events of an answer, each as its name and its data. */
async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem("The studio stopped before it was done.", 0);
    }
    if (part.done) return;
    text += part.value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block);
      const data = /^data: (.*)$/m.exec(block);
      if (event && data) yield [event[1], JSON.parse(data[1])];
    }
  }
}

/** The address of a piece's sound; `bars` for its first ones alone. */
export function soundAddress(id, soundfont, bars = null) {
  const query = new URLSearchParams({ suffix: ".flac" });
  if (soundfont) query.set("soundfont", soundfont);
  if (bars) query.set("bars", bars);
  return `/api/pieces/${id}/sound?${query}`;
}

/** The address of a piece as a file. */
export function exportAddress(id, suffix, more = {}) {
  return `/api/pieces/${id}/export?${new URLSearchParams({ suffix, ...more })}`;
}

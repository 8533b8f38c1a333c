"use strict";

// A listener's order follows from the survey and their id alone: 32-bit FNV-1a into mulberry32.
function numbersFrom(text) {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    seed = Math.imul(seed ^ byte, 0x01000193);
  }
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled(items, text) {
  const random = numbersFrom(text);
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [mixed[last], mixed[other]] = [mixed[other], mixed[last]];
  }
  return mixed;
}

const QUESTIONS = ["emotion", "quality", "fit", "caption", "agrees"];
const COLUMNS = ["survey", "listener", "position", "piece", ...QUESTIONS, "heard", "comment"];

const PROBLEMS = {
  emotion: "Please choose an emotion.",
  quality: "Please rate how good it is.",
  fit: "Please rate how well it fits the picture.",
  caption: "Please rate how well the words tell what the picture shows.",
  agrees: "Please say yes or no.",
};

function csvField(value) {
  const text = String(value);
  return /[",;\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// One line, and nothing that a spreadsheet would take for a formula.
function plainComment(text) {
  const line = text.split(/\s+/).join(" ").trim();
  return /^[=+\-@]/.test(line) ? `'${line}` : line;
}

function answersAsCsv(survey, state) {
  const rows = state.answers.map((answer, index) => [survey, state.listener, index + 1,
    answer.piece, ...QUESTIONS.map((name) => answer[name] ?? ""), answer.heard,
    index === 0 ? plainComment(state.comment) : ""]);
  return [COLUMNS, ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("");
}

function main() {
  const survey = JSON.parse(document.getElementById("survey").textContent);
  const byId = (id) => document.getElementById(id);
  const sound = byId("sound");
  // A link that names its listener keeps that listener's answers apart, on a shared device.
  const invited = new URLSearchParams(location.search).get("listener") || "";
  const storageName = `listening-survey-${survey.id}/${invited}`;
  let state = restored();
  let earlier = 0; // seconds heard of this piece before the page was reloaded
  let most = 0;

  function restored() {
    try {
      const kept = JSON.parse(localStorage.getItem(storageName));
      return kept && kept.listener && Array.isArray(kept.answers) ? kept : null;
    } catch {
      byId("storage-warning").hidden = false;
      return null;
    }
  }

  function keep() {
    try {
      localStorage.setItem(storageName, JSON.stringify(state));
    } catch {
      byId("storage-warning").hidden = false;
    }
  }

  function show(name) {
    for (const section of document.querySelectorAll("main > section")) {
      section.hidden = section.id !== name;
    }
    window.scrollTo(0, 0);
    document.querySelector(`#${name} h1`).focus({ preventScroll: true });
  }

  function orderOf(listener) {
    const ids = survey.pieces.map((piece) => piece.id);
    return shuffled(ids, `${survey.id}/${listener}`).slice(0, survey.each);
  }

  // The questions of a stage that this piece can answer.
  function asked(stage, piece) {
    const there = { fit: piece.picture, caption: piece.picture && piece.caption };
    return survey[stage].filter((name) => !(name in there) || there[name]);
  }

  function current() {
    const id = orderOf(state.listener)[state.answers.length];
    return survey.pieces.find((piece) => piece.id === id);
  }

  function chosen(name) {
    const input = document.querySelector(`input[name="${name}"]:checked`);
    return input ? input.value : "";
  }

  function choose(name, value) {
    for (const input of document.querySelectorAll(`input[name="${name}"]`)) {
      input.checked = input.value === value;
    }
  }

  // ---- Welcome

  function welcome() {
    const share = survey.each / survey.pieces.length;
    const seconds = share * survey.pieces.reduce((sum, piece) => sum + piece.seconds, 0);
    const minutes = Math.max(1, Math.round(seconds / 60));
    byId("count").textContent = survey.each;
    document.querySelector(".own").hidden = !survey.hearing.includes("emotion");
    byId("minutes").textContent = minutes === 1 ? "one minute" : `${minutes} minutes`;
    const pictures = survey.pieces.some((piece) => piece.picture);
    document.querySelector(".with-pictures").hidden = !pictures;
    byId("consent").hidden = !survey.consent;
    byId("consent-text").textContent = survey.consent;
    byId("consent-given").checked = false;
    byId("listener").value = invited;
    show("welcome");
  }

  byId("start").addEventListener("submit", (event) => {
    event.preventDefault();
    const listener = byId("listener").value.trim() || crypto.getRandomValues(new Uint32Array(2))
      .reduce((id, number) => id + number.toString(16).padStart(8, "0"), "");
    let problem = "";
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(listener)) {
      problem = "A listener number has letters, digits, - and _ only.";
    } else if (survey.consent && !byId("consent-given").checked) {
      problem = "Please read the text above and tick the box if you agree.";
    }
    byId("start-problem").textContent = problem;
    if (!problem) {
      state = { listener, answers: [], draft: {}, comment: "", stopped: false };
      keep();
      ask();
    }
  });

  // ---- One piece

  function label(text, className) {
    const element = document.createElement("label");
    element.className = className;
    element.append(...text);
    return element;
  }

  function radio(name, value) {
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name, value: String(value) });
    return input;
  }

  function span(text, className) {
    const element = document.createElement("span");
    element.className = className;
    element.textContent = text;
    return element;
  }

  function buildChoices() {
    const emotions = shuffled(Object.entries(survey.emotions), `${survey.id}/${state.listener}/`);
    byId("emotions").replaceChildren(...emotions.map(([emotion, definition]) => {
      const words = document.createElement("span");
      words.append(emotion, span(definition, "definition"));
      return label([radio("emotion", emotion), words], "choice");
    }));
    for (const name of ["quality", "fit", "caption"]) {
      const numbers = Array.from({ length: survey.highest }, (_, index) => index + 1);
      byId(name).replaceChildren(
        ...numbers.map((number) => label([radio(name, number), span(number, "")], "rating")));
    }
  }

  function ask() {
    if (state.stopped || state.answers.length === survey.each) {
      finish();
      return;
    }
    const piece = current();
    const place = state.answers.length + 1;
    if (!byId("emotions").children.length) {
      buildChoices();
    }
    byId("progress-text").textContent = `${place - 1} of ${survey.each} done`;
    byId("progress").max = survey.each;
    byId("progress").value = place - 1;
    byId("piece-title").textContent = `Piece ${place}`;
    byId("answer-problem").textContent = "";
    for (const name of QUESTIONS) {
      choose(name, state.draft[name] || "");
      byId(`ask-${name}`).hidden = !asked("hearing", piece).includes(name) &&
        !asked("seeing", piece).includes(name);
    }
    byId("told").textContent = piece.emotion || "";
    byId("caption-text").textContent = piece.caption;
    earlier = state.draft.heard || 0;
    most = 0;
    sound.src = piece.sound;
    byId("picture").removeAttribute("src");
    showStage();
    show("piece");
    tellHeard();
  }

  // Beside the picture: after the questions on what is heard, or from the beginning.
  function isSeeing() {
    return Boolean(state.draft.seeing) || asked("hearing", current()).length === 0;
  }

  function showStage() {
    const seeing = isSeeing();
    byId("hearing").hidden = seeing;
    byId("seeing").hidden = !seeing;
    if (seeing) {
      byId("said").textContent = state.draft.seeing
        ? `You heard ${state.draft.emotion} and rated the quality ${state.draft.quality}.` : "";
      byId("picture").hidden = !current().picture;
      if (current().picture) {
        byId("picture").src = current().picture;
      }
    }
    const showsNext = !seeing && asked("seeing", current()).length > 0;
    const last = state.answers.length + 1 === survey.each;
    byId("next").textContent = showsNext ? "Go on to the picture" : last ? "Finish" : "Next piece";
  }

  function heardNow() {
    let seconds = 0;
    for (let index = 0; index < sound.played.length; index += 1) {
      seconds += sound.played.end(index) - sound.played.start(index);
    }
    most = Math.max(most, seconds);
    return earlier + most;
  }

  function neededOf(piece) {
    // A tenth of a second less: players do not always report the very last samples.
    return Math.min(survey.least, piece.seconds) - 0.1;
  }

  function tellHeard() {
    const piece = current();
    const heard = heardNow();
    const enough = heard >= neededOf(piece);
    const needed = Math.ceil(Math.min(survey.least, piece.seconds));
    const silent = sound.muted || sound.volume === 0;
    const text = silent ? "Your sound is off: turn it on." : enough
      ? "Answer when you are ready; you can play it again."
      : `Play the piece first: at least ${needed} seconds of it (${Math.floor(heard)} heard).`;
    if (byId("heard").textContent !== text) {
      byId("heard").textContent = text;
    }
    byId("hearing").disabled = !enough || isSeeing();
    byId("seeing").disabled = !enough;
    if (heard - (state.draft.heard || 0) >= 1 || sound.ended || sound.paused) {
      state.draft.heard = heard;
      keep();
    }
  }

  for (const name of ["timeupdate", "pause", "ended", "volumechange"]) {
    sound.addEventListener(name, () => {
      if (state && !byId("piece").hidden) {
        tellHeard();
      }
    });
  }

  sound.addEventListener("error", () => {
    if (sound.getAttribute("src")) {
      byId("answer-problem").textContent =
        "This piece cannot be played: keep the page beside its folders, or try another browser.";
    }
  });

  byId("answer").addEventListener("change", () => {
    for (const name of QUESTIONS) {
      state.draft[name] = chosen(name);
    }
    byId("answer-problem").textContent = "";
    keep();
  });

  function missing() {
    const stage = isSeeing() ? "seeing" : "hearing";
    if (byId(stage).disabled) return ["Please play the piece first.", null];
    const name = asked(stage, current()).find((one) => !chosen(one));
    return name ? [PROBLEMS[name], name] : null;
  }

  byId("answer").addEventListener("submit", (event) => {
    event.preventDefault();
    const problem = missing();
    if (problem) {
      const [text, name] = problem;
      byId("answer-problem").textContent = text;
      (name ? document.querySelector(`input[name="${name}"]`) : sound).focus();
      return;
    }
    const piece = current();
    if (!isSeeing() && asked("seeing", piece).length > 0) {
      // From here on the picture is known: what was heard without it stands.
      state.draft.seeing = true;
      keep();
      byId("hearing").disabled = true;
      showStage();
      document.querySelector('input[name="fit"]').focus({ preventScroll: true });
      window.scrollTo(0, 0);
      return;
    }
    sound.pause();
    state.answers.push({
      piece: piece.id,
      ...Object.fromEntries(QUESTIONS.map((name) => [name, chosen(name)])),
      heard: Math.round(heardNow()),
    });
    state.draft = {};
    state.saved = false;
    keep();
    ask();
  });

  byId("stop").addEventListener("click", () => {
    sound.pause();
    state.stopped = true;
    keep();
    finish();
  });

  // ---- The end

  function finish() {
    const left = survey.each - state.answers.length;
    byId("end-title").textContent = left ? "You stopped early" : "Thank you, that was the last one";
    byId("end-text").textContent = left
      ? `${state.answers.length} of ${survey.each} pieces are answered.`
      : "Please save your answers now.";
    byId("contact").textContent = survey.contact;
    byId("comment").value = state.comment;
    byId("saved").textContent = "";
    byId("save").disabled = state.answers.length === 0;
    byId("back").hidden = !left;
    byId("text").value = answersAsCsv(survey.id, state);
    show("end");
  }

  byId("comment").addEventListener("input", () => {
    state.comment = byId("comment").value;
    state.saved = false;
    byId("text").value = answersAsCsv(survey.id, state);
    keep();
  });

  byId("save").addEventListener("click", () => {
    const name = `answers-${survey.id}-${state.listener}.csv`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(
      new Blob([answersAsCsv(survey.id, state)], { type: "text/csv" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    state.saved = true;
    keep();
    byId("saved").textContent = `Saved as ${name}.`;
  });

  byId("back").addEventListener("click", () => {
    state.stopped = false;
    keep();
    ask();
  });

  byId("again").addEventListener("click", () => {
    if (!state.saved && state.answers.length && !confirm("These answers are not saved yet and " +
        "would be lost. Begin anew all the same?")) {
      return;
    }
    state = null;
    byId("emotions").replaceChildren();
    try {
      localStorage.removeItem(storageName);
    } catch {
      // Nothing was kept.
    }
    welcome();
  });

  if (state) {
    ask();
  } else {
    welcome();
  }
}

main();

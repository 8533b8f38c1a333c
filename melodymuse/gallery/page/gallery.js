// Walking along the wall: keys, wheel, finger, buttons; the picture that one stands before plays.
"use strict";

const FADE = 900; // milliseconds
const places = [...document.querySelectorAll(".place")];
const room = document.getElementById("room");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const sounds = places.map((place) => {
  const sound = new Audio(place.dataset.sound);
  sound.loop = true;
  sound.preload = "none";
  sound.volume = 0;
  return sound;
});
let here = 0;
let entered = false;

/** Stand before a picture. */
function go(to) {
  here = Math.min(Math.max(to, 0), places.length - 1);
  places.forEach((place, index) => {
    const at = index - here;
    place.style.setProperty("--at", at);
    place.style.setProperty("--far", Math.min(Math.abs(at), 3));
    place.style.setProperty("--side", Math.sign(at));
    place.style.setProperty("--seen", 1 - Math.min(Math.abs(at), 3) * 0.25);
    place.style.setProperty("--there", Math.abs(at) > 3 ? "hidden" : "visible");
    if (at === 0) place.setAttribute("aria-current", "true");
    else place.removeAttribute("aria-current");
  });
  document.getElementById("where").textContent = `${here + 1} of ${places.length}`;
  document.getElementById("back").disabled = here === 0;
  document.getElementById("on").disabled = here === places.length - 1;
  if (calm.matches) places[here].scrollIntoView({ inline: "center", block: "nearest" });
  const [picture, felt, heard] = ["img", ".words", ".told"].map(
    (part) => places[here].querySelector(part));
  const words = `${picture.alt} ${felt.textContent} ${heard.textContent}`;
  document.getElementById("said").textContent = words;
  if (entered) listen(words);
}

/** Let what hangs here be heard, and nothing else. */
function listen(words) {
  sounds.forEach((sound, index) => fade(sound, index === here ? 1 : 0));
  if (!document.getElementById("words").checked || !("speechSynthesis" in window)) return;
  speechSynthesis.cancel();
  speechSynthesis.speak(new SpeechSynthesisUtterance(words));
}

function fade(sound, to) {
  clearInterval(sound.fading);
  if (to > 0 && sound.paused) sound.play().catch(() => {});
  const [from, begun] = [sound.volume, performance.now()];
  sound.fading = setInterval(() => {
    const share = Math.min((performance.now() - begun) / FADE, 1);
    sound.volume = from + (to - from) * share;
    if (share < 1) return;
    clearInterval(sound.fading);
    if (to === 0) sound.pause();
  }, 30);
}

const enter = document.getElementById("enter");
enter.addEventListener("click", () => {
  entered = !entered;
  enter.textContent = entered ? "Silence" : "Enter, with sound";
  enter.setAttribute("aria-pressed", String(entered));
  if (entered) go(here);
  else sounds.forEach((sound) => fade(sound, 0));
  room.focus();
});
document.getElementById("back").addEventListener("click", () => go(here - 1));
document.getElementById("on").addEventListener("click", () => go(here + 1));
document.addEventListener("keydown", (event) => {
  const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: places.length - 1 };
  if (!(event.key in to) || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  go(to[event.key]);
});
places.forEach((place, index) => place.addEventListener("click", () => go(index)));

let wheeled = 0;
room.addEventListener("wheel", (event) => {
  if (calm.matches || performance.now() - wheeled < 500) return;
  const by = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
  if (Math.abs(by) < 8) return;
  wheeled = performance.now();
  go(here + Math.sign(by));
}, { passive: true });

let touched = null;
room.addEventListener("pointerdown", (event) => { touched = event.clientX; });
room.addEventListener("pointerup", (event) => {
  const moved = touched === null ? 0 : event.clientX - touched;
  touched = null;
  if (!calm.matches && Math.abs(moved) > 40) go(here - Math.sign(moved));
});

go(0);

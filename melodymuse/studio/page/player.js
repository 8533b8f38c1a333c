// The transport: plays a piece along the audio clock, loops, and says where it is.

import { audio, level, opening, whole } from "./sounds.js";
import { set, state } from "./state.js";
import { lastTick, secondsAt, tickAt } from "./timeline.js";

const FADE = 0.04;
const AHEAD = 0.15; // of what is scheduled
const TICK = 25;

/** What is playing now, and how. */
export const player = {
  playing: false,
  loading: false,
  loop: null, // [from, to] in seconds, or null
  device: null, // what plays in place of the server's sound: `notes(piece, from, to, at)`, `quiet()`
  clicks: null, // the metronome: the same
  soundfont: "",
  changed: () => {}, // told whenever it begins or ends
};

let piece = null;
let voice = null; // { node, gain, sound }
let origin = 0; // the clock's time at which the piece's beginning sounded
let scheduled = 0; // seconds since the beginning, loops not taken off, up to which it is arranged
let turn = 0; // what was asked for last
let timer = null;

/** Where the piece is, in seconds: as it is heard, which is a little after it is played. */
export function position() {
  if (!player.playing) return state.position;
  const clock = audio();
  const late = player.device ? 0 : clock.outputLatency || clock.baseLatency || 0;
  return within(Math.max(clock.currentTime - origin - late, 0));
}

/** A time since the beginning as a place in the piece: a loop comes round. */
function within(seconds) {
  if (!player.loop) return seconds;
  const [from, to] = player.loop;
  return seconds < to ? seconds : from + ((seconds - from) % (to - from));
}

/** Make the first bars ready, so that they sound at once. */
export function prepare(next) {
  if (!player.device) opening(next, player.soundfont).catch(() => {});
}

/** Play from where it stands, or from a place in seconds. */
export async function play(from = state.position) {
  const mine = ++turn;
  const next = state.piece;
  if (!next) return;
  const start = from >= next.seconds - 0.05 ? 0 : from;
  audio().resume();
  if (player.device) {
    begin(next, null, start);
    return;
  }
  player.loading = true;
  player.changed();
  try {
    let sound = await opening(next, player.soundfont);
    if (mine === turn && (start >= sound.until || loopsBeyond(sound))) {
      sound = await whole(next, player.soundfont);
    }
    if (mine !== turn) return;
    begin(next, sound, start);
    if (sound.until < Infinity) await goOn(mine, next, sound);
  } finally {
    if (mine === turn) player.loading = false;
    player.changed();
  }
}

const loopsBeyond = (sound) => player.loop !== null && player.loop[1] > sound.until;

/** From the first bars to the whole, unheard. */
async function goOn(mine, next, first) {
  const all = await whole(next, player.soundfont);
  if (mine !== turn || !player.playing) return;
  const now = audio().currentTime + FADE;
  const at = within(now - origin);
  if (at < first.until) sing(all, at, now, level(first, all));
  else begin(next, all, Math.min(at, first.until));
}

function begin(next, sound, start) {
  const now = audio().currentTime + 0.02;
  piece = next;
  origin = now - start;
  scheduled = start;
  player.playing = true;
  player.loading = false;
  if (sound) sing(sound, start, now, 1);
  else hush();
  clearInterval(timer);
  timer = setInterval(arrange, TICK);
  player.changed();
}

/** Let a sound be heard from a place on, in the place of what sounds now. */
function sing(sound, offset, when, loudness) {
  hush(when);
  const clock = audio();
  const node = new AudioBufferSourceNode(clock, { buffer: sound.buffer });
  const gain = new GainNode(clock, { gain: 0 });
  gain.gain.setValueAtTime(0, when);
  gain.gain.linearRampToValueAtTime(loudness, when + FADE);
  // Slowly to its own loudness: nobody hears that two sounds met here.
  if (loudness !== 1) gain.gain.linearRampToValueAtTime(1, when + 6);
  if (player.loop) {
    [node.loopStart, node.loopEnd] = player.loop;
    node.loop = true;
  }
  node.connect(gain).connect(clock.destination);
  node.start(when, offset);
  voice = { node, gain, sound };
}

function hush(when = audio().currentTime) {
  if (!voice) return;
  const { node, gain } = voice;
  voice = null;
  gain.gain.cancelScheduledValues(when);
  gain.gain.setTargetAtTime(0, when, FADE / 3);
  node.stop(when + 4 * FADE);
}

/** Arrange what the clock will need soon: metronome, instrument, the end. */
function arrange() {
  const clock = audio();
  const now = clock.currentTime - origin;
  const until = now + AHEAD;
  const first = voice?.sound.until ?? Infinity;
  if (within(now) > first && !player.loop) hush(); // the rest is not there yet
  while (scheduled < until) {
    const from = within(scheduled);
    const edge = player.loop && from < player.loop[1] ? player.loop[1] : Infinity;
    const to = Math.min(from + (until - scheduled), edge);
    const at = origin + scheduled;
    player.device?.notes(piece, from, to, at);
    player.clicks?.notes(piece, from, to, at);
    scheduled += Math.max(to - from, 1e-4);
  }
  if (!player.loop && now > secondsAt(piece, lastTick(piece)) + 0.5 && !player.loading) {
    stop();
    set({ position: 0 });
  }
}

/** Stop, and stay where it is. */
export function stop() {
  turn += 1;
  if (player.playing) set({ position: Math.min(position(), piece.seconds) });
  player.playing = false;
  player.loading = false;
  clearInterval(timer);
  if (voice) hush();
  player.device?.quiet();
  player.changed();
}

/** Go to a place in seconds. */
export function seek(seconds) {
  set({ position: seconds });
  if (player.playing || player.loading) play(seconds);
}

/** Another version is shown: go on in it at the same note, or make it ready. */
export function follow(next) {
  if (player.playing && piece) {
    const tick = Math.min(tickAt(piece, position()), lastTick(next));
    play(secondsAt(next, tick));
  } else {
    if (piece && next.id !== piece.id) {
      set({ position: Math.min(state.position, next.seconds) });
    }
    prepare(next);
  }
}

/** Set, or take off, what comes round; in ticks. */
export function loopOver(next, ticks) {
  player.loop = ticks && ticks.map((tick) => secondsAt(next, tick));
  if (player.playing) play(player.loop ? player.loop[0] : position());
}

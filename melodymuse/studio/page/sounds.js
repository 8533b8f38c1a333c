// The sound of pieces, as the server renders it: the first bars at once, the whole when it is there.

import { bytes, soundAddress } from "./api.js";
import { lastTick, secondsAt } from "./timeline.js";

// So long must the first bars last that the rest is there when they end.
const OPENING_SECONDS = 7;
const KEPT = 6;
const cache = new Map();
let context = null;

/** The audio clock; made when it is first needed. */
export function audio() {
  context ??= new AudioContext({ latencyHint: "interactive" });
  return context;
}

/**
 * The first bars of a piece: `buffer`, and `until`, the seconds to which it is the piece itself.
 */
export function opening(piece, soundfont) {
  const bar = secondsAt(piece, piece.bar_ticks);
  const bars = Math.min(Math.ceil(OPENING_SECONDS / bar), piece.bars);
  if (bars * 2 > piece.bars && piece.seconds < 3 * OPENING_SECONDS) return whole(piece, soundfont);
  return loaded(piece, soundfont, bars, secondsAt(piece, bars * piece.bar_ticks));
}

/** All of a piece. */
export function whole(piece, soundfont) {
  return loaded(piece, soundfont, null, Infinity);
}

function loaded(piece, soundfont, bars, until) {
  const address = soundAddress(piece.id, soundfont, bars);
  if (!cache.has(address)) {
    const sound = bytes(address)
      .then((data) => audio().decodeAudioData(data))
      .then((buffer) => ({ buffer, until, end: secondsAt(piece, lastTick(piece)) }));
    sound.catch(() => cache.delete(address));
    cache.set(address, sound);
    // The oldest goes: a minute of sound takes 20 MB.
    if (cache.size > KEPT) cache.delete(cache.keys().next().value);
  }
  return cache.get(address);
}

/**
 * By how much a sound must be made louder or softer to go on from another of the same bars: each
 * is as loud on the whole as people are used to, and the first bars need not be as loud as all.
 */
export function level(from, to) {
  const seconds = Math.min(from.until, from.buffer.duration, to.buffer.duration);
  const there = loudness(to.buffer, seconds);
  return there > 0 ? Math.min(Math.max(loudness(from.buffer, seconds) / there, 0.25), 4) : 1;
}

function loudness(buffer, seconds) {
  const data = buffer.getChannelData(0);
  const frames = Math.min(Math.floor(seconds * buffer.sampleRate), data.length);
  let sum = 0;
  for (let frame = 0; frame < frames; frame += 16) sum += data[frame] ** 2;
  return Math.sqrt(sum / Math.max(frames / 16, 1));
}

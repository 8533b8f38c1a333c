// Where a tick sounds, and which tick sounds, along a piece's tempo map.

const TICKS_PER_QUARTER = 480;

/** The seconds at which a tick sounds. */
export function secondsAt(piece, tick) {
  let seconds = 0;
  piece.tempos.forEach(([onset, bpm], index) => {
    const next = piece.tempos[index + 1]?.[0] ?? Infinity;
    const until = Math.min(tick, next);
    if (until > onset) seconds += ((until - onset) / TICKS_PER_QUARTER) * (60 / bpm);
  });
  return seconds;
}

/** The tick that sounds after some seconds. */
export function tickAt(piece, seconds) {
  let left = seconds;
  for (let index = 0; index < piece.tempos.length; index += 1) {
    const [onset, bpm] = piece.tempos[index];
    const next = piece.tempos[index + 1]?.[0] ?? Infinity;
    const lasts = ((next - onset) / TICKS_PER_QUARTER) * (60 / bpm);
    if (left < lasts) return onset + (left * bpm * TICKS_PER_QUARTER) / 60;
    left -= lasts;
  }
  return lastTick(piece);
}

/** The tick of the final bar line. */
export const lastTick = (piece) => piece.bars * piece.bar_ticks;

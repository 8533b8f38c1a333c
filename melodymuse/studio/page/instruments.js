// What plays along the clock beside the server's sound: a metronome, the user's own instrument.

import { audio } from "./sounds.js";
import { lastTick, secondsAt, tickAt } from "./timeline.js";

const CHANNELS = { right: 0, left: 1 };
const [NOTE_OFF, NOTE_ON, CONTROL] = [0x80, 0x90, 0xb0];
const [SUSTAIN, ALL_OFF] = [64, 123];

/** Clicks on the beats, higher on the first of a bar. */
export const metronome = {
  notes(piece, from, to, at) {
    const clock = audio();
    const first = Math.ceil(tickAt(piece, from) / piece.beat_ticks - 1e-6);
    for (let beat = first; beat * piece.beat_ticks < lastTick(piece); beat += 1) {
      const tick = beat * piece.beat_ticks;
      const seconds = secondsAt(piece, tick);
      if (seconds >= to) return;
      if (seconds < from) continue;
      const when = at + (seconds - from);
      const frequency = tick % piece.bar_ticks === 0 ? 1600 : 1100;
      const tone = new OscillatorNode(clock, { frequency });
      const gain = new GainNode(clock, { gain: 0.2 });
      gain.gain.setTargetAtTime(0, when + 0.005, 0.012);
      tone.connect(gain).connect(clock.destination);
      tone.start(when);
      tone.stop(when + 0.08);
    }
  },
};

/** An output of Web MIDI that plays the notes, and the pedal. */
export function instrument(output) {
  return {
    notes(piece, from, to, at) {
      const clock = audio();
      const time = (seconds) =>
        performance.now() + (at + (seconds - from) - clock.currentTime) * 1000;
      const due = (tick) => {
        const seconds = secondsAt(piece, tick);
        return seconds >= from && seconds < to ? seconds : null;
      };
      for (const note of piece.notes) {
        const seconds = due(note.onset);
        if (seconds === null) continue;
        const channel = CHANNELS[note.hand];
        const end = secondsAt(piece, note.onset + note.duration);
        output.send([NOTE_ON + channel, note.pitch, note.velocity], time(seconds));
        output.send([NOTE_OFF + channel, note.pitch, 0], time(end) - 5);
      }
      for (const [onset, release] of piece.pedals) {
        for (const [tick, value] of [[onset, 127], [release, 0]]) {
          const seconds = due(tick);
          if (seconds === null) continue;
          for (const channel of Object.values(CHANNELS)) {
            output.send([CONTROL + channel, SUSTAIN, value], time(seconds));
          }
        }
      }
    },
    quiet() {
      for (const channel of Object.values(CHANNELS)) {
        output.clear?.();
        output.send([CONTROL + channel, SUSTAIN, 0]);
        output.send([CONTROL + channel, ALL_OFF, 0]);
      }
    },
  };
}

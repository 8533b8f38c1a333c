"""Silences and noise in made sound: found, measured and mended.

Conventions
    A dropout is a silence of 8 to 400 ms into which the sound falls, and out of which it comes, by
    30 dB within 8 ms: notes that end and rests do not, they die away.  The noise floor is the power
    that high frequencies never fall under, as if all had it, over the mean power, in dB.

References
    R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
    statistics", IEEE Trans. Speech and Audio Processing 9:504-512, 2001 (here a low percentile).
    Y. Ephraim, D. Malah, "Speech enhancement using a minimum mean-square error short-time spectral
    amplitude estimator", IEEE Trans. ASSP 32:1109-1121, 1984 (the decision-directed gain).
    J. Flanagan, R. Golden, "Phase vocoder", Bell System Technical Journal 45:1493-1509, 1966.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melodymuse.audio.clip import Clip
from melodymuse.audio.frames import Samples, Spectrum, sizes, sounded, spectrum

Array = NDArray[np.float64]

# A floor under this, dB of the mean power, is left alone: pianos and halls have theirs.
QUIET_FLOOR = -55.0
_LEVEL_SECONDS = 0.004
_SHORTEST, _LONGEST = 0.008, 0.4
_FALL, _AUDIBLE = 30.0, -50.0
_PERCENTILE, _BETWEEN, _NEIGHBOURS = 0.05, 0.2, 41
# Hz from which on noise is not hidden by notes.
_PLAIN = 3000.0
_MEMORY, _LEAST_GAIN = 0.98, 0.05
_TINY = 1e-12

# Gains for frames, shape (frames, bins), from their power and that of the noise (bins,).
Gate = Callable[[Array, Array], Array]


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a sound.

    Attributes:
        dropouts: where each begins and ends, samples.
        seconds: how long they last together.
        floor: the noise floor, dB of the mean power.
    """

    dropouts: tuple[tuple[int, int], ...]
    seconds: float
    floor: float

    def as_dict(self) -> dict[str, float]:
        """How many dropouts, how long together, and the floor, ready for JSON."""
        return {
            "dropouts": len(self.dropouts),
            "dropout_seconds": round(self.seconds, 3),
            "noise_floor": round(self.floor, 1),
        }

    @property
    def noisy(self) -> bool:
        """Whether the floor is heard as noise."""
        return self.floor > QUIET_FLOOR


def find_damage(clip: Clip) -> Damage:
    """Look for dropouts in each of a clip's channels, and for noise in their mean."""
    samples = clip.mono().astype(np.float64)
    found = (dropouts(channel, clip.rate) for channel in clip.samples.astype(np.float64).T)
    gaps = _united(gap for channel in found for gap in channel)
    power = np.abs(_without(spectrum(samples, clip.rate), gaps, clip.rate)) ** 2
    noise = noise_power(power, clip.rate)
    # Its upper half, where nothing hides it, twice: as if white.
    share = 2 * noise[len(noise) // 2 :].sum() / max(float(power.sum(axis=1).mean()), _TINY)
    seconds = sum(end - start for start, end in gaps) / clip.rate
    return Damage(gaps, seconds, float(10 * np.log10(share + _TINY)))


def repaired(clip: Clip) -> tuple[Clip, Damage]:
    """A clip whose dropouts are bridged and whose noise is taken down, where there are any, and
    what was found; outside of dropouts a clip without noise stays as it is, to the sample."""
    damage = find_damage(clip)
    channels = clip.samples.astype(np.float64).T
    mended = [
        _mended(samples, clip.rate, replace(damage, dropouts=dropouts(samples, clip.rate)))
        for samples in channels
    ]
    return replace(clip, samples=np.stack(mended, axis=1).astype(np.float32)), damage


def _united(gaps: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    united: list[tuple[int, int]] = []
    for start, end in sorted(gaps):
        if united and start <= united[-1][1]:
            start, end = united[-1][0], max(end, united.pop()[1])
        united.append((start, end))
    return tuple(united)


def dropouts(samples: Samples, rate: int) -> tuple[tuple[int, int], ...]:
    """Where dropouts begin and end."""
    step = max(round(_LEVEL_SECONDS * rate), 1)
    count = len(samples) // step
    power = (samples[: count * step].reshape(count, step) ** 2).mean(axis=1)
    level = 10 * np.log10(power + _TINY)
    found = []
    # Within two frames before a silence, and after it, the level must be far above.
    low = level < max(float(level.max(initial=_AUDIBLE)) - 45, -85.0)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], low, [False]]).astype(int)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if not _SHORTEST <= (end - start) * _LEVEL_SECONDS <= _LONGEST:
            continue
        if start < 3 or end > count - 3:
            continue
        inside = level[start:end].max()
        before, after = level[start - 3 : start - 1].min(), level[end + 1 : end + 3].min()
        if min(before, after) > max(inside + _FALL, _AUDIBLE):
            found.append((_edge(samples, start * step, -1), _edge(samples, end * step, 1)))
    return tuple(found)


def noise_power(power: Array, rate: int) -> Array:
    """The power of steady noise in each bin, shape (bins,), of power (frames, bins).

    What a twentieth of the frames lie under, as of a random process, and between partials; since
    low tones leave no gaps, it rises towards the bass at most as pink noise does from where it is
    plain to see.
    """
    least = np.quantile(power, _PERCENTILE, axis=0) / -np.log1p(-_PERCENTILE)
    reach = _NEIGHBOURS // 2
    rows = np.lib.stride_tricks.sliding_window_view(np.pad(least, reach, "edge"), _NEIGHBOURS)
    smoothed = np.quantile(rows, _BETWEEN, axis=1)
    pitches = np.linspace(0, rate / 2, len(smoothed))
    plain = min(_PLAIN, rate / 4)
    density = float(np.median(smoothed[pitches >= plain]))
    most = 2 * density * np.maximum(plain / np.maximum(pitches, 1.0), 1.0)
    found: Array = np.minimum(smoothed, most)
    return found


def gate(power: Array, noise: Array) -> Array:
    """Decision-directed Wiener gains: what was heard a frame before makes them steady."""
    ratio = power / np.maximum(noise, _TINY)
    gains = np.empty_like(power)
    kept = np.maximum(ratio[0] - 1, 0)
    for number, now in enumerate(ratio):
        likely = _MEMORY * kept + (1 - _MEMORY) * np.maximum(now - 1, 0)
        gains[number] = np.maximum(likely / (1 + likely), _LEAST_GAIN)
        kept = gains[number] ** 2 * now
    return gains


def bridged(rows: Spectrum, first: int, last: int) -> Spectrum:
    """Frames with those from `first` to before `last` drawn anew: magnitudes go from the frame
    before to the one after in equal steps of dB, phases go on at their frequencies from both sides,
    and the one fades into the other."""
    left, right = rows[first - 1], rows[last]
    turn_left = left * np.conj(rows[first - 2])
    turn_right = rows[last + 1] * np.conj(right)
    steps = last - first + 1
    drawn = rows.copy()
    for step in range(1, steps):
        share = step / steps
        size = np.exp(
            (1 - share) * np.log(np.abs(left) + _TINY) + share * np.log(np.abs(right) + _TINY)
        )
        ahead = np.angle(left) + step * np.angle(turn_left)
        back = np.angle(right) - (steps - step) * np.angle(turn_right)
        fade = np.pi / 2 * share
        drawn[first - 1 + step] = size * (
            np.cos(fade) * np.exp(1j * ahead) + np.sin(fade) * np.exp(1j * back)
        )
    return drawn


def _mended(samples: Samples, rate: int, damage: Damage, clean: Gate = gate) -> Samples:
    mended = samples.copy()
    size, hop = sizes(rate)
    rows = spectrum(samples, rate)
    bridges = []
    for start, end in damage.dropouts:
        first, last = -(-(start - size // 2) // hop), -(-(end + size // 2) // hop)
        if first < 2 or last + 2 > len(rows):
            continue
        rows = bridged(rows, first, last)
        bridges.append(slice(start, end))
    if bridges:
        filled = sounded(rows, rate, len(samples))
        for bridge in bridges:
            mended[bridge] = filled[bridge]
    if damage.noisy:
        rows = spectrum(mended, rate)
        power = np.abs(rows) ** 2
        mended = sounded(rows * clean(power, noise_power(power, rate)), rate, len(samples))
    return mended


def _without(rows: Spectrum, gaps: tuple[tuple[int, int], ...], rate: int) -> Spectrum:
    """The frames that touch no dropout."""
    size, hop = sizes(rate)
    centres = np.arange(len(rows)) * hop
    kept = np.ones(len(rows), bool)
    for start, end in gaps:
        kept &= (centres < start - size // 2) | (centres > end + size // 2)
    return rows[kept] if kept.any() else rows


def _edge(samples: Samples, place: int, way: int) -> int:
    """The true edge of a silence near the edge of a frame of levels, going outwards."""
    quiet = np.abs(samples) < 1e-4
    while 0 < place < len(samples) and quiet[place - 1 if way < 0 else place]:
        place += way
    return place

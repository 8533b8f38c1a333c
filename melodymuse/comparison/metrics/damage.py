"""Damage of made sound: silences that break off, and noise that never ends.

Conventions
    As `melodymuse.audio.repair` finds them: dropouts are silences of 8 to 400 ms with steep edges,
    counted a minute; the noise floor is in dB of the mean power.  Of clean music 0 and under -60;
    white noise that is added at a ratio of 30 dB gives -30.

References
    Stand in `melodymuse.audio.repair`.
"""

from __future__ import annotations

from melodymuse.audio.clip import Clip
from melodymuse.audio.repair import find_damage
from melodymuse.errors import AudioError

_LEAST_SECONDS = 1.0


def validate(clip: Clip) -> None:
    """See that a clip is long enough to have a floor.

    Raises:
        AudioError: it is not.
    """
    if clip.seconds < _LEAST_SECONDS:
        raise AudioError(
            f"sound of {clip.seconds:.1f} s: a noise floor needs at least {_LEAST_SECONDS:g} s"
        )


def evaluate(clip: Clip) -> dict[str, float]:
    """``{"dropouts": ..., "noise_floor": ...}``: a minute, and dB.

    Raises:
        AudioError: as `validate`.
    """
    validate(clip)
    found = find_damage(clip)
    return {"dropouts": len(found.dropouts) * 60 / clip.seconds, "noise_floor": found.floor}

"""A piece as a card for a notebook: what it is, how it looks, how it sounds, in one piece of HTML
that asks for nothing else."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from melodymuse.describing import describe
from melodymuse.errors import AudioError, MissingExtraError
from melodymuse.pictures.small_roll import small_roll
from melodymuse.vision.telling import feeling_in_words

if TYPE_CHECKING:
    from melodymuse.piece import Piece

# Small enough to be kept in a notebook by the dozen: mono at this rate, as Ogg Vorbis.
_RATE = 22050
_STYLE = (
    "font:14px/1.45 system-ui,sans-serif;border:1px solid #8886;border-radius:8px;"
    "padding:12px 16px;max-width:680px"
)


def card(piece: Piece) -> str:
    """The card of a piece; without the extra ``audio``, or a soundfont, it says what is missing in
    the player's place."""
    score, controls = piece.score, piece.controls
    told = escape(" ".join(describe(score)), quote=True)
    facts = {
        "key": str(score.key),
        "tempo": f"{score.tempos[0].bpm:g} bpm, {score.time_signature}",
        "length": f"{score.bars} bars, {score.seconds:.0f} s",
        "form": ", ".join(section.name for section in score.sections),
        "notes": str(len(score.notes)),
        "seed": str(controls.seed),
    }
    rows = "".join(
        f'<tr><th style="text-align:left;padding:1px 16px 1px 0">{name}</th>'
        f'<td style="text-align:left;padding:1px 0">{escape(value)}</td></tr>'
        for name, value in facts.items()
    )
    return (
        f'<div style="{_STYLE}"><b style="font-size:16px">{escape(score.title)}</b>'
        f'<p style="margin:4px 0">{escape(feeling_in_words(piece.profile))}</p>'
        f'<div style="height:90px;display:flex" title="{told}">'
        f"{small_roll(score)}</div>{_player(piece)}<table>{rows}</table></div>"
    )


def _player(piece: Piece) -> str:
    try:
        sound = small_sound(piece)
    except (AudioError, MissingExtraError) as error:
        return f'<p style="margin:4px 0"><i>{escape(str(error))}</i></p>'
    data = b64encode(sound).decode()
    return (
        f'<audio controls preload="metadata" style="width:100%;margin:6px 0" '
        f'src="data:audio/ogg;base64,{data}"></audio>'
    )


def small_sound(piece: Piece) -> bytes:
    """How a piece sounds, as a small Ogg Vorbis file of one channel: some 4 kB a second.

    Raises:
        AudioError: no engine works, or the soundfont is missing or damaged.
        MissingExtraError: a package of the extra ``audio`` is not installed.
    """
    from melodymuse.audio.clip import Clip

    clip = piece.render().clip
    return Clip(clip.mono(_RATE)[:, None], _RATE).to_bytes(".ogg", {})

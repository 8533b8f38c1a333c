"""The page: everything that it shows, gathered and handed to its template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from melodymuse.comparison.catalogue import METRICS, SETS, SINGLE
from melodymuse.comparison.evaluation import Entry
from melodymuse.comparison.metrics.notes import sounded
from melodymuse.comparison.report import drawings, rows
from melodymuse.comparison.report.drawings import Mark, data_uri
from melodymuse.comparison.report.panels import (
    DEFAULT_SOUND,
    Panel,
    Roll,
    panel_of,
    roll_of,
    volumes_of,
)
from melodymuse.comparison.running import Comparison
from melodymuse.comparison.takes import Brief, Take
from melodymuse.version import __version__
from melodymuse.webpages import filled


@dataclass(frozen=True, slots=True)
class Part:
    """What the page shows for one picture."""

    label: str
    anchor: str
    picture: str
    facts: tuple[tuple[str, str], ...]
    panels: tuple[Panel, ...]
    time_marks: tuple[Mark, ...]
    frequency_marks: tuple[Mark, ...]
    pitch_marks: tuple[Mark, ...]
    rolls: tuple[Roll, ...]
    sections: tuple[rows.Section, ...]
    pairs: tuple[str, ...]
    pair_rows: tuple[rows.Row, ...]


def page_html(
    comparison: Comparison,
    sounds: Sequence[Sequence[bytes]],
    heard_notes: Sequence[Sequence[bytes]],
    *,
    sound: str = DEFAULT_SOUND,
    made: str = "",
) -> str:
    """The whole page as text: no address in it leads outside.

    Args:
        comparison: what to show.
        sounds: for each entry, for each of its takes, the encoded sound.
        heard_notes: likewise, the MIDI file of the notes heard in it, empty without.
        sound: how it is encoded, a key of `SOUND_KINDS`.
        made: when, in words; empty leaves it out.
    """
    return filled(
        "melodymuse.comparison.report",
        "page.html.j2",
        version=__version__,
        made=made,
        **_facts(comparison),
        parts=_parts(comparison, sounds, heard_notes, sound),
    )


def _facts(comparison: Comparison) -> dict[str, Any]:
    """What the page says of all pictures together."""
    single = [
        f for f in comparison.figures if f.picture and not f.against and f.metric not in SINGLE
    ]
    over_all = [f for f in comparison.figures if not f.picture]
    pairs, pair_rows = rows.pair_table(over_all)
    several = len(comparison.entries) > 1
    used = dict.fromkeys(figure.metric for figure in comparison.figures if figure.measured)
    recorded = {
        heard.take.maker: heard.take.cost is None
        for entry in comparison.entries
        for heard in entry.heard
    }
    licences = {
        heard.take.maker: heard.take.licence
        for entry in comparison.entries
        for heard in entry.heard
    }
    emotions = {entry.brief.label: entry.brief.expressed.emotion for entry in comparison.entries}
    return {
        "makers": comparison.makers,
        "asked": [maker for maker, elsewhere in recorded.items() if not elsewhere],
        "recorded": [maker for maker, elsewhere in recorded.items() if elsewhere],
        "references": comparison.references,
        "means": rows.sections_of(single, comparison.makers) if several else [],
        "by_emotion": rows.emotion_section(single, emotions, comparison.makers),
        "sets": rows.sections_of(
            [f for f in over_all if METRICS[f.metric].section == SETS],
            [*comparison.makers, *(["reference"] if comparison.references else [])],
        ),
        "set_pairs": pairs,
        "set_pair_rows": pair_rows,
        "gaps": rows.gaps_of(comparison.figures),
        "glossary": [METRICS[name] for name in METRICS if name in used],
        "licences": licences,
        "transcriber": comparison.judges.transcriber,
        "range_db": round(drawings.RANGE_DB),
    }


def _parts(
    comparison: Comparison,
    sounds: Sequence[Sequence[bytes]],
    heard_notes: Sequence[Sequence[bytes]],
    sound: str,
) -> list[Part]:
    spectra = {
        id(heard): drawings.spectrogram(heard.take.clip)
        for entry in comparison.entries
        for heard in entry.heard
    }
    top = max(float(each.levels.max()) for each in spectra.values())
    every_note = [
        note
        for entry in comparison.entries
        for heard in entry.heard
        for note in (*_written(heard.take), *(heard.notes or ()))
    ]
    pitches = drawings.pitch_range(every_note)
    parts = []
    given = zip(comparison.entries, sounds, heard_notes, strict=True)
    for number, (entry, encodings, transcripts) in enumerate(given):
        longest = max(heard.take.clip.seconds for heard in entry.heard)
        volumes = volumes_of([heard.take for heard in entry.heard])
        panels = []
        takes = zip(entry.heard, encodings, transcripts, strict=True)
        for index, (heard, data, transcript) in enumerate(takes):
            image = drawings.spectrogram_uri(spectra[id(heard)], top)
            volume = volumes[index]
            panel = panel_of(
                entry, heard, index, volume, data, transcript, sound, image, longest, pitches
            )
            panels.append(panel)
        mine = [f for f in comparison.figures if f.picture == entry.brief.label]
        pairs, pair_rows = rows.pair_table(mine)
        parts.append(
            Part(
                label=entry.brief.label,
                anchor=f"picture-{number + 1}",
                picture=data_uri(drawings.picture_jpeg(entry.brief.picture), "image/jpeg"),
                facts=_asked(entry),
                panels=tuple(panels),
                time_marks=tuple(drawings.time_marks(longest)),
                frequency_marks=tuple(drawings.frequency_marks()),
                pitch_marks=tuple(drawings.pitch_marks(pitches)),
                rolls=tuple(
                    roll_of(heard.take.maker, heard.take.score, entry)
                    for heard in entry.heard
                    if heard.take.score is not None
                ),
                sections=tuple(rows.sections_of(mine, comparison.makers)),
                pairs=pairs,
                pair_rows=pair_rows,
            )
        )
    return parts


def _written(take: Take) -> tuple[Any, ...]:
    return () if take.score is None else sounded(take.score)


def _asked(entry: Entry) -> tuple[tuple[str, str], ...]:
    brief = entry.brief
    profile, controls = brief.analysis.profile, brief.controls
    return (
        ("Seen in it", f"{profile.emotion}, {max(profile.probabilities):.0%}"),
        ("Valence, arousal", f"{profile.valence:+.2f}, {profile.arousal:+.2f}"),
        ("Key asked", str(controls.key)),
        ("Tempo asked", _tempo(brief)),
        ("Length asked", f"{brief.seconds:g} s"),
        ("Seed", str(controls.seed)),
        ("In words", entry.prompt),
    )


def _tempo(brief: Brief) -> str:
    quarters, *dotted = brief.tempos
    beat = f" (its dotted beat {dotted[0]:.0f})" if dotted else ""
    return f"{quarters:g} bpm, {brief.controls.time_signature}{beat}"

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import groupby, pairwise
from random import Random
from statistics import fmean, pstdev
from typing import Any

import mido
import music21
import pytest

from melodymuse.midi.conventions import broken_conventions
from melodymuse.midi.reader import read_midi
from melodymuse.midi.writer import midi_bytes
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.music.grid import METRES
from melodymuse.music.score import Hand, Note, Score
from melodymuse.music.theory import FIGURES, MODES, Key
from melodymuse.planning.bar_controls import STYLES
from melodymuse.planning.controls import LIMITS, controls_for
from melodymuse.planning.form import plan_sections
from melodymuse.planning.plan import Plan
from melodymuse.planning.planner import plan_for
from melodymuse.writing.composer import write_many, write_plan
from melodymuse.writing.network import NoteNetwork
from melodymuse.writing.setting import place_chords


@pytest.fixture(scope="module")
def network() -> NoteNetwork:
    return NoteNetwork.shipped()


# Emotion, bars, metre; lengths that do not divide, and every metre.
KINDS = [
    ("amusement", 9, "2/4"),
    ("amusement", 23, "4/4"),
    ("awe", 2, "4/4"),
    ("awe", 8, "3/4"),
    ("contentment", 5, "6/8"),
    ("contentment", 17, "3/4"),
    ("excitement", 3, "4/4"),
    ("excitement", 16, "2/4"),
    ("anger", 6, "4/4"),
    ("anger", 13, "6/8"),
    ("disgust", 7, "3/4"),
    ("disgust", 12, "4/4"),
    ("fear", 4, "6/8"),
    ("fear", 1, "4/4"),
    ("sadness", 1, "6/8"),
    ("sadness", 16, "4/4"),
]


def planned(emotion: str, *, seed: int = 0, **wishes: Any) -> Plan:
    """The plan of a piece for a pure emotion."""
    profile = EmotionProfile.of(emotion)
    return plan_for(profile, profile, controls_for(profile, seed=seed, **wishes))


def piece(network: NoteNetwork, emotion: str, **wishes: Any) -> Score:
    """A piece for a pure emotion."""
    return write_plan(planned(emotion, **wishes), network)


@pytest.fixture(scope="module")
def pieces(network: NoteNetwork) -> tuple[Score, ...]:
    """One of each kind, in keys and with seeds drawn once."""
    random = Random(7)
    return write_many(
        [
            planned(
                emotion,
                seed=seed,
                bars=bars,
                time_signature=metre,
                key=Key.of(random.randrange(12), random.choice(MODES)),
            )
            for seed, (emotion, bars, metre) in enumerate(KINDS)
        ],
        network,
    )


def test_pieces_are_as_long_and_in_the_metre_as_asked(pieces: tuple[Score, ...]) -> None:
    for score, (_, bars, metre) in zip(pieces, KINDS, strict=True):
        assert (score.bars, str(score.time_signature)) == (bars, metre)


def test_no_piece_breaks_a_convention(pieces: tuple[Score, ...]) -> None:
    for score in pieces:
        assert broken_conventions(midi_bytes(score)) == ()


def test_pieces_begin_at_once_and_end_on_the_tonic(pieces: tuple[Score, ...]) -> None:
    for score in pieces:
        assert score.notes[0].onset == 0
        final = score.end - score.time_signature.bar_ticks
        closing = [note for note in score.notes if note.onset >= final]
        bass = min((n for n in closing if n.onset == final), key=lambda note: note.pitch)
        assert bass.pitch % 12 == score.key.pitch_class and bass.hand is Hand.LEFT
        third = 4 if score.key.mode == "major" else 3
        chord = {(score.key.pitch_class + step) % 12 for step in (0, third, 7)}
        assert {note.pitch % 12 for note in closing} <= chord
        assert bass.pitch == min(note.pitch for note in closing)
        assert all(note.end <= final for note in score.notes if note.onset < final)
        last_strokes = {note.pitch: note.end for note in closing}
        assert set(last_strokes.values()) == {score.end}


def test_each_bar_sounds_in_some_hand_and_both_hands_play(pieces: tuple[Score, ...]) -> None:
    for score in pieces:
        bars = {note.onset // score.time_signature.bar_ticks for note in score.notes}
        assert bars == set(range(score.bars))
        assert all(score.hand(hand) for hand in Hand)


def test_hands_can_play_what_they_strike(pieces: tuple[Score, ...]) -> None:
    for score in pieces:
        for hand in Hand:
            played = sorted(score.hand(hand), key=lambda note: note.onset)
            for _, struck in groupby(played, key=lambda note: note.onset):
                pitches = [note.pitch for note in struck]
                assert len(pitches) <= 5 and max(pitches) - min(pitches) <= 16


def test_no_key_is_struck_while_either_hand_holds_it(pieces: tuple[Score, ...]) -> None:
    for score in pieces:
        strokes = defaultdict(list)
        for note in score.notes:
            strokes[note.pitch].append(note)
        for notes in strokes.values():
            assert all(a.end <= b.onset for a, b in pairwise(sorted(notes)))


def test_dynamics_speak(pieces: tuple[Score, ...]) -> None:
    for score in pieces:
        assert pstdev(note.velocity for note in score.notes) > 10


def test_chords_follow_one_another_to_the_end(pieces: tuple[Score, ...]) -> None:
    for score in pieces:
        assert score.chords[0].onset == 0 and score.chords[-1].root == score.key.pitch_class
        ends = [chord.onset + chord.duration for chord in score.chords]
        assert ends == [*[chord.onset for chord in score.chords[1:]], score.end]


def test_harmony_that_is_left_to_the_network_moves_on(network: NoteNetwork) -> None:
    plans = [
        planned("awe", harmony="free", bars=9, time_signature=metre, seed=4) for metre in METRES
    ]
    for score in write_many(plans, network):
        # Two whole bars, and what is left of the bar in which the chord came in.
        longest = 3 * score.time_signature.bar_ticks
        assert all(chord.duration < longest for chord in score.chords)
        assert score.chords[-1].root == score.key.pitch_class
        assert broken_conventions(midi_bytes(score)) == ()


def test_the_chords_are_those_of_the_plan(network: NoteNetwork) -> None:
    plans = [planned(emotion, seed=seed, bars=8) for seed, emotion in enumerate(EMOTIONS)]
    for plan, score in zip(plans, write_many(plans, network), strict=True):
        controls = plan.controls
        assert score.chords == place_chords(
            [bar.harmony or () for bar in plan.bars],
            plan.metre.bar_steps,
            controls.key.shift_from_c,
            controls.bars * controls.time_signature.bar_ticks,
        )


ASKED = ("E", "C#m7 F#sus4 F#7", "Amaj7 G#m", "Edim B7 Baug Bsus2", "D#m7b5 G#dim7")


@pytest.fixture(scope="module")
def with_own_chords(network: NoteNetwork) -> dict[str, Score]:
    """A piece on the user's chords in each metre."""
    wishes = {"seed": 3, "key": "E major", "bars": 11, "temperature": 1.3}
    plans = [
        planned("sadness", time_signature=metre, chords=" | ".join(ASKED), **wishes)
        for metre in METRES
    ]
    return dict(zip(METRES, write_many(plans, network), strict=True))


@pytest.mark.parametrize("metre", METRES)
def test_the_users_chords_are_obeyed_exactly(with_own_chords: dict[str, Score], metre: str) -> None:
    score = with_own_chords[metre]
    expected = [*" ".join(ASKED[bar % 5] for bar in range(10)).split(), "E"]
    expected = [chord.replace("aug", "+") for chord in expected]
    names = [
        next(
            root + FIGURES[chord.quality]
            for root in ("C#", "D#", "F#", "G#", "A", "B", "C", "D", "E", "F", "G")
            if music21.pitch.Pitch(root).pitchClass == chord.root
        )
        for chord in score.chords
    ]
    assert names == expected
    bar_ticks = score.time_signature.bar_ticks
    bars = [chord.onset // bar_ticks for chord in score.chords]
    assert bars == sorted([*(b for b in range(10) for _ in ASKED[b % 5].split()), 10])


def test_chords_without_a_key_bring_their_own(network: NoteNetwork) -> None:
    score = piece(network, "anger", bars=4, chords="Am | F | G | Am")
    assert str(score.key) == "A minor"
    assert [chord.root for chord in score.chords] == [9, 5, 7, 9]


@pytest.mark.parametrize("form", ["A", "AABA", "iABAo", "ABCDE"])
def test_sections_stand_as_markers_in_the_file(network: NoteNetwork, form: str) -> None:
    score = piece(network, "contentment", form=form, bars=11, time_signature="3/4")
    song = mido.MidiFile(file=BytesIO(midi_bytes(score)))
    markers = []
    ticks = 0
    for message in song.tracks[0]:
        ticks += message.time
        if message.type == "marker":
            markers.append((ticks, message.text))
    expected = [(section.start * 1440, section.name) for section in plan_sections(form, 11)]
    assert markers == expected


def test_every_style_makes_sound_pieces_of_its_own(network: NoteNetwork) -> None:
    styles = [*STYLES, "any"]
    scores = write_many([planned("amusement", style=s, bars=5, seed=2) for s in styles], network)
    assert all(broken_conventions(midi_bytes(score)) == () for score in scores)
    assert len({score.notes for score in scores}) == len(styles)


def test_a_long_piece_holds_together(network: NoteNetwork) -> None:
    score = piece(network, "excitement", bars=128, seed=1, time_signature="2/4", density=1.0)
    assert broken_conventions(midi_bytes(score)) == ()
    assert score.end == 128 * 960 and score.chords[-1].root == score.key.pitch_class
    assert {note.onset // 960 for note in score.notes} == set(range(128))


def test_a_ritardando_is_in_the_tempo_map_of_the_file(network: NoteNetwork) -> None:
    score = piece(network, "awe", bars=4, tempo=80, ritardando=0.5, time_signature="4/4")
    song = mido.MidiFile(file=BytesIO(midi_bytes(score)))
    tempos = [mido.tempo2bpm(m.tempo) for m in song.tracks[0] if m.type == "set_tempo"]
    assert tempos[0] == pytest.approx(80) and tempos[-1] == pytest.approx(40, abs=0.01)
    assert tempos == sorted(tempos, reverse=True) and len(tempos) > 3
    steady = piece(network, "awe", bars=4, tempo=80, ritardando=0, time_signature="4/4")
    assert len(steady.tempos) == 1 and score.seconds > steady.seconds
    assert [n.onset for n in score.notes] == [n.onset for n in steady.notes], "the grid stays"


def test_the_same_controls_give_the_same_bytes(network: NoteNetwork) -> None:
    first, again, fresh = (
        midi_bytes(piece(given, "awe", seed=11, bars=4))
        for given in (network, network, NoteNetwork.shipped())
    )
    assert first == again == fresh
    assert midi_bytes(piece(network, "awe", seed=12, bars=4)) != first


def test_the_file_says_how_to_compose_the_piece_again(network: NoteNetwork) -> None:
    wishes = {"form": "ABA", "chords": "Dm | Gm A7", "bars": 6, "leaps": 4.5, "style": "salon"}
    score = piece(network, "sadness", seed=8, **wishes)
    read = read_midi(midi_bytes(score)).provenance
    assert read is not None
    facts: dict[str, Any] = dict(read.controls)
    numbers = {name: float(facts[name]) for name in LIMITS if name in facts and name != "bars"}
    again = piece(
        network, "sadness", seed=read.seed, **{**facts, **numbers, "bars": int(facts["bars"])}
    )
    assert again.notes == score.notes and again.chords == score.chords


STEADY = {"key": "C major", "time_signature": "4/4"}


def test_controls_are_heard(network: NoteNetwork) -> None:
    """Twice as dense, louder, higher: averages over a few pieces move the way they should."""
    asked: tuple[dict[str, Any], ...] = (
        {"density": 2.0, "loudness": 50.0, "register": 56.0},
        {"density": 5.0, "loudness": 95.0, "register": 68.0},
    )
    scores = write_many(
        [
            planned("contentment", seed=seed, bars=6, tempo=90, **STEADY, **wishes)
            for wishes in asked
            for seed in range(8)
        ],
        network,
    )
    sparse, dense = (
        [note for score in half for note in score.notes] for half in (scores[:8], scores[8:])
    )
    assert len(dense) > 1.35 * len(sparse)
    assert fmean(n.velocity for n in dense) > fmean(n.velocity for n in sparse) + 25
    assert fmean(n.pitch for n in dense) > fmean(n.pitch for n in sparse) + 6


def _right_share(notes: Sequence[Note]) -> float:
    return fmean(note.hand is Hand.RIGHT for note in notes)


def _off_beat_share(notes: Sequence[Note]) -> float:
    return fmean(onset % 480 != 0 for onset in {note.onset for note in notes})


def _height_spread(notes: Sequence[Note]) -> float:
    return pstdev(note.pitch for note in notes)


def _chord_share(notes: Sequence[Note]) -> float:
    strikes = Counter(note.onset for note in notes if note.hand is Hand.LEFT)
    return fmean(count > 1 for count in strikes.values())


def _growth(notes: Sequence[Note]) -> float:
    half = max(note.onset for note in notes) / 2
    late, early = (
        [n.velocity for n in notes if (n.onset >= half) is side] for side in (True, False)
    )
    return fmean(late) - fmean(early)


# Control, two values far apart, what is measured, and how far apart it is at least.
TEXTURES: tuple[tuple[str, float, float, Callable[[Sequence[Note]], float], float], ...] = (
    ("balance", 0.3, 0.75, _right_share, 0.1),
    ("off_beat", 0.0, 1.0, _off_beat_share, 0.1),
    ("spread", 6, 16, _height_spread, 2.0),
    ("blocks", 0.0, 0.9, _chord_share, 0.2),
    ("growth", -30, 30, _growth, 10.0),
)


def test_texture_is_heard(network: NoteNetwork) -> None:
    """Far apart on the slider, clearly apart in the notes."""
    plans = [
        planned("contentment", seed=seed, bars=4, form="A", **STEADY, **{name: value})
        for name, low, high, *_ in TEXTURES
        for value in (low, high)
        for seed in range(4)
    ]
    heard = iter(write_many(plans, network))
    for name, _, _, measure, apart in TEXTURES:
        low, high = (fmean(measure(next(heard).notes) for _ in range(4)) for _ in range(2))
        assert high > low + apart, name

"""`melodymuse waveform`: a picture, an emotion or a prompt as sound, by MusicGen."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from melodymuse.cli import terminal
from melodymuse.cli.counting import counted
from melodymuse.cli.reports import clock
from melodymuse.cli.terminal import Row
from melodymuse.errors import ControlError, OutputError
from melodymuse.files import at_unused_path
from melodymuse.music.emotion import EMOTIONS
from melodymuse.waveform.naming import DEFAULT_MODEL

if TYPE_CHECKING:
    from melodymuse.waveform.making import Making
    from melodymuse.waveform.picturing import Picturing
    from melodymuse.waveform.wording import Wishes

_WORDS = "What to play"
_MODEL = "Which model, and how it draws"
_FILES = "What to write"
_MUSICGEN_RATE = 32000


def waveform(
    image: Annotated[
        Path | None, typer.Argument(metavar="IMAGE", help="The picture to make sound for.")
    ] = None,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Your own words instead.", rich_help_panel=_WORDS),
    ] = None,
    emotion: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"Instead of, or over, the picture's emotion: {', '.join(EMOTIONS)}.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    valence: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Unpleasant -1 to pleasant 1.", rich_help_panel=_WORDS),
    ] = None,
    arousal: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Calm -1 to excited 1.", rich_help_panel=_WORDS),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="The key to speak of; what 'compose' takes for the seed when not given.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    tempo: Annotated[
        float | None,
        typer.Option(
            metavar="NUMBER", help="The quarter notes a minute to speak of.", rich_help_panel=_WORDS
        ),
    ] = None,
    style: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="How the words are found: mood, scene, musical or tags.",
            rich_help_panel=_WORDS,
        ),
    ] = "musical",
    variant: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The words as a published work finds them, in place of a style: emotive, "
            "narrative, lyrical or optimised.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    caption: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="What the picture shows; its light and colours in words when not given.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    captioner: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A BLIP network that says what the picture shows, such as "
            "Salesforce/blip-image-captioning-base.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    rewriter: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A language model that rewrites the prompt, such as tiiuae/falcon-rw-1b.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    drop_stop_words: Annotated[
        bool,
        typer.Option(
            "--drop-stop-words",
            help="Leave out words such as 'the' and 'of'.",
            rich_help_panel=_WORDS,
        ),
    ] = False,
    melody: Annotated[
        Path | None,
        typer.Option(
            metavar="IN.mid",
            help="A melody to follow, for facebook/musicgen-melody.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    pictured: Annotated[
        str | None,
        typer.Option(
            metavar="DIR",
            help="The picture itself in place of words, by a projection that "
            "training.musicgen.pictured wrote.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    sample: Annotated[
        Path | None,
        typer.Option(
            metavar="SOUND",
            help="A piece of music beside the picture, for --pictured.",
            rich_help_panel=_WORDS,
        ),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A MusicGen on the Hugging Face hub (downloaded once), or its folder.",
            rich_help_panel=_MODEL,
        ),
    ] = DEFAULT_MODEL,
    adapter: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_DIR",
            help="A LoRA adapter, as training.musicgen writes it.",
            rich_help_panel=_MODEL,
        ),
    ] = None,
    device: Annotated[
        str,
        typer.Option(metavar="NAME", help="auto, cuda, mps or cpu.", rich_help_panel=_MODEL),
    ] = "auto",
    seconds: Annotated[
        float, typer.Option(metavar="NUMBER", help="Length, 1 to 300.", rich_help_panel=_MODEL)
    ] = 15,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Same seed, same sound on the same machine: a whole number from 0; drawn and "
            "told when not given.",
            rich_help_panel=_MODEL,
        ),
    ] = None,
    guidance: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            help="How strictly the words are followed, 1 to 20.",
            rich_help_panel=_MODEL,
        ),
    ] = 3.0,
    top_k: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            help="Draw from so many of the likeliest tokens; 0 for all.",
            rich_help_panel=_MODEL,
        ),
    ] = 250,
    temperature: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            help="From tame to wild, 0.01 to 5, 1 as learned.",
            rich_help_panel=_MODEL,
        ),
    ] = 1.0,
    repair: Annotated[
        bool,
        typer.Option(
            "--repair",
            help="Bridge dropouts and take down steady noise where they are found; --json tells "
            "what was there before and after.",
            rich_help_panel=_FILES,
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.wav",
            help="The sound file: .wav, .flac, .ogg or .mp3; without it a .wav in this folder "
            "under a name that is not taken.",
            rich_help_panel=_FILES,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite the file named.", rich_help_panel=_FILES)
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON object, with time and memory.",
            rich_help_panel=_FILES,
        ),
    ] = False,
) -> int:
    """Make sound for a picture, an emotion or a prompt with MusicGen, to compare with the notes.

    Needs the extra 'musicgen'.  Meta's weights may not be used commercially (CC BY-NC 4.0).
    """
    from melodymuse import api
    from melodymuse.waveform.making import make, melody_of
    from melodymuse.waveform.musicgen import MusicGen
    from melodymuse.waveform.request import Request
    from melodymuse.waveform.threads import share_cores
    from melodymuse.waveform.usage import timed
    from melodymuse.waveform.wording import Wishes, Words, find_words

    share_cores()
    title = _title(image, emotion)
    target = output or Path(f"{title}-musicgen.wav")
    _check_target(target, force=force or output is None)
    chosen = api.draw_seed() if seed is None else seed
    request = Request(seconds, chosen, guidance, top_k, temperature)
    wishes = Wishes(
        image=image,
        prompt=prompt,
        emotion=emotion,
        valence=valence,
        arousal=arousal,
        key=key,
        tempo=tempo,
        style=style,
        caption=caption,
        captioner=captioner,
        rewriter=rewriter,
        drop_stop_words=drop_stop_words,
        variant=variant,
    )
    if variant == "optimised" and adapter is None and not Path(model).is_dir():
        raise ControlError(
            "the variant 'optimised' is a model that was trained on: name its --adapter, or its "
            "folder with --model"
        )
    picturing = _picturing(pictured, sample, wishes)
    with terminal.waiting("finding words"):
        words = (
            find_words(wishes, seed=request.seed, device=device)
            if picturing is None
            else Words(picturing.prompt)
        )
    heard = None
    if melody is not None:
        with terminal.waiting(f"playing {melody.name}"):
            heard = melody_of(melody)
    with terminal.waiting(f"loading {model}"), timed() as loading:
        generator = MusicGen.load(model, device, adapter=adapter)
        if picturing is not None:
            generator = picturing.applied(generator, image)
    with counted() as progress:
        making = make(generator, words, request, melody=heard, progress=progress)
    mended: dict[str, dict[str, float]] = {}
    if repair:
        making, mended = _repaired(making)
    write = partial(making.write, title=title)
    target = at_unused_path(target, write) if output is None else write(output, overwrite=force)
    if as_json:
        files = {"audio": str(target), "image": _named(image), "melody": _named(melody)}
        cost = {"load_seconds": round(loading.seconds, 3)}
        terminal.say_json(files | making.as_dict() | cost | ({"repair": mended} if repair else {}))
    else:
        told = (f"{name}: {_damage(found)}" for name, found in mended.items())
        rows = [Row("repair", "; ".join(told))] if repair else []
        terminal.say_table(str(target), [*_rows(making), *rows])
    return 0


def _picturing(pictured: str | None, sample: Path | None, wishes: Wishes) -> Picturing | None:
    """The projection that lets a picture speak for itself; None where words do."""
    from melodymuse.waveform.wording import Wishes

    if pictured is None:
        if sample is not None:
            raise ControlError("a sample is heard beside a picture: name a projection (--pictured)")
        return None
    if wishes.image is None or wishes != Wishes(image=wishes.image):
        raise ControlError(
            "with --pictured the picture speaks for itself: give one, and leave out prompt, "
            "emotion and whatever else finds words"
        )
    from melodymuse.waveform.picturing import Picturing

    return Picturing.load(pictured, sample)


def _repaired(making: Making) -> tuple[Making, dict[str, dict[str, float]]]:
    """The making with its sound mended, and the damage before and after."""
    from melodymuse.audio.repair import find_damage, repaired

    clip, found = repaired(making.clip)
    told = {"before": found.as_dict(), "after": find_damage(clip).as_dict()}
    return replace(making, clip=clip), told


def _damage(found: dict[str, float]) -> str:
    return f"{found['dropouts']:g} dropouts, noise floor {found['noise_floor']:g} dB"


def _check_target(target: Path, *, force: bool) -> None:
    """See that the file can be written, before any work is done."""
    from melodymuse.audio.formats import check_format

    if target.exists() and not force:
        raise OutputError(
            f"{target} exists already: choose another name, or --force to overwrite it"
        )
    if not target.parent.is_dir():
        raise OutputError(f"{target}: there is no folder '{target.parent}'")
    try:
        # A permission tells less than a file that can be made: it leaves no name behind.
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        raise OutputError(f"cannot write '{target}': {error.strerror}") from error
    # Every format holds the rate of MusicGen; the suffix may be wrong.
    check_format(target, _MUSICGEN_RATE)


def _title(image: Path | None, emotion: str | None) -> str:
    if image is not None:
        return image.stem.lstrip("@")
    known = (emotion or "").casefold()
    return known if known in EMOTIONS else "prompt"


def _named(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _rows(making: Making) -> list[Row]:
    licence = making.licence
    if making.commercial_use is False:
        licence += ": the weights are not for commercial use"
    cost = f"{making.seconds:.1f} s on {making.device}"
    if making.memory is not None:
        cost += f", {making.memory / 2**20:.0f} MiB of memory"
    length = f"{clock(making.clip.seconds)}, {making.clip.rate} samples a second"
    return [
        Row("prompt", making.words.prompt),
        Row("length", length),
        Row("model", making.model),
        Row("licence", licence),
        Row("made in", cost),
        Row("seed", str(making.request.seed)),
    ]

"""A training from pairs to files: tokens, epochs, the best weights, a log."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import torch

from melodymuse.energy import metered
from melodymuse.errors import MelodyMuseError, ModelError
from melodymuse.files import write_text
from melodymuse.waveform.loading import quiet_transformers
from melodymuse.waveform.musicgen import MusicGen
from melodymuse.waveform.network import Network
from training.musicgen.batches import examples
from training.musicgen.fit import Epoch, Recipe, fit, judge
from training.musicgen.pairs import Pair
from training.musicgen.tokens import tokens_of


class Manner(Protocol):
    """What of a model learns, and how that is written."""

    @property
    def done(self) -> str:
        """The file that tells a folder where something was written."""

    def prepare(self, network: Network) -> Any:
        """The model, of which what shall learn asks for gradients."""

    def save(self, model: Any, network: Network, folder: Path, *, name: str, licence: str) -> None:
        """Write what was learned into a folder."""


def learn(
    generator: MusicGen,
    learned: Sequence[Pair],
    held_out: Sequence[Pair],
    recipe: Recipe,
    manner: Manner,
    out: Path,
    *,
    tokens: Path | None = None,
    tell: Callable[[Epoch], None] = lambda _: None,
) -> dict[str, Any]:
    """Train a model; the best weights so far lie in the folder at any time.

    Args:
        generator: a MusicGen of one channel; its weights change.
        learned: pairs to learn from.
        held_out: pairs to judge by.
        recipe: how.
        manner: what of it learns.
        out: the folder, made where it is missing, for the weights, ``log.jsonl`` and
            ``result.json``.
        tokens: folder of cached tokens; ``out/tokens`` when not given.
        tell: called after each epoch.

    Returns:
        What ``result.json`` holds.

    Raises:
        MelodyMuseError: the folder holds weights already, a sound cannot be used, the loss is no
            number any more, or memory ran out.
    """
    network = generator.network
    if (out / manner.done).exists():
        kind = "an adapter" if manner.done.startswith("adapter") else "a model"
        raise MelodyMuseError(f"{out} holds {kind} already: choose another folder")
    if network.channels != 1:
        raise ModelError(f"'{generator.name}' is stereo: fine-tune a model of one channel")
    out.mkdir(parents=True, exist_ok=True)
    sounds = (pair.audio for pair in (*learned, *held_out))
    known = tokens_of(network, sounds, tokens or out / "tokens")
    # The first weights of the matrices are drawn.
    torch.manual_seed(recipe.seed)
    model = manner.prepare(network)
    teaching, judging = examples(learned, known), examples(held_out, known)
    lines: list[str] = []

    def keep() -> None:
        manner.save(model, network, out, name=generator.name, licence=generator.licence)

    with quiet_transformers(), metered() as meter:
        facts: dict[str, Any] = {
            "model": generator.name,
            "licence": generator.licence,
            "pairs": len(learned) + len(held_out),
            "chunks": len(teaching),
            "chunks_held_out": len(judging),
            "trainable": sum(w.numel() for w in model.parameters() if w.requires_grad),
            "parameters": sum(w.numel() for w in model.parameters()),
            "validation_before": judge(model, network, judging, recipe.batch),
            "recipe": asdict(recipe),
            "manner": {"name": type(manner).__name__.lower(), **asdict(manner)},  # type: ignore[call-overload]
        }
        for epoch in fit(model, network, teaching, judging, recipe, keep):
            lines.append(epoch.as_json() + "\n")
            write_text(out / "log.jsonl", "".join(lines), overwrite=True)
            tell(epoch)
            if epoch.best:
                facts |= {"best_epoch": epoch.number, "validation": epoch.validation}
    facts["energy"] = meter.energy.as_dict()
    write_text(out / "result.json", json.dumps(facts, indent=1) + "\n", overwrite=True)
    return facts

"""LoRA on the attention of the decoder's later layers (Hu et al. 2022, "LoRA: Low-Rank Adaptation
of Large Language Models", ICLR), through peft."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import peft

from melodymuse.errors import MelodyMuseError
from melodymuse.files import whole_file
from melodymuse.waveform.licences import UNKNOWN
from melodymuse.waveform.loading import quiet_transformers
from melodymuse.waveform.naming import called
from melodymuse.waveform.network import Network

CONFIG_FILE = "adapter_config.json"
# The weights first: a folder with a configuration holds a whole adapter.
_FILES = ("README.md", "adapter_model.safetensors", CONFIG_FILE)
_CARD = """---
library_name: peft
base_model: {model}
license: {licence}
---
# An adapter for {model}

Low-rank adaptation (rank {rank}) of the attention in the decoder's layers {first} and later, made
with MelodyMuse. It stands under the licence of the weights that it was made from: {licence}.

    melodymuse waveform --model {model} --adapter THIS_FOLDER --prompt "..."
"""


@dataclass(frozen=True, slots=True)
class Shape:
    """What is learned.

    Attributes:
        rank: of the matrices added to each projection.
        scale: by how much what they say is multiplied (LoRA's alpha over its rank).
        dropout: share 0..1 of their inputs that is dropped in training.
        frozen: layers from the first on that stay as they are.
    """

    rank: int = 16
    scale: float = 2.0
    dropout: float = 0.05
    frozen: int = 12


@dataclass(frozen=True, slots=True)
class Lora:
    """Matrices beside the attention learn, and are written as an adapter.

    Attributes:
        shape: of the matrices.
    """

    shape: Shape

    @property
    def done(self) -> str:
        """The file that tells a folder with an adapter in it."""
        return CONFIG_FILE

    def prepare(self, network: Network) -> Any:
        """As `with_lora`."""
        return with_lora(network, self.shape)

    def save(self, model: Any, network: Network, folder: Path, *, name: str, licence: str) -> None:
        """As `save_adapter`; the tokenizer is the base model's own."""
        save_adapter(model, folder, name=name, licence=licence, shape=self.shape)


def check_frozen(network: Network, frozen: int) -> int:
    """How many layers the decoder has.

    Raises:
        MelodyMuseError: no layer would be left to learn.
    """
    layers = int(network.model.config.decoder.num_hidden_layers)
    if not 0 <= frozen < layers:
        raise MelodyMuseError(
            f"the decoder has {layers} layers: freeze 0 to {layers - 1} of them, not {frozen}"
        )
    return layers


def with_lora(network: Network, shape: Shape) -> Any:
    """The network's model with trainable matrices beside its later layers' attention.

    Raises:
        MelodyMuseError: no layer would be left to learn.
    """
    layers = check_frozen(network, shape.frozen)
    learning = "|".join(str(layer) for layer in range(shape.frozen, layers))
    targets = (
        rf"decoder\.model\.decoder\.layers\.({learning})"
        r"\.(self_attn|encoder_attn)\.(q_proj|k_proj|v_proj|out_proj)"
    )
    config = peft.LoraConfig(
        r=shape.rank,
        lora_alpha=shape.scale * shape.rank,
        lora_dropout=shape.dropout,
        target_modules=targets,
    )
    with quiet_transformers():
        return peft.get_peft_model(network.model, config)


def save_adapter(model: Any, folder: Path, *, name: str, licence: str, shape: Shape) -> None:
    """Write an adapter into a folder, over one that is there.

    Args:
        model: as `with_lora` gave it.
        folder: where its three files go.
        name: hub name or folder of the model that it belongs to; of a folder only the last part is
            written, since adapters are passed on.
        licence: of that model's weights.
        shape: what was learned.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".adapter-") as beside:
        made = Path(beside)
        model.save_pretrained(made)
        _name_base(made / CONFIG_FILE, called(name))
        card = _CARD.format(
            model=called(name),
            licence=hub_licence(licence),
            rank=shape.rank,
            first=shape.frozen + 1,
        )
        (made / "README.md").write_text(card, encoding="utf-8")
        for file in _FILES:
            with whole_file(folder / file, overwrite=True) as place:
                shutil.copyfile(made / file, place)


def _name_base(file: Path, name: str) -> None:
    """Put the base model's name into a configuration.

    Not by peft, which would look for its vocabulary under that name on the hub.
    """
    config = json.loads(file.read_text(encoding="utf-8"))
    config["base_model_name_or_path"] = name
    file.write_text(json.dumps(config, indent=2, sort_keys=True), encoding="utf-8")


def hub_licence(licence: str) -> str:
    """A licence as the head of a card names it, such as cc-by-nc-4.0."""
    return licence if licence == UNKNOWN else re.sub(r"\s+", "-", licence.lower())

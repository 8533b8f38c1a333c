"""Fine-tuning of the decoder's own weights, the first layers left as they are, as Hisariya, Zhang &
Liang 2024 do; the text encoder and the codec stay frozen."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from melodymuse.files import whole_file
from melodymuse.waveform.licences import UNKNOWN
from melodymuse.waveform.loading import quiet_transformers
from melodymuse.waveform.naming import called
from melodymuse.waveform.network import Network
from training.musicgen.lora import check_frozen, hub_licence

CONFIG_FILE = "config.json"
_CARD = """---
library_name: transformers
base_model: {model}
license: {licence}
---
# {model}, fine-tuned

All of its decoder but the first {frozen} layers, trained with MelodyMuse. It stands under the
licence of the weights that it was made from: {licence}.

    melodymuse waveform --model THIS_FOLDER --prompt "..."
"""


@dataclass(frozen=True, slots=True)
class Whole:
    """All of the decoder learns but its first layers.

    Attributes:
        frozen: layers from the first on that stay as they are.
    """

    frozen: int = 0

    @property
    def done(self) -> str:
        """The file that tells a folder with a model in it."""
        return CONFIG_FILE

    def prepare(self, network: Network) -> Any:
        """The network's model, of which only what shall learn asks for gradients.

        Raises:
            MelodyMuseError: no layer would be left to learn.
        """
        check_frozen(network, self.frozen)
        model = network.model
        model.requires_grad_(False)
        model.decoder.requires_grad_(True)
        inner = model.decoder.model.decoder
        for layer in inner.layers[: self.frozen]:
            layer.requires_grad_(False)
        return model

    def save(self, model: Any, network: Network, folder: Path, *, name: str, licence: str) -> None:
        """Write the model with its tokenizer into a folder, over one that is there.

        Args:
            model: as `prepare` gave it.
            network: its tokenizer is written too.
            folder: where it goes.
            name: hub name or folder of the model that it was made from.
            licence: of that model's weights.
        """
        stated = licence if licence == UNKNOWN else hub_licence(licence)
        card = _CARD.format(model=called(name), licence=stated, frozen=self.frozen)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".model-") as beside:
            made = Path(beside)
            with quiet_transformers():
                model.save_pretrained(made)
                network.tokenizer.save_pretrained(made)
            (made / "README.md").write_text(card, encoding="utf-8")
            # The configuration last: a folder with one holds a whole model.
            for file in sorted(made.iterdir(), key=lambda file: file.name == CONFIG_FILE):
                with whole_file(folder / file.name, overwrite=True) as place:
                    file.replace(place)

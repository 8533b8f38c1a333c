"""Pretrained models from a folder or the Hugging Face hub: found, read, checked."""

from __future__ import annotations

import json
import logging
import os
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import transformers

from melodymuse.errors import ModelError
from melodymuse.waveform.devices import enough_memory

SMALLER = "use a smaller model, or --device cpu"
# What may be a model's name on the hub.
_HUB_NAME = re.compile(r"(\w[\w.-]*/)?\w[\w.-]*")
# Whose exceptions, derived from Exception alone, speak of files.
_READERS = frozenset(
    {"safetensors", "safetensors_rust", "tokenizers", "huggingface_hub", "httpx", "_pickle"}
)


def load_pretrained(
    name_or_path: str, kind: str, choose: Callable[[Any], Any | None], device: str
) -> Any:
    """Read a model with all of its weights, in single precision; it is on the CPU still.

    Args:
        name_or_path: a folder that ``save_pretrained`` wrote, or a name on the hub.
        kind: what is looked for, for messages, such as "MusicGen".
        choose: gives transformers' class for a configuration, None where it is another kind.
        device: where it is to run, for messages.

    Raises:
        ModelError: no such model, another kind of model, a damaged one, or too large a one.
    """
    check_place(name_or_path)
    with quiet_transformers(), explained(name_or_path):
        config = transformers.AutoConfig.from_pretrained(name_or_path)
        model_class = choose(config)
        if model_class is None:
            raise ModelError(
                f"'{name_or_path}' is no {kind} but a model of type '{config.model_type}': name "
                "another one"
            )
        with enough_memory(f"load '{name_or_path}'", device, SMALLER):
            model, report = model_class.from_pretrained(
                name_or_path, config=config, dtype=torch.float32, output_loading_info=True
            )
    missing = sorted(report.get("missing_keys", ()))
    missing += [str(key[0]) for key in report.get("mismatched_keys", ())]
    if missing:
        raise ModelError(
            f"'{name_or_path}' is damaged: {len(missing)} of its weights are missing or misshapen, "
            f"such as {missing[0]}"
        )
    return model


def weights_file(name_or_path: str, suffixes: Sequence[str]) -> Path:
    """The file of weights that is named, or the only one of a folder or of a hub repository.

    Args:
        name_or_path: a file, a folder, or a name on the hub (downloaded once).
        suffixes: what such a file may end with, the best first.

    Raises:
        ModelError: there is none, or more than one of the best suffix.
    """
    path = Path(name_or_path)
    if path.is_file():
        return path
    if path.is_dir():
        return path / _only(name_or_path, [file.name for file in path.iterdir()], suffixes)
    if not _HUB_NAME.fullmatch(name_or_path):
        raise ModelError(f"there is no file '{name_or_path}', and no model can have that name")
    import huggingface_hub

    with quiet_transformers(), explained(name_or_path):
        files = huggingface_hub.list_repo_files(name_or_path)
        chosen = _only(name_or_path, files, suffixes)
        return Path(huggingface_hub.hf_hub_download(name_or_path, chosen))


def load_tokenizer(name_or_path: str) -> Any:
    """Read a model's tokenizer.

    Raises:
        ModelError: there is none, or a damaged one.
    """
    with quiet_transformers(), explained(name_or_path):
        tokenizer = transformers.AutoTokenizer.from_pretrained(name_or_path)
        known = set(tokenizer("solo piano music", add_special_tokens=False)["input_ids"])
    # Where the files are missing, transformers makes a tokenizer that knows no word.
    if not known or tokenizer.unk_token_id in known:
        raise ModelError(f"'{name_or_path}' is damaged: its tokenizer knows no words")
    return tokenizer


def place(model: Any, name_or_path: str, device: str) -> Any:
    """The model on its device, ready to be asked.

    Raises:
        ModelError: not enough memory.
    """
    with enough_memory(f"load '{name_or_path}'", device, SMALLER):
        return model.to(device).eval()


def check_place(name_or_path: str, file: str = "config.json") -> None:
    """See that a folder holds a model, before anything is looked for on the hub.

    Raises:
        ModelError: a file, a folder without a readable configuration, or what is neither there nor
            a name that the hub knows.
    """
    path = Path(name_or_path)
    if not path.exists():
        if _HUB_NAME.fullmatch(name_or_path):
            return
        raise ModelError(f"there is no folder '{name_or_path}', and no model can have that name")
    if path.is_file():
        raise ModelError(f"'{name_or_path}' is a file: name the folder that holds the model")
    if not (path / file).is_file():
        raise ModelError(
            f"'{name_or_path}' holds no model: there is no {file} in it, as save_pretrained "
            "writes it"
        )
    try:
        json.loads((path / file).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"'{name_or_path}' is damaged: {file}: {error}") from error


@contextmanager
def explained(name_or_path: str) -> Iterator[None]:
    """Turn what the libraries raise about a model's files into one line.

    Raises:
        ModelError: the model cannot be found or read.
    """
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        if not _speaks_of_files(error):
            raise
        text = str(error).strip()
        reason = text.splitlines()[0] if text else type(error).__name__
        if os.path.exists(name_or_path):
            message = f"'{name_or_path}' is damaged or no whole model: {reason}"
        else:
            message = (
                f"there is no folder '{name_or_path}', and the Hugging Face hub gave no model of "
                f"that name: {reason}"
            )
        raise ModelError(message) from error


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers and the hub from writing progress bars and advice to the terminal."""
    hub = logging.getLogger("huggingface_hub")
    verbosity, hub_level = transformers.logging.get_verbosity(), hub.level
    bars = transformers.logging.is_progress_bar_enabled()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    hub.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        hub.setLevel(hub_level)
        transformers.logging.set_verbosity(verbosity)
        if bars:
            transformers.logging.enable_progress_bar()


def _only(place: str, files: Sequence[str], suffixes: Sequence[str]) -> str:
    for suffix in suffixes:
        found = [file for file in files if file.endswith(suffix)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ModelError(f"'{place}' holds {len(found)} {suffix} files: name one of them")
    raise ModelError(f"'{place}' holds no weights: there is no file {', '.join(suffixes)}")


def _speaks_of_files(error: Exception) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return False
    usual = OSError | ValueError | RuntimeError | KeyError | TypeError | AttributeError | EOFError
    # tokenizers raises plain Exceptions.
    foreign = type(error).__module__.partition(".")[0] in _READERS or type(error) is Exception
    return isinstance(error, usual) or foreign

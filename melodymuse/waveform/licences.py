"""Under which licence the weights of a model stand, as far as can be told."""

from __future__ import annotations

import re
from pathlib import Path

UNKNOWN = "unknown"

# Meta's cards of these models on the Hugging Face hub say cc-by-nc-4.0.
_META = re.compile(r"facebook/(musicgen|magnet|audiogen|melodyflow)-[\w.-]+$")
_META_LICENCE = "CC BY-NC 4.0"
# How the hub names licences (huggingface.co/docs/hub/repositories-licenses), and how people do.
_READABLE = {
    "cc-by-nc-4.0": "CC BY-NC 4.0",
    "cc-by-nc-sa-4.0": "CC BY-NC-SA 4.0",
    "cc-by-4.0": "CC BY 4.0",
    "cc-by-sa-4.0": "CC BY-SA 4.0",
    "cc0-1.0": "CC0 1.0",
    "apache-2.0": "Apache-2.0",
    "mit": "MIT",
}
_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*$", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^(license|license_name):[ \t]*['\"]?([^'\"\n#]+?)['\"]?[ \t]*$", re.MULTILINE)


def licence_of(name_or_path: str) -> str:
    """The licence of a model's weights: what its folder's card says, or what its maker is known
    to give it; `UNKNOWN` where neither tells."""
    folder = Path(name_or_path)
    if folder.is_dir():
        return licence_in_folder(folder)
    return _META_LICENCE if _META.match(name_or_path) else UNKNOWN


def joint_licence(model: str, adapter: str | None) -> str:
    """The licence of a model's weights, with that of an adapter to them where it is another one.

    Args:
        model: a folder or hub name.
        adapter: likewise; None for none.
    """
    own = licence_of(model)
    added = own if adapter is None else licence_of(adapter)
    return own if added == own else f"{own}, its adapter's {added}"


def licence_in_folder(folder: Path) -> str:
    """What the head of ``README.md``, the model card, says in its field ``license``."""
    try:
        text = (folder / "README.md").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return UNKNOWN
    head = _FRONT_MATTER.match(text)
    fields: dict[str, str] = dict(_FIELD.findall(head[1])) if head else {}
    # The hub's "other" comes with a name of its own.
    named = fields.get("license_name") if fields.get("license") == "other" else None
    stated = named or fields.get("license") or UNKNOWN
    return _READABLE.get(stated.lower(), stated)


def allows_sale(licence: str) -> bool | None:
    """Whether a licence allows commercial use; None where that is not known."""
    if forbids_sale(licence):
        return False
    return None if UNKNOWN in licence else True


def forbids_sale(licence: str) -> bool:
    """Whether a licence allows only what is not commercial."""
    return re.search(r"\bnc\b|non-?commercial", licence, re.IGNORECASE) is not None

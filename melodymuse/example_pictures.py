"""Example pictures by name, as in ``@rocket``: photographs that come with scikit-image."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from melodymuse.errors import ImageError
from melodymuse.suggesting import unknown

# Those in its wheel, which need no download and of which `skimage.data` says that nobody's rights
# restrict them: by SpaceX, NASA, photographers who chose CC0, and of old coins.
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "@rocket": "rocket.jpg",
        "@astronaut": "astronaut.png",
        "@chelsea": "chelsea.png",
        "@coffee": "coffee.png",
        "@coins": "coins.png",
        "@hubble": "hubble_deep_field.jpg",
    }
)


def is_example(source: object) -> bool:
    """Whether a picture is asked for by such a name; a file that is called so goes first."""
    return str(source).startswith("@") and not os.path.exists(str(source))


def picture_file(source: str | os.PathLike[str]) -> Path:
    """Where a picture lies: an example on this machine, anything else as it is named.

    Raises:
        ImageError: there is no such example, or scikit-image came without it.
    """
    if not is_example(source):
        return Path(source)
    if str(source) not in EXAMPLES:
        raise ImageError(unknown("example picture", str(source), EXAMPLES))
    package = find_spec("skimage")
    for folder in (package.submodule_search_locations if package is not None else None) or ():
        path = Path(folder) / "data" / EXAMPLES[str(source)]
        if path.is_file():
            return path
    raise ImageError(f"the installed scikit-image has no {source}: use a picture of your own")

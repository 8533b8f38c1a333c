"""HEIC, the format of many telephones, through pi-heif (BSD-3, on libheif and libde265, LGPL)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from melodymuse.errors import ImageError
from melodymuse.vision.decoding.limits import check_memory, check_size, decoding_bytes

if TYPE_CHECKING:
    from PIL import Image


def open_heic(data: bytes, name: str) -> Image.Image:
    """The main picture of a HEIC file, upright, with its colour profile.

    Raises:
        ImageError: pi-heif is not installed, or the file is damaged or too large.
    """
    try:
        import pi_heif
    except ImportError:
        raise ImageError(
            f"{name} is a HEIC picture, which needs the package 'pi-heif': "
            "pip install 'melodymuse[heic]', or save the picture as JPEG or PNG"
        ) from None
    try:
        file = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
        check_size(file.size, name)
        check_memory(decoding_bytes(file.size, "HEIF", file.mode), file.size, name)
        image: Image.Image = file.to_pillow()
        image.load()
    except ImageError:
        raise
    # pi-heif passes on whatever libheif found, as ValueError, EOFError, RuntimeError ...
    except Exception as error:
        reason = " ".join(str(error).split())
        raise ImageError(f"{name} is a damaged HEIC picture: {reason}") from None
    return image

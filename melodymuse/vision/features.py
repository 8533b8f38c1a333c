"""What the eye measures of a picture: light, colour, contrast, edges, blobs.

Conventions: a picture is a uint8 array (H, W, 3), RGB in sRGB, 0..255.  Every measure is a pure
function of such an array and is defined at the size it is given; `measure` brings pictures to one
size first (long side `LONG_SIDE`), so that edges and blobs of two pictures compare.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]

LONG_SIDE = 256
# Pictures are thinned to at most this many times the wanted side before their areas are averaged:
# averaging all of 12 megapixels costs up to 100 ms on one core, thinning first a few.
_OVERSAMPLING = 3

# Hysteresis thresholds of the edge detector: L1 norm of the 3x3 Sobel gradient of 8-bit luma.
_EDGE_LOW, _EDGE_HIGH = 100, 200
# Scales (pixels) and least scale-normalised Laplacian (of luma 0..1) of what counts as a blob.
_BLOB_SIGMAS = (3.0, 4.2, 6.0, 8.5, 12.0, 17.0)
_BLOB_THRESHOLD = 0.2

# Linear sRGB (row) times this = X, Y, Z over those of the white point D65 (IEC 61966-2-1).
_RGB_TO_RELATIVE_XYZ = np.array(
    [
        [0.4124564 / 0.95047, 0.2126729, 0.0193339 / 1.08883],
        [0.3575761 / 0.95047, 0.7151522, 0.1191920 / 1.08883],
        [0.1804375 / 0.95047, 0.0721750, 0.9503041 / 1.08883],
    ],
    np.float32,
)

# Unit, range and meaning of each feature, in the order of `VisualFeatures`; `--help` prints it.
UNITS: Mapping[str, str] = MappingProxyType(
    {
        "brightness": "mean luma, 0 (black) to 1 (white)",
        "colorfulness": "Hasler & Suesstrunk's M, 0 (grey) to about 110 (extremely colourful)",
        "saturation": "mean HSV saturation, 0 (grey) to 1 (pure colours)",
        "warmth": "mean warm-cool score of Ou et al., about -2 (cool) to 2 (warm), grey -0.5",
        "contrast": "standard deviation of luma, 0 (flat) to 0.5 (half black, half white)",
        "edge_density": f"share of pixels on an edge, 0 to 1, at long side {LONG_SIDE} px",
        "blobs": f"number of round spots, 4 to 24 px in radius, at long side {LONG_SIDE} px",
    }
)


@dataclass(frozen=True, slots=True)
class VisualFeatures:
    """Low-level features of one picture; `UNITS` says the unit and range of each."""

    brightness: float
    colorfulness: float
    saturation: float
    warmth: float
    contrast: float
    edge_density: float
    blobs: int

    def as_dict(self) -> dict[str, float]:
        """Feature name -> value, in the order of `UNITS`."""
        return asdict(self)


def measure(pixels: Pixels) -> VisualFeatures:
    """All features of a picture of any size (uint8 (H, W, 3) RGB), at long side `LONG_SIDE`."""
    small = shrink(pixels, LONG_SIDE)
    return VisualFeatures(
        brightness=brightness(small),
        colorfulness=colorfulness(small),
        saturation=saturation(small),
        warmth=warmth(small),
        contrast=contrast(small),
        edge_density=edge_density(small),
        blobs=blobs(small),
    )


def shrink(pixels: Pixels, long_side: int) -> Pixels:
    """The picture at `long_side` pixels, averaged over areas; a smaller picture stays as it is."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest <= long_side:
        return pixels
    scale = long_side / longest
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(thin(pixels, scale), size, interpolation=cv2.INTER_AREA), np.uint8)


def thin(pixels: Pixels, scale: float) -> Pixels:
    """Every n-th pixel of a picture that is about to be scaled by `scale`, where n > 1 pays."""
    step = int(1 / (scale * _OVERSAMPLING))
    return np.ascontiguousarray(pixels[::step, ::step]) if step > 1 else pixels


def luma(pixels: Pixels) -> Plane:
    """Luma Y' of ITU-R BT.601-7 (0.299 R' + 0.587 G' + 0.114 B'), float32 (H, W), 0..1."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)


def brightness(pixels: Pixels) -> float:
    """Mean luma (ITU-R BT.601), 0..1."""
    return float(luma(pixels).mean())


def colorfulness(pixels: Pixels) -> float:
    """The metric M of Hasler & Suesstrunk: 0 grey, 45 average, 82 highly, 109 extremely colourful.

    Spread and offset of the opponent colours rg = R - G and yb = (R + G) / 2 - B, on 0..255.

    Source: D. Hasler, S. Suesstrunk, "Measuring colorfulness in natural images", Proc. SPIE 5007
    (2003), section 7.
    """
    red, green, blue = (pixels[..., i].astype(np.float32) for i in range(3))
    red_green = red - green
    yellow_blue = (red + green) / 2 - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    offset = np.hypot(red_green.mean(), yellow_blue.mean())
    return float(spread + 0.3 * offset)


def saturation(pixels: Pixels) -> float:
    """Mean saturation of HSV, (max - min) / max of the three channels, 0..1; black counts as 0.

    Source: A. R. Smith, "Color gamut transform pairs", SIGGRAPH 1978.
    """
    red, green, blue = cv2.split(pixels)
    high = cv2.max(cv2.max(red, green), blue).astype(np.float32)
    low = cv2.min(cv2.min(red, green), blue).astype(np.float32)
    return float(((high - low) / np.maximum(high, 1)).mean())


def warmth(pixels: Pixels) -> float:
    """Mean warm-cool score WC = -0.5 + 0.02 C^1.07 cos(h - 50 deg) in CIELAB, about -2..2.

    Orange is warmest, its complement blue coolest, grey stands at -0.5.

    Source: L.-C. Ou, M. R. Luo, A. Woodcock, A. Wright, "A study of colour emotion and colour
    preference. Part I", Color Research & Application 29 (2004) 232-240.
    """
    a, b = _lab_colour(pixels)
    chroma_squared = a * a + b * b
    angle = np.deg2rad(50)
    # C^1.07 cos(h - 50) = C^0.07 (a cos 50 + b sin 50), with C^0.07 = (C^2)^0.035.
    along = np.float32(np.cos(angle)) * a + np.float32(np.sin(angle)) * b
    return float((-0.5 + 0.02 * np.power(chroma_squared, np.float32(0.035)) * along).mean())


def _lab_colour(pixels: Pixels) -> tuple[Plane, Plane]:
    """The a* and b* of CIELAB (CIE 15:2004, white D65) of sRGB pixels (IEC 61966-2-1).

    OpenCV's own conversion spends 70 ms on tables the first time that it is called.
    """
    level = np.arange(256) / 255
    linear = np.where(level > 0.04045, ((level + 0.055) / 1.055) ** 2.4, level / 12.92)
    relative = linear.astype(np.float32)[pixels.reshape(-1, 3)] @ _RGB_TO_RELATIVE_XYZ
    x, y, z = np.where(
        relative > 216 / 24389, np.cbrt(relative), relative * (841 / 108) + 4 / 29
    ).T.reshape(3, *pixels.shape[:2])
    return 500 * (x - y), 200 * (y - z)


def contrast(pixels: Pixels) -> float:
    """Root-mean-square contrast: the standard deviation of luma, 0..0.5.

    Source: E. Peli, "Contrast in complex images", J. Optical Society of America A 7 (1990).
    """
    return float(luma(pixels).std())


def edge_density(pixels: Pixels) -> float:
    """Share of pixels that lie on an edge, 0..1.

    Source: J. Canny, "A computational approach to edge detection", IEEE TPAMI 8 (1986), as in
    OpenCV (3x3 Sobel, L1 norm, thresholds 100 and 200) on luma.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    return float(np.count_nonzero(cv2.Canny(grey, _EDGE_LOW, _EDGE_HIGH)) / grey.size)


def blobs(pixels: Pixels) -> int:
    """Number of bright or dark blobs of radius 4 to 24 px (radius = sigma times root 2).

    A blob is an extremum over place and scale of the scale-normalised Laplacian of the smoothed
    luma.  Source: T. Lindeberg, "Feature detection with automatic scale selection", Int. J. of
    Computer Vision 30 (1998).
    """
    grey = luma(pixels)
    responses = [np.zeros_like(grey)]
    smooth, reached = grey, 0.0
    for sigma in _BLOB_SIGMAS:
        # Gaussians add in squares: each scale is reached from the one before, with a small kernel.
        more = float(np.sqrt(sigma**2 - reached**2))
        blurred = cv2.GaussianBlur(smooth, (0, 0), more, borderType=cv2.BORDER_REFLECT_101)
        smooth = np.asarray(blurred, np.float32)
        reached = sigma
        laplacian = cv2.Laplacian(smooth, cv2.CV_32F, borderType=cv2.BORDER_REFLECT_101)
        responses.append(np.abs(laplacian) * np.float32(sigma**2))
    responses.append(np.zeros_like(grey))
    around = [cv2.dilate(response, np.ones((3, 3), np.uint8)) for response in responses]
    count = 0
    for i in range(1, len(responses) - 1):
        here = responses[i]
        peak = (here >= around[i]) & (here > around[i - 1]) & (here > around[i + 1])
        count += int(np.count_nonzero(peak & (here > _BLOB_THRESHOLD)))
    return count

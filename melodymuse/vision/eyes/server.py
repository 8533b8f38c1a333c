"""An eye behind an address: a vision-language model that speaks OpenAI's protocol.

Ollama, llama.cpp, vLLM, LM Studio and others serve it on the user's own machine.  The picture goes
to that address and no other; nothing is sent unless the user names the address.

Source: OpenAI API reference, "Create chat completion" (images as data URLs in a message's content)
and "List models".
"""

from __future__ import annotations

import base64
import io
import json
import math
import os
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from melodymuse.errors import ModelError
from melodymuse.music.emotion import EMOTIONS, EmotionProfile
from melodymuse.vision.features import Pixels, VisualFeatures, shrink

# What such models look at; more makes them slow, not better.
LONG_SIDE = 768
TIMEOUT_SECONDS = 180.0
_LARGEST_ANSWER = 2**20
# Read for servers that ask for a key; never written anywhere.
KEY_VARIABLE = "MELODYMUSE_EYE_KEY"

_SHARES = ", ".join(f'"{emotion}": P' for emotion in EMOTIONS)
QUESTION = (
    "What would an ordinary grown-up feel when looking at this picture? Answer with one JSON "
    f'object and nothing else: {{"valence": V, "arousal": A, "emotions": {{{_SHARES}}}}}. '
    "V is a number from -1 (very unpleasant) to 1 (very pleasant), 0 is neutral. A is a number "
    "from -1 (very calm) to 1 (very exciting). Each P is the share from 0 to 1 of viewers in whom "
    "this emotion is the strongest; the eight shares add up to 1."
)


@dataclass(frozen=True, slots=True)
class ServerEye:
    """A model on a server.

    Attributes:
        address: of the server's API, without a slash at its end.
        model: the model's name there.
    """

    address: str
    model: str

    @property
    def name(self) -> str:
        """The model's name; the address is nobody's business but the user's."""
        return f"{self.model}, vision-language model"

    @classmethod
    def at(cls, address: str) -> ServerEye:
        """The model that ``#MODEL`` behind the address names, or else the first on the server.

        Raises:
            ModelError: the server cannot be reached, or has no model.
        """
        base, _, model = address.partition("#")
        base = base.rstrip("/")
        if model:
            return cls(base, model)
        found = _ask(f"{base}/models")
        try:
            return cls(base, str(found["data"][0]["id"]))
        except (KeyError, IndexError, TypeError):
            raise ModelError(
                f"the server at '{base}' lists no model: name one, as in '{base}#MODEL'"
            ) from None

    def look(self, pixels: Pixels, features: VisualFeatures) -> EmotionProfile:
        """As `EmotionModel.look`."""
        content = [
            {"type": "text", "text": QUESTION},
            {"type": "image_url", "image_url": {"url": _data_url(pixels)}},
        ]
        answer = _ask(
            f"{self.address}/chat/completions",
            {
                "model": self.model,
                "messages": [{"role": "user", "content": content}],
                "temperature": 0,
                "max_tokens": 400,
            },
        )
        try:
            text = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError):
            raise ModelError(f"the server at '{self.address}' sent no answer of a model") from None
        return read_answer(text, self.model)


def read_answer(text: Any, model: str) -> EmotionProfile:
    """The profile that a model's answer tells; words around the JSON object are passed over.

    Raises:
        ModelError: there is none in it, or it makes no sense.
    """
    found = re.search(r"\{.*\}", text, re.DOTALL) if isinstance(text, str) else None
    try:
        facts = json.loads(found[0] if found else "")
        shares = [_number(facts["emotions"].get(emotion, 0)) for emotion in EMOTIONS]
        place = [min(max(_number(facts[axis]), -1.0), 1.0) for axis in ("valence", "arousal")]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        shown = " ".join(str(text).split())[:60]
        raise ModelError(f"the model '{model}' gave no profile but '{shown}'") from None
    total = math.fsum(shares)
    if min(shares) < 0 or not 0 < total < math.inf:
        raise ModelError(f"the model '{model}' gave impossible shares of emotions")
    return EmotionProfile(tuple(share / total for share in shares), place[0], place[1])


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not a number")
    return number


def _data_url(pixels: Pixels) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(shrink(pixels, LONG_SIDE)).save(file, "JPEG", quality=90)
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Takes a redirect for an error."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


def _ask(url: str, body: dict[str, Any] | None = None) -> Any:
    """The server's answer, parsed; a GET without a body, else a POST."""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if key := os.environ.get(KEY_VARIABLE):
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode("utf-8")
    try:
        request = urllib.request.Request(url, data, headers)
        with urllib.request.build_opener(_NoRedirect).open(
            request, timeout=TIMEOUT_SECONDS
        ) as sent:
            return json.loads(sent.read(_LARGEST_ANSWER))
    except urllib.error.HTTPError as error:
        raise ModelError(f"the server at '{url}' refused: {error.code} {error.reason}") from None
    except (OSError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", None) or error
        raise ModelError(f"no answer from the server at '{url}': {reason}") from None
    # Neither HTTP nor JSON, or an address that is none.
    except Exception as error:
        raise ModelError(
            f"the server at '{url}' does not speak OpenAI's protocol: {error}"
        ) from None

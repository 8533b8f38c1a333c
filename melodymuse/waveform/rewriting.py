"""A prompt in the words of a language model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from melodymuse.errors import ModelError
from melodymuse.optional import need
from melodymuse.waveform.prompts import check_prompt, plain_line

_LINES = 2
_LONGEST_TOKENS = 80


@dataclass(frozen=True, slots=True)
class Form:
    """How a language model is asked.

    Attributes:
        system: what it shall do, for models that hear a system message.
        request: the request, with ``{prompt}`` where the words stand.
        page: for models that only go on with a text: the whole of it, with ``{system}`` and
            ``{request}``.
    """

    system: str
    request: str
    page: str

    def written(self, prompt: str) -> str:
        """The text that a model goes on with."""
        return self.page.format(system=self.system, request=self.request.format(prompt=prompt))


# Of this project: narrowed to what the composer plays.
SOLO_PIANO = Form(
    "You enhance descriptions in musical terms.",
    "Describe a solo piano theme for this description, with mood, genre, tempo and melody, in two "
    "lines: {prompt}",
    "{system}\n{request}\n",
)
# Of Hisariya, Zhang & Liang 2024, "Bridging Paintings and Music", for Falcon-RW-1B: system message,
# instruction and response; a theme with mood, genre, tempo and melody, in two lines.  The paper
# tells the parts and their contents; the sentences between are this project's.
PAINTING = Form(
    "Enhance the description of a picture in musical terms.",
    "Give a musical theme for this picture, with mood, genre, tempo and melody, in two lines: "
    "{prompt}",
    "### System:\n{system}\n\n### Instruction:\n{request}\n\n### Response:\n",
)


@dataclass(frozen=True, slots=True, eq=False)
class Rewriter:
    """A language model that writes text.

    Attributes:
        name: the folder or hub name that it was loaded from.
        model: a causal language model of transformers.
        tokenizer: its tokenizer.
        device: ``"cuda"``, ``"mps"`` or ``"cpu"``.
    """

    name: str
    model: Any
    tokenizer: Any
    device: str

    @classmethod
    def load(cls, name_or_path: str, device: str = "auto") -> Rewriter:
        """Load any text-generation model from a folder or the hub, such as tiiuae/falcon-rw-1b.

        Raises:
            ModelError: no such model, another kind, a damaged one, or too large a one.
            ControlError: an unknown device, or one that this machine does not have.
            MissingExtraError: torch or transformers is not installed.
        """
        need("torch", "transformers", purpose="a language model")
        import transformers

        from melodymuse.waveform.devices import choose_device
        from melodymuse.waveform.loading import load_pretrained, load_tokenizer, place

        def choose(config: Any) -> Any | None:
            known = type(config) in transformers.MODEL_FOR_CAUSAL_LM_MAPPING
            return transformers.AutoModelForCausalLM if known else None

        chosen = choose_device(device)
        model = load_pretrained(name_or_path, "text-generation model", choose, chosen)
        tokenizer = load_tokenizer(name_or_path)
        return cls(name_or_path, place(model, name_or_path, chosen), tokenizer, chosen)

    def rewrite(self, prompt: str, *, seed: int, form: Form = SOLO_PIANO) -> str:
        """A prompt in musical terms.

        Args:
            prompt: what to rewrite.
            form: how the model is asked.
            seed: the only source of randomness, 0..2^63-1.

        Returns:
            The first two lines that the model writes, joined to one.

        Raises:
            ControlError: the prompt is empty or too long.
            ModelError: it wrote nothing, or memory ran out.
        """
        check_prompt(prompt)
        import torch

        from melodymuse.waveform.devices import enough_memory, seeded
        from melodymuse.waveform.loading import SMALLER, quiet_transformers

        with (
            quiet_transformers(),
            torch.inference_mode(),
            enough_memory("rewrite the prompt", self.device, SMALLER),
            seeded(seed, self.device),
        ):
            asked = self.tokenizer(
                self._request(prompt, form), return_tensors="pt", add_special_tokens=not self._chats
            ).to(self.device)
            pad = self.tokenizer.pad_token_id
            tokens = self.model.generate(
                input_ids=asked["input_ids"],
                attention_mask=asked["attention_mask"],
                max_new_tokens=_LONGEST_TOKENS,
                do_sample=True,
                pad_token_id=self.tokenizer.eos_token_id if pad is None else pad,
            )
            written = tokens[0, asked["input_ids"].shape[1] :]
        text = self.tokenizer.decode(written, skip_special_tokens=True)
        lines = [plain_line(line) for line in text.splitlines()]
        found = " ".join([line for line in lines if line][:_LINES])
        if not found:
            raise ModelError(f"'{self.name}' wrote nothing: try another seed, or do without it")
        return found

    @property
    def _chats(self) -> bool:
        return bool(getattr(self.tokenizer, "chat_template", None))

    def _request(self, prompt: str, form: Form) -> str:
        if not self._chats:
            return form.written(prompt)
        request = form.request.format(prompt=prompt)
        talk = [{"role": "system", "content": form.system}, {"role": "user", "content": request}]
        text = self.tokenizer.apply_chat_template(talk, tokenize=False, add_generation_prompt=True)
        return str(text)

"""The real path of loading and generating, on tiny networks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.waveform import tiny

torch, transformers = tiny.torch, tiny.transformers

from melodymuse.audio.clip import Clip  # noqa: E402
from melodymuse.errors import AudioError, ControlError, ModelError  # noqa: E402
from melodymuse.waveform import sampling  # noqa: E402
from melodymuse.waveform.musicgen import MusicGen  # noqa: E402
from melodymuse.waveform.request import Request  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tiny.musicgen(), tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def generator(folder: Path) -> MusicGen:
    return MusicGen.load(str(folder), "cpu")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of the model to be damaged."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_what_is_told_of_a_model(generator: MusicGen, folder: Path) -> None:
    assert (generator.name, generator.licence) == (str(folder), "CC BY-NC 4.0")
    assert (generator.device, generator.sample_rate) == ("cpu", 32000)
    assert not generator.hears_melodies


@pytest.mark.parametrize("seconds", [1, 1.33])
def test_the_length_is_met_to_the_sample(generator: MusicGen, seconds: float) -> None:
    clip = generator.generate("a sad piano", seconds=seconds, seed=1)
    assert clip.samples.shape == (int(seconds * 32000), 1)
    assert clip.rate == 32000
    assert clip.samples.std() > 0.001


def test_the_seed_alone_decides(generator: MusicGen) -> None:
    def made(seed: int, prompt: str = "a sad piano") -> np.ndarray:
        return generator.generate(prompt, seconds=1, seed=seed).samples

    torch.manual_seed(3)
    state = torch.random.get_rng_state()
    first = made(1)
    assert torch.equal(torch.random.get_rng_state(), state)
    torch.manual_seed(4)
    np.testing.assert_array_equal(made(1), first)
    assert not np.array_equal(made(2), first)
    assert not np.array_equal(made(1, "fast happy music"), first)


def test_a_folder_read_again_gives_the_same(folder: Path, generator: MusicGen) -> None:
    wishes = {"seconds": 1, "seed": 5, "guidance": 1.0, "top_k": 0, "temperature": 1.3}
    again = MusicGen.load(str(folder)).generate("piano", **wishes)
    np.testing.assert_array_equal(generator.generate("piano", **wishes).samples, again.samples)


def test_weights_of_half_precision_are_read_as_single(tmp_path: Path) -> None:
    folder = tiny.save(tiny.musicgen(melody=True).half(), tmp_path / "half")
    generator = MusicGen.load(str(folder), "cpu")
    assert {weights.dtype for weights in generator.network.model.parameters()} == {torch.float32}
    generator.generate("piano", seconds=1, seed=1, melody=sine(440))


def test_wishes_change_the_sound(generator: MusicGen) -> None:
    def made(**wishes: float) -> bytes:
        return generator.generate("piano", seconds=1, seed=1, **wishes).samples.tobytes()

    changed = [made(guidance=1), made(guidance=9), made(top_k=3), made(temperature=0.5)]
    assert len({made(), *changed}) == 5


def test_progress_counts_frames_to_the_end(generator: MusicGen) -> None:
    seen: list[tuple[int, int]] = []
    generator.generate(
        "p", seconds=1, seed=1, progress=lambda made, all_: seen.append((made, all_))
    )
    assert seen[-1] == (50, 50)
    assert [made for made, _ in seen] == sorted(made for made, _ in seen)
    assert len(seen) == 50 + tiny.CODEBOOKS - 1


@pytest.mark.parametrize("kind", [{}, {"stereo": True}, {"melody": True}])
def test_tokens_and_sound_are_those_of_transformers(kind: dict[str, bool], tmp_path: Path) -> None:
    network = MusicGen.load(str(tiny.save(tiny.musicgen(**kind), tmp_path / "m"))).network
    listener = sampling._Listener(network.codebooks // network.channels, 0, 40, None)
    with torch.no_grad():
        torch.manual_seed(1)
        (sound,) = network.model.generate(
            **network.tokenizer(["a sad piano"], return_tensors="pt"),
            generation_config=sampling._settings(network, Request(1, 1), 40),
            stopping_criteria=transformers.StoppingCriteriaList([listener]),
        )
        tokens = sampling.undelayed(listener.tokens, network.channels)
        assert tokens.shape == (network.codebooks, 40)
        ours = sampling.decode(network, tokens)
    np.testing.assert_allclose(ours, sound.mean(dim=0).numpy(), atol=1e-6)


@pytest.mark.parametrize("kind", [{}, {"melody": True}, {"stereo": True}])
def test_a_long_sound_goes_on_from_what_was_made(
    kind: dict[str, bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "WINDOW_SECONDS", 1.0)
    monkeypatch.setattr(sampling, "STRIDE_SECONDS", 0.6)
    generator = MusicGen.load(str(tiny.save(tiny.musicgen(**kind), tmp_path / "m")))
    melody = sine(440) if generator.hears_melodies else None
    request, seen = Request(2.5, 1), []
    torch.manual_seed(1)
    with torch.no_grad():
        tokens = sampling._tokens(
            generator.network, "p", request, melody, lambda made, _: seen.append(made)
        )
        torch.manual_seed(1)
        first = sampling._tokens(generator.network, "p", Request(1, 1), melody, None)
    assert tokens.shape == (generator.network.codebooks, 125)
    assert torch.equal(tokens[:, :50], first)
    assert tokens.max() < 64
    assert seen[-1] == 125
    assert len({tuple(frame.tolist()) for frame in tokens.T}) > 100


@given(st.integers(1, 5000), st.integers(2, 600), st.data())
def test_windows_cover_everything_and_overlap(
    frames: int, longest: int, data: st.DataObject
) -> None:
    stride = data.draw(st.integers(1, longest - 1))
    found = list(sampling.windows(frames, longest, stride))
    assert (found[0][0], found[-1][1]) == (0, frames)
    for (start, end), (next_start, next_end) in pairwise(found):
        assert start < next_start < end < next_end
    assert all(end - start <= longest for start, end in found)


@given(st.integers(1, 12), st.integers(1, 5), st.sampled_from([1, 2]))
def test_undelaying_undoes_the_delay(frames: int, steps: int, channels: int) -> None:
    codes = torch.arange(frames * steps * channels).reshape(steps * channels, frames)
    delayed = torch.full((steps * channels, frames + steps), -1)
    for row in range(steps * channels):
        start = 1 + row // channels
        delayed[row, start : start + frames] = codes[row]
    assert torch.equal(sampling.undelayed(delayed, channels), codes)


def sine(hertz: float, seconds: float = 2.0) -> Clip:
    at = np.arange(round(seconds * 32000)) / 32000
    return Clip((0.5 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)[:, None], 32000)


def test_a_melody_is_followed_by_who_can(tmp_path: Path, generator: MusicGen) -> None:
    singer = MusicGen.load(str(tiny.save(tiny.musicgen(melody=True), tmp_path / "m", "mit")))
    assert (singer.hears_melodies, singer.licence) == (True, "MIT")

    def made(melody: Clip | None) -> bytes:
        return singer.generate("p", seconds=1, seed=1, melody=melody).samples.tobytes()

    assert len({made(None), made(sine(440)), made(sine(311))}) == 3
    assert made(sine(440)) == made(sine(880))
    with pytest.raises(ControlError, match=r"cannot follow a melody: use facebook/musicgen-melody"):
        generator.generate("p", seconds=1, seed=1, melody=sine(440))


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"seconds": 0}, "seconds must lie between 1 and 300, not 0"),
        ({"seconds": 301}, "seconds must lie"),
        ({"seconds": float("nan")}, "seconds must lie"),
        ({"seconds": "3"}, "seconds must be a number"),
        ({"seed": -1}, "seed must lie"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"guidance": 0.5}, "guidance must lie"),
        ({"top_k": -1}, "top_k must lie"),
        ({"temperature": 0}, "temperature must lie"),
        ({"prompt": " "}, "the prompt is empty"),
        ({"prompt": "x" * 1001}, "at most 1000"),
    ],
)
def test_impossible_wishes(generator: MusicGen, wishes: dict, message: str) -> None:
    given = {"prompt": "piano", "seconds": 1, "seed": 1, **wishes}
    with pytest.raises(ControlError, match=message):
        generator.generate(given.pop("prompt"), **given)


def damage_config(model: Path) -> None:
    (model / "config.json").write_text("{")


def lose_config(model: Path) -> None:
    (model / "config.json").unlink()


def lose_weights(model: Path) -> None:
    (model / "model.safetensors").unlink()


def cut_weights(model: Path) -> None:
    weights = model / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])


def lose_some_weights(model: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(model / "model.safetensors")
    del weights["decoder.lm_heads.0.weight"]
    save_file(weights, model / "model.safetensors", {"format": "pt"})


def misshape(model: Path) -> None:
    facts = json.loads((model / "config.json").read_text())
    facts["decoder"]["ffn_dim"] = 48
    (model / "config.json").write_text(json.dumps(facts))


def lose_tokenizer(model: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (model / name).unlink()


def other_kind(model: Path) -> None:
    (model / "config.json").write_text('{"model_type": "gpt2"}')


def unknown_kind(model: Path) -> None:
    (model / "config.json").write_text('{"model_type": "spinet"}')


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (damage_config, "is damaged: config.json"),
        (lose_config, "there is no config.json in it"),
        (lose_weights, "is damaged or no whole model"),
        (cut_weights, "is damaged or no whole model"),
        (lose_some_weights, "1 of its weights are missing or misshapen, such as decoder.lm_heads"),
        (misshape, "is damaged"),
        (lose_tokenizer, "its tokenizer knows no words"),
        (other_kind, "is no MusicGen but a model of type 'gpt2'"),
        (unknown_kind, "is damaged or no whole model"),
    ],
)
def test_folders_that_are_no_musicgen(
    copy: Path, harm: Callable[[Path], None], message: str
) -> None:
    harm(copy)
    with pytest.raises(ModelError, match=message) as raised:
        MusicGen.load(str(copy))
    assert str(copy) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_weights_under_their_older_names_are_read(copy: Path, generator: MusicGen) -> None:
    """Meta's files come from torch before 2.1, which named normalised weights otherwise."""
    from safetensors.torch import load_file, save_file

    weights = load_file(copy / "model.safetensors")
    older = {
        name.replace("parametrizations.weight.original0", "weight_g").replace(
            "parametrizations.weight.original1", "weight_v"
        ): value
        for name, value in weights.items()
    }
    assert older.keys() != weights.keys()
    save_file(older, copy / "model.safetensors", {"format": "pt"})
    made = MusicGen.load(str(copy), "cpu").generate("p", seconds=1, seed=1)
    expected = generator.generate("p", seconds=1, seed=1)
    np.testing.assert_array_equal(made.samples, expected.samples)


def test_names_that_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    (tmp_path / "file").write_text("x")
    for name, message in (
        (str(tmp_path / "nothing"), "there is no folder"),
        (str(tmp_path / "file"), "is a file: name the folder"),
        ("melodymuse/no-such-model", "the Hugging Face hub gave no model of that name"),
    ):
        with pytest.raises(ModelError, match=message):
            MusicGen.load(name)


def test_empty_codebooks_are_found_out(tmp_path: Path) -> None:
    fresh = tiny.save(tiny.musicgen(codebooks=False), tmp_path / "fresh")
    with pytest.raises(ModelError, match="codebooks of its EnCodec are empty"):
        MusicGen.load(str(fresh))


def with_weights(tmp_path: Path, change: Callable[[object], None]) -> MusicGen:
    model = tiny.musicgen()
    with torch.no_grad():
        change(model)
    return MusicGen.load(str(tiny.save(model, tmp_path / "changed")))


def test_weights_that_are_no_numbers(tmp_path: Path) -> None:
    def spoil_decoder(model: object) -> None:
        model.decoder.lm_heads[0].weight.fill_(float("nan"))

    def spoil_codebooks(model: object) -> None:
        for layer in model.audio_encoder.quantizer.layers:
            layer.codebook.embed.fill_(float("nan"))

    for change, message in (
        (spoil_decoder, "its weights are damaged"),
        (spoil_codebooks, "samples that are no numbers"),
    ):
        with pytest.raises(ModelError, match=message):
            with_weights(tmp_path / change.__name__, change).generate("p", seconds=1, seed=1)


def test_silence_is_no_sound(tmp_path: Path) -> None:
    def hush(model: object) -> None:
        last = model.audio_encoder.decoder.layers[-1].conv
        last.bias.zero_()
        # The gain of its normalised weight.
        last.parametrizations.weight.original0.zero_()

    with pytest.raises(AudioError, match="gave silence"):
        with_weights(tmp_path, hush).generate("p", seconds=1, seed=1)


def test_running_out_of_memory(generator: MusicGen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "decode", lambda *_: torch.empty(2**50))
    with pytest.raises(ModelError, match="not enough memory on cpu to make 1 s of sound: ask for"):
        generator.generate("p", seconds=1, seed=1)


def test_what_a_device_cannot_do(generator: MusicGen, monkeypatch: pytest.MonkeyPatch) -> None:
    # A sparse tensor cannot be convolved: torch's own words for what a device lacks.
    monkeypatch.setattr(
        sampling, "decode", lambda *_: torch.ones(2, 2).to_sparse().logical_xor(torch.ones(2, 2))
    )
    with pytest.raises(ModelError, match="cannot do what the model asks for: use --device cpu"):
        generator.generate("p", seconds=1, seed=1)


def test_devices_that_are_not_there(folder: Path) -> None:
    with pytest.raises(ControlError, match="unknown device 'abacus': use one of auto, cuda"):
        MusicGen.load(str(folder), "abacus")
    if not torch.backends.mps.is_available():
        with pytest.raises(ControlError, match="no device 'mps'"):
            MusicGen.load(str(folder), "mps")

"""Fine-tuning MusicGen, on tiny networks and sounds that are made here."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from tests.waveform import tiny

torch = tiny.torch
pytest.importorskip("peft", reason="needs the extra musicgen: pip install 'melodymuse[musicgen]'")

from melodymuse.audio.clip import Clip  # noqa: E402
from melodymuse.errors import MelodyMuseError, ModelError  # noqa: E402
from melodymuse.waveform.musicgen import MusicGen  # noqa: E402
from training.musicgen import tokens as tokens_module  # noqa: E402
from training.musicgen.__main__ import main  # noqa: E402
from training.musicgen.batches import Example, collate, dealt, delayed  # noqa: E402
from training.musicgen.fit import Recipe, fit, judge  # noqa: E402
from training.musicgen.lora import Shape, with_lora  # noqa: E402
from training.musicgen.pairs import read_pairs, split  # noqa: E402
from training.musicgen.tokens import cut, tokens_of  # noqa: E402

TEXTS = ("a sad slow piano", "happy fast piano", "calm piano", "angry piano", "a rocket")


def sound(path: Path, seconds: float = 5.2, hertz: float = 440.0, rate: int = 16000) -> Path:
    at = np.arange(round(seconds * rate)) / rate
    swell = (1 + np.sin(2 * np.pi * 2 * at)) / 2
    soundfile.write(path, 0.5 * swell * np.sin(2 * np.pi * hertz * at), rate)
    return path


def table(folder: Path, rows: Sequence[tuple[str, str]]) -> Path:
    path = folder / "pairs.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "audio"), *rows])
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tiny.musicgen(), tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def decoder() -> object:
    return tiny.musicgen().decoder


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five sounds of five seconds, of which one is held out."""
    folder = tmp_path_factory.mktemp("pairs")
    for number in range(len(TEXTS)):
        sound(folder / f"{number}.wav", hertz=220 * (number + 1))
    return table(folder, [(text, f"{number}.wav") for number, text in enumerate(TEXTS)])


def trained(pairs: Path, model: Path, out: Path, *more: object) -> int:
    words = ["--pairs", pairs, "--model", model, "--out", out, "--device", "cpu", *more]
    return main([str(word) for word in words])


FAST = ("--batch", 2, "--accumulate", 1, "--rate", 0.01, "--epochs", 4)


def test_the_loss_falls_and_the_adapter_is_heard(
    pairs: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert trained(pairs, model, out, *FAST) == 0
    rows = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == rows
    facts = json.loads((out / "result.json").read_text())
    assert rows[-1]["training"] < rows[0]["training"] - 0.3
    assert facts["validation"] < facts["validation_before"] - 0.2
    assert facts["validation"] == min(row["validation"] for row in rows)
    assert (facts["pairs"], facts["chunks"], facts["chunks_held_out"]) == (5, 4, 1)
    assert facts["licence"] == "CC BY-NC 4.0"
    assert facts["energy"]["watt_hours"] > 0
    card = (out / "README.md").read_text()
    assert "license: cc-by-nc-4.0" in card
    assert f"base_model: {model.name}\n" in card
    # Whoever gets the adapter need not know the maker's folders.
    config = (out / "adapter_config.json").read_text()
    assert json.loads(config)["base_model_name_or_path"] == model.name
    assert not any(str(model.parent) in text for text in (card, config))

    base = MusicGen.load(str(model), "cpu")
    tuned = MusicGen.load(str(model), "cpu", adapter=str(out))
    assert tuned.name == f"{model} + {out}"
    wishes = {"seconds": 1, "seed": 1}
    plain, heard = (one.generate("calm piano", **wishes).samples for one in (base, tuned))
    assert not np.array_equal(plain, heard)
    # What was written is what was judged best.
    pool = [
        Example(TEXTS[number], chunk)
        for number, chunks in enumerate(
            tokens_of(
                tuned.network,
                [pairs.parent / f"{number}.wav" for number in range(5)],
                out / "tokens",
            ).values()
        )
        for chunk in chunks
    ]
    held = [e for e in pool if e.text == split(read_pairs(pairs), 0.1, 0)[1][0].text]
    again = judge(tuned.network.model, tuned.network, held, 2)
    assert again == pytest.approx(facts["validation"], abs=1e-4)


def test_the_same_seed_trains_the_same(pairs: Path, model: Path, tmp_path: Path) -> None:
    logs = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        more = ("--seed", seed, "--tokens", tmp_path / "tokens", *FAST[:-1], 1)
        assert trained(pairs, model, tmp_path / name, *more) == 0
        logs.append((tmp_path / name / "log.jsonl").read_text())
    assert logs[0] == logs[1] != logs[2]


@pytest.mark.parametrize("melody", [False, True])
def test_only_later_layers_learn_and_texts_may_be_dropped(melody: bool, tmp_path: Path) -> None:
    folder = tiny.save(tiny.musicgen(melody=melody), tmp_path / "m")
    network = MusicGen.load(str(folder), "cpu").network
    before = {name: value.clone() for name, value in network.model.state_dict().items()}
    lora = with_lora(network, Shape(rank=2, frozen=1))
    learning = [name for name, weight in lora.named_parameters() if weight.requires_grad]
    assert len(learning) == 2 * 4 * (1 if melody else 2)
    assert all("decoder.model.decoder.layers.1." in name for name in learning)
    chance = np.random.default_rng(0)
    pool = [Example(text, chance.integers(0, 64, (4, 30)).astype("i2")) for text in TEXTS]
    recipe = Recipe(epochs=2, batch=5, accumulate=1, rate=0.01, drop_text=0.99)
    first, last = fit(lora, network, pool, pool[:1], recipe, lambda: None)
    assert last.training < first.training < 10
    after = {
        name.replace("base_model.model.", "").replace(".base_layer", ""): value
        for name, value in lora.state_dict().items()
        if "lora" not in name
    }
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_it_ends_when_nothing_gets_better(model: Path) -> None:
    network = MusicGen.load(str(model), "cpu").network
    lora = with_lora(network, Shape(rank=2, frozen=0))
    pool = [Example(text, np.zeros((4, 8), np.int16)) for text in TEXTS[:2]]
    kept: list[int] = []
    recipe = Recipe(epochs=30, batch=2, accumulate=1, rate=1e-12, drop_text=0, patience=2)
    epochs = list(fit(lora, network, pool, pool, recipe, lambda: kept.append(1)))
    best = max(epoch.number for epoch in epochs if epoch.best)
    assert len(epochs) == best + 2 < 30
    assert len(kept) == sum(epoch.best for epoch in epochs)


def test_a_loss_that_is_no_number_ends_it(model: Path) -> None:
    network = MusicGen.load(str(model), "cpu").network
    lora = with_lora(network, Shape(rank=2, frozen=0))
    pool = [Example(text, np.zeros((4, 8), np.int16)) for text in TEXTS[:2]]
    with torch.no_grad():
        network.model.decoder.lm_heads[0].weight.fill_(float("nan"))
    with pytest.raises(MelodyMuseError, match="no number after epoch 1: use a lower --rate"):
        list(fit(lora, network, pool, pool, Recipe(), lambda: None))


def test_the_rate_warms_up_and_falls_as_a_cosine(model: Path) -> None:
    network = MusicGen.load(str(model), "cpu").network
    lora = with_lora(network, Shape(rank=2, frozen=0))
    pool = [Example("calm piano", np.full((4, 6), n, np.int16)) for n in range(2)]
    recipe = Recipe(epochs=20, batch=1, accumulate=2, rate=1e-3, warm_up=2, patience=99)
    rates = [epoch.rate for epoch in fit(lora, network, pool, pool, recipe, lambda: None)]
    # Two updates up, then half a cosine over the other eighteen.
    expected = [0.5e-3, 1e-3] + [1e-3 * (1 + np.cos(np.pi * n / 18)) / 2 for n in range(1, 19)]
    np.testing.assert_allclose(rates, expected, atol=1e-9)


@given(frames=st.integers(1, 9))
def test_the_delay_pattern_is_that_of_transformers(decoder: object, frames: int) -> None:
    codes = torch.arange(4 * frames).reshape(4, frames)
    start = torch.full((4, 1), 64)
    # A prompt that fills the whole length: the pattern holds it and nothing to predict.
    prompt = torch.cat([start, codes], dim=1)
    length = max(frames + 4, 7)
    _, pattern = decoder.build_delay_pattern_mask(prompt, 64, max_length=length)
    ours = torch.cat([start, delayed(codes, 64)], dim=1)
    known = pattern[:, : frames + 4] != -1
    assert known[:, : frames + 1].all()
    assert torch.equal(ours[known], pattern[:, : frames + 4][known])


def test_a_batch_is_what_the_loss_expects(model: Path) -> None:
    network = MusicGen.load(str(model), "cpu").network
    short, long = (np.arange(4 * n, dtype=np.int16).reshape(4, n) for n in (3, 5))
    batch = collate(network, [Example("piano", short), Example("happy", long)], [False, True])
    assert batch.given.shape == (8, 8)
    assert batch.wanted.shape == (2, 8, 4)
    # Codebook 1 of the first example: one step late, filled up at the end.
    assert batch.given[1].tolist() == [64, 64, 3, 4, 5, 64, 64, 64]
    assert batch.wanted[0, :, 1].tolist() == [-100, 3, 4, 5, -100, -100, -100, -100]
    assert batch.wanted[1, :, 3].tolist() == [-100, -100, -100, 15, 16, 17, 18, 19]
    assert batch.heard.sum(dim=1).tolist()[1] == 0
    assert batch.heard.sum(dim=1).tolist()[0] > 0


def test_every_example_is_dealt_once(model: Path) -> None:
    network = MusicGen.load(str(model), "cpu").network
    pool = [Example("piano", np.full((4, 2), n, np.int16)) for n in range(7)]
    batches = list(dealt(network, pool, 3, 0.0, random.Random(1)))
    assert [len(batch.text) for batch in batches] == [3, 3, 1]
    first = [int(row[0, 0]) for batch in batches for row in batch.wanted]
    assert sorted(first) == list(range(7)) != first


@given(st.floats(0.1, 95))
def test_chunks_are_thirty_seconds_and_the_rest_if_it_is_worth_it(seconds: float) -> None:
    waveform = Clip(np.zeros((max(round(seconds * 100), 1), 1), np.float32), 100)
    chunks = [chunk.seconds for chunk in cut(waveform)]
    rest = waveform.seconds % 30
    expected = [30.0] * int(waveform.seconds // 30) + ([rest] if rest >= 5 else [])
    assert chunks == pytest.approx(expected)


def test_tokens_are_computed_once(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = MusicGen.load(str(model), "cpu").network
    one = sound(tmp_path / "one.wav", 36, rate=4000)
    cache = tmp_path / "cache"
    fresh = tokens_of(network, [one], cache)[one]
    assert [chunk.shape for chunk in fresh] == [(4, 1500), (4, 300)]
    assert len({column.tobytes() for column in fresh[0].T}) > 5
    monkeypatch.setattr(tokens_module, "encode", lambda *_: pytest.fail("computed again"))
    (tmp_path / "two.wav").write_bytes(one.read_bytes())
    kept = tokens_of(network, [tmp_path / "two.wav"], cache)[tmp_path / "two.wav"]
    assert all(np.array_equal(a, b) for a, b in zip(fresh, kept, strict=True))
    (file,) = cache.iterdir()
    file.write_bytes(file.read_bytes()[:99])
    with pytest.raises(MelodyMuseError, match="is damaged: delete it"):
        tokens_of(network, [one], cache)


def test_no_sound_is_on_both_sides(tmp_path: Path) -> None:
    rows = [(f"text {n}", f"{n % 7}.wav") for n in range(21)]
    for n in range(7):
        (tmp_path / f"{n}.wav").touch()
    pairs = read_pairs(table(tmp_path, rows))
    learned, held = split(pairs, 0.3, 5)
    assert sorted((*learned, *held), key=str) == sorted(pairs, key=str)
    assert not {pair.audio for pair in learned} & {pair.audio for pair in held}
    assert len({pair.audio for pair in held}) == 2
    assert split(pairs, 0.3, 5) == (learned, held)
    assert split(pairs, 0.3, 6) != (learned, held)


def test_each_emotion_is_on_both_sides(tmp_path: Path) -> None:
    emotions = {"joy": 10, "fear": 2, "awe": 1}
    rows = []
    for emotion, count in emotions.items():
        for n in range(count):
            (tmp_path / f"{emotion}-{n}.wav").touch()
            rows += [(f"a {emotion}", f"{emotion}-{n}.wav", emotion)] * 2
    path = tmp_path / "pairs.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("text", "audio", "emotion"), *rows])
    learned, held = split(read_pairs(path), 0.2, 3)
    assert Counter(pair.emotion for pair in held) == {"joy": 4, "fear": 2}
    assert Counter(pair.emotion for pair in learned) == {"joy": 16, "fear": 2, "awe": 2}


def test_the_whole_decoder_learns_but_its_first_layers(
    pairs: Path, model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    assert trained(pairs, model, out, *FAST, "--full", "--frozen", 1) == 0
    facts = json.loads((out / "result.json").read_text())
    assert facts["validation"] < facts["validation_before"] - 0.2
    assert facts["manner"] == {"name": "whole", "frozen": 1}
    # What is not said is as in the paper; what is said goes over it.
    assert (facts["recipe"]["warm_up"], facts["recipe"]["batch"]) == (100, 2)
    before, after = MusicGen.load(str(model), "cpu"), MusicGen.load(str(out), "cpu")
    assert after.licence == "CC BY-NC 4.0"
    changed = {
        name
        for name, value in before.network.model.state_dict().items()
        if not torch.equal(value, after.network.model.state_dict()[name])
    }
    assert any("decoder.layers.1." in name for name in changed)
    assert any("lm_heads" in name for name in changed)
    assert not any("decoder.layers.0." in name for name in changed)
    assert not any(name.startswith(("text_encoder", "audio_encoder")) for name in changed)
    assert str(model.parent) not in (out / "README.md").read_text()
    again = trained(pairs, model, out, *FAST, "--full")
    assert again == 2


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1, captured.err
    assert captured.err.startswith("training.musicgen: ")
    return captured.err


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([("", "a.wav")], "row 2: the text has 0 characters"),
        ([("x" * 1001, "a.wav")], "row 2: the text has 1001 characters"),
        ([("x", "a.wav"), ("y", "none.wav")], "row 3: there is no sound file 'none.wav'"),
        ([("x", "")], "row 2: there is no sound file ''"),
        ([], "holds no pairs"),
        ([("x", "a.wav")], "give at least two"),
        ([("x", "a.wav"), ("y", "short.wav")], "short.wav' lasts 2.0 s"),
        ([("x", "a.wav"), ("y", "silent.wav")], "silent.wav' is silent"),
        ([("x", "a.wav"), ("y", "nan.wav")], "nan.wav holds samples that are not numbers"),
        ([("x", "a.wav"), ("y", "pairs.csv")], "pairs.csv is no sound that can be read"),
    ],
)
def test_bad_pairs_end_with_one_line_and_no_adapter(
    rows: list[tuple[str, str]],
    message: str,
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sound(tmp_path / "a.wav")
    sound(tmp_path / "short.wav", 2)
    soundfile.write(tmp_path / "silent.wav", np.zeros(16000 * 6), 16000)
    soundfile.write(tmp_path / "nan.wav", np.full(99, np.nan), 16000, subtype="FLOAT")
    assert trained(table(tmp_path, rows), model, tmp_path / "run") == 2
    assert message in complaint(capsys)
    assert not (tmp_path / "run" / "adapter_config.json").exists()


def test_bad_tables_models_and_folders(
    pairs: Path, model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.csv").write_text("words,file\na,b\n")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    stereo = tiny.save(tiny.musicgen(stereo=True), tmp_path / "stereo")
    capsys.readouterr()
    done = tmp_path / "done"
    done.mkdir()
    (done / "adapter_config.json").write_text("{}")
    for words, out, message in (
        ((tmp_path / "none.csv", model), "run", "cannot read"),
        ((tmp_path / "other.csv", model), "run", "there is no column 'text'"),
        ((tmp_path / "binary.csv", model), "run", "is no CSV file in UTF-8"),
        ((pairs, tmp_path), "run", "there is no config.json"),
        ((pairs, stereo), "run", "is stereo: fine-tune a model of one channel"),
        ((pairs, model), "done", "holds an adapter already"),
    ):
        assert trained(*words, tmp_path / out) == 2
        assert message in complaint(capsys)
    assert trained(pairs, model, tmp_path / "run", "--frozen", 2) == 2
    assert "freeze 0 to 1 of them, not 2" in complaint(capsys)


def test_an_adapter_must_fit(model: Path, pairs: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no adapter_config\.json"):
        MusicGen.load(str(model), "cpu", adapter=str(pairs.parent))
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "LORA", "r": 4}')
    with pytest.raises(ModelError, match="is damaged or no whole model"):
        MusicGen.load(str(model), "cpu", adapter=str(tmp_path))

"""The kernel machine, its chances, and the file that ships: each against what it must equal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="training needs keras: pip install 'melodymuse[train]'")
pytest.importorskip("sklearn", reason="training needs scikit-learn")
ort = pytest.importorskip("onnxruntime")

from melodymuse.vision.classifier import DOUBT_OUTPUT, INPUTS, OUTPUTS, load_model  # noqa: E402
from tests.training.eye_tensors import made_tensors  # noqa: E402
from training.eye import measures  # noqa: E402
from training.eye.backbone import VARIANTS, load_tensors  # noqa: E402
from training.eye.calibration import fit_calibration  # noqa: E402
from training.eye.deals import out_of_fold  # noqa: E402
from training.eye.drawn import KINDS, draw, drawn_pictures  # noqa: E402
from training.eye.export import Frozen, Storage, export  # noqa: E402
from training.eye.expression import N_FEATURES, SIDE, WIDTH, expression_network  # noqa: E402
from training.eye.frozen import Seen, see  # noqa: E402
from training.eye.groups import aside, grouped  # noqa: E402
from training.eye.kernel import (  # noqa: E402
    ANGER,
    KernelRecipe,
    fit_kernel,
    leaning,
    rarity_gains,
    summed,
)
from training.eye.material import Material  # noqa: E402
from training.eye.network import EyeConfig, image_branch  # noqa: E402
from training.eye.picture_sets import OASIS, FeltPicture, shares_felt  # noqa: E402
from training.eye.validate import held_out  # noqa: E402

RECIPE = KernelRecipe(components=12, expressions=6, members=3)


def made(n: int = 90) -> Material:
    """Pictures whose first features tell valence, and faces whose expression tells it instead."""
    rng = np.random.default_rng(3)
    scene = rng.normal(size=(n, 20)).astype(np.float32)
    expression = rng.normal(size=(n, 10)).astype(np.float32)
    face = np.arange(n) % 3 == 0
    scene[:, 10:] += 3 * face[:, None]
    lean = np.where(face, expression[:, :4].mean(axis=1), scene[:, :4].mean(axis=1))
    valence = np.tanh(2 * lean)
    pictures = [
        FeltPicture(
            Path(str(k)), f"group {k // 2}", "face" if face[k] else "nature", (v, -v / 2),
            tuple(np.eye(8)[2 if v > 0 else 7] * 0.7 + 0.3 / 8), "made",
        )
        for k, v in enumerate(valence.tolist())
    ]  # fmt: skip
    return Material(pictures, Seen(scene, expression))


@pytest.fixture(scope="module")
def frozen() -> Frozen:
    config = EyeConfig(backbones=("lite0",), first_stage=5)
    branch = image_branch(config)
    load_tensors(branch, VARIANTS["lite0"], made_tensors(VARIANTS["lite0"], 1))
    keras.utils.set_random_seed(0)
    return Frozen(config, branch, expression_network())


def test_the_machine_learns_and_faces_are_read_by_their_expression() -> None:
    material = made(240)
    learned, judged = np.arange(180), np.arange(180, 240)
    mine = material.of(learned)
    felt = fit_kernel(RECIPE, mine.seen, mine.pictures).answers(material.seen[judged])
    faces = material.kinds[judged] == "face"
    assert felt.face[faces].mean() > 0.7 > 0.3 > felt.face[~faces].mean()
    valence = material.places[judged, 0]
    assert np.corrcoef(felt.place[faces, 0], valence[faces])[0, 1] > 0.5
    blind = Seen(material.seen.scene, material.seen.expression * 0)
    other = fit_kernel(RECIPE, blind[learned], mine.pictures).answers(blind[judged])
    assert (
        np.corrcoef(other.place[faces, 0], valence[faces])[0, 1]
        < np.corrcoef(felt.place[faces, 0], valence[faces])[0, 1] - 0.2
    )


def test_what_was_learned_is_familiar_and_what_is_far_is_not() -> None:
    material = made()
    machine = fit_kernel(RECIPE, material.seen, material.pictures)
    known = machine.answers(material.seen)
    np.testing.assert_allclose(known.alike, 1, atol=1e-3)
    far = machine.answers(Seen(material.seen.scene + 50, material.seen.expression))
    assert far.alike.max() < 0.01
    np.testing.assert_allclose(known.shares.sum(axis=1), 1)


def test_rare_emotions_are_given_more_room_but_not_of_faces() -> None:
    known = np.tile([0.65, *[0.05] * 7], (9, 1))
    gains = rarity_gains(known, 0.5)
    assert gains[1] / gains[0] == pytest.approx(np.sqrt(13))
    close = np.array([[0.4, 0.3, *[0.05] * 6]])
    scene, face = (leaning(close, np.array([far]), gains, 1.3)[0] for far in (0.0, 1.0))
    assert scene.argmax() == 1
    assert face.argmax() == 0
    np.testing.assert_allclose([scene.sum(), face.sum()], 1)


def test_a_face_is_called_angry_only_against_all_cheerful_emotions_together() -> None:
    divided, even, angry = 0.3 * np.eye(8)[[ANGER] * 3]
    divided[[0, 2, 3]] = 0.2
    even[1] = 0.28
    angry[0] = 0.1
    said = np.stack([divided, even, angry])
    plain = np.ones(8)
    assert list(leaning(said, np.zeros(3), plain, 1.3).argmax(axis=1)) == [ANGER] * 3
    face = leaning(said, np.ones(3), plain, 1.3)
    assert face[0].argmax() in (0, 2, 3)
    assert list(face[1:].argmax(axis=1)) == [ANGER] * 2
    assert face[2, ANGER] == pytest.approx(leaning(said, np.zeros(3), plain, 1.3)[2, ANGER])


def test_rated_photos_and_faces_are_more_alike_among_each_other() -> None:
    face, rated, other = np.eye(3)[:, :2]
    known = np.stack([face, rated, other])
    alike = summed(np.full((3, 3), 0.5), np.full((3, 3), 0.1), known, known, 2.0)
    expected = [[0.6, 0.5, 0.5], [0.5, 1.5, 0.5], [0.5, 0.5, 0.5]]
    np.testing.assert_allclose(alike, expected)
    material = made()
    pictures = [
        replace(picture, source=OASIS if picture.kind == "nature" else "made")
        for picture in material.pictures
    ]
    faces, rated = fit_kernel(RECIPE, material.seen, pictures).gates.T
    np.testing.assert_allclose(faces + rated, 1, atol=0.1)
    assert rated[material.kinds == "nature"].mean() > 0.7


def test_who_told_no_shares_teaches_none() -> None:
    material = made(60)
    silent = [
        replace(p, emotions=None) if k % 5 == 0 else p for k, p in enumerate(material.pictures)
    ]
    felt = fit_kernel(RECIPE, material.seen, silent).answers(material.seen)
    assert np.isfinite(felt.shares).all()


def test_groups_are_held_out() -> None:
    """A group's own label is no help: were it seen, noise would be foretold."""
    material = made(120)
    rng = np.random.default_rng(0)
    noise = np.repeat(rng.uniform(-0.9, 0.9, 60), 2)
    scene = np.repeat(rng.normal(size=(60, 20)), 2, axis=0).astype(np.float32)
    pictures = [
        replace(picture, place=(float(v), 0.0))
        for picture, v in zip(material.pictures, noise, strict=True)
    ]
    twins = Material(pictures, Seen(scene, material.seen.expression))
    nobody = np.array([], np.int64)
    felt = out_of_fold(RECIPE, twins, np.arange(120), nobody, deal=0)
    assert abs(np.corrcoef(felt.place[:, 0], noise)[0, 1]) < 0.35
    machine = fit_kernel(RECIPE, twins.seen, twins.pictures)
    assert np.corrcoef(machine.answers(twins.seen).place[:, 0], noise)[0, 1] > 0.6


def test_pictures_that_look_alike_share_a_group() -> None:
    material = made(40)
    scene = material.seen.scene.copy()
    scene[20] = scene[7]
    again = grouped(material.pictures, Seen(scene, material.seen.expression))
    assert again[20].group == again[7].group != again[9].group
    assert again[6].group == again[7].group
    assert 0 < aside(made(400).pictures).mean() < 0.4


def test_chances_hold_on_answers_like_those_learned_from() -> None:
    rng = np.random.default_rng(1)
    material = made(90)
    felt = fit_kernel(RECIPE, material.seen, material.pictures).answers(
        Seen(*(rng.normal(size=(4000, n)).astype(np.float32) for n in (20, 10)))
    )
    # The truth is drawn from sharper shares than were said.
    sharp = felt.shares**2 / (felt.shares**2).sum(axis=1, keepdims=True)
    leading = np.array([rng.choice(8, p=row) for row in sharp])
    calibration = fit_calibration(felt, np.eye(8)[leading])
    assert calibration.power == pytest.approx(2, abs=0.3)
    right = felt.shares.argmax(axis=1) == leading
    found = measures.calibration_of_claims(calibration.chance(felt), right, draws=300)
    assert found["error"] < 1.5 * found["perfect"]
    assert measures.calibration_of_claims(np.full(4000, 0.95), right, draws=300)["error"] > 0.1


@pytest.mark.parametrize("storage", list(Storage))
def test_the_file_answers_as_what_was_trained(
    frozen: Frozen, storage: Storage, tmp_path: Path
) -> None:
    pixels = [draw(kind, index) for kind in KINDS for index in range(3)]
    seen = see(frozen.looker(), pixels)
    assert seen.expression.shape == (18, N_FEATURES)
    assert seen.scene.shape == (18, 2 * (192 + 320) + 2)
    pictures = [
        replace(picture, emotions=tuple(row), source=source, kind=kind)
        for picture, row, source, kind in zip(
            drawn_pictures(3), np.random.default_rng(2).dirichlet(np.ones(8), 18),
            [OASIS, "made", "made"] * 6, ["face", "face", "page"] * 6, strict=True,
        )
    ]  # fmt: skip
    machine = fit_kernel(RECIPE, seen, pictures)
    assert (machine.gates.max(axis=0) > 0.5).all()
    felt = machine.answers(seen)
    calibration = fit_calibration(felt, shares_felt(pictures)[::-1])
    export(frozen, machine, calibration, tmp_path / "eye.onnx", storage)
    session = load_model(tmp_path / "eye.onnx")
    from melodymuse.vision.classifier import network_colour, network_pixels
    from melodymuse.vision.features import measure

    loose = {Storage.FLOAT32: 2e-3, Storage.COMPACT: 0.12}[storage]
    for row, picture in enumerate(pixels):
        given = dict(
            zip(INPUTS, (network_pixels(picture), network_colour(measure(picture))), strict=True)
        )
        place, probabilities, doubt = session.run([*OUTPUTS, DOUBT_OUTPUT], given)
        np.testing.assert_allclose(place[0], felt.place[row], atol=loose)
        one = felt.of(np.array([row]))
        np.testing.assert_allclose(probabilities, calibration.probabilities(one), atol=loose)
        expected = (calibration.chance(one)[0], felt.alike[row], felt.apart[row])
        np.testing.assert_allclose(doubt[0], expected, atol=loose)


def test_the_looks_at_faces_are_those_of_keras(frozen: Frozen) -> None:
    """At 64 x 64 the first look is the picture itself."""
    picture = np.random.default_rng(0).integers(0, 256, (1, SIDE, SIDE, 3)).astype(np.uint8)
    _, looks = frozen.looker()(picture)
    grey = picture @ np.array([0.299, 0.587, 0.114], np.float32) / 127.5 - 1
    expected = frozen.expression.predict_on_batch(grey[..., None].astype(np.float32))
    np.testing.assert_allclose(looks[:, :WIDTH], expected, atol=1e-4)


def test_drawn_pictures_are_the_same_each_time_and_differ_from_each_other() -> None:
    for kind in KINDS:
        first, again, other = draw(kind, 0), draw(kind, 0), draw(kind, 1)
        np.testing.assert_array_equal(first, again)
        assert first.shape != other.shape or (first != other).any() or kind == "blank"
        assert min(first.shape[:2]) == 224


def test_a_blank_page_is_calm_and_content_though_rare_emotions_are_given_room() -> None:
    """The gains are those of annotated pictures, where anger is rare and contentment common."""
    common = np.array([[0.11, 0.2, 0.27, 0.08, 0.03, 0.05, 0.1, 0.16]])
    blank = np.array([drawn_pictures(1)[0].emotions])
    told = leaning(blank, np.zeros(1), rarity_gains(common, KernelRecipe().rarity), 1.3)[0]
    assert told.argmax() == 2
    assert told.max() < 0.25


def test_validation_tells_figures_by_kind_and_leaves_the_answers(tmp_path: Path) -> None:
    material = made(240)
    (report,) = held_out(material, [0], tmp_path)
    kept = int(material.aside.sum())
    assert (
        report["all"]["pictures"]
        == 240 - kept
        == sum(report[f"kind {kind}"]["pictures"] for kind in ("face", "nature"))
    )
    assert report["all"]["valence r"] > 0.3
    with np.load(tmp_path / "held_out0.npz") as answers:
        assert not material.aside[answers["rows"]].any()
        said = answers["probabilities"].argmax(axis=1)
    mine = material.of(np.flatnonzero(~material.aside))
    happy = (mine.kinds == "face") & (mine.shares.argmax(axis=1) == 2)
    assert report["happy faces called anger"] == (int((said[happy] == ANGER).sum()), happy.sum())
    assert report["rare"]["disgust"] == {"found": 0, "annotated": 0, "told": (said == 5).sum()}

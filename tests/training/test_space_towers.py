"""The towers: what is exported answers as Keras does; what follows a piece counts for nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from melodymuse.networks import open_network
from tests.hearing.pieces import piece
from training.space.events import ROWS, WIDTH, windows_of
from training.space.export import MUSIC_FILE, PICTURE_FILE, export_music, export_picture
from training.space.fitting import Side, join
from training.space.towers import EMBEDDING, Projection, Shape, encoder

SMALL = Shape(components=6, lstm=8, hidden=12)
Floats = NDArray[np.float32]


def side(features: Floats, seed: int) -> Side:
    labels = np.random.default_rng(seed).uniform(size=(len(features), 2))
    return Side(features, labels.astype(np.float32))


def test_exported_towers_answer_as_those_that_were_taught(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    seen = random.normal(size=(40, 30)).astype(np.float32)
    events = random.normal(size=(40, ROWS, WIDTH)).astype(np.float32)
    events[..., -1] = np.arange(ROWS) < 50
    reads = encoder(SMALL)
    states = np.asarray(reads.predict(events, verbose=0))
    eye, ear = (Projection.of(x, SMALL.components) for x in (seen, states))
    joined = join("cdcml", side(eye(seen), 1), side(ear(states), 2), SMALL, 2, 0)
    assert len(joined.curve) == 2 and np.isfinite(joined.curve).all()
    export_picture(joined.picture, eye, tmp_path)
    export_music(reads, joined.music, ear, tmp_path)
    for file, given, tower, features in (
        (PICTURE_FILE, {"features": seen}, joined.picture, eye(seen)),
        (MUSIC_FILE, {"events": events}, joined.music, ear(states)),
    ):
        told = open_network(tmp_path / file).run(None, given)
        wanted = [np.asarray(x) for x in tower.predict(features, verbose=0)]
        assert told[0].shape == (40, EMBEDDING)
        np.testing.assert_allclose(np.linalg.norm(told[0], axis=1), 1, atol=1e-4)
        # Weights lie in the file as 16-bit floats.
        np.testing.assert_allclose(told[0], wanted[0], atol=0.02)
        np.testing.assert_allclose(told[1], wanted[1], atol=0.02)
    events[:, 50:, :-1] = 7.0
    np.testing.assert_allclose(reads.predict(events, verbose=0), states, atol=1e-5)


def test_a_projection_has_variance_1_and_no_more_than_there_is() -> None:
    random = np.random.default_rng(0)
    features = (random.normal(size=(200, 12)) * np.arange(1, 13)).astype(np.float32)
    projected = Projection.of(features, 5)(features)
    assert projected.shape == (200, 5)
    np.testing.assert_allclose(projected.std(0), 1, atol=0.05)
    assert Projection.of(features[:4], 50)(features).shape == (200, 3)


def test_events_are_counted_from_the_tonic_and_end_with_the_piece() -> None:
    score = piece(bars=2)
    (window,) = windows_of(score)
    assert window.shape == (ROWS, WIDTH)
    assert window[:, -1].sum() == 8 and not window[8:].any()
    # The first chord: C, and the fifth below it; then E alone, a third above the tonic.
    assert np.flatnonzero(window[0, :12]).tolist() == [0, 7]
    assert np.flatnonzero(window[1, :12]).tolist() == [4]
    assert window[1, 12] == pytest.approx((64 - 60) / 24)
    assert len(windows_of(piece(bars=80))) == 4

"""Shares, means and agreement against published figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from melodymuse.survey.statistics import Scale, krippendorff_alpha, mean_interval, wilson


# Newcombe 1998, "Two-sided confidence intervals for the single proportion", Statistics in Medicine
# 17:857-872, table I, method 3.
@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(successes: int, count: int, low: float, high: float) -> None:
    found = wilson(successes, count)
    assert found.value == successes / count
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(count=st.integers(1, 500), data=st.data())
def test_wilson_holds_its_share_and_mirrors(count: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, count))
    found, mirrored = wilson(successes, count), wilson(count - successes, count)
    assert found.low is not None and found.high is not None and mirrored.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-12)


def test_no_share_of_nothing() -> None:
    for successes, count in ((0, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="is no share"):
            wilson(successes, count)


def test_the_mean_interval_as_published() -> None:
    # Student's own data (Biometrika 1908), extra sleep with two drugs; R's t.test(paired = TRUE)
    # prints 0.7001142 to 2.4598858.
    extra = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    found = mean_interval(extra, -10, 10)
    assert found.value == pytest.approx(1.58)
    assert (found.low, found.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-7)
    cut = mean_interval(extra, 1.0, 2.0)
    assert (cut.low, cut.high) == (1.0, 2.0)
    lone = mean_interval([3.0], 1, 10)
    assert (lone.value, lone.low, lone.high, lone.count) == (3.0, None, None, 1)


NAN = np.nan
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", sections A to D.
_BINARY = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
_LETTERS = [[ord(c) for c in "aabbdcccedda"], [ord(c) for c in "babbbccceddd"]]
_MISSING = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]


@pytest.mark.parametrize(
    ("ratings", "scale", "published"),
    [
        (_BINARY, Scale.NOMINAL, 0.095),
        (_LETTERS, Scale.NOMINAL, 0.692),
        (_MISSING, Scale.NOMINAL, 0.743),
        (_MISSING, Scale.INTERVAL, 0.849),
    ],
)
def test_alpha_as_published(ratings: list[list[float]], scale: Scale, published: float) -> None:
    assert krippendorff_alpha(ratings, scale) == pytest.approx(published, abs=5e-4)


def test_alpha_where_it_is_not_defined() -> None:
    assert krippendorff_alpha([[1, 1], [1, 1]], Scale.NOMINAL) is None
    assert krippendorff_alpha([[1, 2, 3]], Scale.INTERVAL) is None
    assert krippendorff_alpha([[1, NAN], [NAN, 2]], Scale.INTERVAL) is None
    assert krippendorff_alpha([[NAN], [NAN]], Scale.NOMINAL) is None
    assert krippendorff_alpha([[1, 2], [1, 2]], Scale.NOMINAL) == 1


@given(
    ratings=arrays.arrays(
        np.float64,
        st.tuples(st.integers(2, 6), st.integers(2, 8)),
        elements=st.sampled_from([1.0, 2.0, 3.0, 7.0, NAN]),
    ),
    scale=st.sampled_from(Scale),
)
def test_alpha_is_that_of_the_library(ratings: np.ndarray, scale: Scale) -> None:
    library = pytest.importorskip("krippendorff", reason="the other implementation")
    ours = krippendorff_alpha(ratings, scale)
    if ours is not None:
        theirs = library.alpha(reliability_data=ratings, level_of_measurement=scale.value)
        assert ours == pytest.approx(theirs, abs=1e-9)

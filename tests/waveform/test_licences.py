"""Whose the weights are."""

from __future__ import annotations

from pathlib import Path

import pytest

from melodymuse.waveform.licences import allows_sale, forbids_sale, joint_licence, licence_of


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("facebook/musicgen-small", "CC BY-NC 4.0"),
        ("facebook/musicgen-stereo-melody-large", "CC BY-NC 4.0"),
        ("someone/musicgen-small", "unknown"),
        ("facebook/opt-125m", "unknown"),
    ],
)
def test_models_of_the_hub(name: str, licence: str) -> None:
    assert licence_of(name) == licence


@pytest.mark.parametrize(
    ("card", "licence"),
    [
        ("---\nlicense: cc-by-nc-4.0\ntags:\n- music\n---\n# Card\n", "CC BY-NC 4.0"),
        ('---\nlanguage: en\nlicense: "apache-2.0"\n---\n', "Apache-2.0"),
        ("---\nlicense: other\nlicense_name: our-own\n---\n", "our-own"),
        ("---\nlicense: other\n---\n", "other"),
        ("---\nlicense:\n- mit\n---\n", "unknown"),
        ("# Card\nlicense: mit\n", "unknown"),
        ("---\ntags: x\n---\nlicense: mit\n", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_folder_says_it_in_the_head_of_its_card(tmp_path: Path, card: str, licence: str) -> None:
    (tmp_path / "README.md").write_text(card)
    assert licence_of(str(tmp_path)) == licence


def test_a_folder_without_a_card(tmp_path: Path) -> None:
    assert licence_of(str(tmp_path)) == "unknown"


def test_what_may_not_be_sold() -> None:
    assert [forbids_sale(x) for x in ("CC BY-NC 4.0", "our-noncommercial")] == [True, True]
    assert [forbids_sale(x) for x in ("CC BY 4.0", "MIT", "unknown", "ncsa")] == [False] * 4


def test_an_adapter_may_add_a_licence(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense: cc-by-nc-4.0\n---\n")
    model, adapter = "facebook/musicgen-small", str(tmp_path)
    assert joint_licence(model, None) == joint_licence(model, adapter) == "CC BY-NC 4.0"
    both = joint_licence("someone/else", adapter)
    assert both == "unknown, its adapter's CC BY-NC 4.0"
    assert allows_sale(both) is False
    assert allows_sale("MIT, its adapter's unknown") is allows_sale("unknown") is None
    assert allows_sale("MIT") is True

"""A user's own settings of matplotlib change no picture, and are left as they are."""

from __future__ import annotations

import copyreg
import os
import pickle
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import matplotlib
import numpy as np
import pytest

import melodymuse
from melodymuse.pictures.style import own_style
from melodymuse.vision.explanation import explain

# What people set for their papers: sizes, fonts, colours, how figures are cut and saved.
MATPLOTLIBRC = """
font.size: 30
font.family: monospace
axes.facecolor: red
axes.linewidth: 6
lines.linewidth: 9
patch.force_edgecolor: True
text.color: green
savefig.bbox: tight
savefig.dpi: 37
savefig.transparent: True
savefig.facecolor: blue
svg.fonttype: none
path.simplify: False
image.cmap: jet
"""
PROGRAM = """
import pickle
from pathlib import Path
from melodymuse.pictures.contact_sheet import Entry, draw_sheet
from melodymuse.vision.explanation_drawing import draw_explanation

piece, seen = pickle.loads(Path("../given").read_bytes())
for kind in ("png", "svg"):
    piece.write(f"roll.{kind}")
    draw_sheet([Entry("a", piece.score)], f"sheet.{kind}", title="all")
    draw_explanation(seen, f"why.{kind}")
"""


def drawn(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.[ps]*g"))}


def test_a_users_matplotlibrc_changes_no_picture(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("plain", "set"):
        (tmp_path / name).mkdir()
    picture = np.tile(np.arange(60, dtype=np.uint8)[:, None, None], (1, 80, 3))
    given = (melodymuse.compose(picture, bars=2, seed=1), explain(picture))
    monkeypatch.setitem(
        copyreg.dispatch_table, MappingProxyType, lambda table: (dict, (dict(table),))
    )
    (tmp_path / "given").write_bytes(pickle.dumps(given))
    monkeypatch.chdir(tmp_path / "plain")
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        exec(PROGRAM, {})
    (tmp_path / "set" / "matplotlibrc").write_text(MATPLOTLIBRC)
    environment = {**os.environ, "PYTHONPATH": str(repository)}
    environment.pop("MATPLOTLIBRC", None)
    words = [sys.executable, "-c", PROGRAM]
    subprocess.run(words, cwd=tmp_path / "set", check=True, env=environment)
    assert len(drawn(tmp_path / "plain")) == 6
    assert drawn(tmp_path / "set") == drawn(tmp_path / "plain")


def test_a_users_settings_are_back_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(matplotlib.rcParams, "font.size", 31.0)

    @own_style()
    def inside() -> float:
        with own_style():
            return float(matplotlib.rcParams["font.size"])

    assert inside() == inside() == 10
    assert matplotlib.rcParams["font.size"] == 31

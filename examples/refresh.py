"""Run all that the README and the notebooks show, and keep what they print.

    python examples/refresh.py      (or: make refresh)

To be run after a change of models or of output; the tests hold the shown against the real.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient

import melodymuse
from melodymuse.cli.control_options import option_name
from melodymuse.demo import PHOTOGRAPH, SEED, run_demo
from melodymuse.planning.control_table import Keeps, Panel
from melodymuse.planning.controls import CONTROLS

ROOT = Path(__file__).resolve().parent.parent
# What is started from here shall find this source tree, `training` with it.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
PICTURE = ROOT / "examples" / "images" / "rocket.png"
SCORE = ROOT / "examples" / "images" / "score.png"
COVER = ROOT / "examples" / "images" / "cover.jpg"
SOUND = ROOT / "examples" / "sounds" / "rocket.mp3"
_CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
_CONTROLS = re.compile(r"(?<=^<!-- controls -->\n).*?(?=\n<!-- end -->$)", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)


def refresh_readme(path: Path, folder: Path) -> None:
    """Put under each command of the console blocks what it prints, run in `folder`, and list the
    controls."""

    def rerun(block: re.Match[str]) -> str:
        return "\n".join(_transcript(words, folder) for words in _COMMAND.findall(block.group()))

    text = _CONTROLS.sub(lambda _: controls_list(), path.read_text(encoding="utf-8"))
    path.write_text(_CONSOLE.sub(rerun, text), encoding="utf-8")


def controls_list() -> str:
    """The options of all controls as the README lists them: by panel, and what each keeps."""
    panels = {p.value: [n for n, row in CONTROLS.items() if row.panel is p] for p in Panel}
    changes = [(_options([n for n, row in CONTROLS.items() if row.keeps is k]), k) for k in Keeps]
    return "\n".join(
        [
            "- All that can be said; `melodymuse compose --help` tells what each means:",
            *_listed(panels),
            "",
            "A seed is a piece: what you change decides what of it stays.",
            "",
            "| change | and this stays, of the same seed |",
            "| --- | --- |",
            "| nothing | every byte, with the same version |",
            *(f"| {options} | {keeps.value} |" for options, keeps in changes),
            "| `--takes 5` | each take is the piece of its seed: N, N + 1 ... |",
        ]
    )


def _options(names: Sequence[str]) -> str:
    return ", ".join(f"`{option_name(name)}`" for name in names)


def _listed(groups: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for title, names in groups.items():
        yield textwrap.fill(
            f"{title}: {_options(names)}.",
            100,
            initial_indent="  - ",
            subsequent_indent="    ",
            break_on_hyphens=False,
        )


def refresh_notebook(path: Path, folder: Path) -> None:
    """Run a notebook in `folder` and keep its outputs, but not when it ran and what libraries
    mutter."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=300, coalesce_streams=True, resources={"metadata": {"path": folder}}
    ).execute()
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]
    nbformat.write(notebook, path)


def refresh_picture(path: Path, folder: Path) -> None:
    """Draw what `melodymuse demo` draws, in the few colours that it has."""
    from PIL import Image

    (drawn,) = (made for made in run_demo(folder / "demo").paths if made.suffix == ".png")
    Image.open(drawn).convert("RGB").quantize(128).save(path, optimize=True)


def refresh_cover(path: Path, folder: Path) -> None:
    """Paint the demonstration's piece, in few bytes."""
    from PIL import Image

    melodymuse.compose(PHOTOGRAPH, seed=SEED).write(folder / "demo.mid")
    _transcript("melodymuse paint demo.mid --size 900x450 -o cover.png", folder)
    Image.open(folder / "cover.png").convert("RGB").save(path, quality=80, optimize=True)


def refresh_score(path: Path, folder: Path) -> None:
    """Print what the README prints, without the empty paper around, in a few greys."""
    from PIL import Image, ImageOps

    piece = melodymuse.compose("@rocket", key="F major", tempo=72, bars=8, seed=7)
    page = Image.open(piece.write_score(folder / "score.png")).convert("L")
    left, top, right, bottom = ImageOps.invert(page).getbbox()
    margin = 24
    shown = page.crop((left - margin, top - margin, right + margin, bottom + margin))
    shown.quantize(16).save(path, optimize=True)


def refresh_sound(path: Path, folder: Path) -> None:
    """Render the demonstration's piece, in few bytes: one channel, well compressed."""
    import soundfile

    rendering = melodymuse.compose(PHOTOGRAPH, seed=SEED).render()
    heard = folder / "heard.wav"
    rendering.write(heard)
    samples, rate = soundfile.read(heard)
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, samples.mean(axis=1), rate, "MPEG_LAYER_III", compression_level=0.7)


def _transcript(command: str, folder: Path) -> str:
    program = [sys.executable, "-m", *shlex.split(command)]
    finished = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True)
    return f"$ {command}\n{finished.stdout}"


def main() -> None:
    for work in (
        lambda folder: refresh_readme(ROOT / "README.md", folder),
        lambda folder: refresh_picture(PICTURE, folder),
        lambda folder: refresh_score(SCORE, folder),
        lambda folder: refresh_cover(COVER, folder),
        lambda folder: refresh_sound(SOUND, folder),
        *(
            lambda folder, path=path: refresh_notebook(path, folder)
            for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        ),
    ):
        with tempfile.TemporaryDirectory() as folder:
            work(Path(folder))


if __name__ == "__main__":
    main()

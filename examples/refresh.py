"""Run all that the README and the notebooks show, and keep what they print.

    python examples/refresh.py      (or: make refresh)

To be run after a change of models or of output; the tests hold the shown against the real.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from melodymuse.demo import find_photograph, run_demo

ROOT = Path(__file__).resolve().parent.parent
# What is started from here shall find this source tree, `training` with it.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
PICTURE = ROOT / "examples" / "images" / "rocket.png"
_CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.+)$", re.MULTILINE)


def refresh_readme(path: Path, folder: Path) -> None:
    """Put under each command of the console blocks what it prints, run in `folder`."""
    shutil.copy(find_photograph(), folder / "rocket.jpg")

    def rerun(block: re.Match[str]) -> str:
        return "\n".join(_transcript(words, folder) for words in _COMMAND.findall(block.group()))

    path.write_text(_CONSOLE.sub(rerun, path.read_text(encoding="utf-8")), encoding="utf-8")


def refresh_notebook(path: Path, folder: Path) -> None:
    """Run a notebook in `folder` and keep its outputs, without the times of the run."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)


def refresh_picture(path: Path, folder: Path) -> None:
    """Draw what `melodymuse demo` draws, in the few colours that it has."""
    from PIL import Image

    (drawn,) = (made for made in run_demo(folder / "demo").paths if made.suffix == ".png")
    Image.open(drawn).convert("RGB").quantize(128).save(path, optimize=True)


def _transcript(command: str, folder: Path) -> str:
    program = [sys.executable, "-m", *shlex.split(command)]
    finished = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True)
    return f"$ {command}\n{finished.stdout}"


def main() -> None:
    for work in (
        lambda folder: refresh_readme(ROOT / "README.md", folder),
        lambda folder: refresh_picture(PICTURE, folder),
        *(
            lambda folder, path=path: refresh_notebook(path, folder)
            for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        ),
    ):
        with tempfile.TemporaryDirectory() as folder:
            work(Path(folder))


if __name__ == "__main__":
    main()

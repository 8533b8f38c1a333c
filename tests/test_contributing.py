"""What CONTRIBUTING.md names is there."""

from __future__ import annotations

import re
from pathlib import Path

from melodymuse.music.emotion import EMOTIONS


def test_every_path_and_target_that_it_names_is_there(repository: Path) -> None:
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:melodymuse|training)/[\w/.]*)`", text)
    assert len(paths) > 20
    assert [path for path in paths if not (repository / path).exists()] == []
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`?make ([\w-]+)", text):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_it_lists_every_table_of_emotions(repository: Path) -> None:
    text = (repository / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `(melodymuse/.*?)` \|", text, re.MULTILINE))
    tables = {
        str(path.relative_to(repository))
        for path in (repository / "melodymuse").rglob("*.py")
        if all(f'"{emotion}"' in path.read_text(encoding="utf-8") for emotion in EMOTIONS)
    }
    assert listed == tables

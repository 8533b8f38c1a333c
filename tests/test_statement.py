"""The statement beside a piece."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from melodymuse.networks import MODELS


def test_it_says_from_what_and_with_what_and_that_nobody_signed_it(
    run: Callable[..., Any], photograph: Path, tmp_path: Path
) -> None:
    assert run("compose", photograph, "--bars", 1, "-o", "a.mid", "--statement").status == 0
    told = json.loads((tmp_path / "a.statement.json").read_text())
    assert "unsigned" in told["statement"]
    for path, digest in (
        (tmp_path / "a.mid", told["files"]["a.mid"]),
        (photograph, told["from"]["picture_sha256"]),
        (MODELS / "eye.onnx", told["networks_sha256"]["eye.onnx"]),
    ):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    assert told["controls"]["bars"] == "1"


def test_a_piece_without_a_picture_names_no_eye(run: Callable[..., Any], tmp_path: Path) -> None:
    run("compose", "--emotion", "awe", "--bars", 1, "-o", "b.mid", "--statement")
    told = json.loads((tmp_path / "b.statement.json").read_text())
    assert told["from"]["picture"] is None and told["from"]["emotion"] == "awe"
    assert told["networks_sha256"] and "eye.onnx" not in told["networks_sha256"]


def test_a_statement_that_is_there_stops_a_piece_before_it_is_written(
    run: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "c.statement.json").write_text("mine")
    said = "compose", "--emotion", "awe", "--bars", 1, "-o", "c.mid", "--statement"
    assert run(*said).status == 2
    assert not (tmp_path / "c.mid").exists()
    assert (tmp_path / "c.statement.json").read_text() == "mine"

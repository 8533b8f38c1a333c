"""The documentation as a site."""

from __future__ import annotations

import re
import runpy
from pathlib import Path


def test_every_page_is_there_and_every_link_leads_somewhere(
    repository: Path, tmp_path: Path
) -> None:
    site = runpy.run_path(str(repository / "docs" / "pages.py"))
    pages = site["build"](tmp_path)
    assert {page.name for page in pages} >= {"index.html", "comparison.html", "survey.html"}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="(?!https?:)([^"#]*)(#[^"]*)?"', text)
        assert links
        for place, anchor in links:
            target = tmp_path / place if place else page
            assert place == site["API"] or target.is_file(), f"{page.name}: {place}"
            if anchor:
                assert f'id="{anchor[1:]}"' in target.read_text(encoding="utf-8"), anchor
    assert (tmp_path / "files" / "examples" / "sounds" / "rocket.mp3").is_file()

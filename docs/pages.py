"""Build the pages of the documentation as a site: python docs/pages.py FOLDER.

README and the pages beside this file become HTML, with what they show and link to; `make docs` puts
the Python interface beside them, under api/.
"""

from __future__ import annotations

import re
import shutil
import sys
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
API = "api/melodymuse.html"
_PLACES = ("README.md", "training/README.md", "soundfonts/README.md", "CONTRIBUTING.md")
_LINK = re.compile(r'(href|src)="(?!https?:|#)([^"#]+)(#[^"]*)?"')
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem }}
body {{ font: 1rem/1.55 system-ui, sans-serif }}
img {{ max-width: 100% }} pre {{ overflow-x: auto; padding: .8rem; background: #8881 }}
table {{ border-collapse: collapse }} td, th {{ padding: .2rem .6rem; border: 1px solid #8884 }}
nav a {{ margin-right: 1rem }} :root {{ color-scheme: light dark }}
</style>
<nav>{menu}</nav>
<main>{body}</main>
</html>
"""


def pages() -> dict[Path, str]:
    """Each page's file, and its name in the site."""
    sources = [ROOT / place for place in _PLACES] + sorted((ROOT / "docs").glob("*.md"))
    return {source: _name(source) for source in sources}


def build(folder: Path) -> list[Path]:
    """Write the site into a folder, over an earlier one, and give its pages."""
    known = pages()
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for source, name in known.items():
        body = MarkdownIt("commonmark").enable("table").render(source.read_text(encoding="utf-8"))
        titles = {name: _title(page) for page, name in known.items()} | {API: "Python"}
        menu = " ".join(f'<a href="{to}">{escape(title)}</a>' for to, title in titles.items())
        body = _HEADING.sub(_with_anchor, body)
        body = _LINK.sub(lambda link, source=source: _led(link, source, folder), body)
        page = folder / name
        page.write_text(
            _PAGE.format(title=escape(titles[name]), menu=menu, body=body), encoding="utf-8"
        )
        written.append(page)
    return written


def _name(source: Path) -> str:
    if source == ROOT / "README.md":
        return "index.html"
    is_room = source.stem == "README"
    return f"{(source.parent.name if is_room else source.stem).lower()}.html"


def _title(source: Path) -> str:
    return source.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def _with_anchor(heading: re.Match[str]) -> str:
    level, text = heading.groups()
    anchor = re.sub(r"[^\w -]", "", re.sub(r"<[^>]+>", "", text).lower()).replace(" ", "-")
    return f'<h{level} id="{anchor}">{text}</h{level}>'


def _led(link: re.Match[str], source: Path, folder: Path) -> str:
    """A link within the repository as one within the site, which gets what it leads to; a folder
    stays where the source is."""
    kind, place, anchor = link.groups()
    target = (source.parent / place).resolve()
    if target in pages():
        return f'{kind}="{pages()[target]}{anchor or ""}"'
    if not target.is_file():
        return f'title="{escape(place)}"'
    inside = target.relative_to(ROOT)
    copy = folder / "files" / inside
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(target, copy)
    return f'{kind}="files/{inside.as_posix()}"'


if __name__ == "__main__":
    build(Path(sys.argv[1]))

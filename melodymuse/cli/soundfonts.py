"""`melodymuse soundfonts`: what there is to play through, and how to get more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from melodymuse.cli import terminal
from melodymuse.cli.commands import App
from melodymuse.cli.terminal import Row
from melodymuse.errors import SoundfontError
from melodymuse.plain_text import escaped

if TYPE_CHECKING:
    from melodymuse.audio.catalogue import Entry
    from melodymuse.audio.download import Progress
    from melodymuse.audio.soundfonts import Installed


def build_soundfonts_app() -> typer.Typer:
    """The command and its subcommand."""
    app = App(invoke_without_command=True, add_completion=False)
    app.callback(invoke_without_command=True)(list_soundfonts)
    app.command("install")(install_soundfont)
    return app


def list_soundfonts(
    context: typer.Context,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a line, one for each soundfont.")
    ] = False,
) -> int:
    """List the soundfonts that are installed, and those that can be.

    A soundfont of your own (.sf2 or .sf3) can be named by its path, or by its name once it lies in
    your folder for soundfonts, which is told at the end.
    """
    if context.invoked_subcommand is not None:
        return 0
    from melodymuse.audio.catalogue import load_catalogue
    from melodymuse.audio.soundfonts import installed_soundfonts, user_catalogue, user_folder

    installed = installed_soundfonts()
    there = {font.path.name.lower() for font in installed}
    catalogue = load_catalogue(user_catalogue())
    missing = [entry for entry in catalogue.values() if entry.file.lower() not in there]
    if as_json:
        for font in installed:
            terminal.say_json(_installed_as_dict(font))
        for entry in missing:
            terminal.say_json(_entry_as_dict(entry))
        return 0
    terminal.say_table("Installed", [Row(font.name, _described(font)) for font in installed])
    if missing:
        terminal.say_table(
            "To be had: melodymuse soundfonts install NAME",
            [Row(entry.id, _offered(entry)) for entry in missing],
        )
    terminal.say_table("Your own go here", [Row("folder", str(user_folder()))])
    return 0


def install_soundfont(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As 'melodymuse soundfonts' lists.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Download a soundfont, verify it, and put it into your folder for soundfonts."""
    from melodymuse.audio.catalogue import load_catalogue
    from melodymuse.audio.download import install
    from melodymuse.audio.soundfonts import Installed, built_in, user_catalogue, user_folder

    catalogue = load_catalogue(user_catalogue())
    entry = catalogue.get(name.lower())
    if entry is None:
        raise SoundfontError(f"unknown soundfont '{name}': use one of {', '.join(catalogue)}")
    if entry.file == built_in().name:
        raise SoundfontError(f"'{entry.id}' is there already: {built_in()}")
    with _progress(entry) as progress:
        path = install(entry, user_folder(), progress)
    font = Installed(path.stem, path)
    if as_json:
        terminal.say_json(_installed_as_dict(font))
    else:
        terminal.say_table(str(path), [Row("use", f"--soundfont {font.name}"), *_legal(entry)])
    return 0


def _legal(entry: Entry) -> list[Row]:
    return [Row("author", entry.author), Row("licence", entry.licence)]


def _described(font: Installed) -> str:
    from melodymuse.audio.soundfont_file import read_soundfont

    try:
        found = read_soundfont(font.path)
    except SoundfontError as error:
        return f"unusable: {error}"
    return f"{found.kind}, {_megabytes(found.size)}, {font.path}"


def _offered(entry: Entry) -> str:
    size = entry.font_size or entry.size
    facts = [entry.kind, _megabytes(size) if size else "", entry.licence, entry.sound]
    if not entry.installable:
        facts.append(f"by hand only: {entry.by_hand}")
    return ", ".join(fact for fact in facts if fact)


def _installed_as_dict(font: Installed) -> dict[str, Any]:
    from melodymuse.audio.soundfont_file import read_soundfont

    try:
        found = read_soundfont(font.path)
    except SoundfontError as error:
        return {
            "name": font.name,
            "installed": True,
            "path": str(font.path),
            "usable": False,
            "error": str(error),
        }
    return {
        "name": font.name,
        "installed": True,
        "path": str(font.path),
        "usable": True,
        "title": found.name,
        "kind": found.kind,
        "size": found.size,
        "presets": len(found.presets),
    }


def _entry_as_dict(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.id,
        "installed": False,
        "installable": entry.installable,
        "title": entry.title,
        "kind": entry.kind,
        "size": entry.font_size,
        "licence": entry.licence,
        "author": entry.author,
        "sound": entry.sound,
        "source": entry.source,
        "sha256": entry.sha256,
        "by_hand": entry.by_hand,
    }


def _megabytes(size: int) -> str:
    return f"{size / 10**6:.0f} MB"


@contextmanager
def _progress(entry: Entry) -> Iterator[Progress]:
    """A bar on a terminal; nothing where nobody watches."""
    if not terminal.watched():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (
        TextColumn(escaped(entry.title), markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("download", total=entry.size)
        yield lambda done, total: bar.update(task, completed=done, total=total)

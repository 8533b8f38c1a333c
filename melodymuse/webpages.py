"""Web pages that need no other file: templates of the package, filled in and escaped by jinja2."""

from __future__ import annotations

from importlib.resources import files
from typing import Any


def filled(package: str, template: str, **values: Any) -> str:
    """A template of the package with values in it, each escaped for HTML.

    A template puts in a style or a script, as it stands, with ``{{ file("page.css") }}``.

    Args:
        package: where the template and the files that it names lie, as a dotted name.
        template: the file's name.
        values: what the template asks for; what it asks for in vain is a fault of the program.
    """
    import jinja2
    from markupsafe import Markup

    def read(name: str) -> str:
        return files(package).joinpath(name).read_text(encoding="utf-8")

    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.globals["file"] = lambda name: Markup(read(name).rstrip("\n"))
    return environment.from_string(read(template)).render(**values)

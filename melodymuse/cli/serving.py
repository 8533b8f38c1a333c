"""`melodymuse mcp`: a language model's hands on the engine."""

from __future__ import annotations


def mcp() -> int:
    """Serve language models over the Model Context Protocol, on standard input and output.

    For programs that start their tools themselves: they are told the command 'melodymuse' with the
    argument 'mcp'.  The tools compose, continue, reroll, recolor, harmonize and inspect files of
    this machine, and overwrite none.
    """
    from melodymuse import api
    from melodymuse.serving import server

    server(api.engine).run("stdio")
    return 0

"""The studio: a picture dropped on a page becomes a piece that is heard, bent and dragged into a
DAW.

    page (browser) ─ HTTP ─► app ─► engine, outputs
                              └─► store: every version of a piece, by its id

A version never changes: what changes a piece makes another one, so that undo is going back, two
tabs never meet, and a reload loses nothing.  The server composes, draws and renders through the
package's own functions; nothing musical is decided here.
"""

"""Figures arranged as tables."""

from __future__ import annotations

from melodymuse.comparison.figures import Figure
from melodymuse.comparison.report.rows import emotion_section


def test_each_emotions_song_is_a_row_of_means() -> None:
    figures = [
        Figure("clap_emotion", "a", "dawn", value=0.2),
        Figure("clap_emotion", "a", "dusk", value=0.4),
        Figure("clap_emotion", "b", "dawn", value=0.1),
        Figure("clap_emotion", "a", "storm", value=-0.5),
        Figure("clap_similarity", "a", "dawn", value=0.9),
    ]
    emotions = {"dawn": "awe", "storm": "fear", "dusk": "awe"}
    section = emotion_section(figures, emotions, ["a", "b"])
    assert section is not None
    found = {row.title: [cell.text for cell in row.cells] for row in section.rows}
    assert found == {"awe song": ["0.300", "0.100"], "fear song": ["\u22120.500", "\u2014"]}
    assert emotion_section(figures[-1:], emotions, ["a"]) is None

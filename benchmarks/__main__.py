"""Every figure of speed and memory, measured again on this machine: one table and one plot.

    python -m benchmarks [--out DIR] [--quick]

Writes `figures.md` and `figures.png` into DIR.  Each part runs in a process of its own, one after
the other; what is compared is measured in the same run.  The figures want a machine that does
nothing else: the load before and after is written beneath the table, and above a half a core they
are not to be trusted.  `--quick` takes a minute or two and tells whether it works.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks import commands, matching, network, startup, throughput
from benchmarks.figures import Figure, as_markdown, fresh


def measure_all(quick: bool) -> list[Figure]:
    """All parts, in turn."""
    found = fresh(startup.measure_parts, 1 if quick else 9)
    print(f"start measured: {len(found)} figures", file=sys.stderr)
    ours = fresh(network.measure, 50 if quick else 500)
    keras = fresh(network.measure_keras, 20 if quick else 300)
    (one,) = (figure.value for figure in ours if figure.name == "events, 1 pieces")
    ratio = Figure(network.PART, "one piece over model.predict", one / keras[0].value, "x")
    found += [*ours, *keras, ratio]
    found += fresh(throughput.measure_pieces, *((32, 16) if quick else (10_000, 64)))
    found += fresh(throughput.measure_workers, 64 if quick else 256)
    found += fresh(throughput.measure_lengths, 1 if quick else 5)
    found += fresh(throughput.measure_formats, 1 if quick else 5)
    found += fresh(commands.measure, 1 if quick else 5)
    found += fresh(matching.measure)
    return found


def draw(figures: Sequence[Figure], path: Path) -> None:
    """The cost of length and of formats, and events a second, as bars."""
    from matplotlib.figure import Figure as Drawing

    drawing = Drawing(figsize=(12, 4), layout="constrained")
    panels = {
        "events a second": [f for f in figures if f.name.startswith("events, ")],
        "ms a bar, by length": [f for f in figures if f.part == "length"],
        "ms, by format": [f for f in figures if f.part == "formats"],
    }
    for axes, (title, shown) in zip(drawing.subplots(1, len(panels)), panels.items(), strict=True):
        axes.barh([f.name.removeprefix("events, ") for f in shown], [f.value for f in shown])
        axes.set_title(title)
        axes.invert_yaxis()
        axes.spines[["top", "right"]].set_visible(False)
        if title != "ms a bar, by length":
            axes.set_xscale("log")
    drawing.savefig(path, dpi=120)


def machine() -> str:
    """Processor, cores and versions, in a line."""
    import onnxruntime

    name = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((e.partition(": ")[2] for e in lines if e.startswith("model name")), name)
    python, runtime = platform.python_version(), onnxruntime.__version__
    return f"{name}, {os.cpu_count()} cores, Python {python}, onnxruntime {runtime}"


def main() -> int:
    """Measure, and write the table and the plot."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks"))
    parser.add_argument("--quick", action="store_true", help="see in a minute whether it works")
    options = parser.parse_args()
    # One thread everywhere: figures are those of a core.
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")
    before = os.getloadavg()[0]
    figures = measure_all(options.quick)
    options.out.mkdir(parents=True, exist_ok=True)
    load = f"Load {before:.1f} before."
    table = f"{as_markdown(figures)}\n{machine()}. {load}\n"
    (options.out / "figures.md").write_text(table, encoding="utf-8")
    draw(figures, options.out / "figures.png")
    print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())

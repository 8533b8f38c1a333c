"""One run on many machines: Ray Data gives blocks of items to actors that hold the networks.

What is made of an item is what one machine makes of it, byte for byte.  An actor that dies is
started again by Ray, and its block is made again: the same files, under the same names.
"""

from __future__ import annotations

import json
import logging
import os
import warnings
from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

from melodymuse.batch.items import Item
from melodymuse.batch.making import Run, make
from melodymuse.batch.manifest import Record
from melodymuse.batch.parts import write_part
from melodymuse.batch.places import join, read
from melodymuse.batch.running import write_down
from melodymuse.errors import BatchError
from melodymuse.optional import need, optional


class Maker:
    """What an actor holds: the networks, loaded once.

    Args:
        run: what all items share.
        folder: where the files go, a path or a URL.
        root: the folder that paths are seen from.
    """

    def __init__(self, run: Run, folder: str, root: str) -> None:
        self._engine, self._run = run.engine(), run
        self._folder, self._root = folder, root

    def __call__(self, batch: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """Make a batch of items (`item`, as JSON) and write its part of the manifest; the records
        (`record`, as JSON)."""
        items = [_item(text) for text in batch["item"]]
        made = make(self._engine, self._run, items, lambda place: read(self._seen(place)))
        records = [write_down(one, self._folder) for one in made]
        write_part(self._folder, records)
        return {"record": [json.dumps(record) for record in records]}

    def _seen(self, place: str) -> str:
        return place if place.startswith("@") else join(self._root, place)


def run_cluster(
    items: Iterable[Item],
    run: Run,
    folder: str,
    *,
    rows: int,
    workers: int | None = None,
    address: str | None = None,
) -> Generator[Record, None, None]:
    """Make items on a Ray cluster; pictures and folder must be seen from all its machines.

    Args:
        items: what to make; the list of them is held by the machine that asks.
        run: what they share.
        folder: where files and manifest go, a path or a URL.
        rows: how many pieces an actor composes side by side.
        workers: how many actors; None for one a core of the cluster.
        address: of the cluster, ``"auto"`` for the one that this machine belongs to; None starts
            one on this machine alone.

    Yields:
        What became of each, its files and its part of the manifest written.

    Raises:
        BatchError: there is no such cluster, or the run cannot go on.
        MissingExtraError: the extra `ray` is not installed.
    """
    need("ray", "pyarrow", "fsspec", purpose="running on a cluster")
    # What Ray says of its own affairs is not for who runs this.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    logging.getLogger("ray").setLevel(logging.ERROR)
    ray: Any = optional("ray", "running on a cluster")
    data: Any = optional("ray.data", "running on a cluster")
    lines = [{"item": as_text(item)} for item in items]
    if not lines:
        return
    own = {} if address else {"num_cpus": workers, "include_dashboard": False}
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **own)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise BatchError(f"no Ray cluster at '{address}': {_first_line(error)}") from error
    try:
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        warnings.filterwarnings("ignore", module="ray.data")
        data.DataContext.get_current().enable_progress_bars = False
        actors = workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
        target = folder if "://" in folder else os.path.abspath(folder)
        made = data.from_items(lines, override_num_blocks=-(-len(lines) // rows)).map_batches(
            Maker,
            fn_constructor_args=(run, target, os.getcwd()),
            batch_size=rows,
            compute=data.ActorPoolStrategy(size=actors),
            num_cpus=1,
        )
        for row in made.iter_rows():
            yield json.loads(row["record"])
    except ray.exceptions.RayError as error:
        cause = getattr(error, "cause", None) or error
        raise BatchError(f"the run cannot go on: {_first_line(cause)}") from error
    finally:
        ray.shutdown()


def as_text(item: Item) -> str:
    """An item as JSON, as a `Maker` takes it."""
    return json.dumps([item.picture, item.options, item.fault])


def _item(text: str) -> Item:
    picture, options, fault = json.loads(text)
    return Item(picture, tuple((name, value) for name, value in options), fault)


def _first_line(error: object) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)

"""What training needs beyond the core, said in one line where it is missing."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def need(*packages: str, extra: str = "train") -> None:
    """End the command with one line and status 2 where a package is not installed.

    To be called by a command's module before it imports what may be missing.
    """
    for package in packages:
        if find_spec(package) is None:
            print(
                f"training needs the package '{package}', which is not installed: "
                f"pip install -e '.[{extra}]'",
                file=sys.stderr,
            )
            raise SystemExit(2)

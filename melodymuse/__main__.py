"""``python -m melodymuse``: the command line."""

import sys

from melodymuse.cli import main

if __name__ == "__main__":
    sys.exit(main())

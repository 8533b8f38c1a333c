"""What the process that others are forked off imports before all else.

Python puts the folder that it runs in before its own when it is given a command, as that process
is: a stranger's ``fractions.py`` that lies there would be run in place of Python's.
"""

import sys

if sys.path[:1] == [""]:
    del sys.path[0]

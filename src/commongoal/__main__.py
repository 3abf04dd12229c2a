"""`python -m commongoal` is the `commongoal` command."""

import sys

from commongoal.cli.main import run

if __name__ == "__main__":
    sys.exit(run())

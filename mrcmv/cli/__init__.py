"""The command line: find, mix, separate, catalog, weights, app.

Results go to stdout, progress to stderr. Exit codes: 0 done; 1 something in the input is wrong
(one clear line, no traceback); 2 the command was called wrongly.
"""

import sys

from mrcmv.errors import MrcmvError


def main() -> None:
    """Run the command line and exit."""
    from mrcmv.cli.commands import app

    try:
        app()
    except MrcmvError as error:
        sys.stderr.write(f"mrcmv: {error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("mrcmv: stopped\n")
        sys.exit(130)


__all__ = ["main"]

"""The command line: find, mix, separate, catalog, weights, app.

Results go to stdout, progress to stderr. Exit codes: 0 done; 1 something in the input is wrong
(one clear line, no traceback); 2 the command was called wrongly; 130 it was stopped by Ctrl-C.
"""

import sys

from mrcmv.errors import MrcmvError

STOPPED = 130


def main() -> None:
    """Run the command line and exit."""
    from mrcmv.cli.commands import app

    try:
        app()
    except MrcmvError as error:
        sys.stderr.write(f"mrcmv: {error}\n")
        sys.exit(1)
    except SystemExit as ending:
        if ending.code == STOPPED:  # Typer has met the interrupt before us
            sys.stderr.write("mrcmv: stopped\n")
        raise


__all__ = ["main"]

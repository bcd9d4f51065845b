"""Starts the page: settings from the environment, one set of services, port 7860 or PORT."""

import os
import sys
from contextlib import suppress


def main() -> None:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    from mrcmv.errors import MrcmvError
    from mrcmv.settings import load_settings
    from mrcmv.ui import app

    try:
        with suppress(KeyboardInterrupt):  # it comes while the page is still being built
            app.serve(load_settings())
    except MrcmvError as error:
        sys.exit(str(error))
    # Threads may still be in native code: an ordinary end of Python would abort them, and itself.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()

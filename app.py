"""Starts the page: settings from the environment, one set of services, port 7860 or PORT."""

import os
import sys
import threading


def main() -> None:
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    from mrcmv.errors import MrcmvError
    from mrcmv.services import Services
    from mrcmv.settings import load_settings
    from mrcmv.ui import app

    try:
        settings = load_settings()
        options = app.launch_options(settings)
        services = Services(settings)
        page = app.build(services)
        threading.Thread(target=services.warm, name="mrcmv-warm", daemon=True).start()
        page.launch(**options)
    except MrcmvError as error:
        sys.exit(str(error))
    except OSError as error:
        port = os.environ.get("PORT", "7860")
        sys.exit(f"The page cannot listen on port {port}: {error}. Try PORT=7861 make run.")


if __name__ == "__main__":
    main()

"""Runs the storefront under gunicorn: ``python -m storefront``."""

import os
import sys

from gunicorn.app.wsgiapp import WSGIApplication

from connections.environment import InvalidSetting
from connections.permissions import keep_files_private
from storefront.app.open_files import TooFewFiles, allow_connections
from storefront.production import read_served_settings


def main() -> None:
    """Start gunicorn with this package's configuration; with settings that cannot be used, say so and end."""
    try:
        settings = read_served_settings(os.environ)
        allow_connections(settings.connections)
    except (InvalidSetting, TooFewFiles) as error:
        sys.exit(f"Error: {error}")
    keep_files_private(settings.home)
    sys.argv = ["gunicorn", "--config", "python:storefront.app.gunicorn_conf", "storefront:create_app()"]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


if __name__ == "__main__":
    main()

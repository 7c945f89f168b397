"""Runs the storefront under gunicorn: ``python -m storefront``."""

import sys

from gunicorn.app.wsgiapp import WSGIApplication


def main() -> None:
    """Start gunicorn with this package's configuration."""
    sys.argv = ["gunicorn", "--config", "python:storefront.gunicorn_conf", "storefront:create_app()"]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


if __name__ == "__main__":
    main()

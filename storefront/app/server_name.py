"""Responses that do not name the server: gunicorn adds `Server` to each of them and has no setting for it.

The only way is to replace the class from which gunicorn builds its responses. What it gains: no response tells an
attacker which server to look up. `test_the_server_does_not_say_what_it_is` fails if an upgrade builds them otherwise.
"""

from gunicorn.http import wsgi


class NamelessResponse(wsgi.Response):  # type: ignore[misc]  # gunicorn is untyped
    """A response without `Server`."""

    def default_headers(self) -> list[str]:
        """Return the lines that gunicorn adds to every response, but for the one that names it."""
        return [line for line in super().default_headers() if not line.startswith("Server:")]


def hide_server_name() -> None:
    """Have gunicorn build its responses from `NamelessResponse`."""
    wsgi.Response = NamelessResponse

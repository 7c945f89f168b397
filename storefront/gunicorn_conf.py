"""How gunicorn runs the storefront: one gevent worker a process; more processes stand behind a sticky proxy.

The worker patches the standard library before it loads the application; nothing here may load it earlier.
"""

import logging

from storefront.settings import read_settings

_settings = read_settings()
logging.basicConfig(level=_settings.log_level, format="%(asctime)s %(levelname)-7s %(name)s %(message)s")
logging.getLogger("kafka").setLevel(logging.CRITICAL)

bind = [f"{_settings.host}:{_settings.port}"]
worker_class = "gevent"
workers = 1
worker_connections = 2_000
backlog = 1_024
timeout = 30
graceful_timeout = 5
keepalive = 30
loglevel = _settings.log_level.lower()
control_socket_disable = True
proc_name = "riverfront-storefront"
limit_request_line = 4_094


def worker_exit(_server: object, worker: object) -> None:
    """Send or spool what is under way before the worker ends."""
    application = getattr(worker, "wsgi", None)
    parts = getattr(application, "extensions", {}).get("riverfront")
    if parts is not None:
        parts.publisher.close()

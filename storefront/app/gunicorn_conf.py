"""How gunicorn runs the storefront: one gevent worker a process; more processes stand behind a sticky proxy.

The worker patches the standard library before it loads the application; nothing here may load it earlier.
"""

import logging
import os
import signal
import socket
from contextlib import suppress
from typing import Any

from connections.log_lines import configure_logging
from storefront.app.server_name import hide_server_name
from storefront.settings import read_settings

_settings = read_settings()
configure_logging(_settings.log_level, "%(asctime)s %(levelname)-7s %(name)s %(message)s")
logging.getLogger("kafka").setLevel(logging.CRITICAL)

# A supervisor that keeps the socket open lets visitors wait, rather than be refused, while this process starts again.
bind = [_settings.listens_at if _settings.listen_fd is None else f"fd://{_settings.listen_fd}"]
worker_class = "storefront.app.worker.Worker"
workers = 1
worker_connections = _settings.connections  # More than are ever in use: the worker gives out the places.
backlog = 1_024
timeout = 30
graceful_timeout = 9  # Then a worker is killed: it has ended long before, unless it hangs.
keepalive = 30
loglevel = _settings.log_level.lower()
logger_class = "storefront.app.server_log.ServerLog"
control_socket_disable = True
proc_name = "riverfront-storefront"
limit_request_line = 4_094
limit_request_fields = 60
forwarded_allow_ips = ""  # Proxies are believed by RIVERFRONT_TRUSTED_PROXIES alone.


hide_server_name()


def when_ready(server: Any) -> None:
    """Behind a proxy, refuse connections until the worker has loaded the application: the proxy goes on to the next.

    gunicorn opens the port first, and what came meanwhile would wait in it for seconds.
    """
    if _settings.behind_proxy:
        for listener in server.LISTENERS:
            with suppress(OSError):  # Some systems keep it open.
                listener.sock.shutdown(socket.SHUT_RDWR)


def post_worker_init(worker: Any) -> None:
    """Bound what connections take, in time and in places, and begin what goes on beside."""
    import gevent

    from storefront.security.slow_bodies import SlowBodies

    has_proxy = _settings.behind_proxy or _settings.trusted_proxies > 0
    worker.open_places(_settings.http_connections, has_proxy=has_proxy)
    worker.wsgi.wsgi_app = SlowBodies(worker.wsgi.wsgi_app, gevent.Timeout, waiting=worker.waiting)
    worker.wsgi.extensions["socket_engine"].gate.away_from_pages = worker.away_from_pages
    worker.wsgi.extensions["housekeeping"].start()
    worker.wsgi.extensions["outbox"].start()
    if _settings.behind_proxy:
        for listener in worker.sockets:
            listener.listen(backlog)


def worker_exit(_server: object, worker: Any) -> None:
    """Send or spool what is under way before the worker ends, if it has loaded the application."""
    if hasattr(worker, "wsgi"):
        worker.wsgi.extensions["housekeeping"].close()
        worker.wsgi.extensions["event_publisher"].close()
        worker.wsgi.extensions["outbox"].close()


def child_exit(server: Any, _worker: object) -> None:
    """Behind a proxy, end with a worker that died by itself: the proxy goes on to the next storefront.

    While the port stayed open, connections would wait in it for the next worker.
    """
    if _settings.behind_proxy and server.LISTENERS and not server.WORKERS:
        server.num_workers = 0  # A next worker would keep the port open until it has started.
        os.kill(os.getpid(), signal.SIGTERM)

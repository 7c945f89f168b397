"""Where the programs that are not Python are: on the path, or where `make setup` put them."""

from pathlib import Path

from infra.errors import CannotRun
from infra.setup import programs
from infra.setup.clone import Clone

ROOT = Path(__file__).resolve().parents[2]


class Missing(CannotRun):
    """A program that the stack needs is not there. The message says how to get it."""


def find_java() -> str:
    """Return a Java runtime that is new enough. Raises `Missing`."""
    return _find(programs.JAVA, f"Java {programs.MIN_JAVA} or later")


def find_redis_server() -> str:
    """Return a Redis server. Raises `Missing`."""
    return _find(programs.REDIS, f"redis-server {programs.MIN_REDIS} or later")


def find_nginx() -> str:
    """Return an nginx that is new enough. Raises `Missing`."""
    return _find(programs.NGINX, f"nginx 1.{programs.MIN_NGINX} or later")


def find_chromium() -> str | None:
    """Return a Chromium or Chrome, if there is one."""
    found = programs.find_chromium()
    return str(found) if found else None


def _find(program: programs.External, name: str) -> str:
    found = program.find(Clone(ROOT))
    if found is None:
        raise Missing(f"There is no {name} here. Run `make setup`, or install it and put it on the path.")
    return str(found)

"""The folder in which the local stack keeps everything, and the lock that lets only one stack use it."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connections.permissions import is_private, is_shared, restrict, write_private
from infra.errors import CannotRun
from infra.programs.ports import free_port, is_free


class HomeInUse(CannotRun):
    """Another stack runs in this folder. The message names it."""


class NotPrivate(CannotRun):
    """Other users could look into the folder. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Home:
    """The layout of the folder."""

    folder: Path

    @property
    def logs(self) -> Path:
        """One log file per program."""
        return self.folder / "log"

    @property
    def run(self) -> Path:
        """What the stack remembers: its lock and ports."""
        return self.folder / "run"

    @property
    def passwords(self) -> Path:
        """The passwords of the servers that the stack starts."""
        return self.run / "passwords.json"

    @property
    def kafka(self) -> Path:
        """The broker's data."""
        return self.folder / "kafka"

    @property
    def redis(self) -> Path:
        """Redis' data."""
        return self.folder / "redis"

    @property
    def catalog(self) -> Path:
        """The catalog as it was published last."""
        return self.folder / "catalog"

    @property
    def proxy(self) -> Path:
        """The proxy's files."""
        return self.folder / "proxy"

    @property
    def history(self) -> Path:
        """The cleaned orders that the bootstrap writes and simulated shoppers follow."""
        return self.folder / "bootstrap" / "history.parquet"

    def log(self, name: str) -> Path:
        """Return the log file of one program."""
        return self.logs / f"{name}.log"

    def port(self, name: str) -> int:
        """Return the port that an internal server had last time if it is still free, else a new one."""
        ports = self._ports()
        if name not in ports or not is_free(ports[name]):
            ports[name] = free_port()
            self.run.mkdir(parents=True, exist_ok=True)
            (self.run / "ports.json").write_text(json.dumps(ports, indent=2), encoding="utf-8")
        return ports[name]

    def known_port(self, name: str) -> int | None:
        """Return the port that an internal server of the stack that runs here has, if it started one."""
        return self._ports().get(name)

    def write_servers(self, variables: Mapping[str, str]) -> None:
        """Write down by which variables other commands reach the servers of this stack, passwords and all."""
        self.run.mkdir(parents=True, exist_ok=True)
        write_private(self._servers_path, json.dumps(variables, indent=2))

    def read_servers(self) -> dict[str, str]:
        """Return by which variables the servers of the stack that runs here are reached."""
        path = self._servers_path
        variables: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return variables

    def forget_servers(self) -> None:
        """Remove what was written down of the servers: none runs any longer."""
        self._servers_path.unlink(missing_ok=True)

    def write_storefronts(self, addresses: Mapping[str, str]) -> None:
        """Write down where each storefront listens, by its name."""
        self.run.mkdir(parents=True, exist_ok=True)
        self._storefronts_path.write_text(json.dumps(addresses, indent=2), encoding="utf-8")

    def read_storefronts(self) -> dict[str, str]:
        """Return where each storefront of the stack that runs here listens, by its name."""
        path = self._storefronts_path
        addresses: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return addresses

    @property
    def _servers_path(self) -> Path:
        return self.run / "servers.json"

    @property
    def _storefronts_path(self) -> Path:
        return self.run / "storefronts.json"

    def _ports(self) -> dict[str, int]:
        path = self.run / "ports.json"
        ports: dict[str, int] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        return ports


def close_to_others(folder: Path) -> None:
    """Make the folder, and have nobody but this user look into it, or into what is in it. Raises `NotPrivate`."""
    if is_shared(folder):
        raise NotPrivate(f"{folder} is not Riverfront's alone. Set RIVERFRONT_HOME to a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    restrict(folder)
    if not is_private(folder):
        raise NotPrivate(
            f"{folder} is open to other users, and to close it fails. Set RIVERFRONT_HOME to a folder that is yours."
        )


@contextmanager
def lock_home(home: Home) -> Iterator[Callable[[str], None]]:
    """Hold the folder for this stack; gives a function that writes down what a second start should say about it.

    The system lets go of the lock when the process ends, however it ends. Raises `HomeInUse`, and `NotPrivate`.
    """
    close_to_others(home.folder)
    home.run.mkdir(parents=True, exist_ok=True)
    with (home.run / "lock").open("a+", encoding="utf-8") as file:

        def write(text: str) -> None:
            file.seek(0)
            file.truncate()
            file.write(text)
            file.flush()

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            advice = "Stop it, or set RIVERFRONT_HOME."
            raise HomeInUse(f"Riverfront already runs in {home.folder}: {holder}. {advice}") from error
        write(f"process {os.getpid()}, starting")
        try:
            yield lambda address: write(f"process {os.getpid()}, {address}")
        finally:
            write("")


def running_stack(home: Home) -> str | None:
    """Return what the stack in this folder says of itself, or None if none runs."""
    path = home.run / "lock"
    if not path.exists():
        return None
    with path.open("r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return file.read().strip() or "another process"
    return None

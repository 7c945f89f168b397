"""nginx as a program of the stack, or in place of this process."""

import grp
import os
import pwd
import resource
import subprocess
from collections.abc import Sequence
from pathlib import Path

from connections.listening import is_listening
from connections.permissions import write_private
from infra.errors import CannotRun
from infra.programs.environment import inherited
from infra.programs.ports import listen
from infra.programs.program import Program
from infra.proxy.configuration import Proxy, build_configuration, has_names

NAME_SERVERS = Path("/etc/resolv.conf")
CHECK_SECONDS = 30.0


def proxy_program(nginx: str, proxy: Proxy, reached_at: str, log: Path) -> Program:
    """Describe the proxy, which listens at ``reached_at``. Raises `CannotRun`.

    It inherits the listening socket, by the variable with which nginx hands its sockets on to its next version.
    """
    argv = prepare_proxy(nginx, proxy)
    listener = listen(proxy.port, proxy.host)
    return Program(
        name="Proxy",
        argv=argv,
        log=log,
        environment={"NGINX": f"{listener.fileno()};"},
        ready=lambda: is_listening(reached_at),
        start_deadline=20.0,
        listener=listener,
    )


def plan_proxy(
    host: str, port: int, storefronts: Sequence[str], folder: Path, trusted_proxies: int, secret: str, prefix: str = ""
) -> Proxy:
    """Fill in what the proxy has to know of this machine. Raises `CannotRun`."""
    is_root = os.geteuid() == 0
    try:
        return Proxy(
            host,
            port,
            storefronts,
            folder.resolve(),
            trusted_proxies,
            # Its worker would be nobody, who cannot read the folder.
            user=f"{pwd.getpwuid(0).pw_name} {grp.getgrgid(os.getegid()).gr_name}" if is_root else None,
            resolver=first_name_server() if has_names(storefronts) else None,
            max_files=most_files(),
            secret=secret,
            prefix=prefix,
        )
    except ValueError as error:
        raise CannotRun(f"The proxy cannot run: {error}.") from error


def prepare_proxy(nginx: str, proxy: Proxy) -> tuple[str, ...]:
    """Write the configuration, have nginx check it, and return the command line. Raises `CannotRun`."""
    proxy.folder.mkdir(parents=True, exist_ok=True)
    path = proxy.folder / "nginx.conf"
    write_private(path, build_configuration(proxy))
    argv = (nginx, "-e", "stderr", "-p", str(proxy.folder), "-c", str(path))
    answer = subprocess.run(  # noqa: S603 - the stack's own
        [*argv, "-t"],
        capture_output=True,
        text=True,
        timeout=CHECK_SECONDS,
        check=False,
        env=inherited(os.environ),
    )
    if answer.returncode:
        raise CannotRun(f"nginx does not take its configuration:\n{answer.stderr.strip()}")
    return argv


def first_name_server(path: Path = NAME_SERVERS) -> str:
    """Return the address of this machine's name server. Raises `CannotRun`."""
    words = [line.split() for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    servers = [pair[1] for pair in words if len(pair) > 1 and pair[0] == "nameserver"]
    if not servers:
        raise CannotRun(f"{path} names no name server, so storefronts must be given by address.")
    return f"[{servers[0]}]" if ":" in servers[0] else servers[0]


def most_files() -> int:
    """Return how many files a process may have open here."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 2**20 if most == resource.RLIM_INFINITY else most

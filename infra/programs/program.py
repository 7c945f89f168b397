"""One program that the local stack runs as a child: how it is started, when it is ready, how it is stopped."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket

from connections.permissions import UMASK
from infra.errors import CannotRun
from infra.programs.environment import inherited
from infra.programs.log_file import last_lines, open_log


class NotReady(CannotRun):
    """A program ended, or did not answer in time. The message says which, with its last log lines."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command line with what the supervisor must know about it.

    Attributes
    ----------
    log
        Where its output goes; None for the terminal.
    environment
        Variables of its own. Of ours it inherits only those that any program may need.
    ready
        Asked again and again after the start until it says yes.
    verify
        Called once when it is ready. Raises `CannotRun` if it does not run as it should.
    start_deadline, stop_deadline
        Seconds until a start has failed, and until a polite stop is followed by a kill.
    listener
        A listening socket that it inherits. Whoever starts the program keeps it open, so that clients wait rather than
        be refused while the program starts again.
    """

    name: str
    argv: tuple[str, ...]
    log: Path | None
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] = lambda: True
    verify: Callable[[], None] = lambda: None
    start_deadline: float = 60.0
    stop_deadline: float = 10.0
    listener: socket | None = None


class Child:
    """A running program, in a session of its own so that a terminal's Ctrl-C does not reach it.

    ``on_end`` is called when it has ended, in a thread of its own.
    """

    def __init__(self, program: Program, on_end: Callable[[], None] = lambda: None) -> None:
        self.program = program
        with ExitStack() as stack:
            log = stack.enter_context(open_log(program.log)) if program.log else None
            self._process = subprocess.Popen(  # noqa: S603 - the stack's own command lines
                program.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                env={**inherited(os.environ), **program.environment},
                umask=UMASK,
                start_new_session=True,
                pass_fds=(program.listener.fileno(),) if program.listener else (),
            )
        threading.Thread(target=self._tell, args=(on_end,), name=f"wait for {program.name}", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its process group."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        return self._process.poll()

    def wait_until_ready(self, check: Callable[[], object] = lambda: None) -> None:
        """Wait until the program answers, calling ``check`` again and again, which may raise to give up.

        Raises `NotReady` when the program ends, or at its deadline, and what its ``verify`` raises.
        """
        deadline = time.monotonic() + self.program.start_deadline
        while not self.program.ready():
            check()
            code = self.exit_code()
            if code is not None:
                raise NotReady(f"{self.program.name} ended with {describe_exit(code)}.\n{self.last_lines()}")
            if time.monotonic() > deadline:
                seconds = self.program.start_deadline
                raise NotReady(f"{self.program.name} did not answer in {seconds:.0f} s.\n{self.last_lines()}")
            time.sleep(0.05)
        self.program.verify()

    def ask_to_stop(self) -> None:
        """Send the polite signal."""
        if self.exit_code() is None:
            self._process.terminate()

    def stop(self) -> int:
        """Ask it to stop, wait for its deadline, then kill whatever is left of its group. Returns the exit code."""
        self.ask_to_stop()
        try:
            self._process.wait(self.program.stop_deadline)
        except subprocess.TimeoutExpired:
            pass
        finally:
            kill_group(self.pid)
        return self._process.wait()

    def _tell(self, on_end: Callable[[], None]) -> None:
        self._process.wait()
        on_end()

    def last_lines(self, count: int = 8) -> str:
        """Return the end of its log, indented; nothing if it has none."""
        return last_lines(self.program.log, count) if self.program.log else ""


def require_options(server: str, asked: Mapping[str, str], got: Mapping[str, str | None]) -> None:
    """Compare what a server says with what was asked of it: some versions ignore what they cannot read.

    Raises `CannotRun` with every difference.
    """
    wrong = [
        f"    {name}: asked for {value!r}, got {got.get(name)!r}"
        for name, value in asked.items()
        if got.get(name) != value
    ]
    if wrong:
        raise CannotRun("\n".join([f"{server} does not run with the options that it was started with:", *wrong]))


def signal_group(group: int, number: int) -> bool:
    """Send a signal to every process of a group. Says whether there was any."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def kill_group(group: int) -> None:
    """Kill every process of a group; one that is gone already is fine."""
    signal_group(group, signal.SIGKILL)


def describe_exit(code: int) -> str:
    """Say how a program ended.

    Examples
    --------
    >>> describe_exit(3), describe_exit(-9)
    ('exit code 3', 'signal SIGKILL')
    """
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

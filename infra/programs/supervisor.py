"""Starts the stack's programs, watches them, starts again what dies, and stops all of them in order."""

import math
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from connections.permissions import UMASK
from infra.programs import reaper
from infra.programs.log_file import LogRotation
from infra.programs.program import Child, Program, describe_exit, kill_group, signal_group

FIRST_DELAY, SECOND_DELAY, LONGEST_DELAY = 0.0, 0.5, 3.0
"""Seconds. One that dies starts again at once; one that dies again and again must not take the machine for itself."""

FORGIVEN_AFTER = 5.0
"""A program that ran this long, in seconds, starts again with the first delay."""

SECONDS_BETWEEN_LOOKS = 0.2
"""How often the supervisor looks whether it should stop. The end of a program wakes it at once."""


class Stopped(RuntimeError):
    """Somebody asked the stack to stop while it was doing something else."""


class Reporter(Protocol):
    """Whoever tells the user what happens."""

    def died(self, name: str, how: str, last_lines: str, delay: float) -> None:
        """Tell that a program ended by itself and will be started again after ``delay`` seconds."""

    def came_back(self, name: str) -> None:
        """Tell that a program runs again."""

    def stopping(self, names: tuple[str, ...]) -> AbstractContextManager[None]:
        """Tell that these programs are being stopped, for as long as that takes."""


@dataclass(slots=True)
class Watched:
    """A program under supervision: its present child, or when the next one is due."""

    program: Program
    stage: int
    child: Child | None
    started_at: float
    delay: float = FIRST_DELAY
    due_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Orphans:
    """What is left of the group of a program that died: asked to stop, and killed at a time."""

    group: int
    kill_at: float


class Supervisor:
    """Owns every child. Must be used from the main thread, and as a context manager: leaving it stops everything."""

    def __init__(
        self,
        reporter: Reporter,
        stop_asked: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reporter = reporter
        self._stop_asked = stop_asked
        self._clock = clock
        self._watched: list[Watched] = []
        self._orphans: list[Orphans] = []
        self._ended = threading.Event()
        self._reaper = _start_reaper()
        self._logs = LogRotation()

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()
        self._logs.close()
        if self._reaper.stdin:
            self._reaper.stdin.close()
        self._reaper.wait()

    def start(self, *programs: Program) -> None:
        """Start programs side by side and wait until all are ready. They form one stage of the stop's order.

        Raises
        ------
        CannotRun
            If one ends, does not answer in time, or does not run as it should.
        Stopped
            If the stop was asked for meanwhile.
        """
        stage = max((watched.stage for watched in self._watched), default=-1) + 1
        children = [self._spawn(program) for program in programs]
        self._watched.extend(
            Watched(program, stage, child, self._clock()) for program, child in zip(programs, children, strict=True)
        )
        for child in children:
            child.wait_until_ready(self._raise_if_stopped)

    def run(self, program: Program, meanwhile: Callable[[], None] = lambda: None) -> int:
        """Run a program to its end, calling ``meanwhile`` again and again. Returns its exit code. Raises `Stopped`."""
        child = self._spawn(program)
        try:
            while (code := child.exit_code()) is None:
                self._look_after()
                meanwhile()
                self._pause(0.1)
        finally:
            self._stop(child)
        return code

    def pids(self) -> dict[str, int]:
        """Return the process id of each program that runs now."""
        return {watched.program.name: watched.child.pid for watched in self._watched if watched.child}

    def wait(self, condition: Callable[[], bool], pause: float = SECONDS_BETWEEN_LOOKS) -> None:
        """Watch until the condition holds. Raises `Stopped` if the stop was asked for first."""
        while not condition():
            if not self._look_after():
                self._pause(pause)

    def watch(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Watch until the stop is asked for, calling ``meanwhile`` again and again."""
        while not self._stop_asked():
            self.watch_once()
            meanwhile()
            self._pause(SECONDS_BETWEEN_LOOKS)

    def restart(self, name: str) -> None:
        """Stop a program, start it again and wait until it is ready, watching the others meanwhile.

        Raises
        ------
        CannotRun
            If it ends again or does not answer in time.
        Stopped
            If the stop was asked for meanwhile.
        """
        watched = next(one for one in self._watched if one.program.name == name)
        if watched.child is not None:
            self._stop_watching_others(watched, watched.child)
        watched.child, watched.started_at = self._spawn(watched.program), self._clock()
        watched.delay = FIRST_DELAY
        watched.child.wait_until_ready(self._look_after)

    def watch_once(self) -> bool:
        """Look at each program once: name and schedule one that died, start one that is due. Says if any did or was."""
        now, changed = self._clock(), False
        for watched in self._watched:
            if watched.child is not None and (code := watched.child.exit_code()) is not None:
                self._schedule(watched, watched.child, code, now)
                changed = True
            if watched.child is None and now >= watched.due_at:
                watched.child, watched.started_at = self._spawn(watched.program), now
                self._reporter.came_back(watched.program.name)
                changed = True
        self._orphans = [orphans for orphans in self._orphans if not self._are_gone(orphans, now)]
        return changed

    def stop_all(self) -> None:
        """Stop everything, last started first; programs that were started together stop together."""
        for stage in sorted({watched.stage for watched in self._watched}, reverse=True):
            children = [watched.child for watched in self._watched if watched.stage == stage and watched.child]
            with self._reporter.stopping(tuple(child.program.name for child in children)):
                self._stop_listening(stage)
                for child in children:
                    child.ask_to_stop()
                for child in children:
                    self._stop(child)
        self._watched.clear()
        for orphans in self._orphans:
            self._are_gone(orphans, orphans.kill_at)
        self._orphans.clear()

    def _stop_listening(self, stage: int) -> None:
        """Close the sockets of a stage: nobody shall wait for programs that are not started again."""
        for watched in self._watched:
            if watched.stage == stage and watched.program.listener:
                watched.program.listener.close()

    def _pause(self, seconds: float) -> None:
        """Wait until a program ends or one is due, at most ``seconds``."""
        now = self._clock()
        due = (watched.due_at - now for watched in self._watched if watched.child is None)
        self._ended.wait(max(0.0, min((seconds, *due))))
        self._ended.clear()

    def _stop_watching_others(self, watched: Watched, child: Child) -> None:
        watched.child, watched.due_at = None, math.inf
        deadline = self._clock() + child.program.stop_deadline
        try:
            child.ask_to_stop()
            while child.exit_code() is None and self._clock() < deadline:
                self._look_after()
                self._pause(0.05)
        finally:
            self._stop(child)

    def _look_after(self) -> bool:
        self._raise_if_stopped()
        return self.watch_once()

    def _stop(self, child: Child) -> None:
        child.stop()
        self._tell_reaper(f"-{child.pid}")

    def _are_gone(self, orphans: Orphans, now: float) -> bool:
        """Say whether no process of the group is left, which at its time is made true."""
        if now >= orphans.kill_at:
            kill_group(orphans.group)
        elif signal_group(orphans.group, 0):
            return False
        self._tell_reaper(f"-{orphans.group}")
        return True

    def _schedule(self, watched: Watched, child: Child, code: int, now: float) -> None:
        if watched.program.listener:
            # Its own children may finish beside the next start, which has the same socket: gunicorn's worker has pages
            # to answer.
            signal_group(child.pid, signal.SIGTERM)
            self._orphans.append(Orphans(child.pid, now + watched.program.stop_deadline))
        else:
            self._stop(child)
        if now - watched.started_at > FORGIVEN_AFTER:
            watched.delay = FIRST_DELAY
        watched.child, watched.due_at = None, now + watched.delay
        self._reporter.died(watched.program.name, describe_exit(code), child.last_lines(), watched.delay)
        watched.delay = min(LONGEST_DELAY, max(SECOND_DELAY, 2 * watched.delay))

    def _spawn(self, program: Program) -> Child:
        child = Child(program, self._ended.set)
        if program.log:
            self._logs.add(program.log)
        self._tell_reaper(f"+{child.pid} {program.stop_deadline}")
        return child

    def _tell_reaper(self, line: str) -> None:
        if self._reaper.stdin:
            self._reaper.stdin.write(f"{line}\n".encode())
            self._reaper.stdin.flush()

    def _raise_if_stopped(self) -> None:
        if self._stop_asked():
            raise Stopped


def _start_reaper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-I", "-S", str(Path(reaper.__file__))],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={},
        umask=UMASK,
        start_new_session=True,
    )

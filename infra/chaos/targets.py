"""The processes of a stack that a storm may signal: those that the stack itself runs, and their children. No others."""

import contextlib
import os
import signal
from collections.abc import Callable, Mapping

import psutil

from infra.chaos.pulls import Pull, Role

_NAMES: dict[Role, str] = {
    "learner": "Learner",
    "storefront": "Storefront",
    "worker": "Storefront",
    "monitor": "Monitor",
    "redis": "Redis",
    "kafka": "Kafka",
}
_SIGNALS = {"kill": signal.SIGKILL, "freeze": signal.SIGSTOP, "restart": signal.SIGTERM}


class Targets:
    """Finds processes by their role, and remembers every process that the stack ever had."""

    def __init__(self, pids: Callable[[], Mapping[str, int]]) -> None:
        self._pids = pids
        self._seen: dict[int, float] = {}
        self.frozen: list[int] = []

    def find(self, role: Role) -> list[int]:
        """Return the process ids of a role now, in the order of the programs' names."""
        pids = [pid for name, pid in sorted(self._pids().items()) if name.startswith(_NAMES[role])]
        return [child for pid in pids for child in _children(pid)] if role == "worker" else pids

    def pull(self, pull: Pull) -> int | None:
        """Signal the process that is meant, and return its id; None if there is none now."""
        pids = self.find(pull.role)
        if not pids:
            return None
        pid = pids[pull.number % len(pids)]
        if not _send(pid, _SIGNALS[pull.action]):
            return None
        if pull.action == "freeze":
            self.frozen.append(pid)
        return pid

    def thaw(self, pid: int) -> None:
        """Let a frozen process go on."""
        if pid in self.frozen:
            self.frozen.remove(pid)
            _send(pid, signal.SIGCONT)

    def thaw_all(self) -> None:
        """Let all frozen processes go on."""
        for pid in list(self.frozen):
            self.thaw(pid)

    def look(self) -> None:
        """Remember the processes that run now."""
        for pid in self._pids().values():
            for one in (pid, *_children(pid)):
                with contextlib.suppress(psutil.Error):
                    self._seen[one] = psutil.Process(one).create_time()

    def orphans(self) -> list[int]:
        """Return those of all the processes that were ever seen that still run."""
        return [pid for pid, born in self._seen.items() if _is_alive(pid, born)]


def _children(pid: int) -> list[int]:
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


def _is_alive(pid: int, born: float) -> bool:
    try:
        process = psutil.Process(pid)
        return bool(process.create_time() == born and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _send(pid: int, number: signal.Signals) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True

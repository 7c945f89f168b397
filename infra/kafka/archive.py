"""An archive of the broker's loaded classes, made once by `make setup`: with it, a broker starts in half the time.

A Java of another version than the one that made it ignores it.
"""

import secrets
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from infra.errors import CannotRun
from infra.kafka.access import SUPERVISOR, USERS, KafkaAccess
from infra.kafka.server import ARCHIVE, kafka_program
from infra.kafka.topics import ensure_topics
from infra.programs.binaries import ROOT, find_java
from infra.programs.ports import free_port
from infra.programs.program import Child

STOP_DEADLINE = 180.0
"""Seconds for writing the classes down, which Java does as it ends."""


def make_archive() -> None:
    """Run a broker in a folder of its own for a moment and let Java write down its classes. Raises `CannotRun`."""
    ARCHIVE.unlink(missing_ok=True)
    java = find_java()
    write_base_archive(java)
    writes = (f"-XX:ArchiveClassesAtExit={ARCHIVE}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
    with tempfile.TemporaryDirectory(prefix="riverfront-") as folder:
        data = Path(folder)
        # By a login, as the stack's broker has it, so that its classes are in the archive, too.
        access = KafkaAccess(free_port(), {user: secrets.token_hex(24) for user in USERS})
        broker = kafka_program(java, access.port, free_port(), data, data / "kafka.log", writes, access)
        child = Child(replace(broker, stop_deadline=STOP_DEADLINE))
        try:
            child.wait_until_ready()
            ensure_topics(access.cluster(SUPERVISOR))
        finally:
            child.stop()
        if not ARCHIVE.exists():
            # A broker starts without it, too.
            sys.stderr.write(f"Java wrote no archive of its classes:\n{child.last_lines()}\n")


def write_base_archive(java: str) -> None:
    """Let a Java below this folder write the archive of its own classes, without which it writes no other.

    The one that setup gets comes without; Java of the system has it, and is not written to.
    """
    runtime = Path(java).parents[1]
    if runtime.is_relative_to(ROOT) and not (runtime / "lib" / "server" / "classes.jsa").exists():
        subprocess.run((java, "-Xshare:dump"), capture_output=True, timeout=STOP_DEADLINE, check=False)  # noqa: S603 - our Java


def main() -> int:
    """Make the archive. Returns the exit code."""
    try:
        make_archive()
    except CannotRun as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

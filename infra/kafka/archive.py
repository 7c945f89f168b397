"""An archive of the broker's loaded classes, made once by `make setup`: with it, a broker starts in half the time.

A Java of another version than the one that made it ignores it.
"""

import sys
import tempfile
from pathlib import Path

from infra.errors import CannotRun
from infra.kafka.server import ARCHIVE, kafka_program
from infra.kafka.topics import ensure_topics
from infra.programs.binaries import find_java
from infra.programs.ports import LOOPBACK, free_port
from infra.programs.program import Child


def make_archive() -> None:
    """Run a broker in a folder of its own for a moment and let Java write down its classes. Raises `CannotRun`."""
    ARCHIVE.unlink(missing_ok=True)
    writes = (f"-XX:ArchiveClassesAtExit={ARCHIVE}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
    with tempfile.TemporaryDirectory(prefix="riverfront-") as folder:
        port, data = free_port(), Path(folder)
        child = Child(kafka_program(find_java(), port, free_port(), data, data / "kafka.log", further=writes))
        try:
            child.wait_until_ready()
            ensure_topics(f"{LOOPBACK}:{port}")
        finally:
            child.stop()


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

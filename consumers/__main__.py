"""``python -m consumers learn``, ``monitor`` and ``refit``: long-running consumers; ``warm-up`` compiles the models.

``refit`` is a package of its own, `training`, which needs TensorFlow: this process becomes it, and imports none of it.
"""

import argparse
import os
import signal
import sys
import threading

from connections.environment import InvalidSetting
from connections.log_lines import configure_logging
from connections.permissions import keep_files_private
from consumers.errors import FolderTaken
from consumers.learner.snapshot_store import SnapshotStore
from consumers.settings import read_settings


def main() -> int:
    """Run one consumer until SIGTERM or SIGINT. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m consumers", description="Reads the shop's events from Kafka.")
    parser.add_argument(
        "process",
        choices=("learn", "monitor", "refit", "warm-up"),
        help="learn and push; count and show; or train the neural model",
    )
    arguments = parser.parse_args()
    if arguments.process == "refit":
        os.execv(sys.executable, [sys.executable, "-m", "training"])  # noqa: S606 - our own module
    if arguments.process == "warm-up":
        from consumers.learner.warm_up import warm_up

        warm_up()
        return 0
    try:
        settings = read_settings(os.environ)
    except InvalidSetting as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's answer
        return 2
    keep_files_private(settings.home)
    configure_logging(settings.log_level, "%(asctime)s %(levelname)-7s %(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.process == "learn":
        from consumers.learner.wiring import build_code_loading, build_learner

        code_loading = build_code_loading(settings)
        try:
            with SnapshotStore(settings.snapshots).claimed():
                loop = build_learner(settings, is_warm=lambda: code_loading.is_over)
                with code_loading.running(is_busy=lambda: loop.has_backlog):
                    loop.run(stop)
        except FolderTaken as error:
            print(error, file=sys.stderr)  # noqa: T201 - the command line's answer
            return 2
    else:
        from consumers.monitor.wiring import build_catalog_guard, build_catalog_updater, build_monitor

        with build_catalog_guard(settings).running(), build_catalog_updater(settings).running():
            build_monitor(settings).run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m training``: the refit process. ``python -m consumers refit`` and ``riverfront refit`` become it."""

import logging
import os
import signal
import sys
import threading

from connections.environment import InvalidSetting
from connections.log_lines import configure_logging
from connections.permissions import keep_files_private
from online_models.schema.keyspace import INTERACTIONS, WEIGHTS
from training.event_reader import EventReader
from training.packages import ADVICE, make_importable
from training.priority import give_way
from training.refit import Pace, RefitProcess, WeightsTrainer
from training.settings import TrainingSettings, read_settings
from training.visit_window import VisitWindow
from training.weights_folder import WeightsFolder
from training.weights_publisher import WeightsPublisher

_log = logging.getLogger(__name__)


def build_process(settings: TrainingSettings) -> RefitProcess:
    """Build the process. Nothing connects before it runs, and TensorFlow is imported when there is work for it."""
    kafka = settings.cluster_at(settings.kafka)
    return RefitProcess(
        reader=EventReader(kafka, INTERACTIONS.name),
        window=VisitWindow(),
        build_trainer=_build_trainer,
        folder=WeightsFolder(settings.weights),
        publisher=WeightsPublisher(kafka, WEIGHTS.name),
        pace=Pace(settings.refit_seconds, settings.fine_tune_seconds),
    )


def main() -> int:
    """Refit until SIGTERM or SIGINT. Returns the exit code."""
    if not make_importable():
        print(ADVICE, file=sys.stderr)  # noqa: T201 - the command line's answer
        return 2
    try:
        settings = read_settings(os.environ)
    except InvalidSetting as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's answer
        return 2
    keep_files_private(settings.home)
    configure_logging(settings.log_level, "%(asctime)s %(levelname)-7s %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    give_way()
    build_process(settings).run(threading.Event())
    return 0


def _build_trainer() -> WeightsTrainer:
    from training.session_gru import SessionGruTrainer

    return SessionGruTrainer()


def _leave(*_: object) -> None:
    """End at once, in the middle of a training, too: nothing of it is needed, and whoever stops the shop waits."""
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())

"""The whole stack in a folder of its own, for as long as something is measured."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import fields, replace

from connections.kafka_settings import KafkaSettings
from infra.programs.ports import free_port
from infra.stack.display import Display
from infra.stack.local_stack import LocalStack, Options, start_stack
from infra.stack.settings import StackSettings, read_settings


@contextmanager
def fresh_stack(display: Display, options: Options) -> Iterator[LocalStack]:
    """Start everything in a new folder on free ports, and in the end stop it and remove the folder.

    If something goes wrong, the folder stays, and the terminal says where, for its logs. Raises `CannotRun`, and
    `Stopped` when somebody stops it meanwhile.
    """
    with fresh_settings(display) as settings, start_stack(settings, display, options) as stack:
        yield stack


@contextmanager
def fresh_settings(display: Display) -> Iterator[StackSettings]:
    """Make a new folder and find a free port, for a stack that may start in it more than once."""
    folder = Path(tempfile.mkdtemp(prefix="riverfront-"))
    # How to log in to a Kafka of the user's goes with it.
    logins = {field.name: field.default for field in fields(KafkaSettings)}
    try:
        yield replace(read_settings(os.environ), home=folder, port=free_port(), kafka=None, redis=None, **logins)
    except BaseException:
        display.note(f"What happened is in {folder}.")
        raise
    shutil.rmtree(folder)

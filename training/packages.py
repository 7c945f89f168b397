"""Where TensorFlow is: in this Python, or in the folder in which ``python -m infra.setup --training`` puts it.

Nothing but this package needs it, and it takes 1.5 GB: so it is not among the packages of the other processes.
"""

import importlib.util
import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / ".tools" / "training"
"""Beside the packages of the clone's environment, with which its lock agrees on each version."""

ADVICE = "TensorFlow is not installed, so nothing is refitted. To have it: python3 -m infra.setup --training"

_QUIETLY = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2", "TF_ENABLE_ONEDNN_OPTS": "0"}
"""Which backend Keras has; no lines about what TensorFlow was built for; and sums in an order of its own, not of the
machine's.
"""


def are_there(folder: Path = FOLDER) -> bool:
    """Say whether TensorFlow can be imported, after `make_importable`."""
    return (folder / "tensorflow").is_dir() or importlib.util.find_spec("tensorflow") is not None


def make_importable(folder: Path = FOLDER) -> bool:
    """Have this process find TensorFlow, without importing it. Returns False where it is not installed."""
    for name, value in _QUIETLY.items():
        os.environ.setdefault(name, value)
    if (folder / "tensorflow").is_dir() and str(folder) not in sys.path:
        # Last: what this Python has of its own comes first.
        sys.path.append(str(folder))
        importlib.invalidate_caches()
    return are_there(folder)

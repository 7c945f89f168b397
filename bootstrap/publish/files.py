"""Writing the bootstrap's files whole or not at all: a reader never sees half a file."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table as Parquet."""
    _replace(path, lambda part: table.to_parquet(part, index=False, compression="zstd"))


def write_json(path: Path, content: object) -> None:
    """Write a JSON file that people can read."""
    write_text(path, json.dumps(content, indent=2) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file."""
    _replace(path, lambda part: part.write_text(text, encoding="utf-8"))


def _replace(path: Path, write: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

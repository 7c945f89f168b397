"""Runs the cells of a notebook and notes what they show, without Jupyter.

    python -m tests.steps.notebook docs/steps.ipynb

renews the outputs in the file.
"""

import argparse
import ast
import io
import json
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

Json = dict[str, Any]

REPRESENTATIONS = {"image/svg+xml": "_repr_svg_", "text/html": "_repr_html_"}
"""What a notebook asks a value for besides its `repr`, by type."""


def read_notebook(path: Path) -> Json:
    """Read a notebook of format 4."""
    notebook: Json = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def write_notebook(path: Path, notebook: Json) -> None:
    """Write a notebook as Jupyter would, so that saving it there changes nothing."""
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")


def run(notebook: Json) -> Json:
    """Run the code cells in order, in one namespace, and return the notebook with what they show."""
    namespace: Json = {"__name__": "__main__"}
    cells, count = [], 0
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            count += 1
            outputs = run_cell("".join(cell["source"]), count, namespace)
            cell = {**cell, "execution_count": count, "outputs": outputs}
        cells.append(cell)
    return {**notebook, "cells": cells}


def run_cell(source: str, count: int, namespace: Json) -> list[Json]:
    """Run one cell: what it prints and the value of its last expression are its outputs."""
    tree, name, value = ast.parse(source), f"<cell {count}>", None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(tree, name, "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
    outputs: list[Json] = []
    if text := printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines_of(text)})
    if value is not None:
        shown = {"execution_count": count, "metadata": {}, "data": data_of(value)}
        outputs.append({"output_type": "execute_result", **shown})
    return outputs


def data_of(value: object) -> Json:
    """Return a value as a notebook shows it, by type."""
    data = {"text/plain": lines_of(repr(value))}
    for kind, method in REPRESENTATIONS.items():
        if hasattr(value, method):
            data[kind] = lines_of(getattr(value, method)())
    return data


def lines_of(text: str) -> list[str]:
    """Split a text as notebooks do: each line with its end."""
    return text.splitlines(keepends=True)


def main(arguments: Sequence[str]) -> None:
    """Run a notebook and write it, with what its cells show now."""
    parser = argparse.ArgumentParser(description="Run a notebook and renew its outputs.")
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--to", type=Path, help="write it there instead")
    parser.add_argument("--without", nargs="*", default=(), metavar="MODULE", help="let importing these fail")
    given = parser.parse_args(arguments)
    blocked: dict[str, Any] = dict.fromkeys(given.without)
    sys.modules.update(blocked)
    write_notebook(given.to or given.notebook, run(read_notebook(given.notebook)))


if __name__ == "__main__":
    main(sys.argv[1:])

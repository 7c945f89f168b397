"""The verbs of the package are those that its docstring explains."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import consumers

NO_VERBS = {
    "is",
    "now",
    "elapsed",
    "offsets",
    "beginning",
    "end",
    "committed",
    "ids",
    "of",
    "ranking",
    "headers",
    "percentiles",
    "oldest",
    "newest",
    "names",
    "among",
    "answered",
    "folders",
    "key",
    "owners",
    "written",
    "state",
    "size",
    "categories",
}
"""Methods that are called by what they return."""
OF_OTHERS = {"claimed", "running", "get", "release", "disconnect"}
"""Blocks that are entered by ``with``, and what redis-py's pools are asked for."""


def first_words() -> Iterator[tuple[str, str]]:
    for path in Path(consumers.__file__).parent.rglob("*.py"):
        owners = [one for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.ClassDef)]
        for owner in owners:
            for method in owner.body:
                if isinstance(method, ast.FunctionDef) and not method.name.startswith("_") and not is_property(method):
                    yield method.name.split("_")[0], f"{owner.name}.{method.name}"


def is_property(method: ast.FunctionDef) -> bool:
    return any(isinstance(mark, ast.Name) and mark.id == "property" for mark in method.decorator_list)


def test_every_method_is_named_by_a_verb_that_the_package_explains() -> None:
    explained = {verb.rstrip("_…") for verb in re.findall(r"``(\w+…?)``", consumers.__doc__ or "")}
    unexplained = {method for word, method in first_words() if word not in explained | NO_VERBS | OF_OTHERS}
    assert unexplained == set()
    assert explained - {"is_due"} <= {word for word, _ in first_words()}, "no verb is explained that nobody uses"

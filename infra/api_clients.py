"""The OpenAPI document, and what is made from it: the models of the Python client and the types of the TypeScript one.

``python -m infra.api_clients`` writes them; a test compares them.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from inspect import cleandoc
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from infra.errors import CannotRun
from infra.setup.clone import Clone
from infra.setup.programs import NODE
from storefront.api.openapi import build_document
from storefront.app.api import build_routes
from storefront.app.services import Services

ROOT = Path(__file__).parents[1]
DOCUMENT = Path("docs/openapi.json")
PYTHON = Path("clients/python/riverfront_client/models.py")
TYPESCRIPT = Path("clients/typescript/src/schema.ts")
SECONDS = 120

Json = dict[str, Any]

_CHECKED_BY_THE_API = frozenset(
    {"minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems"}
    | {"maxItems", "enum"}
)
_OPTIONS = (
    *("--input-file-type", "openapi", "--output-model-type", "msgspec.Struct", "--target-python-version", "3.11"),
    *("--keyword-only", "--use-default", "--use-schema-description", "--use-annotated", "--use-double-quotes"),
    *("--use-standard-collections", "--use-union-operator", "--disable-timestamp", "--formatters", "builtin"),
)


class _NoServices:
    """Hands out views that answer nothing: the document only says what there is."""

    def build(self, kind: Callable[..., Any], **_: object) -> Any:
        return object.__new__(cast(type, kind))


def build_openapi() -> Json:
    """Return the document that the API serves, without an API."""
    return build_document(list(build_routes(cast(Services, _NoServices()))))


def document_file() -> str:
    """Return the text of `DOCUMENT`."""
    return f"{json.dumps(build_openapi(), indent=2, ensure_ascii=False)}\n"


def python_models() -> str:
    """Return the text of `PYTHON`, by datamodel-code-generator."""
    document = {"openapi": "3.1.0", "info": {"title": "", "version": ""}, "paths": {}}
    schemas = _as_clients_read(build_openapi()["components"]["schemas"])
    with TemporaryDirectory() as folder:
        source, made = Path(folder, DOCUMENT.name), Path(folder, PYTHON.name)
        source.write_text(json.dumps({**document, "components": {"schemas": schemas}}), encoding="utf-8")
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "datamodel_code_generator",
            "--input",
            source,
            "--output",
            made,
            *_OPTIONS,
        ]
        _run(command)
        return _formatted(made.read_text(encoding="utf-8"))


def typescript_types() -> str:
    """Return the text of `TYPESCRIPT`, by openapi-typescript. Raises `CannotRun` where it is not installed."""
    clone = Clone(ROOT)
    node, made = NODE.find(clone), clone.typescript_client / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
    if node is None or not made.exists():
        raise CannotRun("The types need Node and openapi-typescript: make setup-tests brings them")
    with TemporaryDirectory() as folder:
        source = Path(folder, DOCUMENT.name)
        source.write_text(document_file(), encoding="utf-8")
        return _run([node, made, source, "--default-non-nullable", "false"])


def _run(command: Sequence[str | Path], text: str = "") -> str:
    """Run a command with a text as its input, and return its output."""
    done = subprocess.run(command, cwd=ROOT, input=text, stdout=subprocess.PIPE, text=True, check=True, timeout=SECONDS)  # noqa: S603
    return done.stdout


def _formatted(text: str) -> str:
    """Return a module as the project writes them."""
    ruff = [sys.executable, "-m", "ruff"]
    sorted_text = _run([*ruff, "check", "-q", "--fix-only", "--select", "I", "--stdin-filename", PYTHON, "-"], text)
    return _run([*ruff, "format", "-q", "--stdin-filename", PYTHON, "-"], sorted_text)


def _as_clients_read(schemas: Json) -> Json:
    """Return the schemas without what the API alone checks.

    A client takes an answer with a word that it does not know. What an answer may leave out has its default.
    """
    return {name: _freed(schema) for name, schema in schemas.items()}


def _freed(part: Any) -> Any:
    if isinstance(part, list):
        return [_freed(one) for one in part]
    if not isinstance(part, dict):
        return part
    freed = {name: _freed(value) for name, value in part.items() if name not in _CHECKED_BY_THE_API}
    if "enum" in part:
        freed["type"] = "string"
    if part.get("type") == "array":
        freed.setdefault("items", {})
    if "properties" in part:
        fields = {name: _freed(field) for name, field in part["properties"].items()}
        for field in fields.values():
            field.pop("description", None)
        required = {*part.get("required", ()), *(name for name, field in fields.items() if "default" in field)}
        freed |= {"properties": fields, "required": [name for name in fields if name in required]}
    if isinstance(text := part.get("description"), str):
        freed["description"] = cleandoc(text)
    return freed


MADE = {DOCUMENT: document_file, PYTHON: python_models, TYPESCRIPT: typescript_types}
"""How each file is made, by its path in the project."""


def write_files() -> None:
    """Write everything into the project."""
    for path, make in MADE.items():
        (ROOT / path).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    write_files()

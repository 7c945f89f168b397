"""What is made from the OpenAPI document is what the document gives today."""

from collections.abc import Callable, Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest

from infra.api_clients import MADE, ROOT, build_openapi


@pytest.mark.parametrize(("path", "make"), MADE.items(), ids=map(str, MADE))
def test_what_is_committed_is_current(path: Path, make: Callable[[], str]) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == make(), "make it anew: make clients"


def test_no_text_of_the_document_is_indented_as_code_is() -> None:
    texts = [text for text in texts_of(build_openapi()) if text != cleandoc(text)]
    assert not texts


def texts_of(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(text := part.get("description"), str):
            yield text
        for one in part.values():
            yield from texts_of(one)
    elif isinstance(part, list):
        for one in part:
            yield from texts_of(one)

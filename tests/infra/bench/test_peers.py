"""Peers are measured in an environment of their own, by whatever uv there is."""

import os
from pathlib import Path

import pytest

from infra.bench.peers import PACKAGES, measure_peers
from infra.bench.synthetic_shop import feedback_of_shop


@pytest.fixture
def uv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that stands for uv: it notes its words, and answers as its script goes on."""
    program = tmp_path / "uv"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "$@" > {tmp_path}/words\n. {tmp_path}/answer\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_the_figures_are_the_last_line_of_what_is_said(uv: Path) -> None:
    (uv / "answer").write_text("echo Installed 20 packages\necho '{\"events\": 9}'\n")
    assert measure_peers(list(feedback_of_shop(9, 3, 50))) == {"events": 9}
    words = (uv / "words").read_text().split()
    assert set(PACKAGES) <= set(words)
    assert "--isolated" in words


@pytest.mark.parametrize(("answer", "error"), [("echo no wheel >&2; exit 2", "no wheel"), ("exit 3", "it failed")])
def test_what_fails_is_said_and_nothing_else_fails(uv: Path, answer: str, error: str) -> None:
    (uv / "answer").write_text(answer)
    assert measure_peers(list(feedback_of_shop(9, 3, 50))) == {"error": error}

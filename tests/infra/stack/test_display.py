"""What the terminal shows."""

import re
from io import StringIO

import pytest
from rich.console import Console

from infra.stack.display import Display


@pytest.fixture
def screen() -> StringIO:
    return StringIO()


@pytest.fixture
def display(screen: StringIO) -> Display:
    return Display(Console(file=screen, width=120))


def test_a_step_says_how_long_it_took(display: Display, screen: StringIO) -> None:
    with display.step("Kafka and Redis"):
        pass
    assert re.fullmatch(r"✓ Kafka and Redis +\d+\.\d s", screen.getvalue().strip())


def test_a_step_that_fails_is_marked_and_the_error_goes_on(display: Display, screen: StringIO) -> None:
    with pytest.raises(ValueError, match="no"), display.step("Topics"):
        raise ValueError("no")
    assert "✗ Topics" in screen.getvalue()


def test_a_bar_moves_and_ends_in_a_line(display: Display, screen: StringIO) -> None:
    with display.progress("History learned") as move:
        move(3, 0)
        move(5, 10)
    assert "✓ History learned" in screen.getvalue()


def test_places_are_shown_with_how_to_stop(display: Display, screen: StringIO) -> None:
    display.ready({"Shop": "http://127.0.0.1:8000", "Logs": "/tmp/log"}, 12.34)
    for words in ("Riverfront runs · started in 12.3 s", "http://127.0.0.1:8000", "/tmp/log", "Ctrl-C"):
        assert words in screen.getvalue()


def test_programs_that_die_and_come_back_are_named(display: Display, screen: StringIO) -> None:
    display.died("Learner", "signal SIGKILL", "    out of memory", 0.5)
    display.died("Shop", "exit code 1", "", 0.0)
    display.came_back("Learner")
    assert "Learner ended with signal SIGKILL. It starts again in 0.5 s." in screen.getvalue()
    assert "Shop ended with exit code 1. It starts again at once." in screen.getvalue()
    assert "out of memory" in screen.getvalue()
    assert "Learner was started again." in screen.getvalue()


def test_what_stops_together_is_one_step_and_nothing_is_none(display: Display, screen: StringIO) -> None:
    with display.stopping(("Learner", "Monitor")), display.stopping(()):
        pass
    assert screen.getvalue().count("Stop") == 1
    assert "Stop Learner and Monitor" in screen.getvalue()


def test_words_of_programs_are_not_taken_for_markup(display: Display, screen: StringIO) -> None:
    display.note("[bold]note")
    display.problem("[red]problem")
    assert "[bold]note" in screen.getvalue()
    assert "[red]problem" in screen.getvalue()

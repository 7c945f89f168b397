"""The code of the models is loaded beside the learner, which neither waits for it nor changes by it."""

import gc
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from consumers.clock import Clock
from consumers.learner.code_loading import CodeLoading, load
from online_models.hybrid import Hybrid
from online_models.hybrid_settings import HybridSettings
from online_models.schema.events import EventId, ReasonsRequested
from tests.consumers.builders import NOW, a_shopping_day, common, with_impressions
from tests.consumers.fakes import ManualClock, MemoryTopic
from tests.consumers.harness import Harness, Several

PATIENCE = 30.0


def is_idle() -> bool:
    return False


def live(folder: Path, *, beside: bool = False, is_shared: bool = False) -> Harness:
    """Live a shopping day in which somebody asks for reasons; with ``beside``, load code in the middle of it."""
    among = Several() if is_shared else None
    model = None if is_shared else Hybrid(HybridSettings(varies=True))
    harness = Harness(MemoryTopic(), folder, model, among=among)
    for number, event in enumerate(with_impressions(a_shopping_day())):
        harness.tell(event)
        if number % 20 == 0:
            harness.tell(ReasonsRequested(**common(event.visitor, NOW, event_id=EventId(f"why-{number}"))))
            harness.wait(5)
        if beside and number == 50:
            load_all(is_shared)
    harness.loop.finish()
    return harness


def load_all(is_shared: bool) -> None:
    for _ in load(HybridSettings(varies=not is_shared), is_shared=is_shared):
        pass


def loaded() -> dict[str, int]:
    """Return how many forms of each compiled loop this process has loaded."""
    loops: list[Any] = [one for one in gc.get_objects() if type(one).__name__ == "CPUDispatcher"]
    ours = [one for one in loops if one.py_func.__module__.startswith("online_models.")]
    return {f"{one.py_func.__module__}.{one.py_func.__qualname__}": len(one.overloads) for one in ours}


def name_what_a_day_loads(folder: str, is_shared: bool) -> None:
    """Load code, live a day, and say what had to be loaded on that day."""
    load_all(is_shared)
    before = loaded()
    assert any(before.values())
    live(Path(folder), is_shared=is_shared)
    sys.stdout.write(" ".join(name for name, forms in loaded().items() if forms > before.get(name, 0)))


@pytest.mark.parametrize("is_shared", [False, True], ids=["alone", "among others"])
def test_no_event_and_no_list_of_a_day_has_code_to_load(tmp_path: Path, is_shared: bool) -> None:
    # In a process of its own: this one has loaded much by now.
    story = f"from {__name__} import name_what_a_day_loads; name_what_a_day_loads({str(tmp_path)!r}, {is_shared})"
    answer = subprocess.run([sys.executable, "-c", story], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout.split()) == (0, []), answer.stderr


def test_the_learner_and_its_chance_are_the_same_with_it(tmp_path: Path) -> None:
    random.seed(3)
    np.random.seed(3)
    alone = live(tmp_path / "alone").dump()
    drawn = random.random(), np.random.random()
    random.seed(3)
    np.random.seed(3)
    assert live(tmp_path / "beside", beside=True).dump() == alone
    assert (random.random(), np.random.random()) == drawn


def test_it_is_over_when_its_work_is_done() -> None:
    done = threading.Event()
    loading = CodeLoading(Clock(), lambda: iter([None, None]))
    assert not loading.is_over
    with loading.running(is_idle):
        done.set()
    assert done.is_set()
    assert loading.is_over


def test_work_waits_while_the_learner_works_off_a_backlog() -> None:
    begun, done, backlog = threading.Event(), threading.Event(), threading.Event()
    looks: list[bool] = []

    def load_in_two() -> Iterator[None]:
        begun.set()
        yield
        assert not backlog.is_set()
        done.set()

    def is_busy() -> bool:
        looks.append(backlog.is_set())
        if len(looks) == 3:
            backlog.clear()
        return looks[-1]

    backlog.set()
    with (loading := CodeLoading(ManualClock(), load_in_two)).running(is_busy):
        assert done.wait(PATIENCE)
    assert looks[:4] == [True, True, True, False]
    assert loading.is_over


def test_who_stops_within_a_backlog_does_not_wait_for_its_end() -> None:
    begun = threading.Event()

    def go_on() -> Iterator[None]:
        begun.set()
        yield
        raise AssertionError

    with (loading := CodeLoading(ManualClock(), go_on)).running(lambda: True):
        assert begun.wait(PATIENCE)
    assert loading.is_over


def test_work_that_fails_is_logged_and_the_learner_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Iterator[None]:
        yield
        raise OSError("no such cache")

    lived = []
    loading = CodeLoading(Clock(), fail)
    with loading.running(is_idle):
        lived.append("a day")
    assert lived
    assert loading.is_over


def test_work_that_cannot_even_begin_is_left_too(caplog: pytest.LogCaptureFixture) -> None:
    tried = threading.Event()

    def refuse() -> Iterator[None]:
        tried.set()
        raise OSError("no such cache")

    with (loading := CodeLoading(Clock(), refuse)).running(is_idle):
        assert tried.wait(PATIENCE)
    assert loading.is_over
    assert "no such cache" in caplog.text


def test_work_without_an_end_is_left_after_a_time() -> None:
    clock, ended = ManualClock(), threading.Event()

    def go_on() -> Iterator[None]:
        try:
            while True:
                clock.advance(1)
                yield
        finally:
            ended.set()

    with CodeLoading(clock, go_on, longest=5).running(is_idle):
        assert ended.wait(PATIENCE)
    assert clock.elapsed() == ManualClock().elapsed() + 6


def test_who_stops_early_does_not_wait_for_the_rest() -> None:
    begun, steps = threading.Event(), []

    def go_on() -> Iterator[None]:
        while True:
            begun.set()
            steps.append(1)
            yield

    with (loading := CodeLoading(ManualClock(), go_on)).running(is_idle):
        assert begun.wait(PATIENCE)
    assert loading.is_over
    assert steps

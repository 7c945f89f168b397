"""Canaries: items that come once. Whatever lists one before it has come, has seen it beforehand.

Only the catalog may tell of an item that nobody has come to: by its words, to `content`, and by what visitors declared
to like, to `preferences`. Positions for cold-start items are filled from it when a list is shown, not when it is
judged. What is proposed in such a way must not depend on which item comes next.
"""

import numpy as np
import pytest

from online_models.evaluation.day_by_day import DAY, walk_day_by_day
from online_models.evaluation.protocols import walk_holdout, walk_prequentially
from online_models.evaluation.rules import Rules
from online_models.hybrid import Hybrid
from online_models.ranking.recent_slates import Slate
from online_models.schema.feedback import Feedback
from tests.online_models.scripted import Tick, a_stream
from tests.online_models.shops import a_shop
from tests.online_models.watched import Watched, half_a_minute_apart, round_trips

RULES = Rules(k=20, warm_up=0.0)
FROM_CATALOG = {"content", "preferences"}
CANARIES = 40


class Canaries(Watched):
    """Notes who listed an item before anybody came to it, and the lists that items which come once were judged by."""

    def __init__(self, hybrid: Hybrid | None = None) -> None:
        super().__init__(hybrid)
        self.foretold: set[str] = set()
        self.unheard: set[str] = set()
        self.judged = 0

    def look(self, feedback: Feedback, slate: Slate) -> None:
        is_canary = feedback.item.startswith("canary")
        self.judged += is_canary
        for name, line in zip((*self.members, "hybrid"), self.lists(slate, 1000), strict=True):
            if is_canary and self.index(feedback.item) in line:
                self.foretold.add(name)
            if any(self.name(item) is None for item in line):
                self.unheard.add(name)


def with_canaries(events: list[str], seed: int = 3) -> list[str]:
    """Let one event in a while be about an item that nobody else comes to."""
    draw = np.random.default_rng(seed)
    places = set(draw.choice(np.arange(50, len(events)), CANARIES, replace=False).tolist())
    return [f"{event.split()[0]} canary{number}" if number in places else event for number, event in enumerate(events)]


def test_no_list_holds_an_item_before_its_first_event() -> None:
    watched = Canaries()
    walk_prequentially(watched, half_a_minute_apart(with_canaries(round_trips(40, 25, 60))), RULES, Tick())
    assert watched.judged > CANARIES / 2
    assert (watched.foretold, watched.unheard) == (set(), set())


@pytest.mark.parametrize("protocol", ["holdout", "t4rec"])
def test_no_list_holds_an_item_that_only_the_sessions_held_out_come_to(protocol: str) -> None:
    train = round_trips(visitors=40, steps=10, items=60)
    test = [f"{visitor}-later {item}" for visitor, item in map(str.split, train)]
    test[9::10] = [f"v{visitor}-later canary{visitor}" for visitor in range(40)]
    watched = Canaries()
    if protocol == "holdout":
        walk_holdout(watched, half_a_minute_apart(train), half_a_minute_apart(test), RULES, Tick())
    else:
        times = [day * DAY + 30.0 * number for day in (0, 1) for number in range(len(train))]
        walk_day_by_day(watched, a_stream(*train, *test, times=times), RULES, Tick())
    assert watched.judged >= 40
    assert (watched.foretold, watched.unheard) == (set(), set())


def shop_events() -> list[str]:
    words = ("mug", "plate", "bunting", "lantern", "teapot", "bag", "clock")
    return [
        f"v{visitor} {('red', 'blue')[visitor % 2]}-{words[(visitor + step) % len(words)]}"
        for visitor in range(40)
        for step in range(5)
    ]


def test_of_all_members_only_those_that_read_the_catalog_list_what_nobody_came_to() -> None:
    watched = Canaries(a_shop())
    walk_prequentially(watched, half_a_minute_apart(shop_events()), RULES, Tick())
    assert watched.unheard - {"hybrid"} <= FROM_CATALOG
    assert "content" in watched.unheard


class Recorded(Watched):
    """Keeps all lists as bytes."""

    def __init__(self, hybrid: Hybrid) -> None:
        super().__init__(hybrid)
        self.recorded: list[bytes] = []

    def look(self, feedback: Feedback, slate: Slate) -> None:
        shown = self.hybrid.rank(feedback.visitor, feedback.at)
        told = " ".join(item.item for item in shown).encode()
        self.recorded.append(slate.candidates.items.tobytes() + slate.items.tobytes() + told)


@pytest.mark.parametrize("place", [60, 131, 198])
def test_no_list_depends_on_the_event_that_it_is_judged_by(place: int) -> None:
    worlds = []
    for canary in ("green-clock", "green-tin"):
        events = shop_events()
        events[place] = f"{events[place].split()[0]} {canary}"
        recorded = Recorded(a_shop())
        walk_prequentially(recorded, half_a_minute_apart(events), RULES, Tick())
        worlds.append(recorded.recorded)
    first, second = worlds
    assert len(first) == len(second) == len(shop_events())
    assert first[: place + 1] == second[: place + 1]
    assert first[place + 1 :] != second[place + 1 :], "the event itself is seen later"

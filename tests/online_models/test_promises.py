"""Every member keeps every promise. A promise that had nothing to check fails."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pytest

from online_models.content import Content
from online_models.factorization import Factorization
from online_models.feedback import FeedbackKind
from online_models.hybrid import Hybrid
from online_models.popularity import Popularity, Trending
from online_models.recommender import Context, InvalidState, Recommender, Scores, State
from online_models.sessions import Sessions
from online_models.snapshot import SnapshotHeader, encode
from online_models.transitions import Transitions

NOW = 1_700_000_000.0
ITEMS = 30
VISITORS = 12
HEADER = SnapshotHeader(positions={}, saved_at=NOW, product_version="test")
NOBODY = Context(-1, (), (), NOW)

Step = tuple[int, int, FeedbackKind, float]


class Teach(Protocol):
    def __call__(
        self, members: Sequence[Recommender], steps: Iterable[Step], sessions: Sessions | None = ...
    ) -> Sessions: ...


@dataclass
class Taught:
    """A member, and those that must learn with it: the member itself comes last."""

    members: tuple[Recommender, ...]

    @property
    def member(self) -> Recommender:
        return self.members[-1]

    def answer(self, context: Context, limit: int = 10) -> Scores:
        return self.member.score(context, limit)

    def payload(self) -> bytes:
        state: State = {str(place): member.dump() for place, member in enumerate(self.members)}
        return b"".join(encode(state, HEADER))


def _content() -> Taught:
    content = Content()
    content.use_neighbours(
        ITEMS, {row: [((row + step) % ITEMS, 1 / step) for step in (1, 2, 3)] for row in range(ITEMS)}
    )
    return Taught((content,))


def _trending() -> Taught:
    popularity = Popularity()
    return Taught((popularity, Trending(popularity)))


MEMBERS: dict[str, Callable[[], Taught]] = {
    "popularity": lambda: Taught((Popularity(),)),
    "trending": _trending,
    "transitions": lambda: Taught((Transitions(),)),
    "factorization": lambda: Taught((Factorization(seed=3),)),
    "content": _content,
}


def steps(count: int, seed: int = 1) -> list[Step]:
    draw = np.random.default_rng(seed)
    kinds: tuple[FeedbackKind, ...] = ("view", "view", "view", "cart", "purchase", "uncart", "dismissal")
    return [
        (
            int(draw.integers(VISITORS)),
            int(draw.integers(ITEMS) ** 2 // ITEMS),
            kinds[int(draw.integers(len(kinds)))],
            NOW - (count - step) * 30.0,
        )
        for step in range(count)
    ]


def same(one: Scores, other: Scores) -> bool:
    return all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


class Promise(Protocol):
    def __call__(self, make: Callable[[], Taught], teach: Teach) -> None: ...


def asking_changes_nothing(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.members, steps(300))
    before = taught.payload()
    first = [taught.answer(sessions.context(visitor, NOW)) for visitor in range(VISITORS + 3)]
    again = [taught.answer(sessions.context(visitor, NOW)) for visitor in range(VISITORS + 3)]
    assert any(len(answer.rows) for answer in first)
    assert all(same(*pair) for pair in zip(first, again, strict=True))
    assert taught.payload() == before


def the_same_stream_gives_the_same_answers(make: Callable[[], Taught], teach: Teach) -> None:
    one, other = make(), make()
    sessions = teach(one.members, steps(300))
    teach(other.members, steps(300))
    assert len(one.answer(sessions.context(0, NOW)).rows)
    assert same(one.answer(sessions.context(0, NOW)), other.answer(sessions.context(0, NOW)))
    assert one.payload() == other.payload()


def memory_is_bounded(make: Callable[[], Taught], teach: Teach) -> None:
    few, many = make(), make()
    teach(few.members, steps(1_000))
    teach(many.members, steps(4_000))
    assert len(many.payload()) <= len(few.payload()) + 100


def it_works_before_learning(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    assert len(taught.answer(NOBODY).rows) == 0
    assert isinstance(taught.answer(Context(5, (), (), NOW)), Scores)
    sessions = Sessions()
    sessions.touch(visitor=0, item=ITEMS + 5, kind="view", reward=1.0, at=NOW)
    assert len(taught.answer(sessions.context(0, NOW)).rows) == 0
    fresh = make()
    fresh.member.load(taught.member.dump())
    assert fresh.payload() == taught.payload()


def it_survives_dump_and_load(make: Callable[[], Taught], teach: Teach) -> None:
    straight, stopped, resumed = make(), make(), make()
    stream = steps(400)
    teach(straight.members, stream)
    sessions = Sessions()
    for half, taught in ((stream[:200], stopped), (stream[200:], resumed)):
        if taught is resumed:
            for member, before in zip(resumed.members, stopped.members, strict=True):
                member.load(before.dump())
        teach(taught.members, half, sessions)
    assert resumed.payload() == straight.payload()
    context = sessions.context(0, NOW)
    assert len(straight.answer(context).rows)
    assert same(resumed.answer(context), straight.answer(context))


def a_dump_is_a_copy(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    teach(taught.members, steps(100))
    dumped = [member.dump() for member in taught.members]
    before = b"".join(encode({"of": dumped[0]}, HEADER))
    teach(taught.members, steps(100, seed=2))
    assert b"".join(encode({"of": dumped[0]}, HEADER)) == before


def answers_are_well_formed(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.members, steps(500))
    for limit in (1, 7, ITEMS * 2):
        answer = taught.answer(sessions.context(1, NOW), limit)
        assert 0 < len(answer.rows) <= limit
        assert len(set(answer.rows.tolist())) == len(answer.rows) == len(answer.values) == len(answer.evidence)
        assert answer.rows.dtype == answer.evidence.dtype == np.int32
        assert answer.values.dtype == np.float32
        assert np.isfinite(answer.values).all()


def ties_are_stable(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.members, [(visitor, visitor % 6, "view", NOW - 60.0) for visitor in range(VISITORS)] * 2)
    few = set(taught.answer(sessions.context(0, NOW), 3).rows.tolist())
    all_of_them = taught.answer(sessions.context(0, NOW), ITEMS)
    best = sorted(zip((-all_of_them.values).tolist(), all_of_them.rows.tolist(), strict=True))
    assert few == {row for _, row in best[:3]}


def a_smaller_question_has_the_best_of_a_larger(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    sessions = teach(taught.members, steps(500))
    small, large = (taught.answer(sessions.context(2, NOW), limit) for limit in (4, ITEMS))
    assert len(small.rows)
    assert set(small.rows.tolist()) <= set(large.rows.tolist())
    assert small.values.min() >= np.sort(large.values)[::-1][: len(small.rows)].min()


def it_forgets_a_visitor(make: Callable[[], Taught], teach: Teach) -> None:
    taught, never = make(), make()
    teach(taught.members, steps(300))
    teach(never.members, [step for step in steps(300) if step[0] != 4])
    for member in taught.members:
        member.forget_visitor(4)
        member.forget_visitor(10_000)
    forgotten = Context(4, (), (), NOW)
    assert len(taught.answer(forgotten).rows) == len(taught.answer(NOBODY).rows)
    assert len(never.answer(forgotten).rows) == len(never.answer(NOBODY).rows)


def a_strange_state_is_refused(make: Callable[[], Taught], teach: Teach) -> None:
    taught = make()
    teach(taught.members, steps(100))
    for member in taught.members:
        for name in member.dump():
            with pytest.raises(InvalidState):
                make().members[taught.members.index(member)].load({**member.dump(), name: "something else"})


PROMISES: tuple[Promise, ...] = (
    asking_changes_nothing,
    the_same_stream_gives_the_same_answers,
    memory_is_bounded,
    it_works_before_learning,
    it_survives_dump_and_load,
    a_dump_is_a_copy,
    answers_are_well_formed,
    ties_are_stable,
    a_smaller_question_has_the_best_of_a_larger,
    it_forgets_a_visitor,
    a_strange_state_is_refused,
)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("name", MEMBERS)
def test_members_keep_their_promises(name: str, promise: Promise, teach: Teach) -> None:
    promise(MEMBERS[name], teach)


def test_every_member_of_the_hybrid_is_held_to_the_promises() -> None:
    assert set(Hybrid().members) == set(MEMBERS)
    assert all(make().member.name == name for name, make in MEMBERS.items())

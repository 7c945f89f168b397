"""What is learned from the lists that visitors had: the blend's weights, the guard, clicks by place, live quality.

The models learn from events alone; this depends on which lists were made, too. It is saved with the rest, but a
replay of the log does not make the same lists again.
"""

from collections.abc import Iterable

from online_models.arrays.state import State, read_part
from online_models.arrays.types import NO_INDEX, Values
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.click_model import Clicks
from online_models.ranking.context_features import Situation, situation_of
from online_models.ranking.fallback_to_best_model import Guard
from online_models.ranking.linear_ranker import Blended, LearnedBlend, Weighing
from online_models.ranking.live_quality import Quality
from online_models.ranking.prior_weights import DAY_ONE
from online_models.ranking.recent_slates import Asked, Served
from online_models.schema.messages import ModelQuality
from online_models.visitors.context import Context


class FeedbackLoop:
    """Blends the members' answers, remembers what was served, and learns from what came next.

    Parameters
    ----------
    names
        The members' names, in the order of their answers.
    statistics
        Of the items; kept up to date by its owner.
    """

    def __init__(self, names: tuple[str, ...], statistics: ItemStatistics) -> None:
        self._names = names
        self._statistics = statistics
        self._blend = LearnedBlend(names, DAY_ONE)
        self._guard = Guard(len(names))
        self._clicks = Clicks(names)
        self._quality = Quality(names)
        self.served = Served()

    @property
    def leader(self) -> int:
        """The place of the member whose order the guard serves; -1 for the blend's."""
        return self._guard.serving

    def situation(self, context: Context) -> Situation:
        """Return where a visitor stands, and what they were shown and passed over. Changes nothing."""
        return situation_of(context, self._statistics, *self._clicks.ignored(context.visitor))

    def combine(self, answers: Candidates, situation: Situation) -> Blended:
        """Blend the answers for a visitor. Changes nothing."""
        return self._blend.combine(answers, situation, self._statistics)

    def weighing(self, answers: Candidates, situation: Situation) -> Weighing:
        """Return what the answers for a visitor are weighed by."""
        return self._blend.weighing(answers, situation, self._statistics)

    def parts(self, asked: Asked) -> Values:
        """Return what each member adds to each item of a list, shape (items, members). Changes nothing."""
        return self._blend.parts(asked.answers, asked.situation, asked.best)

    def learn_one(self, item: int, asked: Asked) -> None:
        """Hold a list to the item taken next; to the one touched last again only if it could be answered."""
        if item != asked.situation.last or bool((asked.answers.items == item).any()):
            self._guard.learn_one(self._quality.learn_one(item, asked.answers, asked.best))
            self._blend.learn_one(item, asked.answers, asked.situation, self._statistics)

    def learn_dismissed(self, item: int, asked: Asked) -> None:
        """Let the blend step away from an item that the visitor does not want to see."""
        self._blend.learn_dismissed(item, asked.answers, asked.situation, self._statistics)

    def note_shown(self, visitor: int, rows: Iterable[int], at: float) -> None:
        """Note that items of the visitor's list were drawn, in order of place."""
        asked = self.served.get(visitor)
        if asked is not None:
            carriers = dict(zip(asked.best.tolist(), asked.carriers.tolist(), strict=True))
            shown = list(rows)
            self._clicks.shown(visitor, shown, [carriers.get(row, NO_INDEX) for row in shown], at)

    def note_taken(self, visitor: int, item: int, from_list: bool) -> None:
        """Note that the visitor turned to an item, from their list or from elsewhere."""
        self._clicks.taken(visitor, item, from_list)

    def merge_visitor(self, source: int, target: int) -> None:
        """Let ``target`` have been shown what ``source`` was as well. Its list teaches nothing: it is made anew."""
        self._clicks.merge_visitor(source, target)
        self.served.take(source)

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase that an item was shown to a visitor, and the list that they had."""
        self._clicks.forget_item(visitor, item)
        self.served.take(visitor)

    def forget_visitor(self, visitor: int) -> None:
        """Erase what is kept under this visitor row."""
        self._clicks.forget_visitor(visitor)
        self.served.take(visitor)

    def quality(self) -> ModelQuality:
        """Return how good the lists were that visitors really had."""
        serving = self._names[self.leader] if self.leader >= 0 else "hybrid"
        return self._quality.report(self._blend.shares(), serving, self._clicks)

    def dump(self) -> State:
        """Return a copy of the whole state, but for the lists themselves."""
        return {
            "blend": self._blend.dump(),
            "guard": self._guard.dump(),
            "clicks": self._clicks.dump(),
            "quality": self._quality.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._blend.load(read_part(state, "blend"))
        self._guard.load(read_part(state, "guard"))
        self._clicks.load(read_part(state, "clicks"))
        self._quality.load(read_part(state, "quality"))
        self.served = Served()

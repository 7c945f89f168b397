"""What is learned from the slates that visitors had: the ranker's weights, the fallback, clicks, live quality.

The models learn from events alone. This also depends on which slates were made, so it is saved in snapshots, but a
replay of the log does not reproduce it.
"""

from collections.abc import Mapping, Sequence

from online_models.arrays.state import State, read_part
from online_models.arrays.types import NO_INDEX, Values
from online_models.catalog.item_statistics import ItemStatistics
from online_models.models.recommender import Candidates
from online_models.ranking.click_model import ClickModel
from online_models.ranking.context_features import ContextFeatures, context_features_of
from online_models.ranking.fallback_to_best_model import BestModelFallback
from online_models.ranking.features import RankingInputs
from online_models.ranking.judgment import Judgment
from online_models.ranking.linear_ranker import Gradient, LinearRanker
from online_models.ranking.live_quality import LiveQuality
from online_models.ranking.network.lesson import lesson_of
from online_models.ranking.network.ranking_network import RankingNetwork
from online_models.ranking.ranked_candidates import RankedCandidates, rank_candidates
from online_models.ranking.recent_slates import RecentSlates, Slate
from online_models.schema.messages import ModelQuality
from online_models.visitors.context import Context


class OnlineRanker:
    """Scores candidates, keeps recent slates, and learns from what visitors do next.

    Parameters
    ----------
    names
        The sources' names, in the order of their candidates.
    statistics
        Of the items; kept up to date by its owner.
    prior_weights
        What the weights start from, by source (`LinearRanker`).
    network_seed
        Of the first weights of the network (`RankingNetwork`); None for the linear ranker alone.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        statistics: ItemStatistics,
        prior_weights: Mapping[str, Sequence[float]],
        network_seed: int | None = None,
    ) -> None:
        self._names = names
        self._statistics = statistics
        self._linear = LinearRanker(names, prior_weights)
        self._network = None if network_seed is None else RankingNetwork(names, network_seed)
        self._fallback = BestModelFallback(len(names))
        self._clicks = ClickModel(names)
        self._quality = LiveQuality(names)
        self.recent_slates = RecentSlates()

    @property
    def fallback(self) -> int:
        """Index of the source whose order is served in place of the ranker's; -1 if the ranker's is served."""
        return self._fallback.serving

    def context_features(self, context: Context) -> ContextFeatures:
        """Return the context features of a request, and what the visitor was shown and passed over."""
        return context_features_of(context, self._statistics, *self._clicks.ignored(context.visitor))

    def rank(self, candidates: Candidates, context: ContextFeatures) -> RankedCandidates:
        """Return all candidates, best first. Changes nothing."""
        return RankedCandidates(*rank_candidates(self.inputs(candidates, context), candidates.items.size))

    def inputs(self, candidates: Candidates, context: ContextFeatures) -> RankingInputs:
        """Return everything that the candidates of a request are scored by."""
        inputs = self._linear.inputs(candidates, context, self._statistics)
        if self._network is None:
            return inputs
        return inputs._replace(network=self._network.weights, bends=self._network.leads(inputs.contexts))

    def contributions(self, slate: Slate) -> Values:
        """Return what each source adds to each item of a slate, shape (items, sources). Changes nothing."""
        return self._linear.contributions(slate.candidates, slate.context, slate.items)

    def judge(self, item: int, slate: Slate, *, dismissed: bool = False) -> Judgment | None:
        """Judge a slate by the item chosen next, or dismissed. Changes nothing.

        Returns None where nothing is learned: a repeat of the last item counts only as a candidate.
        """
        if not dismissed and item == slate.context.last and not bool((slate.candidates.items == item).any()):
            return None
        ranks = None if dismissed else self._quality.ranks(item, slate.candidates, slate.items)
        inputs = self.inputs(slate.candidates, slate.context)
        linear, network, gain = lesson_of(inputs, item, dismissed=dismissed)
        return Judgment(ranks, Gradient(inputs.contexts, linear), network, gain)

    def learn_one(self, judgment: Judgment) -> None:
        """Learn from a slate that was judged, here or elsewhere.

        Raises
        ------
        ValueError
            If it was judged by a ranker of other sources, or of another kind. The network has learned nothing then.
        """
        if judgment.ranks is not None:
            self._fallback.learn_one(self._quality.note(judgment.ranks))
        self._linear.descend(judgment.gradient)
        if self._network is not None:
            gain = None if judgment.ranks is None else judgment.gain
            self._network.learn_one(judgment.gradient.contexts, judgment.network, gain)

    def top_sources(self, visitor: int, items: Sequence[int]) -> list[int] | None:
        """Return the top source of each item in the visitor's slate, -1 for none; None without a slate."""
        slate = self.recent_slates.get(visitor)
        if slate is None:
            return None
        top_sources = dict(zip(slate.items.tolist(), slate.top_sources.tolist(), strict=True))
        return [top_sources.get(item, NO_INDEX) for item in items]

    def note_shown(self, visitor: int, items: Sequence[int], top_sources: Sequence[int], at: float) -> None:
        """Note that items were drawn for a visitor, in order of position, with the top source of each."""
        self._clicks.shown(visitor, items, top_sources, at)

    def was_shown(self, visitor: int, item: int) -> bool:
        """Return whether an item was drawn for a visitor since they last turned to it."""
        return bool((self._clicks.ignored(visitor)[0] == item).any())

    def note_taken(self, visitor: int, item: int, from_list: bool) -> None:
        """Note that the visitor turned to an item, from their list or from elsewhere."""
        self._clicks.taken(visitor, item, from_list)

    def merge_visitor(self, source: int, target: int) -> None:
        """Add the impressions of ``source`` to ``target``'s. The slate of ``source`` is dropped."""
        self._clicks.merge_visitor(source, target)
        self.recent_slates.take(source)

    def forget_shown(self, visitor: int, item: int | None = None) -> None:
        """Erase that an item was shown to a visitor, or all that was. Their slate stays, which is of a later time."""
        if visitor >= 0 and item is None:
            self._clicks.forget_visitor(visitor)
        elif visitor >= 0 and item is not None and item >= 0:
            self._clicks.forget_item(visitor, item)

    def forget_item(self, visitor: int, item: int) -> None:
        """Erase that an item was shown to a visitor, and their slate."""
        self._clicks.forget_item(visitor, item)
        self.recent_slates.take(visitor)

    def forget_visitor(self, visitor: int) -> None:
        """Erase everything kept of a visitor."""
        self._clicks.forget_visitor(visitor)
        self.recent_slates.take(visitor)

    def quality(self) -> ModelQuality:
        """Return how good the lists were that visitors really had."""
        serving = self._names[self.fallback] if self.fallback >= 0 else "hybrid"
        return self._quality.report(self._linear.shares(), serving, self._clicks)

    def dump(self) -> State:
        """Return a copy of the whole state except the slates."""
        network: State = {} if self._network is None else {"network": self._network.dump()}
        return {
            "linear": self._linear.dump(),
            **network,
            "fallback": self._fallback.dump(),
            "clicks": self._clicks.dump(),
            "quality": self._quality.dump(),
        }

    def load(self, state: State) -> None:
        """Replace the whole state. Raises `InvalidState`."""
        self._linear.load(read_part(state, "linear"))
        if self._network is not None:
            self._network.load(read_part(state, "network"))
        self._fallback.load(read_part(state, "fallback"))
        self._clicks.load(read_part(state, "clicks"))
        self._quality.load(read_part(state, "quality"))
        self.recent_slates = RecentSlates()

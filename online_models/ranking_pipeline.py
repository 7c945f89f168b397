"""One visitor's list as rows: what all members say, blended, steered, arranged, with places for newcomers."""

from online_models.arrays.types import NO_INDICES, Indices
from online_models.ranking.recent_slates import Asked
from online_models.recommender_state import Knowledge
from online_models.slate.arrangement import arranged, at_once, led_by, steered
from online_models.visitors.context import Context
from online_models.visitors.declared_preferences import NOTHING_DECLARED


class Asking:
    """Asks all members for a visitor, and makes one list of their answers. It changes nothing and keeps nothing."""

    def __init__(self, known: Knowledge, candidates: int) -> None:
        self._known = known
        self._candidates = candidates
        self._content = known.models.names.index("content")

    def ask(self, context: Context, n: int, excluded: Indices = NO_INDICES, *, keep_last: bool = False) -> Asked:
        """Return the best ``n`` without what is excluded, the item touched last (unless kept), and what is not sold."""
        known = self._known
        mask = known.shelf.excluded(len(known.items))
        mask[excluded] = True
        if len(context.items) and not keep_last:
            mask[context.items[-1]] = True
        return self._blended(context._replace(excluded=mask), n)

    def rank(self, context: Context, turn: int, n: int) -> Asked:
        """Return the list that a visitor is shown: without what they must not be shown, with places for newcomers.

        ``turn`` is any number that moves on from list to list: newcomers take turns.
        """
        known = self._known
        context = context._replace(excluded=known.shelf.excluded(len(known.items)))
        known.audience.sessions.exclude_unwanted(context)
        asked = self._blended(context, n)
        return known.newcomers.placed(asked, asked.answers.items[self._content], context.excluded, turn, n)

    def _blended(self, context: Context, n: int) -> Asked:
        known = self._known
        answers = known.models.retrieve(context, self._candidates)
        situation, leader = known.loop.situation(context), known.loop.leader
        declared = known.audience.preferences.of(context.visitor)
        best = None
        if declared == NOTHING_DECLARED:
            best = at_once(known.loop.weighing(answers, situation), leader, known.models.content, n)
        if best is None:
            blended = known.loop.combine(answers, situation)
            if leader >= 0:
                blended = led_by(blended, answers, leader)
            if declared != NOTHING_DECLARED:
                blended = steered(blended, known.shelf.liking(blended.rows, declared))
            best = arranged(blended, known.items, known.models.content, n)
        return Asked(answers, situation, best.rows, best.values, best.carriers)

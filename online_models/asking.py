"""One visitor's list as rows: what all members say, blended, steered, arranged, with places for newcomers."""

from online_models.audience import Audience
from online_models.blending.feedback_loop import FeedbackLoop
from online_models.blending.served import Asked
from online_models.lists.arrangement import arranged, at_once, led_by, steered
from online_models.lists.newcomers import Newcomers
from online_models.members import Models
from online_models.preferences import NOTHING_DECLARED
from online_models.recommender import NO_ROWS, Context, Rows
from online_models.shelf import Shelf
from online_models.vocabulary import ItemVocabulary


class Asking:
    """Asks all members for a visitor, and makes one list of their answers. It changes nothing and keeps nothing."""

    def __init__(
        self,
        items: ItemVocabulary,
        shelf: Shelf,
        audience: Audience,
        models: Models,
        loop: FeedbackLoop,
        newcomers: Newcomers,
        candidates: int,
    ) -> None:
        self._items = items
        self._shelf = shelf
        self._audience = audience
        self._models = models
        self._loop = loop
        self._newcomers = newcomers
        self._candidates = candidates
        self._content = models.names.index("content")

    def ask(self, context: Context, n: int, barred: Rows = NO_ROWS, *, keep_last: bool = False) -> Asked:
        """Return the best ``n`` without the rows barred, the item touched last (unless kept), and what is not sold."""
        mask = self._shelf.barred(len(self._items))
        mask[barred] = True
        if len(context.rows) and not keep_last:
            mask[context.rows[-1]] = True
        return self._blended(context._replace(barred=mask), n)

    def rank(self, context: Context, turn: int, n: int) -> Asked:
        """Return the list that a visitor is shown: without what they must not be shown, with places for newcomers.

        ``turn`` is any number that moves on from list to list: newcomers take turns.
        """
        context = context._replace(barred=self._shelf.barred(len(self._items)))
        self._audience.sessions.bar_unwanted(context)
        asked = self._blended(context, n)
        return self._newcomers.placed(asked, asked.answers.rows[self._content], context.barred, turn, n)

    def _blended(self, context: Context, n: int) -> Asked:
        answers = self._models.answer(context, self._candidates)
        situation, leader = self._loop.situation(context), self._loop.leader
        declared = self._audience.preferences.of(context.visitor)
        best = None
        if declared == NOTHING_DECLARED:
            best = at_once(self._loop.weighing(answers, situation), leader, self._models.content, n)
        if best is None:
            blended = self._loop.combine(answers, situation)
            if leader >= 0:
                blended = led_by(blended, answers, leader)
            if declared != NOTHING_DECLARED:
                blended = steered(blended, self._shelf.liking(blended.rows, declared))
            best = arranged(blended, self._items, self._models.content, n)
        return Asked(answers, situation, best.rows, best.values, best.carriers)

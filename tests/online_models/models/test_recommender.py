"""What a model gets for nothing: everything but its names and `retrieve`."""

import numpy as np

from online_models.arrays.types import Indices, Values
from online_models.models.recommender import Model, retrieve
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.visitors.context import Context
from tests.online_models.visits import a_visitor


class Constant(Model):
    """Always the same item."""

    names = ("constant", "second")

    def retrieve(self, context: Context, items: Indices, scores: Values) -> None:
        items[0, 0], scores[0, 0] = 3, 0.5


def test_what_a_model_does_not_write_is_empty() -> None:
    candidates = retrieve(Constant(), a_visitor(), limit=2)
    assert candidates.items.tolist() == [[3, -1], [-1, -1]]
    assert candidates.scores.tolist() == [[0.5, 0.0], [0.0, 0.0]]


def test_a_model_without_state_needs_no_methods_for_it() -> None:
    model, visitor = Constant(), a_visitor(1, 2)
    model.learn_one(1, Feedback(VisitorId("v"), ItemId("i"), "view", 1.0, 1.0), visitor)
    model.merge_visitor(4, visitor)
    model.forget_item(0, 1)
    model.forget_visitor(0)
    assert model.dump() == {}
    model.load({})
    assert model.attribution("constant", visitor, np.array([3, 1], np.int32)).tolist() == [-1, -1]

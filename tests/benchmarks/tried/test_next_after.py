from benchmarks.tried.next_after import NextAfter
from online_models.schema.events import ItemId, VisitorId
from online_models.schema.feedback import Feedback
from online_models.single_model import SingleModel


def test_only_the_next_item_after_the_last_one_is_proposed() -> None:
    model = SingleModel(NextAfter())
    for number, visit in enumerate((("jug", "cup", "saucer", "teapot"), ("cup", "spoon"), ("cup", "saucer"), ("jug",))):
        for step, item in enumerate(visit):
            model.learn_one(Feedback(VisitorId(f"v{number}"), ItemId(item), "view", 1.0, 60.0 * number + step))
    model.learn_one(Feedback(VisitorId("ann"), ItemId("cup"), "view", 1.0, 1e3))
    assert [item for item, _ in model.recommend(VisitorId("ann"))] == ["saucer", "spoon"]
    assert [item for item, _ in model.recommend(VisitorId("v3"))] == ["cup"]

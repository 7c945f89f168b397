"""The prequential protocol: each event is asked for, judged, and only then learned."""

from online_models.evaluation.evaluated import AnySlate, EvaluatedRecommender
from online_models.evaluation.rules import Rules
from online_models.evaluation.stream import Stream
from online_models.evaluation.walk import MOVED_EVERY, Clock, Measures, Moved, Walk, nobody_looks


def walk_prequentially(
    hybrid: EvaluatedRecommender[AnySlate],
    stream: Stream,
    rules: Rules,
    clock: Clock,
    items: int = 0,
    moved: Moved = nobody_looks,
) -> Measures:
    """Test, then learn, event by event.

    The lists of the warm-up are learned from and not judged. Ratings are judged from the first one on.

    Parameters
    ----------
    items
        Number of items of the catalog; at least those of the stream count.

    References
    ----------
    Gama, Sebastiao and Rodrigues: On evaluating stream learning algorithms, Machine Learning 2013. Vinagre, Jorge and
    Gama: Evaluation of recommender systems in streaming environments, 2015.
    """
    walk = Walk(hybrid, rules, max(items, len(stream.item_names)), clock)
    total = len(stream)
    warm_up = int(total * rules.warm_up)
    started_at = clock()
    for number, feedback in enumerate(stream.feedbacks()):
        if number == warm_up:
            started_at = clock()
        if number % MOVED_EVERY == 0:
            moved(number, total)
        walk.expect(feedback)
        walk.learn(feedback, judged=number >= warm_up, timed=number >= warm_up)
    walk.measures.seconds = clock() - started_at
    walk.measures.steps = total - warm_up
    moved(total, total)
    return walk.measures

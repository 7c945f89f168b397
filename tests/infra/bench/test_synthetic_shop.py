"""A made-up shop is the same on every run, and has the shape that is asked for."""

from collections import Counter

from infra.bench.synthetic_shop import CLUSTER, SESSION, feedback_of_shop, neighbors_of, products_of


def test_the_same_seed_makes_the_same_signals() -> None:
    first, again = (list(feedback_of_shop(200, 20, 100)) for _ in range(2))
    assert first == again
    assert first != list(feedback_of_shop(200, 20, 100, seed=8))


def test_signals_come_in_order_and_are_as_many_as_asked_for() -> None:
    signals = list(feedback_of_shop(1_003, 50, 200))
    assert len(signals) == 1_003
    times = [signal.at for signal in signals]
    assert times == sorted(times)
    assert len({signal.visitor for signal in signals}) == 50


def test_a_session_stays_with_one_visitor_in_one_cluster() -> None:
    signals = list(feedback_of_shop(500, 1_000, 200))
    for start in range(0, 500, SESSION):
        session = signals[start : start + SESSION]
        assert len({signal.visitor for signal in session}) == 1
        assert len({int(signal.item.removeprefix("item-")) // CLUSTER for signal in session}) == 1


def test_few_clusters_are_asked_for_often() -> None:
    clusters = Counter(
        int(signal.item.removeprefix("item-")) // CLUSTER for signal in feedback_of_shop(20_000, 100, 1_000)
    )
    assert clusters[0] > 3 * clusters[19] > 0


def test_products_and_neighbors_are_of_one_shop() -> None:
    products, near = products_of(120), neighbors_of(120)
    names = {product.item for product in products}
    assert set(near) == names
    for item, others in near.items():
        assert item not in dict(others)
        assert {other for other, _ in others} <= names
        cosines = [cosine for _, cosine in others]
        assert cosines == sorted(cosines, reverse=True)

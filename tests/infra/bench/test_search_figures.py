"""The figures of ``bench search`` on a small made-up shop."""

from infra.bench.search_figures import made_up_products, measure_search


def test_searches_suggestions_and_categories_are_timed() -> None:
    figures = measure_search(items=120, asked=20)
    assert figures["products"] == 120
    assert figures["index_mb"] > 0
    for name in ("search_ms", "suggestions_ms", "shelf_ms"):
        assert 0 < figures[name]["p50"] <= figures[name]["p99"]


def test_made_up_products_are_the_same_on_every_run() -> None:
    assert made_up_products(50) == made_up_products(50)
    assert len({product.item for product in made_up_products(50)}) == 50

"""A gift shop small enough to know every answer by heart."""

from pathlib import Path

import pytest

from online_models.schema.product import Product
from storefront.search.engine import Search
from tests.storefront.in_memory import MemoryServingReader
from tests.storefront.search.builders import a_catalog, a_product, a_reader, a_search

GIFTS: tuple[Product, ...] = (
    a_product("85123A", "White Hanging Heart T-Light Holder", category="candles", colour="white", price=295, sold=900),
    a_product("M1", "Red Heart Mug", category="mugs", colour="red", price=295, sold=800, tags=("heart",)),
    a_product("M2", "Set of 4 Mugs", category="mugs", colour="blue", price=1295, sold=700),
    a_product("C1", "Vanilla Candle", category="candles", colour="cream", price=425, sold=600, since=20),
    a_product("C2", "Candlestick Brass", category="candles", price=850, sold=500, since=30),
    a_product("T1", "Regency Tea Cup and Saucer", category="mugs", colour="pink", price=295, sold=400),
    a_product("T2", "Green Teacup", category="mugs", colour="green", price=350, sold=300),
    a_product("B1", "Children's Apron", category="textiles", colour="red", price=595, sold=200, tags=("mug",)),
    a_product("B2", "Crème Brûlée Dish", category="kitchen", price=195, sold=100, description="Holds one candle."),
    a_product("B3", "<b>Bold</b> & Bright Bag", category="bags", colour="red", price=99, sold=50),
)


@pytest.fixture
def reader() -> MemoryServingReader:
    return a_reader(a_catalog(GIFTS))


@pytest.fixture
def search(reader: MemoryServingReader, tmp_path: Path) -> Search:
    return a_search(reader, tmp_path)

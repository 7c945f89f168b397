from tests.storefront.search.conftest import reader as reader
